"""Adding a patient."""

from typing import Any

import pytest

from tests import cast
from tests.views import desk
from tracker.models import AuditEntry, Member, Message, Patient, Role

pytestmark = pytest.mark.django_db
URL = "/clinic/patients/new/"
ANA = {
    "name": "Ana  Sousa",
    "email": "Ana@Mail.example",
    "phone": "+44 7700 900123",
    "birth_year": "1991",
    "skin_type": "4",
    "timezone": "Europe/Lisbon",
}


@pytest.fixture
def people(time_machine: Any) -> dict[str, Member]:
    """The team of the clinic, at noon of day 6."""
    time_machine.move_to(cast.NOW, tick=False)
    return desk.team(cast.make_clinic())


@pytest.mark.parametrize("role", [Role.OWNER, Role.CLINICIAN, Role.FRONT_DESK])
def test_it_makes_a_patient_of_the_members_clinic(people: dict[str, Member], role: str) -> None:
    response = desk.at(people[role]).post(URL, ANA)
    patient = Patient.objects.get()
    assert response["Location"] == f"/clinic/patients/{patient.pk}/"
    assert (patient.name, patient.user.email) == ("Ana Sousa", "ana@mail.example")
    assert (patient.skin_type, patient.timezone, patient.birth_year) == (4, "Europe/Lisbon", 1991)
    assert patient.clinic == people[role].clinic
    assert AuditEntry.objects.get(verb="invite_patient").actor == people[role].user


def test_it_sends_nothing_before_there_is_a_treatment(people: dict[str, Member]) -> None:
    desk.at(people[Role.FRONT_DESK]).post(URL, ANA)
    assert not Message.objects.exists()


def test_it_leads_to_a_patient_who_is_there_already(people: dict[str, Member]) -> None:
    known = cast.make_patient(people[Role.OWNER].clinic, email="ana@mail.example")
    response = desk.at(people[Role.FRONT_DESK]).post(URL, ANA, follow=True)
    assert response.redirect_chain == [(f"/clinic/patients/{known.pk}/", 302)]
    assert "This address belongs to a patient you already have." in desk.text(response)
    assert Patient.objects.count() == 1


def test_it_does_not_say_that_another_clinic_knows_the_address(people: dict[str, Member]) -> None:
    theirs = cast.make_patient(cast.make_clinic("Larkspur"), email="ana@mail.example")
    response = desk.at(people[Role.FRONT_DESK]).post(URL, ANA, follow=True)
    assert "already" not in desk.text(response)
    mine = Patient.objects.get(clinic=people[Role.OWNER].clinic)
    assert mine.user == theirs.user


def test_the_skin_type_may_stay_unknown_and_the_clinics_zone_is_offered(people: dict[str, Member]) -> None:
    client = desk.at(people[Role.CLINICIAN])
    assert '<option value="Europe/London" selected>' in desk.text(client.get(URL))
    client.post(URL, ANA | {"skin_type": ""})
    assert Patient.objects.get().skin_type is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"birth_year": "2027"}, "less than or equal to 2026"),
        ({"birth_year": "1850"}, "greater than or equal to 1900"),
        ({"phone": "ring me"}, "Enter a telephone number"),
        ({"email": "ana"}, "valid email address"),
        ({"timezone": "Mars/Olympus"}, "Select a valid choice"),
        ({"skin_type": "7"}, "Select a valid choice"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_it_says_next_to_the_field_what_is_wrong(
    people: dict[str, Member], wrong: dict[str, str], said: str
) -> None:
    response = desk.at(people[Role.CLINICIAN]).post(URL, ANA | wrong)
    assert response.status_code == 422
    page = desk.text(response)
    assert "There is a problem" in page
    assert said in page
    assert not Patient.objects.exists()


def test_who_may_only_read_cannot(people: dict[str, Member]) -> None:
    client = desk.at(people[Role.READ_ONLY])
    assert client.get(URL).status_code == 403
    assert client.post(URL, ANA).status_code == 403
    assert not Patient.objects.exists()
