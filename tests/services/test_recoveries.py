"""A recovery's beginning and end, and what its silence means."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from tests import cast
from tests.cast import CALM, NOW, PUS
from tests.services.racing import at_once
from tracker.healing.verdicts import Level
from tracker.models import Carer, Flag, Recovery
from tracker.services import assessing, carers, flags, recoveries, reminders

pytestmark = pytest.mark.django_db


def judged(recovery: Recovery, day: int, answers: dict[str, object]) -> None:
    kept = cast.check_in(recovery, day, answers)
    assessing.assess_check_in(check_in_id=kept.pk, now=kept.recorded_at)


def resolve_all(recovery: Recovery, now: datetime = NOW) -> None:
    """A clinician rings and closes everything."""
    newest = recovery.check_ins.order_by("-pk")[0].pk
    for flag in recovery.flags.open():
        member = recovery.treatment.operator
        flags.record_contact(flag=flag, member=member, result="spoke", seen_check_in_id=newest, now=now)
        flags.resolve(flag=flag, member=member, outcome="settled", seen_check_in_id=newest, now=now)


@pytest.fixture
def recovery() -> Recovery:
    return cast.make_recovery()


# --- start -----------------------------------------------------------------------------------------


def test_it_starts_on_the_treatments_day_in_the_patients_zone() -> None:
    patient = cast.make_patient(cast.make_clinic(), timezone="Pacific/Auckland")
    recovery = cast.make_recovery(patient=patient)
    assert recovery.started_on == date(2026, 3, 7)
    assert recovery.ends_on == date(2026, 3, 21)
    assert (recovery.level, recovery.state) == (Level.NONE, Recovery.State.OPEN)


def test_it_sets_the_clocks_of_silence_and_reminder() -> None:
    recovery = cast.make_recovery()
    assert recovery.silent_at == datetime(2026, 3, 9, tzinfo=UTC)
    assert recovery.next_reminder_at == datetime(2026, 3, 7, 18, tzinfo=UTC)


# --- silence ---------------------------------------------------------------------------------------


def test_it_leaves_silence_after_a_good_day_in_the_no_response_lane() -> None:
    recovery = cast.make_recovery()
    judged(recovery, 4, CALM)
    later = NOW + timedelta(days=2)
    assert recoveries.read_silence(now=later) == 0
    assert list(Recovery.objects.fell_silent(later)) == [recovery]
    assert not Flag.objects.exists()


def test_it_flags_silence_after_a_worrying_day_at_the_level_that_stood() -> None:
    recovery = cast.make_recovery()
    judged(recovery, 4, PUS)
    assert recoveries.read_silence(now=NOW + timedelta(days=2)) == 1
    flag = recovery.flags.get(cause="silence")
    assert flag.rank == 3
    assert flag.reasons[0]["params"] == {"days": 4, "day": 4, "level": "urgent"}
    assert flag.newest_check_in == recovery.check_ins.get()
    assert flag.messages.count() == 1


def test_it_reads_each_silence_once() -> None:
    recovery = cast.make_recovery()
    judged(recovery, 4, PUS)
    found = [recoveries.read_silence(now=NOW + timedelta(days=2, minutes=n)) for n in range(3)]
    assert found == [1, 0, 0]


def test_it_reads_a_second_silence_after_another_word() -> None:
    recovery = cast.make_recovery()
    judged(recovery, 4, PUS)
    recoveries.read_silence(now=cast.at_noon(recovery, 8))
    resolve_all(recovery, now=cast.at_noon(recovery, 9))
    judged(recovery, 9, PUS)
    assert recoveries.read_silence(now=cast.at_noon(recovery, 13)) == 1
    assert recovery.flags.filter(cause="silence").count() == 2


def test_it_waits_for_whole_days_in_the_patients_zone() -> None:
    recovery = cast.make_recovery()
    judged(recovery, 4, PUS)
    silent_at = datetime(2026, 3, 13, tzinfo=UTC)
    assert recoveries.read_silence(now=silent_at - timedelta(seconds=1)) == 0
    assert recoveries.read_silence(now=silent_at) == 1


@pytest.mark.django_db(transaction=True)
def test_it_flags_silence_once_when_sweeps_race() -> None:
    recovery = cast.make_recovery()
    judged(recovery, 4, PUS)
    later = NOW + timedelta(days=2)
    assert sorted(at_once(*(lambda: recoveries.read_silence(now=later) for _ in range(4)))) == [0, 0, 0, 1]
    assert recovery.flags.filter(cause="silence").count() == 1


# --- end -------------------------------------------------------------------------------------------


def test_it_ends_after_the_last_day_in_the_patients_zone() -> None:
    patient = cast.make_patient(cast.make_clinic(), timezone="America/Los_Angeles")
    recovery = cast.make_recovery(patient=patient, edition=cast.make_edition(patient.clinic, tail_days=[]))
    over = datetime(2026, 3, 21, 7, 0, tzinfo=UTC)  # midnight at the end of the 20th in Los Angeles
    assert recoveries.end_due(now=over - timedelta(seconds=1)) == 0
    assert recoveries.end_due(now=over) == 1
    recovery.refresh_from_db()
    assert (recovery.state, recovery.ended_at, recovery.end_reason) == ("ended", over, "course complete")
    assert (recovery.next_reminder_at, recovery.silent_at) == (None, None)


def test_whom_else_to_ring_is_forgotten_with_the_last_recovery_that_is_followed() -> None:
    patient = cast.make_patient(cast.make_clinic())
    cast.make_edition(patient.clinic, tail_days=[])
    first = cast.make_recovery(patient=patient)
    second = cast.make_recovery(patient=patient, started_on=first.ends_on)
    carers.agree(patient=patient, name="Maria Sousa", phone="+44 7700 900456", now=NOW)
    for recovery, kept in ((first, True), (second, False)):
        assert recoveries.end_due(now=cast.at_noon(recovery, 15)) == 1
        assert Carer.objects.filter(patient=patient).exists() == kept


def test_it_ends_on_time_where_the_day_begins_first() -> None:
    patient = cast.make_patient(cast.make_clinic(), timezone="Pacific/Kiritimati")
    recovery = cast.make_recovery(patient=patient)
    last_midnight = datetime(2026, 3, 21, 10, 0, tzinfo=UTC)
    assert recovery.ends_on == date(2026, 3, 21)
    assert recoveries.end_due(now=last_midnight - timedelta(seconds=1)) == 0
    assert recoveries.end_due(now=last_midnight) == 1


def test_the_sweep_looks_at_nothing_whose_last_day_still_runs(
    django_assert_num_queries: Any, recovery: Recovery
) -> None:
    last_evening = cast.at_noon(recovery, 14) + timedelta(hours=10)
    with django_assert_num_queries(1):
        assert recoveries.end_due(now=last_evening) == 0


def test_it_reckons_the_end_of_what_older_code_began(recovery: Recovery) -> None:
    known = recovery.over_at
    Recovery.objects.filter(pk=recovery.pk).update(over_at=None)
    assert recoveries.end_due(now=NOW) == 0
    recovery.refresh_from_db()
    assert recovery.over_at == known == datetime(2026, 3, 21, tzinfo=UTC)


@pytest.mark.parametrize(("zone", "hours"), [("Pacific/Auckland", -13), ("America/Los_Angeles", 7)])
def test_it_ends_at_midnight_where_the_patient_has_gone(recovery: Recovery, zone: str, hours: int) -> None:
    assert recovery.over_at is not None
    reminders.choose(
        patient=recovery.patient,
        reminders_on=False,
        reminder_at=time(18),
        timezone=zone,
        paused_until=None,
        actor=recovery.patient.user,
        now=NOW,
    )
    over = recovery.over_at + timedelta(hours=hours)
    assert [recoveries.end_due(now=at) for at in (NOW, over - timedelta(seconds=1), over)] == [0, 0, 1]


def test_a_clock_that_rings_too_early_is_set_again(recovery: Recovery) -> None:
    known = recovery.over_at
    Recovery.objects.filter(pk=recovery.pk).update(over_at=NOW)
    assert recoveries.end_due(now=NOW) == 0
    recovery.refresh_from_db()
    assert (recovery.state, recovery.over_at) == (Recovery.State.OPEN, known)


def test_it_is_held_open_by_a_flag_nobody_resolved() -> None:
    recovery = cast.make_recovery()
    judged(recovery, 13, PUS)
    over = cast.at_noon(recovery, 15)
    assert recoveries.end_due(now=over) == 0
    resolve_all(recovery, now=over)
    assert recoveries.end_due(now=over) == 1


def test_it_still_keeps_and_flags_what_is_said_after_the_end() -> None:
    recovery = cast.make_recovery()
    recoveries.end_due(now=cast.at_noon(recovery, 15))
    cast.check_in(recovery, 16, PUS)
    recovery.refresh_from_db()
    assert recovery.flags.get().is_urgent
    assert (recovery.state, recovery.silent_at is None) == (Recovery.State.TAIL, False)
    assert recoveries.read_silence(now=cast.at_noon(recovery, 25)) == 0
