"""One patient."""

from typing import Any

import pytest

from tests import cast
from tests.views import desk
from tracker.models import Member, Patient, Role
from tracker.services import treatments

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(time_machine: Any) -> dict[str, Member]:
    """The team of the clinic, at noon of day 6."""
    time_machine.move_to(cast.NOW, tick=False)
    return desk.team(cast.make_clinic())


@pytest.fixture
def patient(people: dict[str, Member]) -> Patient:
    """A patient with a flagged recovery."""
    flag = desk.flagged(people[Role.OWNER].clinic)
    return flag.recovery.patient


def opened(people: dict[str, Member], patient: Patient, role: str) -> str:
    return desk.text(desk.at(people[role]).get(f"/clinic/patients/{patient.pk}/"))


def test_it_says_how_to_reach_them_and_what_was_done(people: dict[str, Member], patient: Patient) -> None:
    page = opened(people, patient, Role.CLINICIAN)
    for fact in ("1991", "+44 7700 900123", "ana.sousa@mail.example", "18:00, Europe/London"):
        assert fact in page
    assert "Pen · face 1.25 mm · Dr Cole" in page
    assert "Day 6 of 14" in page
    assert "III" in page


def test_it_tells_the_front_desk_nothing_clinical(people: dict[str, Member], patient: Patient) -> None:
    page = opened(people, patient, Role.FRONT_DESK)
    assert "Day 6 of 14" in page
    for clinical in ("Pen", "1.25", "Skin type", "Urgent", "On course", "New treatment", "/recoveries/"):
        assert clinical not in page
    assert "Send the sign-in link again" in page


def test_it_gives_read_only_members_nothing_to_press(people: dict[str, Member], patient: Patient) -> None:
    page = opened(people, patient, Role.READ_ONLY)
    assert "Pen · face" in page
    assert "<form" not in page
    assert "New treatment" not in page


def test_it_says_that_mail_does_not_arrive(people: dict[str, Member], patient: Patient) -> None:
    Patient.objects.filter(pk=patient.pk).update(email_broken_at=cast.NOW)
    assert "Mail does not reach this address." in opened(people, patient, Role.FRONT_DESK)


def test_it_leads_back_to_a_screening_that_no_treatment_followed(
    people: dict[str, Member], patient: Patient
) -> None:
    found = treatments.record_screening(
        patient=patient, member=people[Role.CLINICIAN], answers={"keloid": "no"}, now=cast.NOW
    )
    assert f"/clinic/screenings/{found.pk}/" in opened(people, patient, Role.CLINICIAN)
    assert "Screened, not treated yet" not in opened(people, patient, Role.FRONT_DESK)


def test_another_clinics_patient_is_as_missing_as_none(people: dict[str, Member]) -> None:
    theirs = cast.make_patient(cast.make_clinic("Larkspur"))
    client = desk.at(people[Role.OWNER])
    stranger, missing = client.get(f"/clinic/patients/{theirs.pk}/"), client.get("/clinic/patients/999999/")
    assert stranger.status_code == missing.status_code == 404
    assert stranger.content == missing.content
