"""How many stand in which lane of a clinic's list, in one query."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from tracker.models import Clinic, Flag, Recovery
from tracker.services import health
from tracker.services.numbers import Number

MOST = 1000
"""Silent and uneventful recoveries are counted up to here: "1000 and more" asks for no other act."""


@dataclass(frozen=True, slots=True)
class Counters:
    """Numbers of rows: open flags by level, silent recoveries, and recoveries with neither.

    `silent` and `on_course` stop at MOST; `listed` is how many rows the asked list has.
    """

    urgent: int
    review: int
    watch: int
    silent: int
    on_course: int
    listed: int = 0

    @property
    def flags(self) -> int:
        """Every open flag."""
        return self.urgent + self.review + self.watch


def count(*, clinic_id: int, now: datetime) -> Counters:
    """Count every lane of one clinic at `now`. One query, each number from its own index."""
    counted: dict[str, Any] = dict(
        Clinic.objects.filter(pk=clinic_id).values(**_columns(clinic_id, now)).get()
    )
    return Counters(**counted)


def desk(*, clinic_id: int, listed: QuerySet[Flag], now: datetime) -> tuple[Counters, health.State]:
    """The counters with the length of the `listed` flags, and the system's state: one query for both."""
    numbers, signs = _columns(clinic_id, now) | {"listed": Number(listed)}, health.columns(now=now)
    row: dict[str, Any] = dict(Clinic.objects.filter(pk=clinic_id).values(**numbers, **signs).get())
    return Counters(**{name: row[name] for name in numbers}), health.of(found=row, now=now)


def _columns(clinic_id: int, now: datetime) -> dict[str, Any]:
    """The clinic's own row carries the numbers: one row, five sub-selects."""
    flags = Flag.objects.open().filter(clinic=clinic_id)
    recoveries = Recovery.objects.going_on().filter(clinic=clinic_id)
    flagged = Exists(Flag.objects.open().filter(recovery=OuterRef("pk")))
    return {
        "urgent": Number(flags.filter(rank=3)),
        "review": Number(flags.filter(rank=2)),
        "watch": Number(flags.filter(rank=1)),
        "silent": Number(recoveries.filter(silent_at__lte=now), MOST),
        "on_course": Number(recoveries.exclude(silent_at__lte=now).exclude(flagged), MOST),
    }
