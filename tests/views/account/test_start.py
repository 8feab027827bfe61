"""The mailed link: opening it is harmless, the button spends it once."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests import cast
from tracker.models import Message, Recovery, SignInLink
from tracker.services import people
from tracker.tokens import sign_in_token

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def recovery() -> Recovery:
    return cast.make_recovery()


@pytest.fixture
def link(recovery: Recovery) -> SignInLink:
    people.send_welcome(patient=recovery.patient, recovery=recovery, now=cast.NOW)
    return SignInLink.objects.get()


@pytest.fixture
def path(link: SignInLink) -> str:
    return f"/start/{sign_in_token(link)}/"


def signed_in_as(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def test_opening_the_link_spends_nothing(client: Client, link: SignInLink, path: str) -> None:
    for _time in range(3):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    link.refresh_from_db()
    assert link.used_at is None
    assert signed_in_as(client) is None


def test_it_names_the_clinic_and_nobody_else(client: Client, recovery: Recovery, path: str) -> None:
    text = client.get(path).content.decode()
    assert "Rosewater" in text
    assert recovery.patient.name not in text
    assert recovery.patient.user.email not in text


def test_the_button_signs_in_and_leads_to_today(client: Client, recovery: Recovery, path: str) -> None:
    client.get("/help/")
    response = client.post(path, follow=True)
    assert signed_in_as(client) == str(recovery.patient.user_id)
    assert response.redirect_chain[-1][0] == "/today/"


def test_signing_in_changes_the_session(client: Client, path: str) -> None:
    session = client.session
    session["seen"] = True
    session.save()
    before = client.cookies["session"].value if "session" in client.cookies else session.session_key
    client.post(path)
    assert client.session.session_key != before


def test_a_link_works_once(client: Client, path: str) -> None:
    client.post(path)
    other = Client()
    response = other.post(path)
    assert response.status_code == 410
    assert "This link was used already" in response.content.decode()
    assert signed_in_as(other) is None


def test_an_old_link_says_so_and_offers_a_new_one(client: Client, path: str) -> None:
    with time_machine.travel(cast.NOW + timedelta(hours=25), tick=False):
        assert "This link is too old" in client.get(path).content.decode()
        response = client.post(path)
        assert response.status_code == 410
        assert "Send me a new link" in response.content.decode()
    assert signed_in_as(client) is None


def test_one_tap_mails_a_new_link_without_showing_the_address(
    client: Client, recovery: Recovery, path: str
) -> None:
    with time_machine.travel(cast.NOW + timedelta(hours=25), tick=False):
        text = client.post(path, {"again": "1"}).content.decode()
    assert "Look in your mailbox" in text
    assert recovery.patient.user.email not in text
    assert Message.objects.filter(kind=Message.Kind.WELCOME).count() == 2


def test_tapping_again_at_once_mails_nothing_and_says_the_same(client: Client, path: str) -> None:
    with time_machine.travel(cast.NOW + timedelta(hours=25), tick=False):
        first = client.post(path, {"again": "1"}).content
        second = client.post(path, {"again": "1"}).content
    assert first == second
    assert Message.objects.filter(kind=Message.Kind.WELCOME).count() == 2


@pytest.mark.parametrize("token", ["x", "a.b.c", "MTIz:1abc:def"])
def test_a_link_that_is_not_ours_says_only_that(client: Client, token: str) -> None:
    response = client.get(f"/start/{token}/")
    assert response.status_code == 200
    assert "This link does not work" in response.content.decode()
    assert client.post(f"/start/{token}/").status_code == 410
    assert "Look in your mailbox" in client.post(f"/start/{token}/", {"again": "1"}).content.decode()


def test_the_button_needs_the_page_it_stands_on(path: str) -> None:
    assert Client(enforce_csrf_checks=True).post(path).status_code == 403


def test_no_cache_keeps_it(client: Client, path: str) -> None:
    assert "no-store" in client.get(path)["Cache-Control"]
