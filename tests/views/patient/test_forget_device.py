"""Forgetting one remembered device."""

import pytest
from django.test import Client

from tests import cast
from tracker.models import AuditEntry, Patient, RememberedDevice
from tracker.services import devices

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Patient:
    return cast.make_recovery().patient


def test_it_has_to_sign_in_again_from_its_next_request_on(client: Client, person: Patient) -> None:
    far = Client()
    far.cookies["device"] = devices.remember(user=person.user, now=cast.NOW)
    RememberedDevice.objects.update(created_at=person.recoveries.get().treatment.created_at)
    client.force_login(person.user)
    response = client.post(f"/reminders/devices/{RememberedDevice.objects.get().pk}/forget/", follow=True)
    assert "Forgotten." in response.content.decode()
    assert RememberedDevice.objects.get().revoked_at is not None
    assert far.get("/today/")["Location"].startswith("/accounts/login/")
    assert AuditEntry.objects.filter(verb="forget_device").count() == 1


def test_somebody_elses_device_does_not_exist(client: Client, person: Patient) -> None:
    other = cast.make_patient(person.clinic, "Ben Okri")
    devices.remember(user=other.user, now=cast.NOW)
    client.force_login(person.user)
    path = f"/reminders/devices/{RememberedDevice.objects.get().pk}/forget/"
    assert client.post(path).status_code == 404
    assert RememberedDevice.objects.get().revoked_at is None


def test_looking_forgets_nothing(client: Client, person: Patient) -> None:
    devices.remember(user=person.user, now=cast.NOW)
    client.force_login(person.user)
    assert client.get(f"/reminders/devices/{RememberedDevice.objects.get().pk}/forget/").status_code == 405
