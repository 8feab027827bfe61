"""The form that a device keeps: every question, and nothing about anybody."""

import pytest
from django.test import Client

from tests import cast
from tracker.healing import symptoms


def test_it_asks_everything_and_preselects_nothing(client: Client) -> None:
    text = client.get("/offline/").content.decode()
    for name in (*symptoms.SYMPTOMS, *symptoms.SIGNS, "discharge_colour", "temperature", "note"):
        assert f'name="{name}"' in text
    assert "checked" not in text


def test_it_never_puts_answers_into_an_address(client: Client) -> None:
    text = client.get("/offline/").content.decode()
    assert 'method="dialog"' in text
    assert 'method="get"' not in text


@pytest.mark.django_db
def test_it_is_the_same_page_for_everyone(client: Client) -> None:
    before = client.get("/offline/").content
    client.force_login(cast.make_recovery().patient.user)
    after = client.get("/offline/").content
    assert b"Ana" not in after
    assert before.count(b"<input") == after.count(b"<input")
