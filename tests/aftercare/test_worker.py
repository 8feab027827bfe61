"""Jobs that overrun are told to stop, and whoever tells them does not fall silent."""

import threading
import time
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from aftercare import worker
from tests.servers.processes import wait_until


def test_a_job_that_overruns_is_told_to_stop() -> None:
    limits, stopped = worker.Limits(soft=0.05, hard=60), threading.Event()

    def job() -> None:
        with limits.over("slow"):
            try:
                while True:
                    time.sleep(0.005)
            except SoftTimeLimitExceeded:
                stopped.set()

    threading.Thread(target=job, daemon=True).start()

    def told() -> bool:
        limits.look()
        return stopped.is_set()

    wait_until(told, what="the end of the job")


def test_a_job_in_time_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    limits = worker.Limits(soft=60, hard=120)
    with limits.over("quick"):
        limits.look()
    limits.look()
    assert caplog.text == ""


class Flaky:
    """Fails the first time it looks."""

    def __init__(self) -> None:
        self.looks = 0

    def look(self) -> None:
        self.looks += 1
        if self.looks == 1:
            raise SoftTimeLimitExceeded


def test_whoever_looks_after_jobs_goes_on_after_a_fault(caplog: pytest.LogCaptureFixture) -> None:
    first: Any = Flaky()
    second: Any = Flaky()
    worker.look_after(first, second, every=0.01)
    wait_until(lambda: first.looks > 2 and second.looks > 2, what="further looks")
    assert "Flaky.look failed" in caplog.text
