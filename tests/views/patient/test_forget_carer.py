"""Taking back that somebody else may be rung."""

import pytest
from django.test import Client

from tests import cast
from tests.views import desk
from tracker.models import AuditEntry, Carer, Patient
from tracker.services import carers

pytestmark = pytest.mark.django_db

URL = "/someone-close/forget/"


@pytest.fixture
def person() -> Patient:
    patient = cast.make_recovery().patient
    carers.agree(patient=patient, name="Maria Sousa", phone="+44 7700 900456", now=cast.NOW)
    return patient


def test_nothing_of_the_other_person_is_kept(client: Client, person: Patient) -> None:
    client.force_login(person.user)
    assert "Your clinic rings only you." in desk.text(client.post(URL, follow=True))
    assert not Carer.objects.exists()
    assert AuditEntry.objects.filter(verb="forget_carer", actor=person.user).count() == 1


def test_a_second_time_changes_and_says_nothing(client: Client, person: Patient) -> None:
    client.force_login(person.user)
    client.post(URL, follow=True)
    assert "Your clinic rings only you." not in desk.text(client.post(URL, follow=True))
    assert AuditEntry.objects.filter(verb="forget_carer").count() == 1


def test_nobody_takes_away_another_patients(client: Client, person: Patient) -> None:
    client.force_login(
        cast.make_recovery(person.clinic, patient=cast.make_patient(person.clinic, "Ben Okri")).patient.user
    )
    client.post(URL)
    assert Carer.objects.get().patient == person


def test_looking_takes_nobody_away(client: Client, person: Patient) -> None:
    client.force_login(person.user)
    assert client.get(URL).status_code == 405
    assert Carer.objects.exists()
