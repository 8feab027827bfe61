"""What a worker looks after besides its jobs: none runs for ever, and the schedule goes on without beat.

Celery's time limits do not reach a pool of threads, and a broker or a beat that stands still would keep
the sweeps from every worker while the database and the mail server are well.
"""

import ctypes
import logging
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from celery import Celery
from celery.exceptions import SoftTimeLimitExceeded
from django.db import close_old_connections

log = logging.getLogger(__name__)

SILENCE = 90.0
"""Seconds without a word of beat after which the worker ticks by itself: three heartbeats."""

HEARTBEAT = "tracker.tasks.beat_heartbeat"
"""Says that beat lives, so only beat may cause it."""


@dataclass
class Run:
    """A job under way: since when (monotonic seconds), and whether it was told to stop."""

    name: str
    started: float
    told: bool = False


class Limits:
    """Tells a job to stop after `soft` seconds, and ends the process when it did not by `hard`.

    The rows bring the work back: each try was counted before it began.
    """

    def __init__(self, soft: float, hard: float) -> None:
        self.soft, self.hard = soft, hard
        self._running: dict[int, Run] = {}
        self._lock = threading.Lock()

    def begin(self, name: str) -> None:
        """This thread starts a job."""
        with self._lock:
            self._running[threading.get_ident()] = Run(name, time.monotonic())

    def end(self) -> None:
        """This thread's job has ended."""
        with self._lock:
            self._running.pop(threading.get_ident(), None)

    @contextmanager
    def over(self, name: str) -> Iterator[None]:
        """Limits for the code inside."""
        self.begin(name)
        try:
            yield
        finally:
            self.end()

    def look(self) -> None:
        """Stop what has run too long."""
        with self._lock:
            for thread, run in self._running.items():
                lasted = time.monotonic() - run.started
                if lasted > self.hard:
                    log.critical("%s did not stop after %.0f s: ending this worker", run.name, lasted)
                    os.kill(os.getpid(), signal.SIGKILL)
                elif lasted > self.soft and not run.told:
                    log.error("%s has run for %.0f s: told to stop", run.name, lasted)
                    run.told = True
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(
                        ctypes.c_ulong(thread), ctypes.py_object(SoftTimeLimitExceeded)
                    )


class Ticks:
    """Runs the schedule in this process while beat is silent, each job as often as written there."""

    def __init__(self, app: Celery, limits: Limits, silence: float) -> None:
        self.app, self.limits, self.silence = app, limits, silence
        self.heard = time.monotonic()
        self._ran: dict[str, float] = {}

    @property
    def scheduled(self) -> set[str]:
        """The names of the jobs that beat sends."""
        return {entry["task"] for entry in self.app.conf.beat_schedule.values()}

    def hear(self) -> None:
        """Beat has spoken."""
        self.heard = time.monotonic()

    def look(self) -> None:
        """Run what is due, if beat is silent."""
        if time.monotonic() - self.heard < self.silence:
            return
        if not self._ran:
            log.error("no word of beat for %.0f s: ticking here", self.silence)
        schedule: Mapping[str, Any] = self.app.conf.beat_schedule
        for entry in schedule.values():
            name, every = entry["task"], entry["schedule"].run_every.total_seconds()
            if name != HEARTBEAT and time.monotonic() - self._ran.get(name, 0.0) >= every:
                self._ran[name] = time.monotonic()
                self._run(name)

    def _run(self, name: str) -> None:
        close_old_connections()
        try:
            with self.limits.over(name):
                self.app.tasks[name]()
        except Exception:
            log.exception("%s failed", name)
        finally:
            close_old_connections()


def look_after(limits: Limits, ticks: Ticks, every: float = 1.0) -> None:
    """Start the two threads that do so until the process ends."""
    for what in (limits.look, ticks.look):
        threading.Thread(target=_for_ever, args=(what, every), name=what.__qualname__, daemon=True).start()


def _for_ever(what: Any, every: float) -> None:
    while True:
        try:
            time.sleep(every)
            what()
        except Exception:  # also a job's late word to stop: whoever looks after others may not fall silent
            log.exception("%s failed", what.__qualname__)
