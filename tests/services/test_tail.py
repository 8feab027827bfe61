"""After the daily part: late questions, what they raise, and how it all ends."""

import uuid
from datetime import date, timedelta

import pytest

from tests import cast
from tests.services.racing import at_once
from tracker.models import AuditEntry, CheckIn, Farewell, Flag, Message, Recovery
from tracker.services import checkins, recoveries, reminders, tail

pytestmark = pytest.mark.django_db

CLEAN = {"new_lump": "no", "dark_patches": "no"}


@pytest.fixture
def recovery() -> Recovery:
    """Day 15: the daily part is over, the first late question comes on day 28."""
    recovery = cast.make_recovery()
    cast.check_in(recovery, 14)
    recoveries.end_due(now=cast.at_noon(recovery, 15))
    recovery.refresh_from_db()
    return recovery


def answer(recovery: Recovery, day: int = 28, key: uuid.UUID | None = None, **said: str) -> CheckIn:
    return tail.record_late_answer(
        recovery=recovery,
        key=key or uuid.uuid4(),
        answers=CLEAN | said,
        user=recovery.patient.user,
        now=cast.at_noon(recovery, day),
    )


def state(recovery: Recovery) -> tuple[str, date | None, str]:
    recovery.refresh_from_db()
    return recovery.state, recovery.next_tail_on, recovery.end_reason


def test_the_daily_part_leads_to_the_first_late_question(recovery: Recovery) -> None:
    assert state(recovery) == ("tail", date(2026, 4, 3), "")
    assert recovery.silent_at is None
    assert recovery.ended_at is None


def test_one_reminder_comes_on_the_day_of_the_question(recovery: Recovery) -> None:
    due = cast.at_noon(recovery, 28) + timedelta(hours=5)  # 18:00 in summer
    assert recovery.next_reminder_at == due
    reminders.queue_due(now=due)
    message = Message.objects.get(recovery=recovery, local_day=date(2026, 4, 3))
    assert reminders.why_not(message, now=due) == ""
    after = Recovery.objects.get(pk=recovery.pk)
    assert (after.next_reminder_at, after.nudge_at) == (None, None)


def test_the_reminder_is_dropped_once_it_is_answered(recovery: Recovery) -> None:
    assert recovery.next_reminder_at is not None
    reminders.queue_due(now=recovery.next_reminder_at)
    answer(recovery)
    message = Message.objects.select_related("recovery__patient").get(local_day=date(2026, 4, 3))
    assert reminders.why_not(message, now=recovery.next_reminder_at) == "ended"


@pytest.mark.parametrize(("day", "asked"), [(27, False), (28, True), (35, True), (36, False)])
def test_it_is_open_for_a_week(recovery: Recovery, day: int, asked: bool) -> None:
    assert tail.is_asked(recovery=recovery, now=cast.at_noon(recovery, day)) is asked


def test_two_noes_raise_nothing_and_lead_to_the_next_question(recovery: Recovery) -> None:
    check_in = answer(recovery)
    assert (check_in.kind, check_in.day, check_in.new_lump) == ("tail", 28, "no")
    assert not recovery.flags.exists()
    assert state(recovery)[:2] == ("tail", date(2026, 5, 5))
    assert AuditEntry.objects.filter(verb="answer_late_question").count() == 1


def test_a_lump_asks_for_a_review(recovery: Recovery) -> None:
    answer(recovery, new_lump="yes")
    flag = recovery.flags.get()
    assert (flag.cause, flag.level) == ("late_lump", "review")
    assert flag.reasons[0]["code"] == "sign.new_lump"


def test_patches_ask_for_a_review_of_their_own(recovery: Recovery) -> None:
    answer(recovery, new_lump="yes", dark_patches="yes")
    assert {(f.cause, f.level) for f in recovery.flags.all()} == {
        ("late_lump", "review"),
        ("pigment_change", "review"),
    }


def test_not_sure_is_watched_and_never_a_no(recovery: Recovery) -> None:
    answer(recovery, dark_patches="unsure")
    assert [(f.cause, f.level) for f in recovery.flags.all()] == [("pigment_change", "watch")]


def test_the_late_answer_is_no_part_of_the_daily_course(recovery: Recovery) -> None:
    check_in = answer(recovery)
    assert check_in not in checkins.course_of(recovery)
    assert check_in.assessed_at is not None


