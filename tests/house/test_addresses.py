"""The URL table: closed by default, one word in four places, and nothing changes by looking."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import URLPattern

from tests.house.conftest import World
from tests.house.table import Address, addresses
from tracker import urls as ours
from tracker.models import CheckIn, Recovery

PUBLIC = {
    # ours: what must work for whoever cannot sign in
    "start": "the mailed word is the proof",
    "code": "shows what stands in the address itself; signs nobody in",
    "unsubscribe": "one click, without signing in (RFC 8058)",
    "seek_help": "phone numbers for somebody who is unwell",
    "offline_check_in": "kept on a device for when there is no connection; about nobody",
    "service_worker": "the script that keeps it",
    "manifest": "name and icon on a home screen",
    "health": "monitors; says nothing about anybody",
    "metrics": "whoever has the token; says nothing about anybody",
    "about": "what it is for; about nobody",
    "mailbox": "trial runs only",
    "mailbox_message": "trial runs only",
    "mailbox_html": "trial runs only",
    # signing in itself
    "account_login": "",
    "account_logout": "",
    "account_signup": "closed; says so",
    "account_inactive": "",
    "account_request_login_code": "",
    "account_confirm_login_code": "",
    "account_reset_password": "",
    "account_reset_password_done": "",
    "account_reset_password_from_key": "",
    "account_reset_password_from_key_done": "",
    "account_email_verification_sent": "",
    "account_confirm_email": "",
    "mfa_authenticate": "",
    "mfa_login_webauthn": "",
    "admin:login": "leads to our own sign-in",
    "admin:logout": "",
}
"""Everything that may answer a stranger with anything but the way to sign in."""

AREAS = {"account": "account_pages"}
"""Template folders that are not called like their views: `account` belongs to django-allauth."""

WITHOUT_PAGE = {
    *("home", "health", "metrics", "mailbox_html", "search_patients"),
    *("service_worker", "manifest", "fresh_token"),
    *("take_home_pdf", "print_card", "adverse_events_csv", "course_report"),
}
"""Addresses that send on, answer software, or show somebody else's page. POST-only ones have none either."""

CHANGED_BY_LOOKING = {
    "cache",  # how often somebody tried
    "django_session",  # who is signed in
    "tracker_auditentry",  # who read what
    "account_emailaddress",  # django-allauth writes down a person's address when it first shows it
}
"""Tables a look may write to."""

WRITES = re.compile(r'\W*(?:INSERT\b.*?INTO|UPDATE|DELETE FROM|REPLACE INTO) "(\w+)"')

TABLE = addresses()
OURS = [pattern for pattern in ours.urlpatterns if isinstance(pattern, URLPattern)]


@pytest.mark.django_db
@pytest.mark.parametrize("address", TABLE, ids=lambda address: address.name)
def test_it_sends_a_stranger_to_sign_in(address: Address) -> None:
    response = Client(raise_request_exception=False).get(address.path)
    sent_on = response.status_code == 302 and "/login/" in response.headers["Location"]
    assert sent_on or address.name in PUBLIC


def test_it_opens_nothing_that_does_not_exist() -> None:
    assert set(PUBLIC) <= {address.name for address in TABLE}


def area(pattern: URLPattern) -> str:
    """`patient` for tracker.views.patient.checkins."""
    return pattern.callback.__module__.split(".")[2]


def is_verb(pattern: URLPattern, world: World) -> bool:
    """Whether the address takes nothing but POST."""
    return world.clients["owner"].get(world.path(str(pattern.name))).status_code == 405


@pytest.mark.parametrize("pattern", OURS, ids=lambda pattern: pattern.name)
def test_it_calls_address_view_template_and_test_alike(pattern: URLPattern, world: World) -> None:
    name, folder = str(pattern.name), area(pattern)
    assert pattern.callback.__name__ == name
    page = settings.BASE_DIR / "templates" / AREAS.get(folder, folder) / f"{name}.html"
    assert page.exists() != (name in WITHOUT_PAGE or is_verb(pattern, world)), page
    test = Path(__file__).parent.parent / "views" / folder / f"test_{name}.py"
    assert test.exists(), test


class Written:
    """Hears every statement and keeps the names of the tables that are written to."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if found := WRITES.match(sql):
            self.tables.add(found[1])
        return execute(sql, params, many, context)


def test_it_hears_what_is_written(world: World) -> None:
    with connection.execute_wrapper(written := Written()):
        list(CheckIn.objects.all())
        assert written.tables == set()
        world.recovery.save()
        CheckIn.objects.filter(pk=0)._raw_delete(connection.alias)
    assert written.tables == {model._meta.db_table for model in (Recovery, CheckIn)}


@pytest.mark.parametrize("role", ["patient", "owner", "front_desk", "anonymous"])
def test_it_changes_nothing_by_looking(role: str, world: World) -> None:
    client = world.clients[role]
    for address in TABLE:
        path = world.path(address.name) if address.is_ours else address.path
        with connection.execute_wrapper(written := Written()):
            for method in ("GET", "HEAD"):
                client.generic(method, path)
        assert written.tables <= CHANGED_BY_LOOKING, address.name
    assert "_auth_user_id" in client.session or role == "anonymous"


def test_it_refuses_a_form_without_its_token(world: World) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(world.recovery.patient.user)
    assert careful.post(world.path("today"), {}).status_code == 403
