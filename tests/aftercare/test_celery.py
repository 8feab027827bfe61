"""The bell: quick to give up, and rung for everything that beat ticks."""

import time
from datetime import timedelta

import pytest
from celery import Celery
from django.conf import settings
from kombu.exceptions import OperationalError

from aftercare.celery import app
from tests.servers.broker import Broker
from tests.servers.processes import Process, wait_until
from tracker.models import Heartbeat


def publish_for(seconds: float) -> None:
    """Publish, expecting it to fail within so many seconds."""
    began = time.monotonic()
    with pytest.raises(OperationalError):
        app.send_task("tracker.tasks.beat_heartbeat")
    assert time.monotonic() - began < seconds


def test_publishing_gives_up_within_a_second_when_the_broker_refuses() -> None:
    assert not settings.BROKER_SOCKET.exists()
    publish_for(1.0)


def test_publishing_gives_up_soon_when_the_broker_died_under_an_open_connection(broker: Broker) -> None:
    app.send_task("tracker.tasks.beat_heartbeat")
    broker.kill()
    publish_for(1.0)


def test_publishing_gives_up_soon_when_the_broker_is_frozen(broker: Broker) -> None:
    app.send_task("tracker.tasks.beat_heartbeat")
    broker.freeze()
    try:
        publish_for(1.0)
    finally:
        broker.thaw()


def test_messages_survive_a_killed_broker(broker: Broker) -> None:
    for _ in range(50):
        app.send_task("tracker.tasks.beat_heartbeat")
    # the append-only file is written through once a second
    time.sleep(1.2)
    broker.kill()
    broker.start()
    assert broker.waiting("urgent") == 50


def test_slow_work_has_a_queue_of_its_own(broker: Broker) -> None:
    app.send_task("tracker.tasks.queue_reminders")
    app.send_task("tracker.tasks.deliver_messages")
    assert (broker.waiting("urgent"), broker.waiting("bulk")) == (1, 1)


@pytest.mark.parametrize("entry", settings.CELERY_BEAT_SCHEDULE.values(), ids=settings.CELERY_BEAT_SCHEDULE)
def test_every_tick_names_a_task_and_expires_before_it_piles_up(entry: dict[str, object]) -> None:
    app.loader.import_default_modules()
    assert entry["task"] in app.tasks
    run_every = entry["schedule"].run_every  # type: ignore[attr-defined]
    assert timedelta(seconds=10) <= run_every <= timedelta(hours=1)
    assert entry["options"] == {"expires": run_every.total_seconds()}


def test_a_stale_tick_is_dropped_and_a_fresh_one_runs(celery_worker_process: Process, broker: Broker) -> None:
    app.send_task("tracker.tasks.beat_heartbeat")
    wait_until(Heartbeat.objects.exists, what="the first heartbeat")
    celery_worker_process.stop()
    Heartbeat.objects.all().delete()
    for _ in range(20):
        app.send_task("tracker.tasks.beat_heartbeat", expires=0.1)
    time.sleep(0.3)
    celery_worker_process.start()
    wait_until(lambda: broker.waiting("urgent") == 0, 20, "an empty queue")
    time.sleep(0.5)
    assert not Heartbeat.objects.exists()
    app.send_task("tracker.tasks.beat_heartbeat", expires=30)
    wait_until(Heartbeat.objects.exists, what="the fresh heartbeat")


def test_a_worker_goes_on_after_the_broker_was_killed(celery_worker_process: Process, broker: Broker) -> None:
    app.send_task("tracker.tasks.beat_heartbeat")
    wait_until(Heartbeat.objects.exists, what="the first heartbeat")
    Heartbeat.objects.all().delete()
    broker.kill()
    broker.start()
    app.send_task("tracker.tasks.beat_heartbeat")
    wait_until(Heartbeat.objects.exists, 20, "a heartbeat through the new broker")


def test_workers_wait_longer_for_the_broker_than_publishers() -> None:
    from aftercare.celery import give_workers_patience

    conf = Celery("other").conf
    conf.broker_transport_options = app.conf.broker_transport_options
    give_workers_patience(conf=conf)
    assert conf.broker_transport_options["socket_timeout"] == 10
    assert app.conf.broker_transport_options["socket_timeout"] == 0.6
    for options in (conf.broker_transport_options, app.conf.broker_transport_options):
        assert options["visibility_timeout"] == 120
