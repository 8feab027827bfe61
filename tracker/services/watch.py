"""The watch: knocks at web, mail server and disk, and tells the outside alarm that all is well only if it is.

Its own silence is the outside alarm's business: nothing in here needs to work for that.
"""

import logging
import shutil
import smtplib
import urllib.error
import urllib.request
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction

from tracker import emails
from tracker.services import health, sealing
from tracker.services.delivery import Clock

log = logging.getLogger(__name__)

SECONDS = 5
"""How long web and the outside alarm may take to answer."""

LEAST_ROOM = 200 * 2**20
"""Bytes: with less room left the disk counts as full."""

QUESTION_MS = 2000
"""A question to the database that takes longer has failed: the watch must not die of its own weight."""


def look(*, clock: Clock) -> health.State:
    """Knock everywhere, read the state, tell the outside alarm if all is well. Returns the state.

    Raises what the database raises; then nothing is told to anybody outside, and the watch is not noted.
    """
    _note(health.WEB, _web_fault, clock)
    _note(health.DISK, _disk_fault, clock)
    _note(health.MAIL, _mail_fault, clock)
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {QUESTION_MS}")
        health.beat(component=health.WATCH, now=clock())
        state = health.state(now=clock())
        head = sealing.head()
    if settings.DEADMAN_URL and state.may_reassure:
        said = f"audit sealed up to {head.last}: {head.digest}" if head else "audit not sealed yet"
        _note(health.OUTSIDE, lambda: _outside_fault(said), clock)
    return state


def _note(part: str, fault: Callable[[], str], clock: Clock) -> None:
    found = fault()
    if found:
        log.warning("%s: %s", part, found)
        health.fail(component=part, error=found, now=clock())
    else:
        health.beat(component=part, now=clock())


def _web_fault() -> str:
    """Any answer of the pages is a sign of life, also one that says what is broken."""
    try:
        # asked as the proxy asks, for no other host is answered
        asked = urllib.request.Request(f"{settings.WEB_CHECK_URL}/health", headers={"Host": _host()})
        with urllib.request.urlopen(asked, timeout=SECONDS):
            return ""
    except urllib.error.HTTPError as answer:
        return "" if answer.code in (200, 503) else f"HTTP {answer.code}"
    except (OSError, ValueError) as error:
        return type(error).__name__


def _host() -> str:
    return str(urlsplit(settings.SITE_URL).netloc)


def _mail_fault() -> str:
    """A proven connection: reached, greeted and, where it asks for that, signed in."""
    try:
        with emails.Server() as server:
            server.open()
    except (OSError, smtplib.SMTPException) as error:
        return type(error).__name__
    return ""


def _disk_fault() -> str:
    return "full" if shutil.disk_usage(settings.VAR).free < LEAST_ROOM else ""


def _outside_fault(head: str) -> str:
    """Tell the outside alarm, and leave the audit's head with it where it takes words."""
    try:
        try:
            told = urllib.request.Request(settings.DEADMAN_URL, head.encode(), {"Content-Type": "text/plain"})
            with urllib.request.urlopen(told, timeout=SECONDS):
                return ""
        except urllib.error.HTTPError:  # one that can only be fetched
            with urllib.request.urlopen(settings.DEADMAN_URL, timeout=SECONDS):
                return ""
    except (OSError, ValueError) as error:
        return type(error).__name__
