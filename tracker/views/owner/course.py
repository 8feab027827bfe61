"""A learned course beside the published one, with the number of recoveries behind every figure."""

from dataclasses import dataclass

from tracker.healing import learning, symptoms
from tracker.healing.timelines import as_learned, reference
from tracker.models import ProtocolEdition
from tracker.views.clinician.course import heading

SHOWN_DAYS = 8


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the reference case: the top of the usual range, published and learned, and from how many."""

    day: int
    published: float
    learned: float
    courses: int


@dataclass(frozen=True, slots=True)
class Learned:
    """What an edition learned. `by_symptom`: for each symptom that matters a heading and the first days."""

    courses: int
    local: int
    tails: bool
    tail_courses: int
    judged: bool
    by_symptom: tuple[tuple[str, tuple[Day, ...]], ...]


def least_courses() -> int:
    """How many recoveries are needed before anything is learned."""
    return int(learning.setting("least_courses"))


def learned(edition: ProtocolEdition) -> Learned | None:
    """The learned course of `edition`, or None where the published one is used."""
    if not edition.learned:
        return None
    told = edition.learned_from
    tables, counts = dict(as_learned(edition.learned)), told.get("counts", {})
    return Learned(
        courses=told.get("courses", 0),
        local=round(100 * told.get("local", 0)),
        tails=bool(told.get("tails")),
        tail_courses=int(learning.setting("tail_courses")),
        judged=edition.rules == "rules-1",
        by_symptom=tuple(
            (heading(name), _days(name, tables[name], counts.get(name, ()))) for name in symptoms.CARDINAL
        ),
    )


def _days(name: str, table: tuple[tuple[float, ...], ...], counts: list[int]) -> tuple[Day, ...]:
    rows = zip(range(SHOWN_DAYS), reference(name), table, counts, strict=False)
    return tuple(Day(day, was[1], own[1], count) for day, was, own, count in rows)
