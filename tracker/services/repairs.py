"""Sweeps that find work late do it and say so: the normal number of repairs is nought."""

from datetime import datetime, timedelta

from django.db.models import QuerySet, Sum

from tracker.models import CheckIn, Flag, Message, Repair
from tracker.services import assessing, delivery, flags
from tracker.services.delivery import Clock

Kind = Repair.Kind

OVERDUE = timedelta(seconds=30)
"""The bell is heard within a second; what waits so long, nobody has rung for."""

OVERDUE_STEP = timedelta(seconds=90)
"""Steps wait for the tick alone, which comes every half minute."""

AT_ONCE = 2000
"""So many mails a sweep takes up at most; time ends it before. A job that has just judged carries fewer."""


def assess(*, now: datetime) -> int:
    """Judge what no job has judged; what had waited too long counts as repaired. Returns how many."""
    late = _ids(CheckIn.objects.unassessed(now).filter(recorded_at__lt=now - OVERDUE))
    judged = assessing.assess_pending(now=now)
    _note(Kind.ASSESSMENT, CheckIn.objects.filter(pk__in=late, assessed_at__isnull=False), late, now)
    return judged


def deliver(*, clock: Clock) -> int:
    """Carry the outbox; first mails that had waited too long count as repaired. Returns how many went out."""
    now = clock()
    # a mail that was tried before waits for its next try, and its lateness was the mail server's
    late = _ids(Message.objects.due(now).order_by().filter(due_at__lt=now - OVERDUE, attempts=0))
    died = _ids(Message.objects.due(now).order_by().filter(claimed_until__lte=now))
    accepted = delivery.deliver_due(clock=clock, limit=AT_ONCE)
    both = sorted({*late, *died})
    _note(Kind.DELIVERY, Message.objects.filter(pk__in=both, state=Message.State.SENT), both, clock())
    return accepted


def escalate(*, now: datetime) -> int:
    """Open the steps that are due; those that were overdue count as repaired. Returns how many were opened.

    An unanswered urgent flag without a next step would wait for ever: it climbs again, and is counted.
    """
    stuck = Flag.objects.filter(state=Flag.State.OPEN, rank=3, next_step_at__isnull=True)
    set_going = stuck.update(next_step_at=now)
    if set_going:
        Repair.objects.create(kind=Kind.CLIMB, at=now, number=set_going)
    late = _ids(Flag.objects.step_due(now).filter(next_step_at__lt=now - OVERDUE_STEP))
    opened = flags.escalate_due(now=now)
    _note(Kind.STEP, Flag.objects.filter(pk__in=late, next_step_at__gt=now), late, now)
    return opened


def _ids(rows: QuerySet[CheckIn] | QuerySet[Message] | QuerySet[Flag]) -> list[int]:
    return list(rows.values_list("pk", flat=True)[:500])


def _note(
    kind: str,
    repaired: QuerySet[CheckIn] | QuerySet[Message] | QuerySet[Flag],
    late: list[int],
    now: datetime,
) -> None:
    if late and (number := repaired.count()):
        Repair.objects.create(kind=kind, at=now, number=number)


def count(*, since: datetime | None = None) -> dict[str, int]:
    """Repairs by kind, ever or since then; every kind is named."""
    rows = Repair.objects.filter(at__gte=since) if since else Repair.objects.all()
    found = dict(rows.order_by().values_list("kind").annotate(total=Sum("number")))
    return {kind: found.get(kind, 0) for kind in Kind.values}
