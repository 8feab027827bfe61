"""What the bench says about its own figures, and whether what it measures is a true database."""

from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection

from tests.bench import growing, multiplying
from tests.bench.load import Run
from tests.bench.plot import figure
from tests.bench.report import _ratios, _replay
from tests.cast import NOW
from tracker.demo import crowd
from tracker.models import Assessment, CheckIn, Clinic, Patient, Recovery, User


def _runs(rate: float, milliseconds: float) -> list[Run]:
    return [Run(rate=rate, p50=milliseconds, p95=milliseconds, p99=milliseconds)] * 3


def test_a_goal_that_is_missed_is_said_to_be_missed() -> None:
    bursts = {name: _runs(100, 10) for name in ("form", "page", "top")}
    bursts |= {name: _runs(50, 20) for name in ("post", "today", "result", "my_recovery", "recovery")}
    bursts |= {"triage": _runs(50, 40)}
    few = {f"{name} {side}": _runs(50, 10) for name in ("triage", "search") for side in ("few", "many")}
    said = "\n".join(_ratios("PostgreSQL", bursts, few))
    assert "| check-in / bare form, rate | 0.50 | ≥ 0.77 | **missed** |" in said
    assert "| today / bare page, p50 | 2.00 | ≤ 3 | met |" in said
    assert "| triage / bare page, p50 | 4.00 | ≤ 3 | **missed** |" in said


def test_judging_again_is_held_against_reading_and_judging_alone() -> None:
    found = {"recoveries": 2000, "check_ins": 9000, "raw": 0.5, "judging": 2.5, "megabytes": 180}
    said = "\n".join(_replay({**found, "one": 9.5, "two": 5.0}))
    assert "| one worker / raw and judging | 3.17 | ≤ 3 | **missed** |" in said
    assert "| one worker / two workers | 1.90 | ≥ 1.8 | met |" in said


def _size(recoveries: int, **more: Any) -> dict[str, Any]:
    page = {"triage": {"p50": 60.0, "p95": 80.0}}
    tables = {"recovery": [recoveries, recoveries * 200, recoveries * 100], "clinic": [1, 8192, 8192]}
    jobs = {"idle": {"end": 1.25}, "due": {"end": [[10, 30.0], [99, 290.0], [0, 0.4]]}}
    clinics = {"clinics": [3], "digest": [20.0, 10.0]}
    return {
        "recoveries": recoveries,
        "rounds": [page] * 3,
        "tables": tables,
        "bytes": 4e9,
        "seeding": 250.0,
        "clinics": clinics,
        **jobs,
        **more,
    }


def test_growth_is_told_by_size_and_drawn_by_tens() -> None:
    found = [_size(100, bytes=9e6), _size(100_000)]
    said = growing.text(found).splitlines()
    for line in (
        "| page, p50 / p95 ms | 100 | 100,000 |",
        "| triage | 60 / 80 | 60 / 80 |",
        "| end | 1.2 | 1.2 |",
        "| end | 30 / 290 (99) / – | 30 / 290 (99) / – |",
        "| digest | 20 / 10 | 20 / 10 |",
        "| recovery | 100 | 100,000 | 0.03 | 300 |",
        "| kB a recovery | 90.0 | 40.0 |",
    ):
        assert line in said
    assert not any(line.startswith("| clinic |") for line in said)  # too few rows to grow with anything
    drawn = ElementTree.fromstring(growing.drawn(found))
    assert len(drawn.findall("{*}polyline")) == 2
    one = ElementTree.fromstring(figure({"triage": [(100, 10), (100_000, 100)]}, "Title", "ms"))
    at = one.findtext("{*}title"), one.find("{*}polyline").get("points")  # type: ignore[union-attr]
    assert at == ("Title", "70.0,330.0 470.0,30.0")


@pytest.mark.django_db
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="PostgreSQL writes the copies")
def test_a_crowd_many_times_over_is_a_true_database() -> None:
    crowd.fill(more=4, password="!", now=NOW)
    before = multiplying.marks()
    crowd.fill(more=12, password="!", now=NOW)
    told, judged = CheckIn.objects.count(), Assessment.objects.count()
    new = before["tracker_checkin"], before["tracker_assessment"]
    first = CheckIn.objects.filter(pk__lte=new[0]).count()
    multiplying.multiply(before, 3)
    assert (Clinic.objects.count(), Patient.objects.count(), Recovery.objects.count()) == (1, 40, 40)
    assert CheckIn.objects.count() == first + 3 * (told - first)
    assert Assessment.objects.count() == first + 3 * (judged - first)
    assert multiplying.checked() | {"checking": 0} == {"orphans": {}, "faults": [], "checking": 0}
    for patient in Patient.objects.all():
        assert patient.user.email == patient.user.proven_email
        recovery = patient.recoveries.get()
        assert (recovery.treatment.patient, recovery.treatment.screening.patient) == (patient, patient)
        days = list(recovery.check_ins.order_by("day").values_list("day", flat=True))
        assert days == list(range((NOW.date() - recovery.started_on).days))
    User.objects.create_user("new@mail.example")  # the keys go on after the copies
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tracker_recovery SET patient_id = 0 WHERE id = (SELECT max(id) FROM tracker_recovery)"
        )
    assert multiplying.orphans() == {"tracker_recovery.patient_id": 1}
