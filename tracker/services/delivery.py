"""Carrying the outbox to the mail server: claim, ask again, send, then mark.

Reminders, which come by the thousand, are claimed some at a time; everything else by itself.
"""

import logging
import smtplib
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from tracker import emails
from tracker.models import MAX_ATTEMPTS, DeliveryAttempt, Message
from tracker.models.prepared import Prepared
from tracker.services import bounces, health, people, wanted

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=45)
"""Longer than the mail server's time limit (10 s): a claim outlives its own try."""

BACK_OFF = tuple(timedelta(seconds=s) for s in (10, 30, 60, 120, 300, 600, 1200))
"""Waiting time after the first, second, … failed try."""

BUDGET = timedelta(seconds=12)
"""With one slow try on top still shorter than the time limit of the job that sends."""

SERVER_DOWN_WAIT = timedelta(seconds=15)
"""The whole server is away: no message is to blame, so none uses up a try."""

PERSIST = timedelta(hours=4)
"""An urgent message that is only told "later" is tried so long: greylists of hours exist."""

URGENT_WAIT = timedelta(seconds=100)
"""The longest time between two tries of an urgent message: it goes out within two minutes of the last no."""

TOGETHER = 25
"""So many reminders are claimed at once."""

HASTE = timedelta(seconds=5)
"""What is claimed together is given back after so long: the lease outlives the slowest last try."""

FRESH = timedelta(seconds=1)
"""What was read so long ago is read again before it is sent."""

Clock = Callable[[], datetime]


class ServerDown(Exception):
    """No message can be sent at the moment."""


def deliver_due(*, clock: Clock, limit: int = 200) -> int:
    """Send what is due, urgent first, over one connection. Returns how many the server accepted.

    `clock` gives the time of each claim and of each result: sending takes long enough to matter.
    Stops when the mail server itself is away, and after BUDGET: the next sweep goes on from there.
    """
    now = clock()
    due = Message.objects.due(now).values_list("pk", "kind", "attempts")[:limit]
    until = now + BUDGET
    accepted = 0
    with emails.Server() as server:
        for ids in _groups(due):
            if clock() > until:
                break
            try:
                if len(ids) == 1:
                    accepted += deliver(message_id=ids[0], clock=clock, server=server)
                else:
                    accepted += _deliver_together(ids, clock, server, until)
            except ServerDown:
                break
            except Exception:  # its try is counted and its lease runs out; the others must not wait for it
                log.exception("message %s failed", ids)
    return accepted


def _groups(due: Iterable[tuple[int, str, int]]) -> Iterator[list[int]]:
    """Ids in the order given: reminders that nobody tried yet some at a time, everything else alone.

    What was tried before goes alone: what kills its worker must not use up the tries of others.
    """
    for many, rows in groupby(due, key=lambda row: row[1] == Message.Kind.REMINDER and row[2] == 0):
        ids, size = [row[0] for row in rows], TOGETHER if many else 1
        yield from (ids[first : first + size] for first in range(0, len(ids), size))


def deliver(*, message_id: int, clock: Clock, server: emails.Server) -> bool:
    """Claim one message, ask again whether it is wanted, send it, then mark it. True when accepted.

    Marked after the deed: a worker that dies in between sends it again under the same Message-ID.
    """
    claim = _claim(message_id, clock())
    if claim is None:
        _give_up_worn_out(message_id, clock())
        return False
    return _send(_MESSAGE.rows(pk=message_id)[0], claim, clock, server)


WITH = ("clinic", "to_user", "recovery__patient", "flag", "link", "ask_back__flag")
_MESSAGE = Prepared(lambda pk: Message.objects.filter(pk=pk).select_related(*WITH))


def _deliver_together(ids: list[int], clock: Clock, server: emails.Server, until: datetime) -> int:
    """As `deliver`, for reminders that nobody tried yet: one claim and one reading for all of them.

    Each is asked for again and marked by itself. What is not reached by `until`, or because the server went
    away, is given back untried; the record of the tries is written after the last one.
    """
    claim, read_at, accepted = uuid.uuid4(), clock(), 0
    until = min(until, read_at + HASTE)
    untried = Message.objects.due(read_at).order_by().filter(pk__in=ids, attempts=0)
    untried.update(claim=claim, claimed_until=read_at + LEASE, attempts=1)
    ours = Message.objects.filter(claim=claim, state=Message.State.PENDING, claimed_until__isnull=False)
    waiting, tries = _read(ours, ids), list[DeliveryAttempt]()
    try:
        while waiting and (now := clock()) <= until:
            if now - read_at > FRESH:
                waiting, read_at = _read(ours, list(waiting)), now
                if not waiting:
                    break
            message = waiting.pop(next(iter(waiting)))
            try:
                accepted += _send(message, claim, clock, server, tries)
            except ServerDown:
                raise
            except Exception:  # as above
                log.exception("message %s failed", message.pk)
    finally:
        _give_back(ours, waiting, tries)
    return accepted


