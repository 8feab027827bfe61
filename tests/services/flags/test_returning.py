"""Answered is not finished: a flag nobody finishes is open again and climbs."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests import cast
from tests.cast import NOW
from tests.services.faults import break_everywhere
from tests.services.flags.acts import minutes, raised, verbs
from tracker.healing.verdicts import Level
from tracker.models import CheckIn, Flag, Member, Message, OpeningHours, Recovery
from tracker.services import flags

pytestmark = pytest.mark.django_db

Outcome, State = Flag.Outcome, Flag.State
HOUR = timedelta(hours=1)
FRIDAY, MONDAY = date(2026, 3, 13), date(2026, 3, 16)


def act(flag: Flag, said: CheckIn, member: Member) -> dict[str, Any]:
    """What every act on the flag takes."""
    return {"flag": flag, "member": member, "seen_check_in_id": said.pk}


def test_it_comes_back_four_hours_after_it_was_taken(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    flag = raised(recovery, said)
    flags.acknowledge(**act(flag, said, member), now=NOW)
    assert flags.come_back_due(now=NOW + 4 * HOUR - timedelta(seconds=1)) == 0
    assert flags.come_back_due(now=NOW + 4 * HOUR) == 1
    flag.refresh_from_db()
    assert (flag.state, flag.owner, flag.acknowledged_at) == (State.OPEN, member, NOW)
    assert verbs(flag) == ["opened", "acknowledged", "came_back"]
    assert flags.come_back_due(now=NOW + 4 * HOUR) == 0
    flags.escalate_due(now=NOW + 4.5 * HOUR)
    assert minutes(flag) == [(0, "operator"), (240, "operator"), (270, "deputy")]


def test_it_comes_back_also_from_a_contact_without_an_outcome(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    flag = raised(recovery, said)
    flags.record_contact(**act(flag, said, member), result="advised", now=NOW)
    assert flags.come_back_due(now=NOW + 4 * HOUR) == 1
    flag.refresh_from_db()
    assert (flag.state, flag.contacted_at) == (State.OPEN, NOW)


@pytest.mark.parametrize("closing", ["resolve", "undo"])
def test_it_never_comes_back_once_finished_or_taken_back(
    recovery: Recovery, said: CheckIn, member: Member, closing: str
) -> None:
    flag = raised(recovery, said)
    flags.record_contact(**act(flag, said, member), result="spoke", now=NOW)
    if closing == "resolve":
        flags.resolve(**act(flag, said, member), outcome=Outcome.ADVISED, now=NOW)
    else:
        flags.undo(flag=flag, member=member, now=NOW)
    assert flags.come_back_due(now=NOW + timedelta(days=30)) == 0


def test_it_counts_opening_time_for_what_is_not_urgent(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    flag = raised(recovery, said, Level.REVIEW)
    late = datetime(2026, 3, 12, 17, tzinfo=UTC)
    flags.acknowledge(**act(flag, said, member), now=late)
    flag.refresh_from_db()
    assert flag.comes_back_at == datetime(2026, 3, 13, 12, tzinfo=UTC)


def test_it_takes_no_unanswered_call_for_the_end_of_an_urgent_flag(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    flag = raised(recovery, said)
    flags.record_contact(**act(flag, said, member), result="no_answer", next_try_on=MONDAY, now=NOW)
    flag.refresh_from_db()
    assert (flag.state, flag.next_try_on) == (State.ACKNOWLEDGED, MONDAY)
    assert flags.come_back_due(now=NOW + HOUR) == 1
    flags.escalate_due(now=NOW + 1.5 * HOUR)
    assert minutes(flag) == [(0, "operator"), (60, "operator"), (90, "deputy")]


@pytest.mark.parametrize(
    ("hour", "result", "chosen", "day", "back"),
    [
        (12, "no_answer", None, date(2026, 3, 12), datetime(2026, 3, 12, 13, tzinfo=UTC)),
        (17, "no_answer", None, FRIDAY, datetime(2026, 3, 13, 9, tzinfo=UTC)),
        (12, "no_answer", MONDAY, MONDAY, datetime(2026, 3, 16, 9, tzinfo=UTC)),
        (12, "booked", MONDAY, MONDAY, datetime(2026, 3, 16, 9, tzinfo=UTC)),
        (12, "booked", date(2026, 3, 15), date(2026, 3, 15), datetime(2026, 3, 15, 8, tzinfo=UTC)),
        (12, "spoke", None, None, datetime(2026, 3, 12, 16, tzinfo=UTC)),
        (12, "spoke", date(2026, 3, 12), date(2026, 3, 12), datetime(2026, 3, 12, 16, tzinfo=UTC)),
    ],
)
def test_it_brings_the_patient_back_on_the_day_of_the_next_try(
    recovery: Recovery,
    said: CheckIn,
    member: Member,
    hour: int,
    result: str,
    chosen: date | None,
    day: date | None,
    back: datetime,
) -> None:
    flag = raised(recovery, said, Level.REVIEW)
    now = NOW.replace(hour=hour)
    flags.record_contact(**act(flag, said, member), result=result, next_try_on=chosen, now=now)
    flag.refresh_from_db()
    assert (flag.next_try_on, flag.comes_back_at) == (day, back)
    assert flag.contact_attempts.get().next_try_on == day


def test_it_knows_a_next_try_also_where_no_hours_are_told(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    OpeningHours.objects.all().delete()
    flag = raised(recovery, said, Level.REVIEW)
    flags.record_contact(**act(flag, said, member), result="no_answer", now=NOW.replace(hour=23, minute=30))
    flag.refresh_from_db()
    assert flag.comes_back_at == datetime(2026, 3, 13, 8, tzinfo=UTC)


def test_it_may_be_taken_by_anybody_when_it_is_back(
    recovery: Recovery, said: CheckIn, member: Member
) -> None:
    flag, other = raised(recovery, said), cast.make_member(recovery.clinic, name="Olga Reyes")
    flags.acknowledge(**act(flag, said, member), now=NOW)
    later = NOW + 4 * HOUR
    flags.come_back_due(now=later)
    flags.record_contact(**act(flag, said, other), result="no_answer", now=later)
    flag.refresh_from_db()
    assert (flag.owner, flag.acknowledged_at, flag.state) == (other, later, State.ACKNOWLEDGED)
    assert Message.objects.filter(state=Message.State.PENDING).count() == 0


@pytest.mark.django_db(transaction=True)
def test_it_comes_back_all_or_not_at_all() -> None:
    flag = cast.make_flag(
        cast.make_recovery(), state=State.ACKNOWLEDGED, comes_back_at=NOW, next_step_at=None
    )

    def still_answered() -> None:
        assert Flag.objects.get().state == State.ACKNOWLEDGED
        assert "came_back" not in verbs(flag)

    def come_back() -> None:
        from tracker.services.flags import returning

        returning._come_back(flag.pk, NOW)

    assert break_everywhere(come_back, still_answered) >= 4
    assert Flag.objects.get().state == State.OPEN
