"""The bell, and what each job does when it is called."""

import logging
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from tests import cast
from tests.cast import CALM, NOW, PUS
from tests.servers.broker import Broker
from tests.servers.mail import Sink
from tests.servers.processes import wait_until
from tests.services import past
from tracker import tasks
from tracker.models import (
    AuditEntry,
    AuditSeal,
    CheckIn,
    Flag,
    Heartbeat,
    Member,
    Message,
    QualityCheck,
    Recovery,
)
from tracker.services import health, protocols, replays


@pytest.fixture(autouse=True)
def _a_fresh_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_quiet_until", 0.0)


# --- the bell --------------------------------------------------------------------------------------


def waiting_in(broker: Broker) -> int:
    """How many messages wait at the broker."""
    from aftercare.celery import app

    with app.connection_for_read() as wire:
        return int(wire.default_channel.client.llen("urgent"))  # type: ignore[attr-defined]


def test_it_rings_through_to_the_broker(broker: Broker) -> None:
    tasks.ring(tasks.assess_check_in, 7)
    assert waiting_in(broker) == 1


def test_it_swallows_a_broker_that_is_gone(broker: Broker, caplog: pytest.LogCaptureFixture) -> None:
    broker.stop()
    started = time.monotonic()
    with caplog.at_level(logging.WARNING):
        tasks.ring(tasks.assess_check_in, 7)
    assert time.monotonic() - started < 2
    assert "bell for tracker.tasks.assess_check_in failed" in caplog.text


