"""From a flag to a record in one click, with what is known filled in."""

from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests import cast
from tests.views import desk
from tracker.models import AdverseEvent, Flag

pytestmark = pytest.mark.django_db

SAID = {
    "began_on": "2026-03-11",
    "severity": "moderate",
    "description": "Pus",
    "action": "",
    "outcome": "going_on",
    "device_model": "Pen 5",
    "device_lot": "=N1",
    "reportable": "open",
}


@pytest.fixture
def flag(db: None) -> Flag:
    return desk.flagged(cast.make_clinic())


@pytest.fixture
def client(flag: Flag) -> Client:
    return desk.at(flag.clinic.members.get())


def send(client: Client, flag: Flag, **said: Any) -> Any:
    with time_machine.travel(cast.NOW, tick=False):
        form = SAID | desk.seen(flag) | said
        return client.post(reverse("record_adverse_event", args=[flag.pk]), form, follow=True)


def test_the_flag_leads_to_a_form_that_knows_the_treatment(client: Client, flag: Flag) -> None:
    address = reverse("record_adverse_event", args=[flag.pk])
    with time_machine.travel(cast.NOW, tick=False):
        assert address in desk.text(client.get(reverse("recovery", args=[flag.recovery_id])))
        shown = desk.text(client.get(address))
    for words in ("Ana Sousa", "Face 1.25 mm", "Dr Cole", "Possible infection, day 5", 'value="2026-03-11"'):
        assert words in shown, words
    assert 'value="mild" checked' not in shown
    assert not AdverseEvent.objects.exists()


def test_it_records_and_shows_the_record(client: Client, flag: Flag) -> None:
    shown = desk.text(send(client, flag))
    event = AdverseEvent.objects.get()
    assert (event.flag, event.severity, event.device_lot) == (flag, "moderate", "=N1")
    assert "Recorded. Complete it when you know more." in shown
    with time_machine.travel(cast.NOW, tick=False):
        again = client.get(reverse("record_adverse_event", args=[flag.pk]))
    assert again.headers["Location"] == reverse("adverse_event", args=[event.pk])


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"began_on": "2026-03-05"}, "between the treatment and today"),
        ({"began_on": "2026-03-13"}, "between the treatment and today"),
        ({"severity": ""}, "required"),
        ({"description": " "}, "required"),
    ],
)
def test_it_keeps_what_was_typed_when_something_is_missing(
    client: Client, flag: Flag, said: dict[str, str], told: str
) -> None:
    answer = send(client, flag, **said)
    assert answer.status_code == 422
    assert told in desk.text(answer)
    assert 'value="Pen 5"' in desk.text(answer)
    assert not AdverseEvent.objects.exists()


def test_a_form_of_another_patient_is_refused(client: Client, flag: Flag) -> None:
    answer = send(client, flag, patient=flag.recovery.patient_id + 1)
    assert answer.status_code == 409
    assert "another patient" in desk.text(answer)
    assert not AdverseEvent.objects.exists()
