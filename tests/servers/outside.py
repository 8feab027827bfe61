"""The outside alarm of the tests: something that is told again and again that all is well, or is not."""

import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import TracebackType
from typing import Self

from tests.servers.processes import wait_until

TICKS = "0.05"
SILENCE = 3.2
"""Longer than two ticks of the watch at this pace, 1.5 s each."""


class Outside:
    """When it was last told that all is well, and in what words."""

    def __init__(self) -> None:
        self.told: list[float] = []
        self.words: list[str] = []
        alarm = self

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                alarm.words.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
                alarm.told.append(time.monotonic())
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}/ping"

    def __enter__(self) -> Self:
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.server.shutdown()
        self.server.server_close()

    def wait(self, seconds: float = 60) -> None:
        """Until it is told once more."""
        since = time.monotonic()
        wait_until(lambda: self.told and self.told[-1] > since, seconds, "a word to the outside alarm")

    def hears_nothing(self, seconds: float) -> bool:
        """Not a word for so long, after a moment in which one may have been on its way."""
        time.sleep(0.6)
        since = time.monotonic()
        time.sleep(seconds)
        return not self.told or self.told[-1] < since
