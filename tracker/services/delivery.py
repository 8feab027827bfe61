"""Carrying the outbox to the mail server: claim, ask again, send, then mark."""

import logging
import smtplib
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from tracker import emails
from tracker.models import MAX_ATTEMPTS, DeliveryAttempt, Flag, Message
from tracker.models.prepared import Prepared
from tracker.models.problems import problems_at
from tracker.services import ask_back, bounces, cover_check, health, people, reminders

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

Clock = Callable[[], datetime]


class ServerDown(Exception):
    """No message can be sent at the moment."""


def deliver_due(*, clock: Clock, limit: int = 200) -> int:
    """Send what is due, urgent first, over one connection. Returns how many the server accepted.

    `clock` gives the time of each claim and of each result: sending takes long enough to matter.
    Stops when the mail server itself is away, and after BUDGET: the next sweep goes on from there.
    """
    started = clock()
    ids = list(Message.objects.due(started).values_list("pk", flat=True)[:limit])
    accepted = 0
    with emails.Server() as server:
        for pk in ids:
            if clock() - started > BUDGET:
                break
            try:
                accepted += deliver(message_id=pk, clock=clock, server=server)
            except ServerDown:
                break
            except Exception:  # its try is counted and its lease runs out; the others must not wait for it
                log.exception("message %s failed", pk)
    return accepted


def deliver(*, message_id: int, clock: Clock, server: emails.Server) -> bool:
    """Claim one message, ask again whether it is wanted, send it, then mark it. True when accepted.

    Marked after the deed: a worker that dies in between sends it again under the same Message-ID.
    """
    claim = _claim(message_id, clock())
    if claim is None:
        _give_up_worn_out(message_id, clock())
        return False
    message = _MESSAGE.rows(pk=message_id)[0]
    unwanted = _no_longer_wanted(message, clock())
    if unwanted:
        _mark(message, claim, state=Message.State.DROPPED, reason=unwanted)
        return False
    return _send(message, claim, clock, server)


_MESSAGE = Prepared(
    lambda pk: Message.objects.filter(pk=pk).select_related(
        "clinic", "to_user", "recovery__patient", "flag", "link", "ask_back__flag"
    )
)


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


def _no_longer_wanted(message: Message, now: datetime) -> str:
    """Why the message must not go out any more, decided when it would be sent; "" when it must."""
    if message.kind == Message.Kind.HAND_OVER:
        return _offer_over(message)
    if message.flag is not None:
        answered = message.flag.state != Flag.State.OPEN
        return "answered" if answered else ""
    if message.kind == Message.Kind.DIGEST:
        return "" if problems_at(message.clinic_id, now).count else "nothing waits"
    if message.kind == Message.Kind.UNCOVERED:
        return cover_check.why_not(message, now=now)
    if message.ask_back is not None:
        return ask_back.why_not(message.ask_back)
    if message.kind == Message.Kind.REMINDER:
        return reminders.why_not(message, now=now)
    if message.link is not None and message.link.used_at is not None:
        return "link used"
    return ""


def _offer_over(message: Message) -> str:
    """Accepted, declined or offered to somebody else: there is nothing to answer any more."""
    flag = message.flag
    offered = flag.offered_to if flag and flag.state != Flag.State.RESOLVED else None
    return "" if offered and offered.user_id == message.to_user_id else "offer over"


def _send(message: Message, claim: uuid.UUID, clock: Clock, server: emails.Server) -> bool:
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
        if _concerns_all(error):
            _release(message, claim, clock(), error)
            raise ServerDown from error
        _failed(message, claim, started, clock(), error)
        return False
    ended = clock()
    with transaction.atomic():
        _mark(message, claim, state=Message.State.SENT, sent_at=ended)
        _attempt(message, started, ended, accepted=True, code=250)
        health.beat(component=health.MAIL, now=ended)
    return True


def _concerns_all(error: Exception) -> bool:
    """Whether every other message would be told the same: our own address, closing down, no room."""
    full = isinstance(error, smtplib.SMTPDataError) and error.smtp_code == 452
    return isinstance(error, smtplib.SMTPSenderRefused) or _code_of(error) == 421 or full


def _release(message: Message, claim: uuid.UUID, now: datetime, error: Exception) -> None:
    """Give the message back untried, and say on the heartbeat that mail stands still."""
    log.warning("mail server away: %s", type(error).__name__)
    with transaction.atomic():
        _mark(message, claim, attempts=F("attempts") - 1, due_at=now + SERVER_DOWN_WAIT, claimed_until=None)
        health.fail(component=health.MAIL, error=type(error).__name__, now=now)


def _failed(message: Message, claim: uuid.UUID, started: datetime, ended: datetime, error: Exception) -> None:
    """Keep the failure, and try again later unless the server said never or the tries are used up."""
    code = _code_of(error)
    refused_for_good = code is not None and 500 <= code < 600
    log.warning("message %s not accepted: %s %s", message.pk, type(error).__name__, code or "")
    with transaction.atomic():
        _attempt(message, started, ended, accepted=False, code=code, error=type(error).__name__)
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


def _code_of(error: Exception) -> int | None:
    """The mail server's answer code, when it gave one."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()))[0]
    return getattr(error, "smtp_code", None)


def _attempt(
    message: Message,
    started: datetime,
    ended: datetime,
    *,
    accepted: bool,
    code: int | None = None,
    error: str = "",
) -> None:
    DeliveryAttempt.objects.create(
        message=message,
        number=message.attempts,
        started_at=started,
        ended_at=ended,
        accepted=accepted,
        code=code,
        error=error,
    )


def _mark(message: Message, claim: uuid.UUID, **fields: Any) -> None:
    """Write the result, if the claim is still ours."""
    Message.objects.filter(pk=message.pk, claim=claim).update(**fields)