def test_it_leaves_a_broken_broker_alone_for_a_while(
    broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    broker.stop()
    tasks.ring(tasks.assess_check_in, 7)
    started = time.monotonic()
    for _ in range(100):
        tasks.ring(tasks.assess_check_in, 7)
    assert time.monotonic() - started < 0.1
    assert caplog.text.count("bell for") == 1


def test_it_rings_again_once_the_quiet_is_over(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    broker.stop()
    tasks.ring(tasks.assess_check_in, 7)
    broker.start()
    broker.forget_everything()
    monkeypatch.setattr(tasks, "_quiet_until", time.monotonic() - 1)
    tasks.ring(tasks.assess_check_in, 7)
    assert waiting_in(broker) == 1


def test_it_does_not_wait_long_for_a_broker_that_hangs(broker: Broker) -> None:
    broker.freeze()
    try:
        started = time.monotonic()
        tasks.ring(tasks.assess_check_in, 7)
        assert time.monotonic() - started < 3
    finally:
        broker.thaw()


def test_a_web_server_rings_every_bell_of_a_burst(broker: Broker, settings: Any) -> None:
    settings.ROLE = "web"
    for number in range(20):
        tasks.ring(tasks.assess_check_in, number)
    wait_until(lambda: waiting_in(broker) == 20, what="every bell")


def test_it_keeps_nobody_waiting_in_a_web_server(broker: Broker, settings: Any) -> None:
    settings.ROLE = "web"
    tasks.ring(tasks.assess_check_in, 7)
    wait_until(lambda: waiting_in(broker) == 1, what="the bell")
    broker.freeze()
    try:
        started = time.monotonic()
        for _ in range(20):
            tasks.ring(tasks.assess_check_in, 7)
        assert time.monotonic() - started < 0.2
    finally:
        broker.thaw()
        wait_until(lambda: not tasks._hand_free.locked(), what="the end of the ringing")


# --- the jobs --------------------------------------------------------------------------------------


@pytest.fixture
def recovery(db: None) -> Recovery:
    return cast.make_recovery()


def at(moment: datetime) -> Any:
    return time_machine.travel(moment, tick=False)


def test_it_judges_one_check_in_and_carries_the_alert(recovery: Recovery, sink: Sink) -> None:
    kept = cast.check_in(recovery, 6, PUS)
    with at(NOW):
        tasks.assess_check_in(kept.pk)
    kept.refresh_from_db()
    assert kept.assessed_at == NOW
    assert [r.to for r in sink.messages()] == [("dr.cole@rosewater.example",)]


def test_it_judges_what_no_job_has_judged_and_shows_a_living_worker(recovery: Recovery) -> None:
    cast.check_in(recovery, 6, CALM)
    with at(NOW):
        tasks.assess_check_ins()
    assert not CheckIn.objects.filter(assessed_at=None).exists()
    assert Heartbeat.objects.get(component=health.WORKER).at == NOW


def test_it_carries_the_outbox(recovery: Recovery, sink: Sink) -> None:
    cast.check_in(recovery, 6, PUS)
    with at(NOW):
        tasks.deliver_messages()
        tasks.deliver_messages()
    assert len(sink.messages()) == 1


def test_it_puts_due_reminders_into_the_outbox(recovery: Recovery) -> None:
    with at(datetime(2026, 3, 7, 18, tzinfo=UTC)):
        tasks.queue_reminders()
    assert Message.objects.get().kind == Message.Kind.REMINDER


def test_it_tells_the_next_person_and_carries_the_mail(recovery: Recovery, sink: Sink) -> None:
    flag = cast.make_flag(recovery, day=6)
    Message.objects.update(state=Message.State.SENT)
    with at(NOW + timedelta(minutes=30)):
        tasks.escalate_flags()
    assert flag.steps.count() == 2
    assert len(sink.messages()) == 1


def test_it_works_off_a_replay_part_by_part(recovery: Recovery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replays, "PART", 2)
    past.quiet_ones(recovery.clinic, 3)
    member = Member.objects.get()
    draft = protocols.start_draft(protocol=recovery.edition.protocol, member=member, now=NOW)
    run = replays.ask(draft=draft, member=member, now=NOW)
    rung: list[str] = []
    monkeypatch.setattr(tasks, "ring", lambda task: rung.append(task.name))
    with at(NOW):
        tasks.run_replays()
        assert rung == ["tracker.tasks.run_replays"] * 2, "as many as it was cut into"
        for _ in range(2):
            tasks.run_replays()
    run.refresh_from_db()
    assert (run.recoveries, run.finished_at) == (3, NOW)
    assert len(rung) == 3, "nothing is left after the last part"


def test_it_draws_the_weeks_quality_checks(recovery: Recovery) -> None:
    found = past.quiet_ones(recovery.clinic, 3)
    Recovery.objects.filter(pk__in=[r.pk for r in found]).update(ends_on=NOW.date() - timedelta(days=7))
    with at(NOW):
        tasks.draw_quality_checks()
        tasks.draw_quality_checks()
    assert QualityCheck.objects.count() == 2


def test_it_reads_silence_and_ends_what_is_over(recovery: Recovery) -> None:
    cast.check_in(recovery, 4, PUS)
    Recovery.objects.update(level="urgent")
    over = cast.make_recovery(patient=cast.make_patient(recovery.clinic, "Ben Okri"))
    with at(NOW + timedelta(days=9)):
        tasks.watch_silence()
    over.refresh_from_db()
    assert over.state == Recovery.State.TAIL
    assert Flag.objects.filter(cause="silence").count() == 1


def test_it_shows_that_beat_reached_a_worker(db: None) -> None:
    with at(NOW):
        tasks.beat_heartbeat()
    assert Heartbeat.objects.get(component=health.BEAT).at == NOW


def test_it_seals_what_was_done(recovery: Recovery) -> None:
    cast.check_in(recovery, 6)
    with at(NOW):
        tasks.seal_audit()
        tasks.seal_audit()
    assert AuditSeal.objects.get().count == AuditEntry.objects.count()


def test_it_may_run_every_job_twice(recovery: Recovery, sink: Sink) -> None:
    kept = cast.check_in(recovery, 6, PUS)
    jobs = [tasks.assess_check_ins, tasks.deliver_messages, tasks.queue_reminders, tasks.watch_silence]
    with at(NOW):
        for job in jobs * 2:
            job()
            tasks.assess_check_in(kept.pk)
    assert (Flag.objects.count(), len(sink.messages())) == (1, 1)
    assert connection.vendor in ("sqlite", "postgresql")
