"""The running product proves itself, falls silent when a part stops, and tells its logs nothing."""

import json
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from tests import cast
from tests.cast import PUS
from tests.journeys.person import Person
from tests.servers.broker import Broker
from tests.servers.live import LiveApp
from tests.servers.mail import Sink
from tests.servers.outside import SILENCE, TICKS, Outside
from tests.servers.processes import wait_until
from tracker.models import Heartbeat, Recovery
from tracker.services import health

pytestmark = pytest.mark.journey

ADDRESS = "canary@mail.example"
NOTE = "zebra crossing at dusk"


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
        assert outside.hears_nothing(SILENCE)
        app.web.start()
        outside.wait()
        # somebody checks in while mail is away, for only when something goes wrong is much said
        sink.kill()
        recovery = treated()
        assert outside.hears_nothing(SILENCE)
        figures = app.get("/metrics")[1]
        assert Person(app, recovery.patient.user).open("/today/").status == 200
        app.get(f"/start/{NOTE.replace(' ', '-')}/")
        sink.start()
        sink.wait_for(1, to="dr.cole@rosewater.example", seconds=60)
        outside.wait()
        app.worker.kill()
        assert outside.hears_nothing(SILENCE)
    assert 'aftercare_part_failing{part="mail"} 1' in figures
    logged = capfd.readouterr().err
    lines = [json.loads(line) for line in logged.splitlines() if line.startswith("{")]
    assert any("mail server away" in line["message"] for line in lines), logged[-2000:]
    private = ("zebra", "Quilla", "quilla", "dr.cole", "Rosewater", "discharge", "thick")
    assert [word for word in private if word in logged or word in figures] == []
