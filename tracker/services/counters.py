"""How many stand in which lane of a clinic's list, in one query."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from tracker.models import Clinic, Flag, Recovery
from tracker.models.prepared import Prepared
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
    listed: int

    @property
    def flags(self) -> int:
        """Every open flag."""
        return self.urgent + self.review + self.watch


def desk(*, clinic_id: int, now: datetime, wanted: Q | None = None) -> tuple[Counters, health.State]:
    """The counters with the length of the list that `wanted` narrows, and the system's state. One query."""
    values: Any = {"clinic": clinic_id, "now": now}
    row: Any = _DESK.rows(**values)[0] if wanted is None else _desk(**values, wanted=wanted).get()
    numbers = Counters(**{field.name: row[field.name] for field in fields(Counters)})
    return numbers, health.of(found=row, now=now)


def _desk(clinic: int, now: datetime, wanted: Q | None = None) -> QuerySet[Clinic, Any]:
    # one row per recovery: counted as such, which costs a third of choosing the worst flag of each first
    open_ones = Flag.objects.open().filter(wanted or Q(), clinic=clinic)
    listed = Number(open_ones.distinct(), of="recovery")
    columns = _columns(clinic, now) | {"listed": listed} | health.columns(now=now)
    return Clinic.objects.filter(pk=clinic).values(**columns)


_DESK = Prepared(_desk)


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
