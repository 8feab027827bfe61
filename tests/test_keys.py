"""A new secret key, with the old one beside it for a while: nobody is signed out and no link dies."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests import cast
from tests.cast import NOW
from tests.views.patient.answers import typed
from tracker import tokens
from tracker.models import Patient, Recovery
from tracker.services import people
from tracker.views.patient import shell

pytestmark = pytest.mark.django_db

OLD, NEW = "the-old-key-of-the-clinic-" * 3, "a-new-key-for-the-clinic-" * 3


@pytest.fixture
def recovery(settings: Any, time_machine: Any) -> Recovery:
    """Made while the old key was the only one."""
    time_machine.move_to(NOW, tick=False)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []
    return cast.make_recovery()


def turn(settings: Any, *, old_ones: list[str]) -> None:
    """Start again with the new key."""
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, old_ones


@pytest.mark.parametrize(("came_by", "stays"), [(True, True), (False, False)])
def test_who_comes_by_while_the_old_key_counts_stays_signed_in(
    recovery: Recovery, settings: Any, client: Client, came_by: bool, stays: bool
) -> None:
    client.force_login(recovery.patient.user)
    if came_by:
        turn(settings, old_ones=[OLD])
        assert client.get("/today/").status_code == 200
    turn(settings, old_ones=[])
    assert (client.get("/today/").status_code == 200) is stays


def test_a_form_that_was_open_meanwhile_is_taken(recovery: Recovery, settings: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(recovery.patient.user)
    page = client.get("/today/")
    token, opened = page.context["csrf_token"], page.context["form"]["opened_at"].value()
    turn(settings, old_ones=[OLD])
    sent = typed(csrfmiddlewaretoken=str(token), opened_at=opened)
    assert client.post("/today/", sent).status_code == 302
    assert recovery.check_ins.get().seconds_taken == 0


@pytest.mark.parametrize("beside", [True, False])
def test_mailed_links_live_as_long_as_their_key(
    recovery: Recovery, settings: Any, client: Client, beside: bool
) -> None:
    people.send_welcome(patient=recovery.patient, recovery=recovery, now=NOW - timedelta(minutes=5))
    link = recovery.patient.user.sign_in_links.get()
    start, stop = tokens.sign_in_token(link), tokens.unsubscribe_token(recovery.patient)
    turn(settings, old_ones=[OLD] if beside else [])
    client.post(f"/start/{start}/")
    assert ("_auth_user_id" in client.session) is beside
    client.post(f"/unsubscribe/{stop}/")
    assert Patient.objects.get().reminders_on is not beside


def test_what_waits_on_a_device_still_finds_its_owner(recovery: Recovery, settings: Any) -> None:
    before = shell.device_owner(recovery.patient.user_id)
    turn(settings, old_ones=[])
    assert shell.device_owner(recovery.patient.user_id) == before != shell.device_owner(0)
