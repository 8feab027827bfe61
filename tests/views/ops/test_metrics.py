"""The figures for Prometheus: every line well-formed, for whoever may read them, about nobody."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import cast
from tracker.models import Repair
from tracker.services import health

pytestmark = pytest.mark.django_db

URL = "/metrics"
LINE = re.compile(r'(# (HELP|TYPE) aftercare_\w+ .+|aftercare_\w+(\{\w+="\w+"\})? -?\d+(\.\d+)?)')


def test_it_gives_ages_what_waits_and_repairs(client: Client) -> None:
    now = timezone.now()
    for part in (health.BEAT, health.WORKER, health.MAIL, health.WATCH):
        health.beat(component=part, now=now)
    health.beat(component=health.PROOF, now=now, detail="1.4")
    Repair.objects.create(kind="step", at=now, number=3)
    lines = client.get(URL).content.decode().splitlines()
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert 'aftercare_sign_age_seconds{part="worker"} 0' in lines
    assert 'aftercare_oldest_waiting_seconds{what="urgent_alert"} 0' in lines
    assert 'aftercare_repairs_total{kind="step"} 3' in lines
    assert "aftercare_proof_took_seconds 1.4" in lines
    assert "aftercare_well 1" in lines


def test_it_turns_when_something_fails(client: Client) -> None:
    health.fail(component=health.MAIL, error="TimeoutError", now=timezone.now())
    lines = client.get(URL).content.decode().splitlines()
    assert 'aftercare_part_failing{part="mail"} 1' in lines
    assert "aftercare_well 0" in lines


@pytest.mark.parametrize("given", ["", "Bearer wrong", "Bearer ", "token"])
def test_it_is_not_there_without_the_token(client: Client, settings: Any, given: str) -> None:
    settings.METRICS_TOKEN = "a-long-token"
    assert client.get(URL, headers={"Authorization": given}).status_code == 404
    assert client.get(URL, headers={"Authorization": "Bearer a-long-token"}).status_code == 200


def test_without_a_token_it_is_for_this_machine_alone(client: Client, settings: Any) -> None:
    assert client.get(URL, REMOTE_ADDR="192.0.2.7").status_code == 404
    settings.PRODUCTION = True
    assert client.get(URL).status_code == 404


def test_it_says_nothing_about_anybody(client: Client) -> None:
    cast.make_flag(cast.make_recovery())
    said = client.get(URL).content.decode().lower()
    assert [word for word in ("ana", "rosewater", "infection", "@", "flag_") if word in said] == []
