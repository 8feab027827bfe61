"""The broker refuses, hangs, forgets, is full, comes late: patients notice nothing, nothing is lost."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.cast import PUS
from tests.faults.stand import (
    Stand,
    all_done,
    calmly,
    lost_and_doubled,
    make_recoveries,
    patients,
    percentile,
)
from tests.servers.live import LiveWeb
from tests.servers.processes import wait_until
from tracker.models import CheckIn, Flag

pytestmark = pytest.mark.one_machine


@contextmanager
def deaf() -> Iterator[str]:
    """An address at which connections are neither taken nor refused."""
    with socket.socket() as ear, socket.socket() as filler:
        ear.bind(("127.0.0.1", 0))
        ear.listen(0)
        filler.setblocking(False)
        filler.connect_ex(ear.getsockname())
        with socket.socket() as second:
            second.setblocking(False)
            second.connect_ex(ear.getsockname())
            yield f"redis://127.0.0.1:{ear.getsockname()[1]}/0"


def post_times(app: LiveWeb, count: int = 24) -> list[float]:
    """Seconds that each of so many urgent check-ins took; each must be confirmed."""
    people = patients(app, count)
    forms = [patient.open("/today/") for patient in people]
    pages = [
        patient.send(form, {"temperature": "37.1", **PUS})
        for patient, form in zip(people, forms, strict=True)
    ]
    assert all(page.url.endswith("/result/") for page in pages)
    return [page.took for page in pages]


def check_posts(app: LiveWeb, calm: list[float]) -> None:
    """The broker's trouble must not be felt: the slowest are as slow as when all is well."""
    times = post_times(app)
    assert CheckIn.objects.count() == Flag.objects.count() == len(times)
    usual, now = percentile(calm, 0.95), percentile(times, 0.95)
    print(f"p95 {now:.3f} s, calm {usual:.3f} s")
    assert now <= usual + 0.4


@pytest.mark.parametrize(
    "fault", [lambda s: s.broker.stop(), lambda s: s.broker.freeze()], ids=["refused", "frozen"]
)
def test_patients_can_log_and_alerts_go_out(stand: Stand, fault: Callable[[Stand], None]) -> None:
    calm = post_times(stand)
    stand.calm()
    fault(stand)
    check_posts(stand, calm)
    # the worker ticks by itself: alerts do not wait for the broker
    wait_until(all_done, 60, "everything judged and sent without a broker")
    assert len({one.message_id for one in stand.sink.messages()}) == 24


def test_patients_can_log_while_the_broker_is_a_black_hole(stand: Stand) -> None:
    calm = post_times(stand)
    stand.calm()
    with deaf() as url, LiveWeb(stand.sink, REDIS_URL=url) as web:
        check_posts(web, calm)


def test_forgetting_everything_again_and_again_loses_nothing(stand: Stand) -> None:
    for recovery in make_recoveries(20):
        calmly(stand, recovery)
        stand.broker.forget_everything()
    wait_until(all_done, 60, "everything judged and sent")
    assert lost_and_doubled() == (0, 0)
    assert len({one.message_id for one in stand.sink.messages()}) == stand.sink.count() == 20


def test_a_full_broker_refuses_and_recovers(stand: Stand) -> None:
    client = stand.broker.client
    client.config_set("maxmemory", "1")
    try:
        for recovery in make_recoveries(10):
            calmly(stand, recovery)
        wait_until(all_done, 60, "everything judged and sent beside a full broker")
    finally:
        client.config_set("maxmemory", "256mb")
    assert lost_and_doubled() == (0, 0)
    assert stand.sink.count() == 10


def test_a_worker_that_came_before_the_broker_takes_jobs_once_it_is_there(stand: Stand) -> None:
    stand.worker.stop()
    stand.broker.stop()
    stand.worker.start()
    time.sleep(4)
    stand.broker.start()
    from aftercare.celery import app

    began = time.monotonic()
    with app.connection_for_write(f"redis+socket://{stand.broker.socket}") as wire:
        app.send_task("tracker.tasks.beat_heartbeat", connection=wire)
    wait_until(lambda: stand.broker.waiting("urgent") == 0, 20, "the job taken")
    print(f"taken after {time.monotonic() - began:.1f} s")
