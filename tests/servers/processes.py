"""One real process under a test's control."""

import os
import signal
import time
from collections.abc import Callable, Mapping

from django.conf import settings
from django.db import connection

from aftercare import onemachine
from aftercare.supervisor import Part, Supervisor


def wait_until(condition: Callable[[], object], seconds: float = 10.0, what: str = "the condition") -> None:
    """Ask until the answer is true. Raises TimeoutError naming `what`."""
    give_up_at = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up_at:
            raise TimeoutError(f"{what} did not come true within {seconds:g} s")
        time.sleep(0.02)


class Process:
    """A part of the product, started and stopped at will. It dies with the test run."""

    def __init__(self, part: Part, environment: Mapping[str, str] | None = None) -> None:
        self.part = Part(**{**vars(part), "env": {**part.env, **(environment or {})}})
        self._supervisor = self._new_supervisor()

    def _new_supervisor(self) -> Supervisor:
        return Supervisor([self.part.name])

    @property
    def pid(self) -> int:
        """The main process's id. Raises KeyError when it is not running."""
        process = self._supervisor.running[self.part.name].process
        assert process is not None
        return process.pid

    @property
    def has_died(self) -> bool:
        """Whether it ended by itself, where the product's supervisor would start it again."""
        running = self._supervisor.running.get(self.part.name)
        return bool(running and running.process and running.process.poll() is not None)

    @property
    def is_running(self) -> bool:
        """False after stop() or kill()."""
        return bool(self._supervisor.running)

    def start(self) -> None:
        """Start it and wait until it is ready."""
        self._supervisor = self._new_supervisor()
        self._supervisor.start(self.part)

    def stop(self) -> None:
        """End it as the product would: SIGTERM, a deadline, SIGKILL."""
        self._supervisor.stop()

    def kill(self) -> None:
        """SIGKILL to the whole group, as a machine short of memory would."""
        os.killpg(self.pid, signal.SIGKILL)
        self._supervisor.stop()

    def freeze(self) -> None:
        """Stop it from running while its connections stay open."""
        os.killpg(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        os.killpg(self.pid, signal.SIGCONT)


def worker_process(environment: Mapping[str, str]) -> Process:
    """The product's worker with two threads. Ready at once: it takes jobs when it has come up."""
    return Process(onemachine.worker(concurrency=2), environment)


def environment_for_children(**more: str) -> dict[str, str]:
    """What makes a child process use this run's folder, key and test database."""
    return {
        "DJANGO_SETTINGS_MODULE": "aftercare.settings",
        "AFTERCARE_VAR": str(settings.VAR),
        "DATABASE_URL": _database_url(),
        **more,
    }


def _database_url() -> str:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    user = database["USER"] + (f":{database['PASSWORD']}" if database["PASSWORD"] else "")
    return f"postgres://{user}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
