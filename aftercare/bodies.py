"""Forms that come slowly, or only in part.

What is cut short looks like a form with fewer answers, and its key is the key of the whole: saved, it would
stand in the way of the rest. And whoever sends a byte a second holds a thread. So a request reaches Django
when all of it is here, and few threads wait for those that are not.
"""

import contextlib
import io
import select
import socket
import threading
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

Environ = dict[str, Any]

GRACE, SECONDS = 0.5, 10.0
"""So long everybody is waited for, and those who have a place to wait."""
PLACES = 16
"""For half of a process's threads (`onemachine.web`)."""
LONGEST = 2_621_440
"""Bytes of the longest form: what Django takes."""

WORDS = (
    "Your form did not reach us whole, and nothing of it was saved. Go back and send it again.\n"
    "If that does not help, ring your clinic. In an emergency ring your local emergency number.\n"
)


class Refused(Exception):
    """The status to answer with."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class WholeForms:
    """WSGI: passes on what has a whole body or none, and says to everybody else that nothing was saved.

    400 for what ended early, 408 for what took longer than SECONDS, 413 above LONGEST bytes, 503 when
    it would have to be waited for and no place is left.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.app = app
        self.places = threading.BoundedSemaphore(PLACES)

    def __call__(self, environ: Environ, start: Callable[..., object]) -> Iterable[bytes]:
        """Read the body, then ask the app."""
        try:
            length = int(environ.get("CONTENT_LENGTH") or 0)
            if length > 0:
                environ["wsgi.input"] = io.BytesIO(self._read(environ, length))
        except Refused as refused:
            _hear_no_more(environ)
            kind = [("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff")]
            start(f"{refused.status.value} {refused.status.phrase}", kind)
            return [WORDS.encode()]
        return self.app(environ, start)

    def _read(self, environ: Environ, length: int) -> bytes:
        if length > LONGEST:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        wire: socket.socket | None = environ.get("gunicorn.socket")
        body = environ["wsgi.input"]
        found = body.read(length) if wire is None else self._patiently(wire, body, length)
        if len(found) < length:
            raise Refused(HTTPStatus.BAD_REQUEST)
        return bytes(found)

    def _patiently(self, wire: socket.socket, body: Any, length: int) -> bytes:
        wire.setblocking(False)
        try:
            if (found := _awaited(wire, body, length, GRACE)) is not None:
                return found
            if not self.places.acquire(blocking=False):
                raise Refused(HTTPStatus.SERVICE_UNAVAILABLE)
            try:
                found = _awaited(wire, body, length, SECONDS)
            finally:
                self.places.release()
        finally:
            wire.setblocking(True)
        if found is None:
            raise Refused(HTTPStatus.REQUEST_TIMEOUT)
        return found


def _hear_no_more(environ: Environ) -> None:
    """Or the server would wait for the rest: to use the connection again, or to close it politely."""
    environ["wsgi.input"].failed = True
    if (wire := environ.get("gunicorn.socket")) is not None:
        with contextlib.suppress(OSError):
            wire.shutdown(socket.SHUT_RD)


def _awaited(wire: socket.socket, body: Any, length: int, seconds: float) -> bytes | None:
    """The body once it is here, or what came before the client went; None when it takes longer."""
    give_up_at, ear = time.monotonic() + seconds, select.poll()
    ear.register(wire, select.POLLIN)
    while True:
        try:
            found: bytes = body.read(length)
            return found
        except BlockingIOError:
            # the server keeps what came; it takes any error for the end of the connection, but this is none
            body.failed = False
        left = give_up_at - time.monotonic()
        if left <= 0 or not ear.poll(left * 1000):
            return None
