"""What was only to be watched closes by itself after two calm days; nothing else does."""

import pytest

from tests import cast
from tests.cast import CALM, PUS
from tracker.models import CheckIn, Flag, Recovery
from tracker.services import assessing, flags

pytestmark = pytest.mark.django_db

UNSURE = CALM | {"spreading": "unsure"}


def judged(
    recovery: Recovery, day: int, answers: dict[str, object] = CALM, *, quick: bool = False
) -> CheckIn:
    kept = cast.check_in(recovery, day, answers, is_quick=quick)
    assessing.assess_check_in(check_in_id=kept.pk, now=kept.recorded_at)
    return kept


@pytest.fixture
def recovery() -> Recovery:
    return cast.make_recovery()


def only_flag(recovery: Recovery) -> Flag:
    return recovery.flags.get()


def test_it_closes_what_was_to_be_watched_after_two_calm_days(recovery: Recovery) -> None:
    judged(recovery, 3, UNSURE)
    assert only_flag(recovery).level == "watch"
    judged(recovery, 4)
    assert only_flag(recovery).state == Flag.State.OPEN
    judged(recovery, 5)
    flag = only_flag(recovery)
    assert (flag.state, flag.outcome, flag.resolved_by) == (Flag.State.RESOLVED, Flag.Outcome.SETTLED, None)
    assert flag.events.order_by("pk").last().verb == "lapsed"  # type: ignore[union-attr]


def test_it_counts_days_not_entries(recovery: Recovery) -> None:
    judged(recovery, 3, UNSURE)
    judged(recovery, 4)
    judged(recovery, 4)
    assert only_flag(recovery).state == Flag.State.OPEN


def test_it_takes_no_two_quick_entries_for_an_all_clear(recovery: Recovery) -> None:
    judged(recovery, 3, UNSURE)
    judged(recovery, 4, quick=True)
    judged(recovery, 5, quick=True)
    assert only_flag(recovery).state == Flag.State.OPEN


def test_it_starts_counting_again_after_another_doubt(recovery: Recovery) -> None:
    judged(recovery, 3, UNSURE)
    judged(recovery, 4)
    judged(recovery, 5, UNSURE)
    judged(recovery, 6)
    assert only_flag(recovery).state == Flag.State.OPEN


def test_it_leaves_what_a_person_has_taken_to_that_person(recovery: Recovery) -> None:
    seen = judged(recovery, 3, UNSURE)
    flag = only_flag(recovery)
    member = recovery.treatment.operator
    flags.acknowledge(flag=flag, member=member, seen_check_in_id=seen.pk, now=seen.recorded_at)
    judged(recovery, 4)
    judged(recovery, 5)
    assert only_flag(recovery).state == Flag.State.ACKNOWLEDGED


def test_it_never_closes_an_urgent_flag(recovery: Recovery) -> None:
    judged(recovery, 3, PUS)
    for day in (4, 5, 6, 7):
        judged(recovery, day)
    assert recovery.flags.filter(rank=3).exclude(state=Flag.State.RESOLVED).exists()
