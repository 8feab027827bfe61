"""The watch knocks for real: at a web server, a mail server, a database, and an outside alarm."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.db import connection

from tests import cast
from tests.cast import NOW
from tests.servers.mail import Sink
from tests.servers.ports import free_port
from tracker.models import AuditSeal, Clinic, Heartbeat
from tracker.services import audit, health, sealing, watch

pytestmark = pytest.mark.django_db


@pytest.fixture
def outside(settings: Any) -> Iterator[list[str]]:
    """An outside alarm and the pages in one server: the paths that were asked for, and what it was told."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if self.path == "/only-fetched":
                self.send_error(405)
            else:
                asked.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.do_GET()

        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(503 if self.path == "/health" else 200)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    settings.WEB_CHECK_URL = f"http://127.0.0.1:{server.server_port}"
    settings.DEADMAN_URL = f"{settings.WEB_CHECK_URL}/ping"
    yield asked
    server.shutdown()
    server.server_close()


def all_well() -> None:
    cast.make_clinic()
    for part in (health.BEAT, health.WORKER, health.PROOF):
        health.beat(component=part, now=NOW)


def look() -> health.State:
    return watch.look(clock=lambda: NOW)


def said(part: str) -> str:
    return Heartbeat.objects.get(component=part).detail


def test_it_tells_outside_that_all_is_well_and_notes_it(outside: list[str], sink: Sink) -> None:
    all_well()
    assert look().may_reassure
    assert outside == ["/health", "audit not sealed yet", "/ping"]
    assert said(health.OUTSIDE) == said(health.MAIL) == said(health.WEB) == ""


def test_it_leaves_the_head_of_the_audit_outside(outside: list[str], sink: Sink) -> None:
    all_well()
    clinic = Clinic.objects.get()
    audit.record(clinic=clinic, actor=None, verb="look", subject=clinic, now=NOW)
    sealing.seal(now=NOW)
    look()
    (head,) = AuditSeal.objects.all()
    assert outside == ["/health", f"audit sealed up to {head.last}: {head.digest}", "/ping"]


def test_it_fetches_an_outside_alarm_that_takes_no_words(
    outside: list[str], sink: Sink, settings: Any
) -> None:
    settings.DEADMAN_URL = settings.DEADMAN_URL.replace("ping", "only-fetched")
    all_well()
    look()
    assert outside == ["/health", "/only-fetched"]
    assert said(health.OUTSIDE) == ""


def test_it_says_nothing_outside_without_a_proof(outside: list[str], sink: Sink) -> None:
    all_well()
    Heartbeat.objects.filter(component=health.PROOF).delete()
    look()
    assert outside == ["/health"]


def test_it_finds_a_mail_server_that_is_away_before_any_mail_is_due(outside: list[str], sink: Sink) -> None:
    all_well()
    sink.stop()
    assert not look().mail_ok
    assert said(health.MAIL) == "ConnectionRefusedError"
    assert "/ping" not in outside
    sink.start()
    assert look().mail_ok


def test_it_finds_pages_that_do_not_answer(outside: list[str], sink: Sink, settings: Any) -> None:
    all_well()
    settings.WEB_CHECK_URL = f"http://127.0.0.1:{free_port()}"
    assert not look().web_ok
    assert outside == []


def test_it_finds_a_disk_without_room(
    outside: list[str], sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_well()
    monkeypatch.setattr(watch, "LEAST_ROOM", 2**62)
    assert not look().disk_ok
    assert "/ping" not in outside


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no limit on questions")
@pytest.mark.django_db(transaction=True)
def test_it_gives_up_a_question_that_takes_too_long_and_is_missed(
    outside: list[str], sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    all_well()
    slow = health.state

    def asleep(*, now: Any) -> health.State:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(30)")
        return slow(now=now)

    monkeypatch.setattr(watch, "QUESTION_MS", 200)
    monkeypatch.setattr(health, "state", asleep)
    with pytest.raises(OperationalError):
        look()
    assert "/ping" not in outside
    assert not Heartbeat.objects.filter(component=health.WATCH).exists()


def test_it_does_not_mind_an_outside_alarm_that_is_away(
    outside: list[str], sink: Sink, settings: Any
) -> None:
    all_well()
    settings.DEADMAN_URL = f"http://127.0.0.1:{free_port()}/"
    assert look().may_reassure
    assert said(health.OUTSIDE) == "URLError"
