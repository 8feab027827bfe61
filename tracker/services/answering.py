"""The patients' own side, counted: how long answering took, and what they said at the end. No names."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median

from tracker.models import CheckIn, Farewell, ProtocolEdition
from tracker.services import insight

FEEDBACK = ("felt_looked_after", "easy_to_use", "knew_when_to_ring")


@dataclass(frozen=True, slots=True)
class Pace:
    """Median seconds from opening the form to writing the answers, of `count` entries; None without one."""

    seconds: float | None
    count: int


@dataclass(frozen=True, slots=True)
class Paces:
    """The whole form and the short one."""

    whole: Pace
    short: Pace


@dataclass(frozen=True, slots=True)
class LastWords:
    """Answers at the end. `medicines` by Farewell.Medicines; `feedback` by question, then by 1 to 5."""

    said: int
    medicines: dict[str, int]
    feedback: dict[str, dict[int, int]]
    notes: int


def paces(took: Iterable[tuple[bool, int | None]]) -> Paces:
    """From pairs of "was it the short form" and seconds; entries of unknown length are left out."""
    known = [(quick, seconds) for quick, seconds in took if seconds is not None]
    return Paces(
        whole=_pace([seconds for quick, seconds in known if not quick]),
        short=_pace([seconds for quick, seconds in known if quick]),
    )


def _pace(seconds: list[int]) -> Pace:
    return Pace(median(seconds) if seconds else None, len(seconds))


def paces_of(check_ins: Iterable[CheckIn]) -> Paces:
    """Of one course: its daily entries, without corrections, which begin half filled in."""
    daily = (c for c in check_ins if c.kind == CheckIn.Kind.DAILY and not c.amends_id)
    return paces((c.is_quick, c.seconds_taken) for c in daily)


def paces_on(*, edition: ProtocolEdition, month: date | None = None) -> Paces:
    """Of the recoveries that began on `edition`, in `month` or ever."""
    rows = CheckIn.objects.filter(
        recovery__in=insight.cohort(edition, month).values("pk"),
        kind=CheckIn.Kind.DAILY,
        amends__isnull=True,
        seconds_taken__isnull=False,
    )
    return paces(rows.values_list("is_quick", "seconds_taken"))


def last_words(*, edition: ProtocolEdition, month: date | None = None) -> LastWords:
    """What was said at the end of the recoveries that began on `edition`, in `month` or ever."""
    cohort = insight.cohort(edition, month).values("pk")
    rows = list(Farewell.objects.filter(recovery__in=cohort).only("medicines", "note", *FEEDBACK))
    return LastWords(
        said=len(rows),
        medicines=dict(Counter(row.medicines for row in rows)),
        feedback={
            name: dict(Counter(mark for row in rows if (mark := getattr(row, name)) is not None))
            for name in FEEDBACK
        },
        notes=sum(bool(row.note) for row in rows),
    )
