"""How many stand in which lane of a clinic's list, in one query."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tracker.models import Clinic, Flag, Recovery


@dataclass(frozen=True, slots=True)
class Counters:
    """Numbers of rows: open flags by level, silent recoveries, and recoveries with neither."""

    urgent: int
    review: int
    watch: int
    silent: int
    on_course: int

    @property
    def flags(self) -> int:
        """Every open flag."""
        return self.urgent + self.review + self.watch


def count(*, clinic_id: int, now: datetime) -> Counters:
    """Count every lane of one clinic at `now`. One query, each number from its own index."""
    flags = Flag.objects.open().filter(clinic=clinic_id)
    recoveries = Recovery.objects.going_on().filter(clinic=clinic_id)
    flagged = Exists(Flag.objects.open().filter(recovery=OuterRef("pk")))
    numbers: dict[str, Any] = {
        "urgent": _number(flags.filter(rank=3)),
        "review": _number(flags.filter(rank=2)),
        "watch": _number(flags.filter(rank=1)),
        "silent": _number(recoveries.filter(silent_at__lte=now)),
        "on_course": _number(recoveries.exclude(silent_at__lte=now).exclude(flagged)),
    }
    # the clinic's own row carries the numbers: one row, five sub-selects
    counted: dict[str, Any] = dict(Clinic.objects.filter(pk=clinic_id).values(**numbers).get())
    return Counters(**counted)


def _number(rows: QuerySet[Any]) -> Coalesce:
    """The count of `rows` as a value of another query."""
    counted = rows.order_by().values("clinic").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
