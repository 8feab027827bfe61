"""Put aside with a reason and an end; a worse entry ends it at once."""

from datetime import timedelta
from typing import Any

import pytest

from tests import cast
from tests.cast import NOW
from tests.services.flags.acts import raised
from tracker.healing.verdicts import Level
from tracker.models import CheckIn, Flag, Member, Recovery
from tracker.services import flags

pytestmark = pytest.mark.django_db

State = Flag.State
TOMORROW = NOW + timedelta(days=1)


def act(flag: Flag, said: CheckIn, member: Member, **more: Any) -> dict[str, Any]:
    """What every act on the flag takes."""
    return {"flag": flag, "member": member, "seen_check_in_id": said.pk, "now": NOW} | more


def snoozed(recovery: Recovery, said: CheckIn, level: Level = Level.REVIEW) -> Flag:
    """A flag that was put aside until tomorrow noon; an urgent one was taken before."""
    flag, member = raised(recovery, said, level), recovery.treatment.operator
    if level is Level.URGENT:
        flags.acknowledge(**act(flag, said, member))
    return flags.snooze(**act(flag, said, member), until=TOMORROW, reason="rings tomorrow")


def test_it_stays_in_the_list_with_its_reason_and_end(recovery: Recovery, said: CheckIn) -> None:
    flag = snoozed(recovery, said)
    assert (flag.snoozed_until, flag.snooze_reason) == (TOMORROW, "rings tomorrow")
    assert flag in Flag.objects.for_triage()


def test_it_tells_nobody_before_it_ends(recovery: Recovery, said: CheckIn) -> None:
    flag = snoozed(recovery, said)
    assert flag.promised_by < TOMORROW
    assert flags.escalate_due(now=TOMORROW - timedelta(seconds=1)) == 0
    assert flags.escalate_due(now=TOMORROW) == 1


def test_it_opens_an_answered_one_again_when_it_ends(recovery: Recovery, said: CheckIn) -> None:
    flag = snoozed(recovery, said, Level.URGENT)
    assert flags.come_back_due(now=TOMORROW - timedelta(seconds=1)) == 0
    assert flags.come_back_due(now=TOMORROW) == 1
    flag.refresh_from_db()
    assert flag.state == State.OPEN


def test_it_puts_nothing_urgent_aside_that_nobody_has_taken(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    flag = raised(recovery, said)
    with pytest.raises(flags.AnswerFirst):
        flags.snooze(**act(flag, said, member), until=TOMORROW, reason="later")


@pytest.mark.parametrize(
    ("ahead", "reason"),
    [
        (timedelta(0), "later"),
        (timedelta(hours=-1), "later"),
        (timedelta(hours=48, seconds=1), "later"),
        (timedelta(hours=1), "  "),
    ],
)
def test_it_has_an_end_within_two_days_and_a_reason(
    recovery: Recovery, said: CheckIn, member: Member, ahead: timedelta, reason: str
) -> None:
    flag = raised(recovery, said, Level.REVIEW)
    with pytest.raises(flags.NoSuchEnd):
        flags.snooze(**act(flag, said, member), until=NOW + ahead, reason=reason)
    longest = flags.snooze(**act(flag, said, member), until=NOW + timedelta(hours=48), reason="away")
    assert longest.snoozed_until == NOW + timedelta(hours=48)


def test_it_puts_nothing_aside_that_is_closed_or_unread(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    flag = raised(recovery, said, Level.REVIEW)
    flags.resolve(**act(flag, said, member), outcome="settled")
    with pytest.raises(flags.WrongState):
        flags.snooze(**act(flag, said, member), until=TOMORROW, reason="later")
    cast.check_in(recovery, 7)
    with pytest.raises(flags.SomethingNewer):
        flags.snooze(**act(flag, said, member), until=TOMORROW, reason="later")


@pytest.mark.parametrize(
    ("level", "breaks"), [(Level.WATCH, False), (Level.REVIEW, True), (Level.URGENT, True)]
)
def test_it_is_broken_by_an_entry_as_bad_or_worse(
    recovery: Recovery, said: CheckIn, level: Level, breaks: bool
) -> None:
    flag = snoozed(recovery, said)
    later = NOW + timedelta(hours=2)
    raised(recovery, cast.check_in(recovery, 7), level, now=later)
    flag.refresh_from_db()
    assert (flag.snoozed_until is None, flag.snooze_reason == "") == (breaks, breaks)
    assert (flag.next_step_at is not None and flag.next_step_at <= later + timedelta(minutes=30)) is breaks


def test_it_wakes_an_answered_one_at_once(recovery: Recovery, said: CheckIn) -> None:
    flag = snoozed(recovery, said, Level.URGENT)
    later = NOW + timedelta(hours=2)
    raised(recovery, cast.check_in(recovery, 7), Level.URGENT, now=later)
    assert flags.come_back_due(now=later) == 1
    flag.refresh_from_db()
    assert (flag.state, flag.snoozed_until) == (State.OPEN, None)


def test_it_ends_with_any_answer(recovery: Recovery, said: CheckIn, member: Member) -> None:
    flag = snoozed(recovery, said)
    flags.acknowledge(**act(flag, said, member))
    flag.refresh_from_db()
    assert (flag.snoozed_until, flag.snooze_reason) == (None, "")
