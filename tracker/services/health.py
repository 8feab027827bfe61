"""Signs of life, and the truth about what is late. Everything the strip on the clinic's pages says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from tracker.models import CheckIn, Clinic, Flag, Heartbeat, Message
from tracker.models.bundles import Bundle, unpack
from tracker.models.prepared import Prepared

BEAT, WORKER, MAIL = "beat", "worker", "mail"
WEB, DISK, WATCH, PROOF, OUTSIDE = "web", "disk", "watch", "proof", "outside"
PARTS = (BEAT, WORKER, MAIL, WEB, DISK, WATCH, PROOF, OUTSIDE)
"""Who leaves signs of life. `proof`: a synthetic entry became a mail. `outside`: the alarm there was told."""

STALE = timedelta(seconds=120)
"""After so long without a sign a part counts as stopped."""

LATE_ASSESSMENT = timedelta(seconds=60)
LATE_MESSAGE = timedelta(seconds=120)
LATE_STEP = timedelta(seconds=120)
LATE_PROOF = timedelta(minutes=13)
"""A proof is begun every ten minutes and takes seconds; one that takes minutes is news."""


def beat(*, component: str, now: datetime, detail: str = "") -> None:
    """Note that `component` works. `detail` may hold a figure, never anything about anybody."""
    if not Heartbeat.objects.filter(component=component).update(at=now, detail=detail):
        Heartbeat.objects.update_or_create(component=component, defaults={"at": now, "detail": detail})


def fail(*, component: str, error: str, now: datetime) -> None:
    """Note that `component` failed; the time of its last success stays."""
    Heartbeat.objects.update_or_create(
        component=component, defaults={"detail": error}, create_defaults={"at": now, "detail": error}
    )


@dataclass(frozen=True, slots=True)
class State:
    """What is late or broken. Ages in whole seconds; None when nothing waits or never seen.

    `ages` and `details` are the signs of life by part. `oldest_alert` is the oldest urgent mail that has
    reached nobody: still waiting, or given up while its flag is open and no later alert got through.
    """

    oldest_unassessed: int | None
    oldest_alert: int | None
    oldest_step: int | None
    ages: Mapping[str, int | None] = field(default_factory=dict)
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def beat_age(self) -> int | None:
        """Since the schedule last reached a worker."""
        return self.ages.get(BEAT)

    @property
    def worker_age(self) -> int | None:
        """Since a worker last finished a sweep."""
        return self.ages.get(WORKER)

    @property
    def mail_error(self) -> str:
        """What mail stumbled over last; "" when it works."""
        return self.details.get(MAIL, "")

    @property
    def proof_age(self) -> int | None:
        """Since a synthetic entry last went the whole way to the mail server."""
        return self.ages.get(PROOF)

    @property
    def beat_ok(self) -> bool:
        """Whether the schedule reached a worker lately."""
        return self._fresh(BEAT)

    @property
    def worker_ok(self) -> bool:
        """Whether a worker finished a sweep lately."""
        return self._fresh(WORKER)

    @property
    def watch_ok(self) -> bool:
        """Whether the watch over all this looked lately: its own silence is news too."""
        return self._fresh(WATCH)

    @property
    def web_ok(self) -> bool:
        """Whether the pages answered the watch lately."""
        return self._fresh(WEB) and not self.details.get(WEB)

    @property
    def disk_ok(self) -> bool:
        """Whether there was room left when the watch looked."""
        return not self.details.get(DISK)

    @property
    def alerts_ok(self) -> bool:
        """Whether no urgent alert waits too long for somebody to be reached."""
        return not _late(self.oldest_alert, LATE_MESSAGE)

    @property
    def mail_ok(self) -> bool:
        """Whether the mail server took the last message, and no alert waits too long."""
        return not self.mail_error and self.alerts_ok

    @property
    def proof_ok(self) -> bool:
        """Whether the last proof is young; before the first one nothing is late yet."""
        return not _late(self.proof_age, LATE_PROOF)

    @property
    def all_ok(self) -> bool:
        """Whether nothing is late and nothing stands still."""
        late = _late(self.oldest_unassessed, LATE_ASSESSMENT) or _late(self.oldest_step, LATE_STEP)
        parts = self.beat_ok and self.worker_ok and self.watch_ok and self.disk_ok
        return parts and self.mail_ok and self.proof_ok and not late

    @property
    def may_reassure(self) -> bool:
        """Whether the outside alarm may be told that all is well: only after a proof from end to end."""
        return self.all_ok and self.web_ok and self.proof_age is not None

    def _fresh(self, part: str) -> bool:
        age = self.ages.get(part)
        return age is not None and age <= STALE.total_seconds()


def _late(age: int | None, limit: timedelta) -> bool:
    return age is not None and age > limit.total_seconds()


def state(*, now: datetime) -> State:
    """Read the whole system's state from the database: one query.

    Before the first clinic nothing can be late, and the signs of life are read by themselves.
    """
    row: Any = _STATE.first(now=now)
    if row is None:
        return _told(Heartbeat.objects.all(), dict.fromkeys(("unassessed", "alert", "given_up", "step")), now)
    return of(found=row, now=now)


_STATE = Prepared(lambda now: Clinic.objects.order_by("pk").values(**columns(now=now))[:1])


def columns(*, now: datetime) -> dict[str, Any]:
    """What `of` needs, as values that another query carries along, each from its own index."""
    urgent = Message.objects.filter(is_urgent=True)
    open_flags = Flag.objects.filter(state=Flag.State.OPEN)
    through = Message.objects.filter(
        flag=OuterRef("flag"), state=Message.State.SENT, created_at__gte=OuterRef("created_at")
    )
    given_up = urgent.filter(~Exists(through), state=Message.State.DEAD, flag__in=open_flags)
    return {
        "hearts": Bundle(Heartbeat.objects.all()),
        "unassessed": _first(CheckIn.objects.filter(assessed_at__isnull=True), "recorded_at"),
        "alert": _first(urgent.filter(state=Message.State.PENDING), "created_at"),
        "given_up": _first(given_up, "created_at"),
        "step": _first(Flag.objects.step_due(now), "next_step_at"),
    }


def of(*, found: Mapping[str, Any], now: datetime) -> State:
    """The state that the values of `columns` tell."""
    return _told(unpack(Heartbeat, found["hearts"]), found, now)


def _told(hearts: Iterable[Heartbeat], found: Mapping[str, Any], now: datetime) -> State:
    alerts = [at for at in (found["alert"], found["given_up"]) if at]
    known = {heart.component: heart for heart in hearts}
    return State(
        oldest_unassessed=_seconds(found["unassessed"], now),
        oldest_alert=_seconds(min(alerts, default=None), now),
        oldest_step=_seconds(found["step"], now),
        ages={part: _seconds(known[part].at, now) if part in known else None for part in PARTS},
        details={part: known[part].detail if part in known else "" for part in PARTS},
    )


def _first(rows: QuerySet[Any], field: str) -> Subquery:
    """The oldest `field` of `rows`."""
    return Subquery(rows.order_by(field).values(field)[:1])


def _seconds(then: datetime | None, now: datetime) -> int | None:
    return None if then is None else max(0, int((now - then).total_seconds()))
