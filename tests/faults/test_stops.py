"""Whatever stops is noticed; a worker that is told to end, or whose clock is wrong, does no harm."""

import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from aftercare import onemachine
from aftercare.supervisor import Part
from tests.faults.crowd import FULL, log_all, soon_done, tally
from tests.faults.stand import Record, Stand, make_recoveries, patients
from tests.servers.processes import Process, wait_until
from tracker.models import Heartbeat
from tracker.services import health

pytestmark = pytest.mark.one_machine

PARTS = (health.BEAT, health.WORKER, health.WATCH, health.MAIL, health.WEB)
STOPS: dict[str, tuple[Callable[[Stand], Process], set[str]]] = {
    "beat": (lambda s: s.beat, {health.BEAT}),
    # it alone looks at the others
    "worker": (lambda s: s.worker, set(PARTS) - {health.MAIL}),
    "web": (lambda s: s.web, {health.WEB}),
    "mail": (lambda s: s.sink, {health.MAIL}),
    "broker": (lambda s: s.broker, {health.BEAT}),
}
"""What is killed, and which signs of life then end."""


def ended() -> set[str]:
    """The parts that the pages now call stopped."""
    state = health.state(now=timezone.now())
    fine = (state.beat_ok, state.worker_ok, state.watch_ok, not state.mail_error, state.web_ok)
    return {part for part, ok in zip(PARTS, fine, strict=True) if not ok}


def time_passes() -> None:
    """Two minutes at once: whoever lives says so again within seconds."""
    Heartbeat.objects.update(at=F("at") - health.STALE - timedelta(seconds=1))


def test_everything_that_stops_is_noticed_and_nothing_else(stand: Stand, record_property: Record) -> None:
    make_recoveries(1)
    wait_until(lambda: not ended(), 30, "all signs of life")
    for name in STOPS if FULL else ("beat", "worker", "web", "mail"):
        which, expected = STOPS[name]
        which(stand).kill()
        began = time.monotonic()
        time_passes()
        # those that live need their next tick; without beat the worker ticks by itself after 9 s
        wait_until(lambda: ended() == expected, 40, f"the end of {name}")  # noqa: B023
        assert not health.state(now=timezone.now()).may_reassure
        took = time.monotonic() - began
        record_property("P-09", f"{name} killed: seen {took:.0f} s after two minutes that were skipped")
        record_property("P-23", f"{name}: only {', '.join(sorted(expected))} called stopped")
        which(stand).start()
        wait_until(lambda: not ended(), 40, "all signs of life again")


@pytest.mark.full
@pytest.mark.parametrize("name", ["beat", "worker", "mail"])
def test_it_stands_on_the_pages_within_three_minutes(
    stand: Stand, name: str, record_property: Record
) -> None:
    make_recoveries(1)
    with stand.ticking("1"):
        wait_until(lambda: not ended(), 120, "all signs of life")
        STOPS[name][0](stand).kill()
        began = time.monotonic()
        wait_until(lambda: '"ok": false' in stand.get("/health")[1], 180, "the fault on the pages")
    record_property(
        "P-09", f"{name} killed: on the pages after {time.monotonic() - began:.0f} s, nothing skipped"
    )


def test_told_to_end_in_the_middle_of_a_send_it_repeats_nothing(
    stand: Stand, record_property: Record
) -> None:
    os.killpg(stand.sink.pid, signal.SIGSTOP)
    confirmed = log_all(patients(stand, 3))
    time.sleep(1)
    thaw = threading.Timer(1, lambda: os.killpg(stand.sink.pid, signal.SIGCONT))
    thaw.start()
    began = time.monotonic()
    stand.worker.stop()
    took = time.monotonic() - began
    thaw.join()
    stand.worker.start()
    wait_until(soon_done, 60, "everything judged and sent")
    found = tally(stand, confirmed)
    record_property("F-03", f"ended after {took:.1f} s; {found}")
    assert found.faults(repeats=0, slowest=90) == []


@pytest.mark.parametrize("seconds", [3600, -3600], ids=["an hour ahead", "an hour behind"])
def test_a_worker_whose_clock_is_wrong_loses_nothing(
    stand: Stand, seconds: int, record_property: Record
) -> None:
    argv = ["tests.faults.shifted" if word == "aftercare" else word for word in stand.worker.part.argv]
    part = Part(**{**vars(onemachine.worker(concurrency=2)), "argv": argv})
    wrong = Process(part, {**stand.worker.part.env, "CLOCK_IS_OFF_BY": str(seconds)})
    wrong.start()
    try:
        confirmed = log_all(patients(stand, 8))
        wait_until(soon_done, 60, "everything judged and sent")
    finally:
        wrong.kill()
    found = tally(stand, confirmed)
    record_property("F-30", f"one of two workers {seconds:+} s: {found}")
    assert found.faults(repeats=8, slowest=90) == []
