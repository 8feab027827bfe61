"""What a monitor reads."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as project_settings
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from tests import cast
from tests.servers.broker import Broker
from tests.views import desk
from tracker.services import health

URL = "/health"
PARTS = {"web", "database", "broker", "worker", "beat", "mail", "watch", "disk", "proof"}


def alive() -> None:
    for component in (health.BEAT, health.WORKER, health.MAIL, health.WATCH):
        health.beat(component=component, now=timezone.now())


@pytest.mark.django_db
def test_it_is_well_when_every_part_is(client: Client, broker: Broker) -> None:
    alive()
    response = client.get(URL)
    assert response.status_code == 200
    said = response.json()
    assert said["ok"] is True
    assert set(said["parts"]) == PARTS
    assert all(part["ok"] for part in said["parts"].values())
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_it_names_the_broker_that_was_stopped_and_only_that(client: Client, broker: Broker) -> None:
    alive()
    broker.stop()
    response = client.get(URL)
    assert response.status_code == 503
    parts = response.json()["parts"]
    assert [name for name, part in parts.items() if not part["ok"]] == ["broker"]


@pytest.mark.django_db
def test_a_frozen_broker_does_not_hold_it_up(client: Client, broker: Broker) -> None:
    alive()
    broker.freeze()
    started = time.monotonic()
    try:
        response = client.get(URL)
    finally:
        broker.thaw()
    assert time.monotonic() - started < 2
    assert response.json()["parts"]["broker"] == {"ok": False}


@pytest.mark.django_db
@pytest.mark.parametrize("part", [health.WORKER, health.BEAT, health.WATCH, health.PROOF])
def test_it_tells_worker_and_beat_apart_with_their_age(client: Client, broker: Broker, part: str) -> None:
    alive()
    health.beat(component=part, now=timezone.now() - timedelta(minutes=20))
    response = client.get(URL)
    assert response.status_code == 503
    parts = response.json()["parts"]
    assert [name for name, found in parts.items() if not found["ok"]] == [part]
    assert 1200 <= parts[part]["age_seconds"] < 1210


@pytest.mark.django_db
def test_it_tells_of_mail_that_does_not_go_out(client: Client, broker: Broker) -> None:
    alive()
    health.fail(component=health.MAIL, error="SMTPServerDisconnected", now=timezone.now())
    parts = client.get(URL).json()["parts"]
    assert [name for name, found in parts.items() if not found["ok"]] == ["mail"]


@pytest.mark.django_db
def test_parts_that_were_never_seen_are_not_well(client: Client, broker: Broker) -> None:
    parts = client.get(URL).json()["parts"]
    assert parts["worker"]["age_seconds"] is None
    assert not parts["worker"]["ok"]
    assert not parts["beat"]["ok"]


def test_it_answers_without_a_database(client: Client, broker: Broker, monkeypatch: Any) -> None:
    def away(*_args: object, **_more: object) -> None:
        raise OperationalError("gone")

    # the connection itself refuses, as it does when the server is away
    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", away)
    response = client.get(URL)
    assert response.status_code == 503
    parts = response.json()["parts"]
    assert {name for name, part in parts.items() if part["ok"]} == {"web", "broker"}


@pytest.mark.django_db
def test_it_says_nothing_about_anybody(client: Client, broker: Broker) -> None:
    flag = desk.flagged(cast.make_clinic())
    said = client.get(URL).content.decode()
    for private in (
        flag.recovery.patient.name,
        "Rosewater",
        flag.cause,
        "urgent",
        project_settings.SECRET_KEY,
    ):
        assert private not in said


def test_it_only_answers_to_reading(client: Client) -> None:
    assert client.post(URL).status_code == 405
