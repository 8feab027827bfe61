"""Writing with the clinic, as the patient sees it."""

import pytest
from django.test import Client

from tests import cast
from tracker.models import Note, Recovery

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def test_a_message_is_sent_and_shown(patient: Client, recovery: Recovery) -> None:
    response = patient.post("/messages/", {"text": "Is <b>this</b> normal?"}, follow=True)
    assert Note.objects.get().text == "Is <b>this</b> normal?"
    text = response.content.decode()
    assert "Is &lt;b&gt;this&lt;/b&gt; normal?" in text
    assert "Not read yet" in text


def test_it_says_that_nobody_reads_in_real_time_and_whom_to_ring(patient: Client) -> None:
    text = patient.get("/messages/").content.decode()
    assert "Messages are not read in real time." in text
    assert "Somebody answers by 11:00, Friday 13 March." in text
    assert text.index("Ring 999 now") < text.index("<textarea")
    assert "020 7946 0000" in text


def test_an_empty_message_is_refused_with_words(patient: Client) -> None:
    response = patient.post("/messages/", {"text": "  "})
    assert response.status_code == 422
    assert "Please write something first." in response.content.decode()
    assert not Note.objects.exists()


def test_looking_marks_nothing_as_read(patient: Client, recovery: Recovery) -> None:
    Note.objects.create(
        clinic=recovery.clinic,
        recovery=recovery,
        written_at=cast.NOW,
        author=recovery.treatment.operator.user,
        from_patient=False,
        text="Please come in on Friday",
    )
    assert "Please come in on Friday" in patient.get("/messages/").content.decode()
    assert Note.objects.get().read_at is None


def test_without_a_treatment_there_is_nobody_to_write_to(client: Client) -> None:
    client.force_login(cast.make_patient(cast.make_clinic()).user)
    text = client.get("/messages/").content.decode()
    assert "No messages yet" in text
    assert "<textarea" not in text
