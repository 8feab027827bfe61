"""Signs of life, and the truth about what is late. Everything the strip on the clinic's pages says."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.models import CheckIn, Flag, Heartbeat, Message

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
    """Read the whole system's state from the database: five short queries."""
    hearts = {h.component: h for h in Heartbeat.objects.all()}
    unassessed = CheckIn.objects.filter(assessed_at__isnull=True).order_by("recorded_at").first()
    alert = Message.objects.filter(state=Message.State.PENDING, is_urgent=True).order_by("created_at").first()
    step = Flag.objects.step_due(now).order_by("next_step_at").values_list("next_step_at", flat=True).first()
    mail = hearts.get(MAIL)
    return State(
        beat_age=_age(hearts.get(BEAT), now),
        worker_age=_age(hearts.get(WORKER), now),
        mail_error=mail.detail if mail else "",
        oldest_unassessed=None if unassessed is None else _seconds(unassessed.recorded_at, now),
        oldest_alert=None if alert is None else _seconds(alert.created_at, now),
        oldest_step=None if step is None else _seconds(step, now),
        unanswered_urgent=Flag.objects.filter(state=Flag.State.OPEN, rank=3).count(),
    )


def _age(heart: Heartbeat | None, now: datetime) -> int | None:
    return None if heart is None else _seconds(heart.at, now)


def _seconds(then: datetime, now: datetime) -> int:
    return max(0, int((now - then).total_seconds()))
