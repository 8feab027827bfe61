"""Whatever stops is noticed; a worker that is told to end, or whose clock is wrong, does no harm."""

import json
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from aftercare import onemachine
from aftercare.supervisor import Part
from tests.faults.crowd import FULL, log_all, soon_done, tally
from tests.faults.stand import Record, Stand, Wrap, make_recoveries, patients
from tests.servers.outside import SILENCE, TICKS, Outside
from tests.servers.processes import Process, wait_until
from tracker.models import CheckIn, Heartbeat, Message
from tracker.services import canary, health, watch

pytestmark = pytest.mark.one_machine

PARTS = (health.BEAT, health.WORKER, health.WATCH, health.MAIL, health.WEB, health.DISK, health.PROOF)
STOPS: dict[str, tuple[Callable[[Stand], Process], set[str]]] = {
    "beat": (lambda s: s.beat, {health.BEAT}),
    # it alone looks at the others
    "worker": (lambda s: s.worker, {health.BEAT, health.WORKER, health.WATCH, health.WEB}),
    "web": (lambda s: s.web, {health.WEB}),
    "mail": (lambda s: s.sink, {health.MAIL}),
    "broker": (lambda s: s.broker, {health.BEAT}),
}
"""What is killed, and which signs of life then end."""


@contextmanager
def all_well(stand: Stand, outside: Outside, wrapped: Wrap = list, **more: str) -> Iterator[None]:
    """Everything runs, and the outside alarm has been told so."""
    make_recoveries(1)
    told = {"DEADMAN_URL": outside.url, "AFTERCARE_TICK_SCALE": TICKS}
    with stand.with_workers(wrapped, **told, **more):
        if "CANARY_EMAIL" not in more:
            health.beat(component=health.PROOF, now=timezone.now())
        outside.wait()
        yield


def ended() -> set[str]:
    """The parts that the pages now call stopped."""
    now = health.state(now=timezone.now())
    fine = (
        now.beat_ok,
        now.worker_ok,
        now.watch_ok,
        not now.mail_error,
        now.web_ok,
        now.disk_ok,
        now.proof_ok,
    )
    return {part for part, ok in zip(PARTS, fine, strict=True) if not ok}


def time_passes() -> None:
    """Two minutes at once: whoever lives says so again within seconds."""
    signs = Heartbeat.objects.exclude(component=health.PROOF)
    signs.update(at=F("at") - health.STALE - timedelta(seconds=1))


def on_the_pages(stand: Stand, part: str) -> bool:
    """Whether the pages tell of the fault."""
    return json.loads(stand.get("/health")[1])["parts"][part]["ok"] is False


def test_everything_that_stops_is_noticed_and_nothing_else(
    stand: Stand, outside: Outside, record_property: Record
) -> None:
    with all_well(stand, outside):
        for name in STOPS if FULL else ("beat", "worker", "web", "mail"):
            which, expected = STOPS[name]
            which(stand).kill()
            began = time.monotonic()
            time_passes()
            # those that live need their next tick; without beat the worker ticks by itself after 5 s
            wait_until(lambda: ended() == expected, 40, f"the end of {name}")  # noqa: B023
            took = time.monotonic() - began
            assert outside.hears_nothing(SILENCE)
            record_property("P-09", f"{name} killed: seen {took:.0f} s after two minutes that were skipped")
            record_property("P-23", f"{name}: only {', '.join(sorted(expected))} called stopped")
            which(stand).start()
            outside.wait()
            assert ended() == set()


def test_a_database_that_stops_is_noticed(stand: Stand, outside: Outside, record_property: Record) -> None:
    assert stand.database is not None
    with all_well(stand, outside):
        stand.database.stop_at_once()
        began = time.monotonic()
        wait_until(lambda: on_the_pages(stand, "database"), 30, "the fault on the pages")
        took = time.monotonic() - began
        assert outside.hears_nothing(SILENCE)
        stand.database.start()
        connection.close()
        outside.wait()
    record_property("P-09", f"database stopped at once: on the pages after {took:.1f} s, not a word outside")


IN_A_SMALL_ROOM = ["unshare", "--user", "--map-root-user", "--mount"]
MAY_MOUNT = (
    shutil.which("unshare") and not subprocess.run([*IN_A_SMALL_ROOM, "true"], capture_output=True).returncode
)


