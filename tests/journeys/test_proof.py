"""The running product proves itself, falls silent when a part stops, and tells its logs nothing."""

import json
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.utils import timezone

from tests import cast
from tests.cast import PUS
from tests.journeys.person import Person
from tests.servers.broker import Broker
from tests.servers.live import LiveApp
from tests.servers.mail import Sink
from tests.servers.processes import wait_until
from tracker.models import Heartbeat, Recovery
from tracker.services import health

pytestmark = pytest.mark.journey

ADDRESS = "canary@mail.example"
NOTE = "zebra crossing at dusk"
TICKS = "0.05"
SILENCE = 3.2
"""Longer than two of these tests' ticks of the watch, 1.5 s each."""


class Outside:
    """An outside alarm: when it was last told that all is well."""

    def __init__(self) -> None:
        self.told: list[float] = []
        told = self.told

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                told.append(time.monotonic())
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}/ping"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def wait(self) -> None:
        """Until it is told once more."""
        since = time.monotonic()
        wait_until(lambda: self.told and self.told[-1] > since, 60, "a word to the outside alarm")

    def hears_nothing(self) -> bool:
        """Not a word for SILENCE, after a moment in which one may have been on its way."""
        time.sleep(0.6)
        since = time.monotonic()
        time.sleep(SILENCE)
        return not self.told or self.told[-1] < since


@pytest.fixture
def outside() -> Iterator[Outside]:
    outside = Outside()
    yield outside
    outside.server.shutdown()
    outside.server.server_close()


def product(broker: Broker, sink: Sink, outside: Outside) -> LiveApp:
    """The whole product, proving itself, with the logs of production."""
    more = {"CANARY_EMAIL": ADDRESS, "DEADMAN_URL": outside.url, "LOG_FORMAT": "json"}
    return LiveApp(broker, sink, AFTERCARE_TICK_SCALE=TICKS, **more)


def proven() -> bool:
    return Heartbeat.objects.filter(component=health.PROOF).exists()


def treated() -> Recovery:
    """Somebody treated five days ago who says a hard sign today, with a note."""
    clinic = cast.make_clinic(timezone=cast.noon_zone(timezone.now()))
    cast.make_member(clinic)
    patient = cast.make_patient(clinic, "Quilla Vantongeren", timezone="UTC")
    day_0 = timezone.now().date() - timedelta(days=5)
    recovery = cast.make_recovery(patient=patient, started_on=day_0)
    cast.check_in(recovery, 5, PUS | {"note": NOTE}, now=timezone.now(), key=uuid.uuid4())
    return recovery


def test_it_proves_itself_falls_silent_when_a_part_stops_and_logs_nothing_about_anybody(
    transactional_db: None,
    broker: Broker,
    sink: Sink,
    outside: Outside,
    capfd: pytest.CaptureFixture[str],
) -> None:
    # beat and broker are missed later, when the worker has ticked by itself for a while: tests/services
    with product(broker, sink, outside) as app:
        wait_until(proven, 60, "the first proof")
        assert sink.messages(ADDRESS)
        outside.wait()
        app.web.kill()
        assert outside.hears_nothing()
        app.web.start()
        outside.wait()
        # somebody checks in while mail is away, for only when something goes wrong is much said
        sink.kill()
        recovery = treated()
        assert outside.hears_nothing()
        figures = app.get("/metrics")[1]
        assert Person(app, recovery.patient.user).open("/today/").status == 200
        app.get(f"/start/{NOTE.replace(' ', '-')}/")
        sink.start()
        sink.wait_for(1, to="dr.cole@rosewater.example", seconds=60)
        outside.wait()
        app.worker.kill()
        assert outside.hears_nothing()
    assert 'aftercare_part_failing{part="mail"} 1' in figures
    logged = capfd.readouterr().err
    lines = [json.loads(line) for line in logged.splitlines() if line.startswith("{")]
    assert any("mail server away" in line["message"] for line in lines), logged[-2000:]
    private = ("zebra", "Quilla", "quilla", "dr.cole", "Rosewater", "discharge", "thick")
    assert [word for word in private if word in logged or word in figures] == []
