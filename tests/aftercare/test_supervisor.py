"""The supervisor with small real children, in a process of its own so that it can be signalled and killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aftercare.supervisor import (
    AlreadyRunning,
    Part,
    StartFailed,
    Supervisor,
    answers,
    listen,
    only_one,
)
from tests.servers.processes import wait_until

pytestmark = pytest.mark.one_machine

# notes when it comes and when it is told to go
CHILD = """
import os, signal, sys, time
name, log = sys.argv[1:3]
def note(word):
    with open(log, "a") as file: file.write(f"{word} {name} {os.getpid()}\\n")
def leave(*_):
    note("stop"); sys.exit(0)
signal.signal(signal.SIGTERM, signal.SIG_IGN if "stubborn" in sys.argv else leave)
note("start")
if "helper" in sys.argv:
    if os.fork() == 0: note("start")
if "brief" in sys.argv: sys.exit(3)
while True: time.sleep(0.05)
"""
MAIN = """
import sys
from aftercare.supervisor import Part, Supervisor, StartFailed
log, parts = sys.argv[1], [word.split(":") for word in sys.argv[2:]]
def note(text):
    with open(log, "a") as file: file.write(f"say {text}\\n")
supervisor = Supervisor([name for name, *_ in reversed(parts)], note)
with supervisor.signals():
    for name, *traits in parts:
        argv = [sys.executable, "-c", CHILD, name, log, *traits]
        supervisor.start(Part(name, argv, stop_within=0.5, vital="spare" not in traits))
    note("up")
    sys.exit(0 if supervisor.watch() else 1)
""".replace("CHILD", repr(CHILD))


class Watched:
    """A supervisor in its own process, and the log its children write."""

    def __init__(self, log: Path, *parts: str) -> None:
        self.log = log
        self.process = subprocess.Popen([sys.executable, "-c", MAIN, str(log), *parts])
        wait_until(lambda: self.said("up"), what="the start")

    def lines(self) -> list[list[str]]:
        return [line.split() for line in self.log.read_text().splitlines()] if self.log.exists() else []

    def said(self, text: str) -> bool:
        return any(line[0] == "say" and text in " ".join(line) for line in self.lines())

    def names(self, word: str) -> list[str]:
        return [line[1] for line in self.lines() if line[0] == word]

    def pids(self, name: str = "") -> list[int]:
        return [int(line[2]) for line in self.lines() if line[0] == "start" and name in ("", line[1])]

    def end(self, number: signal.Signals, seconds: float = 10) -> int:
        self.process.send_signal(number)
        return self.process.wait(seconds)


Watch = Callable[..., Watched]


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    """Starts supervisors of parts written `name[:trait…]`; afterwards nothing of them may be left."""
    started: list[Watched] = []

    def watch(*parts: str) -> Watched:
        started.append(Watched(tmp_path / "log", *parts))
        return started[-1]

    yield watch
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()
        for pid in one.pids():
            if alive(pid):
                os.kill(pid, signal.SIGKILL)


def alive(pid: int) -> bool:
    """True for a process that runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_starts_in_order_and_stops_in_the_opposite_order(watch: Watch, number: signal.Signals) -> None:
    watched = watch("broker", "web", "beat")
    wait_until(lambda: len(watched.pids()) == 3)
    assert watched.end(number) == 0
    assert watched.names("stop") == ["beat", "web", "broker"]
    assert not [pid for pid in watched.pids() if alive(pid)]


def test_a_child_that_ignores_the_request_is_killed_at_its_deadline(watch: Watch) -> None:
    watched = watch("stubborn_one:stubborn", "web")
    wait_until(lambda: len(watched.pids()) == 2)
    assert watched.end(signal.SIGINT) == 0
    assert watched.said("stubborn_one did not stop within 0.5 s: killed.")
    assert not [pid for pid in watched.pids() if alive(pid)]


