"""Someone close to the patient: named by the patient, rung by the clinic."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import cast
from tests.views import desk
from tracker.models import AuditEntry, Carer, Recovery, Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

URL = "/someone-close/"
MARIA = {"name": "Maria  Sousa", "phone": "+44 7700 900456", "agreed": "on"}


def colleague(recovery: Recovery, role: str) -> Client:
    return desk.at(cast.make_member(recovery.clinic, role, "Kim Reed"))


def test_nobody_is_named_unless_the_patient_does(patient: Client, recovery: Recovery) -> None:
    assert "Your clinic may ring" not in desk.text(patient.get(URL))
    assert "Only if not reached" not in desk.text(colleague(recovery, Role.CLINICIAN).get("/clinic/"))


def test_whom_the_patient_names_is_kept_with_the_day_of_the_yes(patient: Client, recovery: Recovery) -> None:
    page = desk.text(patient.post(URL, MARIA, follow=True))
    assert "<strong>Maria Sousa</strong>" in page
    assert "You agreed on 12 March 2026." in page
    assert Carer.objects.get().patient == recovery.patient
    assert "Your clinic may ring Maria Sousa" in desk.text(patient.get("/reminders/"))


def test_without_a_yes_nothing_is_kept_and_nothing_typed_is_lost(patient: Client) -> None:
    answer = patient.post(URL, {k: v for k, v in MARIA.items() if k != "agreed"})
    page = desk.text(answer)
    assert answer.status_code == 422
    assert "Tick the box if you agree. Without it we keep nothing." in page
    assert 'value="+44 7700 900456"' in page
    assert not Carer.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"phone": "call her"}, "Enter a telephone number, such as"),
        ({"phone": ""}, "Please write their phone number."),
        ({"name": "  "}, "Please write their name."),
        ({"phone": "+44 (7700) 900-123"}, "That is your own number. Please write theirs."),
    ],
)
def test_a_number_that_would_not_help_is_refused(patient: Client, wrong: dict[str, str], said: str) -> None:
    assert said in desk.text(patient.post(URL, MARIA | wrong))
    assert not Carer.objects.exists()


def test_a_change_replaces_the_person(patient: Client) -> None:
    patient.post(URL, MARIA)
    patient.post(URL, MARIA | {"name": "Rui Sousa"})
    assert Carer.objects.get().name == "Rui Sousa"


def test_the_audit_holds_neither_name_nor_number(patient: Client) -> None:
    patient.post(URL, MARIA)
    entry: Any = AuditEntry.objects.get(verb="agree_carer")
    assert entry.detail == {}
    assert "Maria" not in entry.subject


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.FRONT_DESK])
def test_whoever_rings_the_silent_sees_whom_else_to_ring(
    patient: Client, recovery: Recovery, role: str
) -> None:
    patient.post(URL, MARIA)
    asked = colleague(recovery, role)
    for page in ("/clinic/", reverse("patient", args=[recovery.patient_id])):
        text = desk.text(asked.get(page))
        assert "Only if not reached: Maria Sousa" in text
        assert 'href="tel:+447700900456"' in text


def test_it_stands_at_the_head_of_the_recovery(patient: Client, recovery: Recovery) -> None:
    patient.post(URL, MARIA)
    page = colleague(recovery, Role.CLINICIAN).get(reverse("recovery", args=[recovery.pk]))
    assert "Only if not reached: Maria Sousa" in desk.text(page)