def _give_back(ours: QuerySet[Message], ids: Iterable[int], tries: list[DeliveryAttempt]) -> None:
    ours.filter(pk__in=ids).update(claimed_until=None, attempts=0)
    if tries:
        DeliveryAttempt.objects.bulk_create(tries)
        health.beat(component=health.MAIL, now=tries[-1].ended_at)


def _read(ours: QuerySet[Message], ids: Iterable[int]) -> dict[int, Message]:
    rows = ours.filter(pk__in=ids).select_related(*WITH).order_by("due_at", "pk")
    return {message.pk: message for message in rows}


def _give_up_worn_out(message_id: int, now: datetime) -> None:
    """Give up what took all its tries without an answer: it may be what kills the workers."""
    worn_out = Message.objects.due(now).order_by().filter(pk=message_id, attempts__gte=MAX_ATTEMPTS)
    with transaction.atomic():
        if worn_out.update(state=Message.State.DEAD, reason="no answer"):
            bounces.given_up(message=Message.objects.get(pk=message_id), now=now, refused=False)


def _claim(message_id: int, now: datetime) -> uuid.UUID | None:
    """A lease on a due message, counted before the work. None for another's, and after the last try."""
    token = uuid.uuid4()
    taken = (
        Message.objects.due(now)
        .order_by()
        .filter(pk=message_id, attempts__lt=MAX_ATTEMPTS)
        .update(claim=token, claimed_until=now + LEASE, attempts=F("attempts") + 1)
    )
    return token if taken else None


def _send(
    message: Message,
    claim: uuid.UUID,
    clock: Clock,
    server: emails.Server,
    tries: list[DeliveryAttempt] | None = None,
) -> bool:
    """Ask again, send, mark. The record of an accepted try goes to `tries`, else with the mark."""
    if unwanted := wanted.why_not(message, now=clock()):
        _mark(message, claim, state=Message.State.DROPPED, reason=unwanted)
        return False
    started = clock()
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as error:
        _release(message, claim, clock(), error)
        raise ServerDown from error
    if message.link is not None:
        people.start_link(link=message.link, now=started)
    try:
        server.send(emails.build(message))
    except Exception as error:  # whatever stops one mail must not stop the others
        if emails.concerns_all(error):
            _release(message, claim, clock(), error)
            raise ServerDown from error
        _failed(message, claim, started, clock(), error)
        return False
    ended = clock()
    attempt = DeliveryAttempt.of(message, started, ended, accepted=True, code=250)
    if tries is not None:
        _mark(message, claim, state=Message.State.SENT, sent_at=ended)
        tries.append(attempt)
        return True
    with transaction.atomic():
        _mark(message, claim, state=Message.State.SENT, sent_at=ended)
        attempt.save(force_insert=True)
        health.beat(component=health.MAIL, now=ended)
    return True


def _release(message: Message, claim: uuid.UUID, now: datetime, error: Exception) -> None:
    """Give the message back untried, and say on the heartbeat that mail stands still."""
    log.warning("mail server away: %s", type(error).__name__)
    with transaction.atomic():
        _mark(message, claim, attempts=F("attempts") - 1, due_at=now + SERVER_DOWN_WAIT, claimed_until=None)
        health.fail(component=health.MAIL, error=type(error).__name__, now=now)


def _failed(message: Message, claim: uuid.UUID, started: datetime, ended: datetime, error: Exception) -> None:
    """Keep the failure, and try again later unless the server said never or the tries are used up."""
    code = emails.code_of(error)
    refused_for_good = code is not None and 500 <= code < 600
    log.warning("message %s not accepted: %s %s", message.pk, type(error).__name__, code or "")
    with transaction.atomic():
        attempt = DeliveryAttempt.of(message, started, ended, code=code, error=type(error).__name__)
        attempt.save(force_insert=True)
        wait = BACK_OFF[min(message.attempts, len(BACK_OFF)) - 1]
        if not refused_for_good and code is not None and message.is_urgent and _may_persist(message, ended):
            # an answer came, so it kills no worker: the last try is never used up
            attempts = min(message.attempts, MAX_ATTEMPTS - 1)
            _mark(
                message, claim, attempts=attempts, due_at=ended + min(wait, URGENT_WAIT), claimed_until=None
            )
        elif refused_for_good or message.attempts >= MAX_ATTEMPTS:
            _mark(message, claim, state=Message.State.DEAD, reason=type(error).__name__)
            bounces.given_up(message=message, now=ended, refused=refused_for_good)
        else:
            _mark(message, claim, due_at=ended + wait, claimed_until=None)


def _may_persist(message: Message, now: datetime) -> bool:
    return now - message.created_at < PERSIST


def _mark(message: Message, claim: uuid.UUID, **fields: Any) -> None:
    """Write the result, if the claim is still ours."""
    Message.objects.filter(pk=message.pk, claim=claim).update(**fields)