def test_sent_twice_it_is_kept_once(recovery: Recovery) -> None:
    key = uuid.uuid4()
    assert answer(recovery, key=key).pk == answer(recovery, key=key, new_lump="yes").pk
    assert recovery.check_ins.filter(kind="tail").count() == 1


def test_nothing_is_kept_when_nothing_is_asked(recovery: Recovery) -> None:
    with pytest.raises(tail.NotAsked):
        answer(recovery, day=20)
    assert not recovery.check_ins.filter(kind="tail").exists()


def test_after_the_last_answer_it_ends(recovery: Recovery) -> None:
    answer(recovery)
    answer(recovery, day=60)
    assert recoveries.end_due(now=cast.at_noon(recovery, 60)) == 1
    assert state(recovery) == ("ended", None, "late questions answered")


def test_without_an_answer_it_ends_after_a_week(recovery: Recovery) -> None:
    assert recoveries.end_due(now=cast.at_noon(recovery, 35)) == 0
    assert recoveries.end_due(now=cast.at_noon(recovery, 36)) == 1
    assert state(recovery)[::2] == ("ended", "late question not answered")


def test_an_open_flag_keeps_it_from_ending(recovery: Recovery) -> None:
    answer(recovery, new_lump="yes")
    answer(recovery, day=60)
    assert recoveries.end_due(now=cast.at_noon(recovery, 61)) == 0
    Flag.objects.update(state="resolved", outcome="seen", resolved_at=cast.at_noon(recovery, 61))
    assert recoveries.end_due(now=cast.at_noon(recovery, 61)) == 1


def test_a_course_held_open_past_a_late_day_goes_on_with_the_next() -> None:
    recovery = cast.make_recovery()
    recoveries.end_due(now=cast.at_noon(recovery, 40))
    assert state(recovery)[:2] == ("tail", date(2026, 5, 5))


def test_late_days_inside_the_daily_part_are_not_asked() -> None:
    clinic = cast.make_clinic()
    edition = cast.make_edition(clinic, tail_days=[7, 30])
    assert tail.days_of(cast.make_recovery(clinic, edition=edition)) == [date(2026, 4, 5)]


@pytest.mark.django_db(transaction=True)
def test_racing_answers_raise_one_flag() -> None:
    recovery = cast.make_recovery()
    recoveries.end_due(now=cast.at_noon(recovery, 15))
    recovery.refresh_from_db()
    key = uuid.uuid4()
    found = at_once(*(lambda: answer(recovery, key=key, new_lump="yes").pk for _ in range(3)))
    assert len(set(found)) == 1
    assert recovery.flags.count() == 1


def test_the_farewell_is_kept_once(recovery: Recovery) -> None:
    said = {
        "medicines": "antibiotic",
        "felt_looked_after": 5,
        "easy_to_use": None,
        "knew_when_to_ring": 4,
        "note": "Thank you",
    }
    user, now = recovery.patient.user, cast.at_noon(recovery, 15)
    first = tail.say_farewell(recovery=recovery, said=said, user=user, now=now)
    again = tail.say_farewell(recovery=recovery, said=said | {"medicines": "none"}, user=user, now=now)
    assert first == again
    assert Farewell.objects.get().medicines == "antibiotic"
    entry = AuditEntry.objects.get(verb="say_farewell")
    assert "antibiotic" not in str(entry.detail)


@pytest.mark.parametrize(
    ("medicines", "flagged", "calls"),
    [
        ("antibiotic", False, 1),
        ("both", False, 1),
        ("none", False, 0),
        ("unsure", False, 0),
        ("antiviral", True, 0),
    ],
)
def test_a_medicine_on_a_course_that_was_never_flagged_asks_for_a_call(
    medicines: str, flagged: bool, calls: int
) -> None:
    recovery = cast.make_recovery()
    if flagged:
        cast.make_flag(recovery)
    said = {"medicines": medicines, "note": ""}
    tail.say_farewell(
        recovery=recovery, said=said, user=recovery.patient.user, now=cast.at_noon(recovery, 15)
    )
    assert [wish.why for wish in recovery.call_backs.all()] == ["medicine"] * calls
