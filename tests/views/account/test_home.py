"""The first page sends everyone to their own."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import cast
from tracker.models import User

pytestmark = pytest.mark.django_db


def first(client: Client) -> str:
    response = client.get("/")
    assert response.status_code == 302
    return str(response["Location"])


def test_a_stranger_comes_to_the_sign_in(client: Client) -> None:
    assert first(client) == "/accounts/login/"


def test_a_patient_comes_to_today(client: Client) -> None:
    client.force_login(cast.make_recovery().patient.user)
    assert first(client) == "/today/"


def test_a_superuser_comes_to_the_admin(client: Client) -> None:
    client.force_login(User.objects.create_superuser("root@aftercare.example", cast.PASSWORD))
    assert first(client) == "/admin/"


def test_a_member_comes_to_the_worklist(client: Client) -> None:
    client.force_login(cast.make_member(cast.make_clinic()).user)
    assert first(client) == reverse("triage")
