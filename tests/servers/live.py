"""The product's own processes on the test database."""

import urllib.error
import urllib.request
from types import TracebackType
from typing import Self

from aftercare import onemachine
from aftercare.supervisor import listen
from tests.servers.broker import Broker
from tests.servers.mail import Sink
from tests.servers.processes import Process, environment_for_children, worker_process

# beat's sweeps in tests: every 1.5 s instead of every 15 s
TICK_SCALE = "0.1"


class LiveWeb:
    """A web server: gunicorn with the product's own options, mails going to `sink`.

    `more` is what else its environment says.
    """

    def __init__(self, sink: Sink, **more: str) -> None:
        self.sink = sink
        self.socket = listen("127.0.0.1", 0)
        self.port: int = self.socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = environment_for_children(
            **{"EMAIL_URL": sink.url, "SITE_URL": self.url, "AFTERCARE_TICK_SCALE": TICK_SCALE} | more
        )
        self.web = Process(onemachine.web(self.socket), self.environment)

    def processes(self) -> list[Process]:
        """What to start, in order."""
        return [self.web]

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of one page, as a stranger sees it."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=20) as response:
                return int(response.status), response.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    def __enter__(self) -> Self:
        for process in self.processes():
            process.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        for process in reversed(self.processes()):
            process.stop()
        self.socket.close()


class LiveApp(LiveWeb):
    """Web server, worker and beat. Each can be stopped, killed and started again by the test."""

    def __init__(self, broker: Broker, sink: Sink, **more: str) -> None:
        super().__init__(sink, **more)
        self.broker = broker
        self.worker = worker_process(self.environment)
        self.beat = Process(onemachine.beat(), self.environment)

    def processes(self) -> list[Process]:
        """What to start, in order."""
        return [self.worker, self.web, self.beat]
