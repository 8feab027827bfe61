"""Keeps processes alive: ordered start and stop, restarts, deadlines. Only standard library."""

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

POLL_SECONDS = 0.1
DEATHS_ALLOWED = 5
DEATHS_WINDOW_SECONDS = 60.0
FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 30.0


class StartFailed(Exception):
    """A part did not come up; the text says which and why."""


class AlreadyRunning(Exception):
    """Another supervisor holds the folder; the text is what that one noted about itself."""


@dataclass(frozen=True)
class Part:
    """One process to keep alive.

    `ready` is asked until it says yes, for at most `ready_within` seconds. At the end the process gets
    `stop_by`, and after `stop_within` seconds its whole group gets SIGKILL. `on_orphan` is the signal that
    the kernel sends it should the supervisor itself be killed (Linux only). `user` is whom to run as.
    What is not `vital` is started again for ever, however often it dies: the others are of use without it.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] = lambda: True
    ready_within: float = 20.0
    stop_within: float = 10.0
    pass_fds: tuple[int, ...] = ()
    stop_by: signal.Signals = signal.SIGTERM
    on_orphan: signal.Signals = signal.SIGTERM
    user: int | None = None
    vital: bool = True


@dataclass
class Running:
    """A part's present process, its deaths within the window, and when it may be started again."""

    part: Part
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)
    start_at: float | None = None


class Supervisor:
    """Starts parts, restarts those that die, and stops all of them in `stop_order`.

    One SIGINT or SIGTERM asks for an orderly stop, a second one for a quick one.
    """

    def __init__(self, stop_order: Sequence[str], say: Callable[[str], None] = print) -> None:
        self.stop_order = list(stop_order)
        self.say = say
        self.running: dict[str, Running] = {}
        self.asked_to_stop = threading.Event()
        self.hurry = False

    @contextlib.contextmanager
    def signals(self) -> Iterator[None]:
        """Take over SIGINT and SIGTERM, stop everything at the end whatever happens, hand them back."""
        before = {number: signal.signal(number, self._ask) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            self.stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.hurry = self.asked_to_stop.is_set()
        self.asked_to_stop.set()

    def start(self, part: Part) -> None:
        """Start one part and wait until it is ready. Raises StartFailed."""
        self.running[part.name] = running = Running(part)
        self._spawn(running)
        give_up_at = time.monotonic() + part.ready_within
        while not (self.asked_to_stop.is_set() or part.ready()):
            code = running.process.poll() if running.process else None
            if code is not None:
                raise StartFailed(f"{part.name} ended while starting, exit code {code}")
            if time.monotonic() > give_up_at:
                raise StartFailed(f"{part.name} was not ready within {part.ready_within:.0f} s")
            time.sleep(POLL_SECONDS / 5)

    def watch(self) -> bool:
        """Keep every part alive until asked to stop. False when a vital one died too often to go on."""
        while not self.asked_to_stop.wait(POLL_SECONDS):
            for running in self.running.values():
                if not self._look_after(running):
                    return False
        return True

    def _look_after(self, running: Running) -> bool:
        process, now = running.process, time.monotonic()
        if process is None:
            if running.start_at is not None and now >= running.start_at:
                self._spawn(running)
            return True
        code = process.poll()
        if code is None:
            return True
        _kill_group(process)
        running.process = None
        running.deaths = [at for at in running.deaths if at > now - DEATHS_WINDOW_SECONDS] + [now]
        if running.part.vital and len(running.deaths) >= DEATHS_ALLOWED:
            self.say(
                f"{running.part.name} died {DEATHS_ALLOWED} times in a minute (exit code {code}): stopping."
            )
            return False
        delay = min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** (len(running.deaths) - 1))
        self.say(f"{running.part.name} died (exit code {code}): starting it again in {delay:g} s.")
        running.start_at = now + delay
        return True

    def stop(self) -> None:
        """End every part in order, each within its deadline, then by SIGKILL. Safe to call again."""
        self.asked_to_stop.set()
        for name in self.stop_order:
            running = self.running.pop(name, None)
            if running is not None and running.process is not None:
                self._stop_one(running.part, running.process)

    def _stop_one(self, part: Part, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(part.stop_by)
        give_up_at = time.monotonic() + part.stop_within
        while process.poll() is None and time.monotonic() < give_up_at and not self.hurry:
            time.sleep(POLL_SECONDS / 5)
        if process.poll() is None and not self.hurry:
            self.say(f"{part.name} did not stop within {part.stop_within:g} s: killed.")
        _kill_group(process)
        process.wait()

    def _spawn(self, running: Running) -> None:
        part, parent = running.part, os.getpid()
        running.start_at = None
        # a session of its own: the terminal's Ctrl-C reaches the supervisor alone, which then keeps the order
        running.process = subprocess.Popen(
            part.argv,
            env={**os.environ, **part.env},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=part.pass_fds,
            user=part.user,
            preexec_fn=lambda: _die_with(parent, part.on_orphan),
        )


_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def _die_with(parent: int, number: signal.Signals) -> None:
    """In the new child: have the kernel send `number` when the parent dies."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, number.value, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to whatever is left of the process's group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


@contextlib.contextmanager
def only_one(path: Path, note: str) -> Iterator[None]:
    """Hold a lock file with `note` in it; the lock goes with the process. Raises AlreadyRunning."""
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRunning(lock.read()) from None
        lock.truncate(0)
        lock.write(note)
        lock.flush()
        yield


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, held here so that a restarted web server refuses nobody. Raises OSError."""
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(128)
    except OSError:
        sock.close()
        raise
    return sock


def answers(address: tuple[str, int] | str, question: bytes, seconds: float = 1.0) -> bool:
    """True when a server at a TCP address or socket path sends anything back."""
    try:
        with _connect(address, seconds) as sock:
            sock.sendall(question)
            return bool(sock.recv(1))
    except OSError:
        return False


def _connect(address: tuple[str, int] | str, seconds: float) -> socket.socket:
    if isinstance(address, tuple):
        return socket.create_connection(address, seconds)
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(seconds)
    try:
        sock.connect(address)
    except OSError:
        sock.close()
        raise
    return sock
