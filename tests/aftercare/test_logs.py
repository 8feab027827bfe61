"""Log lines: one record a line, safe to read, and silent about people."""

import json
import logging
import sys
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import RequestFactory
from django.urls import resolve

from aftercare.logs import Json, Plain, is_news


def record(text: str, *args: Any, **extra: Any) -> logging.LogRecord:
    found = logging.LogRecord("tracker", logging.WARNING, "x.py", 1, text, args, None)
    for name, value in extra.items():
        setattr(found, name, value)
    return found


def with_exception(error: Exception) -> logging.LogRecord:
    found = record("row %s failed", 7)
    try:
        raise error
    except type(error):
        found.exc_info = sys.exc_info()
    return found


@pytest.mark.parametrize("evil", ["a\r\nb", "a\x1b[2Jb", "a\u2028b", "a\x9bb", "a\x00b"])
@pytest.mark.parametrize("formatter", [Json(), Plain()])
def test_a_text_cannot_begin_a_line_or_command_a_terminal(formatter: logging.Formatter, evil: str) -> None:
    line = formatter.format(record("said %s", evil))
    assert line.isprintable()
    assert len(line.splitlines()) == 1


def test_a_line_is_one_object_with_what_a_search_needs() -> None:
    said = json.loads(Json().format(record("bell for %s failed", "assess")))
    assert (said["level"], said["logger"], said["message"]) == (
        "WARNING",
        "tracker",
        "bell for assess failed",
    )
    assert said["at"].endswith("+00:00")


def test_of_an_exception_it_keeps_the_kind_and_the_places_and_not_the_words() -> None:
    line = Json().format(with_exception(IntegrityError("Failing row contains (ana@mail.example, pus)")))
    said = json.loads(line)
    assert said["exception"] == "IntegrityError"
    assert "with_exception" in said["places"][0]
    assert "ana@" not in line
    assert "pus" not in line


def test_a_failed_job_is_named_without_what_it_worked_on() -> None:
    context = {
        "name": "tracker.tasks.assess",
        "id": "1",
        "exc": "KeyError('ana@mail.example')",
        "args": "(7,)",
    }
    found = record("Task %(name)s[%(id)s] raised: %(exc)s", context)
    line = Json().format(found)
    assert "tracker.tasks.assess[1]" in line
    assert "ana@" not in line
    assert "ana@" not in Json().format(record("it broke: %s", ValueError("ana@mail.example")))


@pytest.mark.parametrize(("path", "named"), [("/start/secret-link/", "start"), ("/nothing/secret/", "")])
def test_an_address_is_named_and_not_quoted_because_it_may_be_a_key(path: str, named: str) -> None:
    request: Any = RequestFactory().get(path)
    request.resolver_match = resolve(path) if named else None
    line = Json().format(record("Not Found: %s", path, request=request, status_code=404))
    assert "secret" not in line
    assert json.loads(line)["message"] == f"404 GET {named or 'no such address'}"


def test_a_monitor_that_asks_again_and_again_fills_no_log() -> None:
    assert not is_news(record("Service Unavailable: %s", "/health", status_code=503))
    assert is_news(record("Internal Server Error: %s", "/today/", status_code=500))


def test_a_person_at_a_terminal_gets_the_whole_story() -> None:
    told = Plain().format(with_exception(ValueError("the reason")))
    assert told.splitlines()[0].endswith("WARNING tracker: row 7 failed")
    assert "ValueError: the reason" in told
