"""A token for a form that waited."""

import pytest
from django.test import Client

from tests import cast
from tests.views.patient.answers import typed

pytestmark = pytest.mark.django_db


def test_its_token_lets_a_form_in() -> None:
    recovery = cast.make_recovery()
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(recovery.patient.user)
    token = careful.get("/fresh-token/").json()["token"]
    assert careful.post("/today/", typed(csrfmiddlewaretoken=token)).status_code != 403
    assert careful.post("/today/", typed()).status_code == 403


def test_it_tells_two_people_apart_without_naming_them(client: Client) -> None:
    clinic = cast.make_clinic()
    marks = []
    for name in ("Ana Sousa", "Ben Okri"):
        client.force_login(cast.make_patient(clinic, name).user)
        marks.append(client.get("/fresh-token/").json()["owner"])
    assert len(set(marks)) == 2
    assert all(len(mark) == 16 for mark in marks)


def test_it_is_the_mark_that_the_persons_pages_carry(client: Client) -> None:
    client.force_login(cast.make_recovery().patient.user)
    mark = client.get("/fresh-token/").json()["owner"]
    assert f'data-owner="{mark}"' in client.get("/today/").content.decode()


def test_it_is_never_kept(client: Client) -> None:
    client.force_login(cast.make_recovery().patient.user)
    assert "no-store" in client.get("/fresh-token/").headers["Cache-Control"]
