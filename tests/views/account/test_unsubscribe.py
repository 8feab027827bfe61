"""One-click unsubscribe as RFC 8058 wants it."""

import pytest
from django.test import Client

from tests import cast
from tracker.models import AuditEntry, Patient, Recovery
from tracker.tokens import unsubscribe_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def recovery() -> Recovery:
    return cast.make_recovery()


@pytest.fixture
def path(recovery: Recovery) -> str:
    return f"/unsubscribe/{unsubscribe_token(recovery.patient)}/"


def test_one_click_works_without_cookie_and_without_redirect(recovery: Recovery, path: str) -> None:
    mail_program = Client(enforce_csrf_checks=True)
    response = mail_program.post(path, {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    recovery.refresh_from_db()
    assert not Patient.objects.get().reminders_on
    assert recovery.next_reminder_at is None


def test_opening_the_page_changes_nothing(client: Client, path: str) -> None:
    text = client.get(path).content.decode()
    assert 'value="One-Click"' in text
    assert client.head(path).status_code == 200
    assert Patient.objects.get().reminders_on


def test_clicking_twice_is_clicking_once(client: Client, path: str) -> None:
    assert client.post(path).status_code == client.post(path).status_code == 200
    assert AuditEntry.objects.filter(verb="unsubscribe").count() == 1


def test_it_says_that_safety_mail_still_comes(client: Client, path: str) -> None:
    assert "safety still come" in client.get(path).content.decode()


def test_it_tells_nothing_about_the_person(client: Client, recovery: Recovery, path: str) -> None:
    text = client.get(path).content.decode() + client.post(path).content.decode()
    assert recovery.patient.name not in text
    assert recovery.patient.user.email not in text


@pytest.mark.parametrize("token", ["x", "MQ:1abc:def"])
def test_a_token_that_is_not_ours_does_not_exist(client: Client, token: str) -> None:
    assert client.get(f"/unsubscribe/{token}/").status_code == 404
    assert client.post(f"/unsubscribe/{token}/").status_code == 404


def test_it_can_be_turned_on_again(client: Client, recovery: Recovery, path: str) -> None:
    client.post(path)
    client.force_login(recovery.patient.user)
    data = {"reminders_on": "on", "reminder_at": "18:00", "timezone": "Europe/London", "pause": "0"}
    data |= {"reminder_days": list("0123456")}  # type: ignore[dict-item]
    client.post("/reminders/", data)
    assert Patient.objects.get().reminders_on
