"""A check-in with a warning sign: saved, told at once, mailed once, answered, closed."""

from collections.abc import Callable

import pytest

from tests.cast import CALM, PUS
from tests.journeys.conftest import Wait
from tests.journeys.person import Page, Person
from tests.servers.live import LiveApp
from tracker.models import Assessment, CheckIn, Flag, Message, Recovery

pytestmark = pytest.mark.journey

OPERATOR = "dr.cole@rosewater.example"


def log_today(app: LiveApp, recovery: Recovery, answers: dict[str, object]) -> Page:
    """The patient answers today's questions; the page that comes next."""
    patient = Person(app, recovery.patient.user)
    return patient.send(patient.open("/today/"), {"temperature": "37.1", **answers})


def assessed() -> bool:
    return not CheckIn.objects.filter(assessed_at=None).exists()


def test_it_becomes_one_flag_and_one_alert(
    live_app: LiveApp, recovery: Recovery, trouble: Callable[[], None], eventually: Wait
) -> None:
    told = log_today(live_app, recovery, PUS)
    assert (told.status, told.url.endswith("/result/")) == (200, True)
    assert recovery.clinic.phone in told.text
    assert told.took < 5, "no page waits for the broker, also on a busy machine"
    assert Flag.objects.get().is_urgent, "before any queue"
    trouble()
    live_app.sink.wait_for(1, seconds=60)
    eventually(assessed, "every check-in judged")
    eventually(lambda: not Message.objects.filter(state="pending").exists(), "the outbox empty")
    assert [received.to for received in live_app.sink.messages()] == [(OPERATOR,)]
    assert Flag.objects.count() == 1
    assert Assessment.objects.filter(check_in__day=5, level="urgent").count() == 1


def test_it_is_answered_and_closed_by_a_clinician(
    live_app: LiveApp, recovery: Recovery, trouble: Callable[[], None]
) -> None:
    log_today(live_app, recovery, PUS)
    clinician = Person(live_app, recovery.treatment.operator.user)
    assert "Ana Sousa" in clinician.open("/clinic/").text
    page = clinician.open(f"/clinic/recoveries/{recovery.pk}/")
    flag = Flag.objects.get()
    page = clinician.send(page, {}, f"/flags/{flag.pk}/acknowledge/")
    flag.refresh_from_db()
    assert (flag.state, flag.owner) == ("acknowledged", recovery.treatment.operator)
    page = clinician.send(page, {"result": "spoke", "note": "comes in at four"}, f"/flags/{flag.pk}/contact/")
    page = clinician.send(page, {"outcome": "seen"}, f"/flags/{flag.pk}/resolve/")
    flag.refresh_from_db()
    assert (page.status, flag.state, flag.outcome) == (200, "resolved", "seen")
    history = list(flag.events.values_list("verb", flat=True))
    assert history == ["opened", "acknowledged", "contact", "resolved"]
    trouble()


def test_it_tells_nobody_about_a_calm_day(live_app: LiveApp, recovery: Recovery, eventually: Wait) -> None:
    told = log_today(live_app, recovery, CALM)
    assert told.status == 200
    eventually(assessed, "every check-in judged")
    assert not Flag.objects.exists()
    assert live_app.sink.messages() == []


def test_it_is_saved_once_when_sent_twice(live_app: LiveApp, recovery: Recovery) -> None:
    patient = Person(live_app, recovery.patient.user)
    page = patient.open("/today/")
    first, second = patient.send(page, PUS), patient.send(page, PUS)
    assert first.url == second.url
    assert CheckIn.objects.filter(day=5).count() == 1
    assert Flag.objects.count() == 1


def test_it_survives_a_worker_that_is_killed(live_app: LiveApp, recovery: Recovery, eventually: Wait) -> None:
    live_app.worker.kill()
    log_today(live_app, recovery, PUS)
    live_app.worker.start()
    live_app.sink.wait_for(1, seconds=60)
    eventually(assessed, "every check-in judged")
    assert len({received.message_id for received in live_app.sink.messages()}) == 1
