"""The end of the daily part: own chart, one medical question, three about us."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests import cast
from tracker.models import Farewell, Recovery

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def day_14() -> Iterator[None]:
    with time_machine.travel(cast.NOW + timedelta(days=8), tick=False):
        yield


@pytest.fixture
def recovery() -> Recovery:
    recovery = cast.make_recovery()
    for day in (12, 13):
        cast.check_in(recovery, day, cast.CALM | {"redness": 1})
    return recovery


def test_it_shows_the_own_chart_and_asks(patient: Client) -> None:
    text = patient.get("/farewell/").content.decode()
    assert "<svg" in text
    assert "were you given a medicine" in text
    assert " checked" not in text


def test_it_keeps_what_was_said(patient: Client, recovery: Recovery) -> None:
    data = {"medicines": "antiviral", "felt_looked_after": "5", "note": "All good"}
    text = patient.post("/farewell/", data, follow=True).content.decode()
    farewell = Farewell.objects.get(recovery=recovery)
    assert (farewell.medicines, farewell.felt_looked_after, farewell.easy_to_use) == ("antiviral", 5, None)
    assert "Thank you" in text
    assert "<textarea" not in text


def test_the_medical_question_wants_an_answer(patient: Client) -> None:
    response = patient.post("/farewell/", {"felt_looked_after": "5"})
    assert response.status_code == 422
    assert "Medicine: please choose" in response.content.decode()


def test_a_second_word_changes_nothing(patient: Client) -> None:
    patient.post("/farewell/", {"medicines": "none"})
    patient.post("/farewell/", {"medicines": "both"})
    assert Farewell.objects.get().medicines == "none"


def test_before_the_last_day_it_is_closed(client: Client) -> None:
    recovery = cast.make_recovery(started_on=cast.STARTED + timedelta(days=5))
    client.force_login(recovery.patient.user)
    assert "Not yet" in client.get("/farewell/").content.decode()
    client.post("/farewell/", {"medicines": "none"})
    assert not Farewell.objects.exists()


def test_the_daily_page_leads_to_it_when_it_is_over(patient: Client, recovery: Recovery) -> None:
    Recovery.objects.update(state="ended")
    assert "/farewell/" in patient.get("/today/").content.decode()
    patient.post("/farewell/", {"medicines": "none"})
    assert "/farewell/" not in patient.get("/today/").content.decode()
