"""One reminder per patient and local day, at the chosen time, unless today is logged."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.cast import NOW
from tests.services.racing import at_once
from tracker import days
from tracker.models import AuditEntry, Message, Patient, Recovery
from tracker.services import reminders, wanted

pytestmark = pytest.mark.django_db


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def start(zone: str = "Europe/London", wall: time = time(18), **fields: Any) -> Recovery:
    """A recovery that began on 6 March 2026, or on `started_on`, of a patient in `zone`."""
    patient = cast.make_patient(cast.make_clinic(), timezone=zone, reminder_at=wall)
    return cast.make_recovery(patient=patient, **fields)


def choose(patient: Patient, now: datetime = NOW, **fields: Any) -> None:
    """The patient changes some of the choices."""
    given: dict[str, Any] = {
        "reminders_on": patient.reminders_on,
        "reminder_at": patient.reminder_at,
        "timezone": patient.timezone,
        "paused_until": patient.reminders_paused_until,
    }
    reminders.choose(patient=patient, actor=patient.user, now=now, **given | fields)


def due(recovery: Recovery) -> datetime | None:
    recovery.refresh_from_db()
    return recovery.next_reminder_at


def walk(recovery: Recovery) -> list[tuple[date | None, datetime]]:
    """Run the sweep at every due moment until none is left: (local day, when it was posted)."""
    while (now := due(recovery)) is not None:
        reminders.queue_due(now=now)
    rows = Message.objects.filter(recovery=recovery).order_by("created_at")
    return [(row.local_day, row.created_at) for row in rows]


# --- once a day ------------------------------------------------------------------------------------


def test_it_reminds_from_the_day_after_the_treatment_to_the_last_day() -> None:
    posted = walk(start())
    assert [day for day, _ in posted] == [date(2026, 3, 6) + timedelta(days=n) for n in range(1, 15)]
    assert {moment.time() for _, moment in posted} == {time(18)}


@pytest.mark.parametrize("wall", [time(0), time(0, 30), time(1, 30), time(2, 30), time(23, 59)], ids=str)
@pytest.mark.parametrize(
    ("zone", "started_on"),
    [
        ("Europe/London", date(2026, 3, 24)),
        ("Europe/London", date(2026, 10, 20)),
        ("America/New_York", date(2026, 3, 3)),
        ("America/Nuuk", date(2026, 3, 24)),
        ("Australia/Lord_Howe", date(2026, 9, 29)),
        ("Africa/Cairo", date(2026, 4, 20)),
    ],
)
def test_it_reminds_once_a_local_day_through_clock_changes(zone: str, started_on: date, wall: time) -> None:
    recovery = start(zone, wall, started_on=started_on)
    posted = walk(recovery)
    assert [day for day, _ in posted] == [recovery.started_on + timedelta(days=n) for n in range(1, 15)]
    assert all(days.local_date(moment, zone) == day for day, moment in posted)


def test_it_posts_nothing_twice_for_a_second_sweep() -> None:
    recovery = start()
    now = due(recovery)
    assert now is not None
    assert [reminders.queue_due(now=now), reminders.queue_due(now=now)] == [1, 0]
    assert due(recovery) == now + timedelta(days=1)


@pytest.mark.django_db(transaction=True)
def test_it_posts_once_when_sweeps_race() -> None:
    recovery = start()
    now = due(recovery)
    assert now is not None
    assert sorted(at_once(*(lambda: reminders.queue_due(now=now) for _ in range(4)))) == [0, 0, 0, 1]
    assert Message.objects.count() == 1


def test_one_that_cannot_be_reckoned_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = start()
    others = [
        cast.make_recovery(patient=cast.make_patient(broken.clinic, "Ben Okri", email=f"p{n}@mail.example"))
        for n in range(3)
    ]
    reckoned = reminders.next_for

    def sometimes(recovery: Recovery, *, now: datetime) -> datetime | None:
        if recovery.pk == broken.pk:
            raise ValueError("no such zone")
        return reckoned(recovery, now=now)

    monkeypatch.setattr(reminders, "next_for", sometimes)
    now = at("2026-03-07T18:00")
    assert reminders.queue_due(now=now) == 3
    assert {row.recovery_id for row in Message.objects.all()} == {other.pk for other in others}
    assert due(broken) == now, "still due, and so seen to be late"


def test_many_cost_a_few_statements_together() -> None:
    clinic = start().clinic
    for n in range(20):
        cast.make_recovery(patient=cast.make_patient(clinic, "Ben Okri", email=f"p{n}@mail.example"))
    with CaptureQueriesContext(connection) as asked:
        assert reminders.queue_due(now=at("2026-03-07T18:00")) == 21
    assert len(asked) <= 10


def test_it_reminds_of_the_day_that_was_chosen_when_the_sweep_comes_after_midnight() -> None:
    recovery = start(wall=time(23, 59))
    reminders.queue_due(now=at("2026-03-08 00:00:30"))
    message = Message.objects.get()
    assert message.local_day == date(2026, 3, 7)
    assert reminders.why_not(message, now=at("2026-03-08 00:01")) == ""
    assert due(recovery) == at("2026-03-08 23:59")


def test_it_passes_over_what_was_missed_while_everything_stood_still() -> None:
    recovery = start()
    assert reminders.queue_due(now=at("2026-03-10 09:00")) == 0
    assert due(recovery) == at("2026-03-10 18:00")
    assert Message.objects.count() == 0


def test_it_reminds_late_on_the_same_day_after_a_short_stop() -> None:
    start()
    assert reminders.queue_due(now=at("2026-03-07 21:00")) == 1


def test_it_reminds_once_when_the_time_is_moved_after_the_reminder() -> None:
    recovery = start()
    reminders.queue_due(now=at("2026-03-07 18:00"))
    choose(recovery.patient, at("2026-03-07 18:30"), reminder_at=time(20))
    assert due(recovery) == at("2026-03-07 20:00")
    assert reminders.queue_due(now=at("2026-03-07 20:00")) == 0
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("home", "away"),
    [("Pacific/Auckland", "America/Los_Angeles"), ("America/Los_Angeles", "Pacific/Auckland")],
)
def test_it_reminds_at_most_once_a_local_day_over_the_date_line(home: str, away: str) -> None:
    recovery = start(home)
    for _ in range(3):
        reminders.queue_due(now=due(recovery) or NOW)
    flight = due(recovery)
    assert flight is not None
    choose(recovery.patient, flight - timedelta(hours=2), timezone=away)
    posted = walk(recovery)
    days_posted = [day for day, _ in posted]
    assert len(set(days_posted)) == len(days_posted)
    every = {recovery.started_on + timedelta(days=n) for n in range(1, 15)}
    assert len(every - set(days_posted)) <= 1, "at most the day that the flight swallowed"


# --- the person's choices --------------------------------------------------------------------------


def test_it_skips_today_when_today_is_logged() -> None:
    recovery = start()
    cast.check_in(recovery, 6)
    assert due(recovery) == at("2026-03-13 18:00")


def test_it_skips_a_day_that_was_logged_on_the_other_side_of_the_date_line() -> None:
    recovery = start("Pacific/Auckland")
    cast.check_in(recovery, 6, now=at("2026-03-13 01:00"))
    choose(recovery.patient, at("2026-03-13 03:00"), timezone="America/Los_Angeles")
    moved = due(recovery)
    assert moved is not None
    assert days.local_date(moved, "America/Los_Angeles") == date(2026, 3, 14)


def test_it_is_quiet_during_a_pause_and_starts_again_by_itself() -> None:
    recovery = start()
    choose(recovery.patient, paused_until=date(2026, 3, 15))
    assert due(recovery) == at("2026-03-15 18:00")


def test_it_never_reminds_whoever_opted_out() -> None:
    recovery = start()
    choose(recovery.patient, reminders_on=False)
    assert due(recovery) is None
    assert reminders.queue_due(now=NOW + timedelta(days=1)) == 0
    choose(recovery.patient, reminders_on=True)
    assert due(recovery) == at("2026-03-12 18:00")


def test_it_moves_every_open_recovery_and_no_ended_one() -> None:
    first = start()
    second = cast.make_recovery(patient=first.patient)
    Recovery.objects.filter(pk=first.pk).update(state="ended", next_reminder_at=None)
    choose(first.patient, reminder_at=time(8))
    assert due(first) is None
    assert due(second) == at("2026-03-13 08:00")


def test_it_writes_down_who_chose() -> None:
    recovery = start()
    choose(recovery.patient, reminder_at=time(8))
    entry = AuditEntry.objects.get(verb="choose_reminders")
    assert (entry.actor, entry.subject) == (recovery.patient.user, f"patient:{recovery.patient_id}")


def test_it_stops_by_the_word_in_the_mail_and_by_no_other() -> None:
    patient = start().patient
    word = reminders.unsubscribe_token(patient)
    assert reminders.patient_of_token(word) == patient
    assert reminders.patient_of_token(word[:-1] + ("A" if word[-1] != "A" else "B")) is None
    assert reminders.patient_of_token("") is None


def test_it_unsubscribes_once_however_often_it_is_asked() -> None:
    recovery = start()
    for _ in range(2):
        reminders.unsubscribe(patient=recovery.patient, now=NOW)
    assert due(recovery) is None
    assert not Patient.objects.get().reminders_on
    assert AuditEntry.objects.filter(verb="unsubscribe").count() == 1


# --- decided again when it is sent -----------------------------------------------------------------


@pytest.fixture
def reminder() -> Message:
    """A reminder posted on day 6 at the chosen time."""
    recovery = start()
    Recovery.objects.update(next_reminder_at=at("2026-03-12 18:00"))
    reminders.queue_due(now=at("2026-03-12 18:00"))
    return Message.objects.select_related("recovery__patient").get(recovery=recovery)


SENT_AT = at("2026-03-12 18:01")


def unwanted(message: Message, now: datetime = SENT_AT) -> str:
    message = Message.objects.select_related("recovery__patient", "flag", "link").get(pk=message.pk)
    return wanted.why_not(message, now=now)


def test_it_goes_out_when_nothing_has_changed(reminder: Message) -> None:
    assert unwanted(reminder) == ""


def test_it_is_dropped_when_today_was_logged_meanwhile(reminder: Message) -> None:
    assert reminder.recovery is not None
    cast.check_in(reminder.recovery, 6)
    assert unwanted(reminder) == "already logged"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"reminders_on": False}, "opted out"),
        ({"email_broken_at": NOW}, "address broken"),
        ({"reminders_paused_until": date(2026, 3, 13)}, "paused"),
    ],
)
def test_it_is_dropped_when_the_person_changed_their_mind(
    reminder: Message, change: dict[str, Any], reason: str
) -> None:
    Patient.objects.update(**change)
    assert unwanted(reminder) == reason


def test_it_is_dropped_when_the_recovery_has_ended(reminder: Message) -> None:
    Recovery.objects.update(state=Recovery.State.ENDED)
    assert unwanted(reminder) == "ended"


@pytest.mark.parametrize(
    ("moment", "reason"),
    [("2026-03-12 23:59", ""), ("2026-03-13 00:00", "too late"), ("2026-03-13 12:00", "too late")],
)
def test_it_is_dropped_when_it_is_old_news(reminder: Message, moment: str, reason: str) -> None:
    assert unwanted(reminder, at(moment)) == reason


# --- chosen weekdays -------------------------------------------------------------------------------

SOME_ZONES = sorted(days.zone_names())


def test_it_comes_on_chosen_weekdays_only() -> None:
    recovery = start()
    choose(recovery.patient, at("2026-03-06 12:00"), reminder_days=[0, 2, 4])
    posted = [day for day, _ in walk(recovery)]
    assert [day.weekday() for day in posted if day] == [0, 2, 4, 0, 2, 4]


def test_it_plans_nothing_when_no_weekday_is_chosen() -> None:
    recovery = start()
    choose(recovery.patient, reminder_days=[])
    assert due(recovery) is None


@pytest.mark.parametrize("wall", [time(0), time(2, 30), time(18), time(23, 59)], ids=str)
def test_in_every_zone_each_chosen_local_day_has_one_moment(wall: time) -> None:
    """Both clock changes of every zone, of a whole year, Mondays and Thursdays."""
    for zone in SOME_ZONES:
        now, end, seen = at("2026-01-01 12:00"), at("2027-01-01 12:00"), []
        while (found := days.next_reminder(after=now, zone=zone, at=wall, weekdays=(0, 3))) and found < end:
            seen.append(days.local_date(found, zone))
            now = found
        assert len(set(seen)) == len(seen), zone
        assert {day.weekday() for day in seen} == {0, 3}, zone
        assert 104 <= len(seen) <= 106, zone


# --- the second mail of a day ----------------------------------------------------------------------


def reminded(wall: time = time(18), day: str = "2026-03-12", **fields: Any) -> tuple[Recovery, datetime]:
    """A recovery whose reminder of `day` went out at `wall` in London."""
    recovery = start(wall=wall, **fields)
    sent_at = at(f"{day} {wall:%H:%M}")
    Recovery.objects.update(next_reminder_at=sent_at)
    reminders.queue_due(now=sent_at)
    Message.objects.update(state=Message.State.SENT)
    return recovery, sent_at


def nudges(recovery: Recovery) -> int:
    return Message.objects.filter(dedupe_key__startswith=f"nudge:{recovery.pk}:").count()


def test_one_more_mail_comes_after_three_hours_without_an_answer() -> None:
    recovery, sent_at = reminded()
    assert reminders.queue_nudges(now=sent_at + timedelta(hours=2, minutes=59)) == 0
    assert reminders.queue_nudges(now=sent_at + timedelta(hours=3)) == 1
    assert reminders.queue_nudges(now=sent_at + timedelta(hours=3, minutes=1)) == 0
    assert nudges(recovery) == 1


def test_who_has_answered_gets_no_second_mail() -> None:
    recovery, sent_at = reminded()
    cast.check_in(recovery, 6)
    assert reminders.queue_nudges(now=sent_at + timedelta(hours=3)) == 0
    assert nudges(recovery) == 0


def test_no_second_mail_at_night() -> None:
    recovery, sent_at = reminded(wall=time(19))
    recovery.refresh_from_db()
    assert recovery.nudge_at is None
    assert reminders.queue_nudges(now=sent_at + timedelta(hours=3)) == 0


def test_a_sweep_that_comes_late_sends_no_second_mail_at_night() -> None:
    recovery, _sent_at = reminded()
    assert reminders.queue_nudges(now=at("2026-03-12 22:00")) == 0
    assert nudges(recovery) == 0


def test_no_second_mail_after_the_first_week() -> None:
    recovery, sent_at = reminded(day="2026-03-14")
    assert reminders.queue_nudges(now=sent_at + timedelta(hours=3)) == 0
    assert nudges(recovery) == 0


def test_no_second_mail_while_the_first_still_waits_for_the_mail_server() -> None:
    recovery, sent_at = reminded()
    Message.objects.update(state=Message.State.PENDING)
    assert reminders.queue_nudges(now=sent_at + timedelta(hours=3)) == 0
    assert nudges(recovery) == 0


@pytest.mark.django_db(transaction=True)
def test_racing_sweeps_send_one_second_mail() -> None:
    recovery, sent_at = reminded()
    later = sent_at + timedelta(hours=3)
    assert sorted(at_once(*(lambda: reminders.queue_nudges(now=later) for _ in range(4)))) == [0, 0, 0, 1]
    assert nudges(recovery) == 1
