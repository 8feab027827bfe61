"""The link in the mail with the code: it fills in, it never signs in."""

import re

import pytest
from django.core import mail
from django.test import Client

from tests import cast
from tracker.models import Patient

pytestmark = pytest.mark.django_db

CONFIRM = "/accounts/login/code/confirm/"


@pytest.fixture
def patient(settings: object) -> Patient:
    return cast.make_patient(cast.make_clinic())


def asked(client: Client, email: str) -> str:
    """Ask for a code; returns the path of the link in the mail, or ""."""
    client.post("/accounts/login/code/", {"email": email})
    found = re.search(r"https?://[^/\s]+(/code/\S+/)", str(mail.outbox[-1].body)) if mail.outbox else None
    return found[1] if found else ""


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_on_the_asking_device_it_only_fills_the_code_in(client: Client, patient: Patient) -> None:
    path = asked(client, patient.user.email)
    response = client.get(path, follow=True)
    word = path.split("/")[2]
    assert response.redirect_chain[-1][0] == f"{CONFIRM}?code={word}"
    assert f'value="{word}"' in response.content.decode()
    assert not signed_in(client)
    client.post(CONFIRM, {"code": word})
    assert signed_in(client)


def test_mail_scanners_do_not_spend_it(client: Client, patient: Patient) -> None:
    path = asked(client, patient.user.email)
    for scanner in (client, Client()):
        for _time in range(5):
            scanner.head(path)
            scanner.get(path, follow=True)
    assert not signed_in(client)
    client.post(CONFIRM, {"code": path.split("/")[2]})
    assert signed_in(client)


def test_another_device_gets_the_code_to_type_and_no_session(client: Client, patient: Patient) -> None:
    path = asked(client, patient.user.email)
    other = Client()
    text = other.get(path).content.decode()
    assert path.split("/")[2] in text
    assert "It works only there." in text
    other.post(CONFIRM, {"code": path.split("/")[2]})
    assert not signed_in(other)


def test_an_unknown_address_gets_the_same_answer(client: Client, patient: Patient) -> None:
    known = client.post("/accounts/login/code/", {"email": patient.user.email})
    unknown = Client().post("/accounts/login/code/", {"email": "nobody@mail.example"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


@pytest.mark.parametrize("word", ["<script>", "AAAA", "AAAA-BBBB-CCCC", "aaaa-bbbb"])
def test_only_what_looks_like_a_code_is_shown(client: Client, word: str) -> None:
    assert client.get(f"/code/{word}/").status_code == 404