def test_a_killed_child_is_started_again(watch: Watch) -> None:
    watched = watch("broker", "web")
    wait_until(lambda: len(watched.pids()) == 2)
    os.kill(watched.pids("web")[0], signal.SIGKILL)
    wait_until(lambda: len(watched.pids("web")) == 2, what="the second start")
    assert watched.said("web died (exit code -9): starting it again in 0.5 s.")
    assert len(watched.pids("broker")) == 1
    assert watched.end(signal.SIGINT) == 0


def test_what_a_dead_child_leaves_behind_goes_with_it(watch: Watch) -> None:
    watched = watch("web:helper")
    wait_until(lambda: len(watched.pids("web")) == 2)
    first, helper = watched.pids("web")
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: not alive(helper), what="the end of the helper")
    assert watched.end(signal.SIGINT) == 0
    assert not [pid for pid in watched.pids() if alive(pid)]


def test_a_child_that_keeps_dying_stops_everything(watch: Watch) -> None:
    watched = watch("broker", "web:brief")
    assert watched.process.wait(20) == 1
    assert watched.said("web died 5 times in a minute (exit code 3): stopping.")
    assert len(watched.pids("web")) == 5
    assert not [pid for pid in watched.pids() if alive(pid)]


def test_a_child_that_the_others_can_do_without_stops_nothing(watch: Watch) -> None:
    watched = watch("web", "worker:brief:spare")
    wait_until(lambda: len(watched.pids("worker")) > 5, 30, "the sixth start")
    assert alive(watched.pids("web")[0])
    assert watched.end(signal.SIGTERM) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent died")
def test_killing_the_supervisor_ends_its_children(watch: Watch) -> None:
    watched = watch("broker", "web")
    wait_until(lambda: len(watched.pids()) == 2)
    assert watched.end(signal.SIGKILL) == -9
    wait_until(lambda: not any(alive(pid) for pid in watched.pids()), what="the end of the orphans")


def test_a_second_signal_does_not_wait_for_deadlines(watch: Watch) -> None:
    watched = watch("a:stubborn", "b:stubborn", "c:stubborn", "d:stubborn")
    wait_until(lambda: len(watched.pids()) == 4)
    began = time.monotonic()
    watched.process.send_signal(signal.SIGINT)
    time.sleep(0.1)
    assert watched.end(signal.SIGINT) == 0
    assert time.monotonic() - began < 1.5
    assert not [pid for pid in watched.pids() if alive(pid)]


def test_a_part_that_ends_while_starting_is_named() -> None:
    supervisor = Supervisor(["web"])
    part = Part("web", [sys.executable, "-c", "raise SystemExit(7)"], ready=lambda: False)
    with pytest.raises(StartFailed, match="web ended while starting, exit code 7"):
        supervisor.start(part)


def test_a_part_that_is_never_ready_is_named_and_can_be_stopped() -> None:
    supervisor = Supervisor(["web"])
    part = Part("web", ["sleep", "60"], ready=lambda: False, ready_within=0.2)
    with pytest.raises(StartFailed, match="web was not ready within 0 s"):
        supervisor.start(part)
    process = supervisor.running["web"].process
    assert process is not None
    supervisor.stop()
    assert process.returncode == -signal.SIGTERM


def test_only_one_holds_a_folder_at_a_time(tmp_path: Path) -> None:
    with only_one(tmp_path / "lock", "the first"):
        second = only_one(tmp_path / "lock", "the second")
        with pytest.raises(AlreadyRunning, match="the first"):
            second.__enter__()
    with only_one(tmp_path / "lock", "the third"):
        assert (tmp_path / "lock").read_text() == "the third"


def test_a_port_in_use_is_refused() -> None:
    with listen("127.0.0.1", 0) as first, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", first.getsockname()[1])


def test_a_server_that_says_nothing_does_not_count_as_ready() -> None:
    with listen("127.0.0.1", 0) as silent:
        assert not answers(silent.getsockname()[:2], b"PING\r\n", seconds=0.1)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        assert not answers(nobody.getsockname()[:2], b"PING\r\n", seconds=0.1)
