"""Only whole forms reach Django. Slow and cut ones against the real server: `tests/faults/test_web.py`."""

import io
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from aftercare.bodies import LONGEST, WholeForms


def answer(body: bytes, length: str) -> tuple[str, bytes]:
    """Status and text for a body that claims to be so long; an app that got through says what it read."""
    said: list[str] = []

    def app(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        start("200 OK", [])
        return [environ["wsgi.input"].read()]

    environ = {"CONTENT_LENGTH": length, "wsgi.input": io.BytesIO(body)}
    text = b"".join(WholeForms(app)(environ, lambda status, _headers: said.append(status)))
    return said[0], text


@pytest.mark.parametrize("length", ["", "0", "5"])
def test_a_whole_form_and_none_go_through(length: str) -> None:
    assert answer(b"pain=", length) == ("200 OK", b"pain=")


@pytest.mark.parametrize(
    ("length", "status"), [("6", "400 Bad Request"), (str(LONGEST + 1), "413 Request Entity Too Large")]
)
def test_a_form_cut_short_or_without_end_is_said_to_be_unsaved(length: str, status: str) -> None:
    told, text = answer(b"pain=", length)
    assert told == status
    assert b"nothing of it was saved" in text
    assert b"ring your clinic" in text
