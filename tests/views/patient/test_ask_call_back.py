"""One tap, and the clinic is asked to call."""

import pytest
from django.test import Client

from tests import cast
from tracker.models import CallBack, Recovery

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def test_one_tap_asks_and_the_page_says_by_when(patient: Client, recovery: Recovery) -> None:
    response = patient.post("/messages/call-back/", follow=True)
    assert CallBack.objects.get().recovery == recovery
    text = response.content.decode()
    assert "Your clinic has been asked to call you by 11:00, Friday 13 March." in text
    assert "Ask the clinic to call me" not in text


def test_looking_asks_for_nothing(patient: Client) -> None:
    assert patient.get("/messages/call-back/").status_code == 405
    assert not CallBack.objects.exists()


def test_without_a_treatment_nothing_is_asked(client: Client) -> None:
    client.force_login(cast.make_patient(cast.make_clinic()).user)
    assert client.post("/messages/call-back/").status_code == 302
    assert not CallBack.objects.exists()
