"""A resolution can be taken back; then the flag climbs again."""

from datetime import timedelta
from typing import Any

import pytest

from tests import cast
from tests.cast import CALM, NOW
from tests.services.flags.acts import raised, verbs
from tracker.healing.verdicts import Level
from tracker.models import CheckIn, Flag, Member, Message, Recovery
from tracker.services import flags

pytestmark = pytest.mark.django_db

URGENT, REVIEW, WATCH = Level.URGENT, Level.REVIEW, Level.WATCH
Outcome, State = Flag.Outcome, Flag.State


def closed(recovery: Recovery, said: CheckIn, level: Level) -> Flag:
    flag, member = raised(recovery, said, level), recovery.treatment.operator
    act: dict[str, Any] = {"flag": flag, "member": member, "seen_check_in_id": said.pk, "now": NOW}
    flags.record_contact(**act, result="spoke")
    return flags.resolve(**act, outcome=Outcome.SETTLED)


def test_it_climbs_again_when_an_urgent_resolution_is_taken_back(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    later = NOW + timedelta(hours=2)
    flag = flags.reopen(flag=closed(recovery, said, URGENT), member=member, now=later)
    flag.refresh_from_db()
    assert (flag.state, flag.outcome, flag.resolved_at) == (State.OPEN, "", None)
    assert (flag.next_step, flag.next_step_at) == (1, later + timedelta(minutes=30))
    assert verbs(flag) == ["opened", "contact", "resolved", "reopened"]
    assert Message.objects.filter(state=Message.State.PENDING).count() == 1


def test_it_keeps_the_promise_of_a_review_that_is_taken_back(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    flag = flags.reopen(flag=closed(recovery, said, REVIEW), member=member, now=NOW)
    flag.refresh_from_db()
    assert (flag.next_step, flag.next_step_at) == (0, flag.promised_by)


def test_it_takes_nothing_back_that_is_open_or_has_a_successor(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    old = closed(recovery, said, REVIEW)
    successor = raised(
        recovery, cast.check_in(recovery, 7, CALM | {"warmth": 3}), REVIEW, now=NOW + timedelta(days=1)
    )
    for flag in (old, successor):
        with pytest.raises(flags.WrongState):
            flags.reopen(flag=flag, member=member, now=NOW)
