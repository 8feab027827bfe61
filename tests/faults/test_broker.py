"""The broker refuses, hangs, forgets, is full, comes late: patients notice nothing, nothing is lost."""

import random
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

import pytest

from tests.cast import PUS
from tests.faults.crowd import COUNT, FULL, log_all, scaled, soon_done, spread, tally
from tests.faults.stand import (
    Record,
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


POSTS = scaled(300, 6)


def post_times(app: LiveWeb) -> list[float]:
    """Seconds that each of so many urgent check-ins took; each must be confirmed."""
    people = patients(app, POSTS)
    forms = [patient.open("/today/") for patient in people]
    pages = [
        patient.send(form, {"temperature": "37.1", **PUS})
        for patient, form in zip(people, forms, strict=True)
    ]
    assert all(page.url.endswith("/result/") for page in pages)
    return [page.took for page in pages]


@pytest.fixture(scope="module")
def calm_times() -> list[float]:
    """Filled by whoever needs it first."""
    return []


def check_posts(stand: Stand, app: LiveWeb, state: str, calm: list[float], record: Record) -> None:
    """The broker's trouble must not be felt: the slowest are as slow as when all is well."""
    times = post_times(app)
    assert CheckIn.objects.count() == Flag.objects.count() == len(times)
    usual, now = percentile(calm, 0.95), percentile(times, 0.95)
    record("P-11", f"{state}: {POSTS} of {POSTS} saved, p95 {now:.2f} s (calm {usual:.2f} s)")
    # of a handful the slowest counts, and a build shares its machine
    assert now <= max(0.5, usual + (0.1 if FULL else 1.0))


def usual_times(stand: Stand, calm_times: list[float]) -> list[float]:
    if not calm_times:
        calm_times.extend(post_times(stand))
        stand.calm()
    return calm_times


@pytest.mark.parametrize(
    "fault", [lambda s: s.broker.stop(), lambda s: s.broker.freeze()], ids=["refused", "frozen"]
)
def test_patients_can_log_and_alerts_go_out(
    stand: Stand,
    fault: Callable[[Stand], None],
    calm_times: list[float],
    request: pytest.FixtureRequest,
    record_property: Record,
) -> None:
    calm = usual_times(stand, calm_times)
    fault(stand)
    check_posts(stand, stand, request.node.callspec.id, calm, record_property)

    def done() -> bool:
        stand.revive()  # a worker may end with its connection to the broker; its supervisor starts it again
        return soon_done()

    # the worker ticks by itself: alerts do not wait for the broker
    wait_until(done, 90 + POSTS / 5, "everything judged and sent without a broker")
    assert len({one.message_id for one in stand.sink.messages()}) == POSTS
    record_property("F-09", f"{request.node.callspec.id}: all {POSTS} judged and sent meanwhile")


def test_patients_can_log_while_the_broker_is_a_black_hole(
    stand: Stand, calm_times: list[float], record_property: Record
) -> None:
    calm = usual_times(stand, calm_times)
    with deaf() as url, LiveWeb(stand.sink, REDIS_URL=url) as web:
        check_posts(stand, web, "black hole", calm, record_property)


def test_everything_at_once_loses_nothing(stand: Stand, record_property: Record) -> None:
    """The broker is emptied and killed, the mail server says "later" or loses its own yes, now and then."""
    flushes, kills, later, lost = (scaled(20, 4), scaled(8, 1), *((0.03, 0.01) if FULL else (0.1, 0.1)))

    deaths = 0

    def kill() -> None:
        stand.broker.kill()
        stand.broker.start()
        done()

    def done() -> bool:
        # a worker that loses its broker now and then ends itself
        nonlocal deaths
        deaths += stand.revive()
        return soon_done()

    causes = [stand.broker.forget_everything] * flushes + [kill] * kills
    random.Random(1).shuffle(causes)
    stand.sink.answer_by_chance(("rcpt", "451 4.7.1 greylisted", later), ("drop", "", lost))
    with stand.ticking("1") if FULL else nullcontext():
        troubles = list(zip(spread(COUNT, flushes + kills), causes, strict=True))
        confirmed = log_all(patients(stand, COUNT), troubles)
        # an urgent message waits at most 100 s for its next try
        wait_until(done, 240 if FULL else 60, "everything judged and sent")
    found = tally(stand, confirmed)
    what = f"emptied {flushes} and killed {kills} times, {later:.0%} told later, {lost:.0%} replies lost"
    what += f", the worker ended itself {deaths} times"
    for row in ("P-02", "P-05", "P-10", "F-08", "F-10", "F-24"):
        record_property(row, f"{what}: {found}")
    assert found.confirmed == COUNT
    assert found.faults(repeats=int(COUNT * lost * 2) + 2 * kills + 4, slowest=240) == []


def test_a_broker_that_only_reads_stops_nothing(stand: Stand, record_property: Record) -> None:
    first, second = make_recoveries(2)
    stand.broker.client.replicaof("127.0.0.1", "1")
    try:
        calmly(stand, first)
        wait_until(all_done, 60, "everything judged and sent beside a broker that only reads")
    finally:
        stand.broker.client.replicaof("NO", "ONE")
    began = time.monotonic()
    calmly(stand, second)
    wait_until(all_done, 60, "everything judged and sent")
    record_property("F-12", f"sent meanwhile; the next one done {time.monotonic() - began:.1f} s after")
    assert stand.sink.count() == 2


def test_a_full_broker_refuses_and_recovers(stand: Stand, record_property: Record) -> None:
    client = stand.broker.client
    client.config_set("maxmemory", "1")
    try:
        for recovery in make_recoveries(3):
            calmly(stand, recovery)
        wait_until(all_done, 60, "everything judged and sent beside a full broker")
    finally:
        client.config_set("maxmemory", "256mb")
    assert lost_and_doubled() == (0, 0)
    assert stand.sink.count() == 3
    record_property("F-11", "3 of 3 sent while it was full")


def test_a_worker_that_came_before_the_broker_takes_jobs_once_it_is_there(
    stand: Stand, record_property: Record
) -> None:
    stand.worker.kill()
    stand.broker.stop()
    stand.worker.start()
    time.sleep(4)
    stand.broker.start()
    from aftercare.celery import app

    began = time.monotonic()
    with app.connection_for_write(f"redis+socket://{stand.broker.socket}") as wire:
        app.send_task("tracker.tasks.beat_heartbeat", connection=wire)
    wait_until(lambda: stand.broker.waiting("urgent") == 0, 20, "the job taken")
    record_property("F-07", f"job taken {time.monotonic() - began:.1f} s after the broker came")