@pytest.mark.skipif(not MAY_MOUNT, reason="no file system may be mounted here")
def test_a_disk_that_fills_is_noticed(
    stand: Stand, outside: Outside, tmp_path: Path, record_property: Record
) -> None:
    def on_a_small_disk(argv: Sequence[str]) -> list[str]:
        room = watch.LEAST_ROOM + 4 * 2**20
        mount = f'mount -t tmpfs -o size={room} none {tmp_path} && exec "$@"'
        return [*IN_A_SMALL_ROOM, "sh", "-c", mount, "sh", *argv]

    with all_well(stand, outside, on_a_small_disk, AFTERCARE_VAR=str(tmp_path)):
        # only the worker sees its disk
        seen = Path(f"/proc/{stand.worker.pid}/root{tmp_path}")
        (seen / "large").write_bytes(bytes(8 * 2**20))
        began = time.monotonic()
        wait_until(lambda: on_the_pages(stand, "disk"), 30, "the fault on the pages")
        took = time.monotonic() - began
        assert ended() == {health.DISK}
        assert outside.hears_nothing(SILENCE)
        (seen / "large").unlink()
        outside.wait()
    record_property("P-09", f"disk filled: seen after {took:.1f} s (ticks of 1.5 s), not a word outside")


def test_a_watch_whose_question_takes_too_long_is_noticed(
    stand: Stand, outside: Outside, record_property: Record
) -> None:
    def asking_slowly(argv: Sequence[str]) -> list[str]:
        return ["tests.faults.slow" if word == "aftercare" else word for word in argv]

    make_recoveries(1)
    wait_until(lambda: not ended(), 30, "all signs of life")
    # so that nothing but the watch keeps the word back
    health.beat(component=health.PROOF, now=timezone.now())
    with stand.with_workers(asking_slowly, DEADMAN_URL=outside.url, AFTERCARE_TICK_SCALE=TICKS):
        time_passes()
        wait_until(lambda: ended() == {health.WATCH}, 40, "the end of the watch alone")
        assert outside.hears_nothing(SILENCE)
        assert on_the_pages(stand, "watch")
    for row in ("P-09", "F-48"):
        record_property(
            row, "the watch's question takes 30 s: given up after 2 s, on the pages, no word outside"
        )


def test_a_proof_that_stops_is_noticed(stand: Stand, outside: Outside, record_property: Record) -> None:
    with all_well(stand, outside, CANARY_EMAIL="canary@mail.example"):
        # every part lives, and yet nothing arrives: only a proof from end to end can know
        stand.sink.answer("550 5.1.1 no such mailbox", at="rcpt")
        long_ago = F("recorded_at") - canary.EVERY
        CheckIn.objects.filter(recovery__patient__is_synthetic=True).update(recorded_at=long_ago)
        Heartbeat.objects.filter(component=health.PROOF).update(at=F("at") - health.LATE_PROOF)
        wait_until(lambda: on_the_pages(stand, "proof"), 30, "the fault on the pages")
        wait_until(lambda: Message.objects.filter(state=Message.State.DEAD).exists(), 30, "the refusal")
        assert health.PROOF in ended()
        assert outside.hears_nothing(SILENCE)
    record_property(
        "P-09", "the proof's mail is refused: on the pages once it is 13 min old, no word outside"
    )


@pytest.mark.full
@pytest.mark.parametrize("name", ["beat", "worker", "mail", "broker"])
def test_it_stands_on_the_pages_within_three_minutes(
    stand: Stand, outside: Outside, name: str, record_property: Record
) -> None:
    make_recoveries(1)
    with stand.with_workers(AFTERCARE_TICK_SCALE="1", DEADMAN_URL=outside.url):
        health.beat(component=health.PROOF, now=timezone.now())
        outside.wait(120)
        STOPS[name][0](stand).kill()
        began = time.monotonic()
        wait_until(lambda: not json.loads(stand.get("/health")[1])["ok"], 180, "the fault on the pages")
        took = time.monotonic() - began
        # the next word is due within half a minute
        assert outside.hears_nothing(40)
        last = max(0.0, outside.told[-1] - began)
    record_property(
        "P-09",
        f"{name} killed, nothing skipped: on the pages after {took:.0f} s, "
        f"last word outside after {last:.0f} s",
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
