"""How many stand in which lane."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Q

from tests import cast
from tests.views import desk
from tracker.models import Flag, Recovery
from tracker.services import counters, health

pytestmark = pytest.mark.django_db


def counted(**asked: Any) -> counters.Counters:
    """The numbers alone, without the system's state."""
    return counters.desk(**asked)[0]


def test_an_empty_clinic_counts_nothing() -> None:
    clinic = cast.make_clinic()
    found = counted(clinic_id=clinic.pk, now=cast.NOW)
    assert found == counters.Counters(urgent=0, review=0, watch=0, silent=0, on_course=0, listed=0)
    assert found.flags == 0


def test_it_counts_each_lane_of_this_clinic_alone(django_assert_num_queries: Any) -> None:
    mine, theirs = cast.make_clinic(), cast.make_clinic("Larkspur")
    for clinic, times in ((mine, 1), (theirs, 2)):
        for i in range(times):
            for rank in (1, 2, 3, 3):
                flag = desk.flagged(clinic, f"Flagged {i} {rank} {Flag.objects.count()}")
                Flag.objects.filter(pk=flag.pk).update(rank=rank)
            cast.make_recovery(clinic, patient=cast.make_patient(clinic, f"Silent {i}"))
            well = cast.make_recovery(clinic, patient=cast.make_patient(clinic, f"Well {i}"))
            cast.check_in(well, 6)
    with django_assert_num_queries(1):
        found = counted(clinic_id=mine.pk, now=cast.NOW)
    assert found == counters.Counters(urgent=2, review=1, watch=1, silent=1, on_course=1, listed=4)
    assert found.flags == 4


def test_what_is_resolved_or_ended_is_not_counted() -> None:
    flag = desk.flagged(cast.make_clinic())
    Flag.objects.filter(pk=flag.pk).update(state="resolved", outcome="settled", resolved_at=cast.NOW)
    now = cast.at_noon(flag.recovery, 6)
    assert counted(clinic_id=flag.clinic_id, now=now).on_course == 1
    Recovery.objects.update(state="ended")
    found = counted(clinic_id=flag.clinic_id, now=now + timedelta(days=9))
    assert found == counters.Counters(urgent=0, review=0, watch=0, silent=0, on_course=0, listed=0)


def test_a_silent_recovery_is_never_counted_as_on_course() -> None:
    recovery = cast.make_recovery()
    cast.check_in(recovery, 1)
    found = counted(clinic_id=recovery.clinic_id, now=cast.at_noon(recovery, 6))
    assert (found.silent, found.on_course) == (1, 0)


def test_it_stops_counting_the_uneventful_where_the_number_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clinic = cast.make_clinic()
    for i in range(3):
        cast.check_in(cast.make_recovery(clinic, patient=cast.make_patient(clinic, f"Well {i}")), 6)
    monkeypatch.setattr(counters, "MOST", 2)
    assert counted(clinic_id=clinic.pk, now=cast.NOW, wanted=Q()).on_course == 2


def test_it_counts_a_list_and_reads_the_signs_of_life_in_the_same_query(
    django_assert_num_queries: Any,
) -> None:
    clinic = cast.make_clinic()
    flag = desk.flagged(clinic)
    health.beat(component=health.BEAT, now=cast.NOW)
    with django_assert_num_queries(1):
        numbers, state = counters.desk(clinic_id=clinic.pk, now=cast.NOW)
    assert (numbers.listed, numbers.urgent) == (1, 1)
    assert (state.beat_age, state.worker_age) == (0, None)
    none = ~Q(pk=flag.pk)
    assert counters.desk(clinic_id=clinic.pk, wanted=none, now=cast.NOW)[0].listed == 0


def test_the_list_is_as_long_as_there_are_people_on_it() -> None:
    """Two flags of one person are one row, whatever the list is narrowed to."""
    clinic = cast.make_clinic()
    first = desk.flagged(clinic)
    cast.make_flag(first.recovery, cause="burn", rank=2)
    desk.flagged(clinic, "Bea Okafor")
    for wanted in (None, Q(rank=3), Q(rank=2), Q(cause="burn") | Q(pk=first.pk)):
        listed = counters.desk(clinic_id=clinic.pk, now=cast.NOW, wanted=wanted)[0].listed
        rows = Flag.objects.filter(clinic=clinic).one_per_recovery(wanted)
        assert listed == len(rows) > 0
