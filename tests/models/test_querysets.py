"""Querysets named after the page or sweep that asks."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Q

from tests import cast
from tests.cast import NOW, PUS
from tracker.models import CheckIn, Flag, Message, Recovery

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def crowd(count: int) -> list[Flag]:
    """So many urgent flags at one clinic, opened a minute apart."""
    clinic = cast.make_clinic()
    flags = []
    for n in range(count):
        recovery = cast.make_recovery(clinic, patient=cast.make_patient(clinic, f"Patient {n}"))
        cast.check_in(recovery, 6, PUS, now=NOW + timedelta(minutes=n))
        flags.append(recovery.flags.get())
    return flags


TODAY = NOW.date()


def test_it_sorts_triage_by_level_then_who_waits_then_promise() -> None:
    clinic = cast.make_clinic()
    member = cast.make_member(clinic)
    taken = {"state": "acknowledged", "owner": member, "acknowledged_at": NOW}
    wanted: dict[str, dict[str, Any]] = {
        "first": {"promised_by": NOW},
        "tried again today": taken | {"promised_by": NOW + timedelta(minutes=3), "next_try_on": TODAY},
        "open again": {"owner": member, "promised_by": NOW + timedelta(minutes=5)},
        "owned": taken | {"promised_by": NOW},
        "snoozed": {"snoozed_until": NOW + timedelta(hours=1), "promised_by": NOW},
        "tomorrow": taken | {"next_try_on": TODAY + timedelta(days=1), "promised_by": NOW + timedelta(1)},
        "review": {"rank": 2, "promised_by": NOW - timedelta(hours=1)},
        "awake": {"rank": 1, "snoozed_until": NOW, "promised_by": NOW},
    }
    for name in reversed(wanted):
        recovery = cast.make_recovery(clinic, patient=cast.make_patient(clinic, name))
        cast.make_flag(recovery, **wanted[name])
    rows = Flag.objects.in_working_order(now=NOW, today=TODAY).for_triage()
    assert [(flag.recovery.patient.name, vars(flag)["turn"]) for flag in rows] == list(
        zip(wanted, (0, 0, 0, 1, 2, 2, 0, 0), strict=True)
    )


def test_it_shows_the_worst_of_several_flags_of_a_recovery_and_counts_the_rest() -> None:
    flag = cast.make_flag(cast.make_recovery())
    fields = {"opened_at": NOW, "raised_at": NOW, "promised_by": NOW, "edition": "rules-1"}
    for cause, rank in (("burn", 2), ("cold_sore", 3)):
        Flag.objects.create(clinic=flag.clinic, recovery=flag.recovery, cause=cause, rank=rank, **fields)
    closed = Flag.objects.create(
        clinic=flag.clinic, recovery=flag.recovery, cause="unclear", rank=3, **fields
    )
    Flag.objects.filter(pk=closed.pk).update(state="resolved", outcome="settled", resolved_at=NOW)
    shown = Flag.objects.one_per_recovery().for_triage().get()
    assert (shown, vars(shown)["open_here"]) == (flag, 3)
    assert Flag.objects.one_per_recovery(Q(rank=2)).get().cause == "burn"


@pytest.mark.parametrize("count", [1, 6])
def test_it_reads_triage_in_one_query(count: int, django_assert_num_queries: Any) -> None:
    clinic = cast.make_clinic()
    for i in range(count):
        cast.make_flag(cast.make_recovery(clinic, patient=cast.make_patient(clinic, f"Person {i}")))
    with django_assert_num_queries(1):
        for flag in Flag.objects.one_per_recovery().in_working_order(now=NOW, today=TODAY).for_triage():
            assert flag.recovery.patient.name
            assert flag.recovery.treatment.device
            assert flag.recovery.edition.rules


def test_it_reads_a_recovery_page_in_a_constant_number_of_queries(django_assert_num_queries: Any) -> None:
    crowd(2)
    with django_assert_num_queries(3):
        for recovery in Recovery.objects.for_recovery_page():
            facts = recovery.treatment.facts()
            assert (facts.skin_type, facts.areas[0].depth_mm) == (3, 1.25)
            assert recovery.patient.user.email
            assert recovery.edition.protocol.name == "Standard"


def test_it_calls_unassessed_what_nobody_has_judged_or_is_judging() -> None:
    kept = cast.check_in(cast.make_recovery(), 6)
    assert list(CheckIn.objects.unassessed(NOW)) == [kept]
    assert not CheckIn.objects.unassessed(NOW - SECOND).exists()
    CheckIn.objects.update(assessed_at=NOW)
    assert not CheckIn.objects.unassessed(NOW).exists()


def test_it_reads_a_course_by_day_and_arrival() -> None:
    recovery = cast.make_recovery()
    sixth = cast.check_in(recovery, 6)
    fifth = cast.check_in(recovery, 5, now=cast.at_noon(recovery, 6))
    again = cast.check_in(recovery, 6)
    assert list(recovery.check_ins.in_order()) == [fifth, sixth, again]


def test_it_calls_a_message_due_when_it_waits_unclaimed_and_its_time_has_come() -> None:
    (flag,) = crowd(1)
    message = flag.messages.get()
    for fields, due in (
        ({}, True),
        ({"due_at": NOW + SECOND}, False),
        ({"due_at": NOW, "claimed_until": NOW + SECOND}, False),
        ({"claimed_until": NOW}, True),
        ({"state": Message.State.SENT}, False),
    ):
        Message.objects.filter(pk=message.pk).update(**fields)
        assert Message.objects.due(NOW).exists() is due, fields


def test_it_follows_only_what_goes_on() -> None:
    recovery = cast.make_recovery()
    later = NOW + timedelta(days=9)
    sweeps = (Recovery.objects.reminder_due, Recovery.objects.fell_silent, Recovery.objects.silence_unread)
    assert [sweep(later).exists() for sweep in sweeps] == [True, True, True]
    Recovery.objects.filter(pk=recovery.pk).update(silence_read_at=NOW)
    assert [sweep(later).exists() for sweep in sweeps] == [True, True, False]
    Recovery.objects.filter(pk=recovery.pk).update(state="ended", silence_read_at=None)
    assert [sweep(later).exists() for sweep in sweeps] == [False, False, False]


def test_it_climbs_only_for_open_flags() -> None:
    (flag,) = crowd(1)
    assert flag.next_step_at is not None
    assert Flag.objects.step_due(flag.next_step_at).exists()
    assert not Flag.objects.step_due(flag.next_step_at - SECOND).exists()
    Flag.objects.update(state="acknowledged")
    assert not Flag.objects.step_due(flag.next_step_at).exists()
