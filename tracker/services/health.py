"""Signs of life, and the truth about what is late. Everything the strip on the clinic's pages says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet, Subquery

from tracker.models import CheckIn, Clinic, Flag, Heartbeat, Message
from tracker.services.numbers import Number

BEAT, WORKER, MAIL = "beat", "worker", "mail"

STALE = timedelta(seconds=120)
"""After so long without a sign a part counts as stopped."""

LATE_ASSESSMENT = timedelta(seconds=60)
LATE_MESSAGE = timedelta(seconds=120)
LATE_STEP = timedelta(seconds=120)


def beat(*, component: str, now: datetime) -> None:
    """Note that `component` works."""
    Heartbeat.objects.update_or_create(component=component, defaults={"at": now, "detail": ""})


def fail(*, component: str, error: str, now: datetime) -> None:
    """Note that `component` failed; the time of its last success stays."""
    Heartbeat.objects.update_or_create(
        component=component, defaults={"detail": error}, create_defaults={"at": now, "detail": error}
    )


@dataclass(frozen=True, slots=True)
class State:
    """What is late or broken. Ages in whole seconds; None when nothing waits or never seen."""

    beat_age: int | None
    worker_age: int | None
    mail_error: str
    oldest_unassessed: int | None
    oldest_alert: int | None
    oldest_step: int | None
    unanswered_urgent: int

    @property
    def beat_ok(self) -> bool:
        """Whether the schedule reached a worker lately."""
        return self.beat_age is not None and self.beat_age <= STALE.total_seconds()

    @property
    def worker_ok(self) -> bool:
        """Whether a worker finished a sweep lately."""
        return self.worker_age is not None and self.worker_age <= STALE.total_seconds()

    @property
    def mail_ok(self) -> bool:
        """Whether the mail server took the last message, and no alert waits too long."""
        late = self.oldest_alert is not None and self.oldest_alert > LATE_MESSAGE.total_seconds()
        return not self.mail_error and not late

    @property
    def all_ok(self) -> bool:
        """Whether nothing is late and nothing stands still."""
        waiting = (self.oldest_unassessed, LATE_ASSESSMENT), (self.oldest_step, LATE_STEP)
        late = any(age is not None and age > limit.total_seconds() for age, limit in waiting)
        return self.beat_ok and self.worker_ok and self.mail_ok and not late


def state(*, now: datetime) -> State:
    """Read the whole system's state from the database: one query.

    Before the first clinic nothing can be late, and the signs of life are read by themselves.
    """
    row = Clinic.objects.order_by("pk").values(**columns(now=now)).first()
    return of(found=dict(row) if row else _before_the_first_clinic(), now=now)


def columns(*, now: datetime) -> dict[str, Any]:
    """What `of` needs, as values that another query carries along, each from its own index."""
    return {
        **{f"{name}_at": _heart(name, "at") for name in (BEAT, WORKER)},
        "mail_detail": _heart(MAIL, "detail"),
        "unassessed": _first(CheckIn.objects.filter(assessed_at__isnull=True), "recorded_at"),
        "alert": _first(Message.objects.filter(state=Message.State.PENDING, is_urgent=True), "created_at"),
        "step": _first(Flag.objects.step_due(now), "next_step_at"),
        "unanswered": Number(Flag.objects.filter(state=Flag.State.OPEN, rank=3)),
    }


def of(*, found: Mapping[str, Any], now: datetime) -> State:
    """The state that the values of `columns` tell."""
    return State(
        beat_age=_seconds(found[f"{BEAT}_at"], now),
        worker_age=_seconds(found[f"{WORKER}_at"], now),
        mail_error=found["mail_detail"] or "",
        oldest_unassessed=_seconds(found["unassessed"], now),
        oldest_alert=_seconds(found["alert"], now),
        oldest_step=_seconds(found["step"], now),
        unanswered_urgent=found["unanswered"],
    )


def _before_the_first_clinic() -> dict[str, Any]:
    hearts = {heart.component: heart for heart in Heartbeat.objects.all()}
    signs = {f"{name}_at": hearts[name].at if name in hearts else None for name in (BEAT, WORKER)}
    mail = hearts[MAIL].detail if MAIL in hearts else ""
    return signs | {"mail_detail": mail, "unassessed": None, "alert": None, "step": None, "unanswered": 0}


def _heart(component: str, field: str) -> Subquery:
    return Subquery(Heartbeat.objects.filter(component=component).values(field)[:1])


def _first(rows: QuerySet[Any], field: str) -> Subquery:
    """The oldest `field` of `rows`."""
    return Subquery(rows.order_by(field).values(field)[:1])


def _seconds(then: datetime | None, now: datetime) -> int | None:
    return None if then is None else max(0, int((now - then).total_seconds()))
