"""Which of a clinic's recoveries teach it something."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.services import past
from tracker.healing.learning import setting
from tracker.models import AdverseEvent, Clinic, Farewell, Member, QualityCheck, Recovery
from tracker.services import learning

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(db: None) -> Clinic:
    clinic = cast.make_clinic()
    cast.make_member(clinic)
    return clinic


def counted(clinic: Clinic) -> list[Recovery]:
    return list(learning.complication_free(clinic_id=clinic.pk))


def test_it_learns_from_recoveries_that_are_over_and_were_never_flagged(clinic: Clinic) -> None:
    quiet = past.quiet_ones(clinic, 2)
    running = cast.make_recovery(clinic, patient=cast.make_patient(clinic, "Bo"))
    cast.check_in(running, 1)
    flagged = cast.make_recovery(clinic, patient=cast.make_patient(clinic, "Cy"))
    past.over(flagged, {}, cast.PUS)
    assert counted(clinic) == quiet


@pytest.mark.parametrize(
    ("medicines", "counts"),
    [("none", True), ("unsure", False), ("antibiotic", False), ("antiviral", False), ("both", False)],
)
def test_it_leaves_out_whoever_was_given_medicines(clinic: Clinic, medicines: str, counts: bool) -> None:
    [recovery] = past.quiet_ones(clinic, 1)
    Farewell.objects.create(recovery=recovery, said_at=cast.NOW, medicines=medicines)
    assert (counted(clinic) == [recovery]) is counts


def test_it_leaves_out_what_a_quality_check_found_or_was_recorded_as_harm(clinic: Clinic) -> None:
    missed, fine, harmed = past.quiet_ones(clinic, 3)
    for recovery, finding in ((missed, "missed"), (fine, "fine")):
        QualityCheck.objects.create(
            clinic=clinic, recovery=recovery, week=cast.STARTED, drawn_at=cast.NOW, finding=finding
        )
    AdverseEvent.objects.create(
        clinic=clinic,
        recovery=harmed,
        recorded_at=cast.NOW,
        recorded_by=Member.objects.get(),
        began_on=cast.STARTED,
        severity="mild",
        description="A patch that stayed dark.",
    )
    assert counted(clinic) == [fine]


def test_it_learns_nothing_from_another_clinic(clinic: Clinic) -> None:
    past.quiet_ones(cast.make_clinic("Linden"), 25)
    assert learning.learn(clinic_id=clinic.pk).courses == 0


def test_it_takes_the_answer_that_stands(clinic: Clinic) -> None:
    least = int(setting("least_courses"))
    first, *_rest = past.quiet_ones(clinic, least, days=1)
    assert learning.learn(clinic_id=clinic.pk).counts["redness"][0] == least
    before = learning.learn(clinic_id=clinic.pk).course
    later = cast.at_noon(first, 0) + timedelta(hours=1)
    amended = first.check_ins.get().pk
    cast.check_in(first, 0, cast.CALM | {"redness": 3}, now=later, amends=amended)
    assert dict(learning.learn(clinic_id=clinic.pk).course)["redness"][0] > dict(before)["redness"][0]


def test_it_asks_the_database_no_more_often_for_more_recoveries(clinic: Clinic) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            learning.learn(clinic_id=clinic.pk)
        return len(seen)

    past.quiet_ones(clinic, 21)
    few: Any = queries()
    past.quiet_ones(clinic, 30)
    assert queries() == few
