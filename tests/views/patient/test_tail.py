"""The single question of a late day."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from tests import cast
from tracker.models import Recovery
from tracker.services import recoveries

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def day_28() -> Iterator[None]:
    with time_machine.travel(cast.NOW + timedelta(days=22), tick=False):
        yield


@pytest.fixture
def recovery() -> Recovery:
    """The daily part is over."""
    recovery = cast.make_recovery()
    recoveries.end_due(now=cast.at_noon(recovery, 15))
    recovery.refresh_from_db()
    return recovery


def send(client: Client, **said: Any) -> HttpResponse:
    data = {"submission_key": uuid.uuid4(), "new_lump": "no", "dark_patches": "no"} | said
    return client.post("/late-question/", data, follow=True)  # type: ignore[return-value]


def test_the_daily_page_leads_to_it(patient: Client) -> None:
    assert patient.get("/today/")["Location"] == "/late-question/"


def test_it_asks_two_things_and_answers_nothing_beforehand(patient: Client) -> None:
    text = patient.get("/late-question/").content.decode()
    assert "A new lump in or under the treated skin" in text
    assert "darker or lighter than your usual skin" in text
    assert " checked" not in text


def test_two_noes_are_kept_and_the_next_day_is_named(patient: Client, recovery: Recovery) -> None:
    text = send(patient).content.decode()
    assert recovery.check_ins.get().kind == "tail"
    assert "Your answer is saved" in text
    assert "We ask once more on Tuesday 5 May." in text


def test_a_lump_says_that_the_clinic_looks_and_by_when(patient: Client, recovery: Recovery) -> None:
    text = send(patient, new_lump="yes").content.decode()
    assert recovery.flags.get().cause == "late_lump"
    assert "The clinic will look at this" in text
    assert "Your clinic looks by" in text


def test_an_open_question_is_an_error(patient: Client, recovery: Recovery) -> None:
    response = send(patient, dark_patches="")
    assert response.status_code == 422
    assert not recovery.check_ins.exists()


def test_before_its_day_it_says_when(patient: Client) -> None:
    with time_machine.travel(cast.NOW + timedelta(days=14), tick=False):
        assert "The next question comes on Friday 3 April." in patient.get("/late-question/").content.decode()
        assert "On Friday 3 April we ask you one more question" in patient.get("/today/").content.decode()


def test_a_newer_treatment_does_not_hide_it(patient: Client, recovery: Recovery) -> None:
    newer = cast.make_recovery(patient=recovery.patient, started_on=recovery.started_on + timedelta(days=27))
    assert "/late-question/" in patient.get("/today/").content.decode()
    send(patient, new_lump="yes")
    assert recovery.flags.get().cause == "late_lump"
    assert not newer.check_ins.exists()
    today = patient.get("/today/").content.decode()
    assert "Send for day 1" in today
    assert "/late-question/" not in today


def test_in_the_middle_of_the_daily_part_nothing_late_is_asked(client: Client) -> None:
    recovery = cast.make_recovery(started_on=cast.STARTED + timedelta(days=20))
    client.force_login(recovery.patient.user)
    assert "Nothing to answer now" in client.get("/late-question/").content.decode()
    send(client)
    assert not recovery.check_ins.exists()
