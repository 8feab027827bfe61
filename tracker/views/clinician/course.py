"""A course as the clinician's charts and table show it, from the same timeline that the rules use."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracker import charts
from tracker.healing import comparison, labels, symptoms
from tracker.healing.infection.course import Day, course
from tracker.healing.symptoms import Report
from tracker.healing.timelines import Timeline
from tracker.healing.verdicts import Reason
from tracker.templatetags.aftercare import translated

OTHERS = tuple(name for name in symptoms.SYMPTOMS if name not in symptoms.CARDINAL)


@dataclass(frozen=True, slots=True)
class Panel:
    """One chart with its heading and the sentence about the newest answer."""

    title: str
    sentence: Reason | None
    chart: charts.HealingChart


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer in the table: 0–4 or None; `worrying` when it stands out."""

    score: int | None
    worrying: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One symptom of the table, day by day."""

    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """Everything drawn about one course: the four charts, and the other symptoms on `days`."""

    panels: tuple[Panel, ...]
    days: tuple[int, ...]
    table: tuple[Line, ...]


def drawn(expected: Timeline, reports: Sequence[Report]) -> Course:
    """Lay out the course that `reports` tell; all charts share one scale and one day axis."""
    told = course(expected.facts, reports).days if reports else ()
    last = max((day.day for day in told), default=0)
    return Course(
        panels=tuple(_panel(expected, told, name, last) for name in symptoms.CARDINAL),
        days=tuple(day.day for day in told),
        table=tuple(_line(expected, told, name) for name in OTHERS),
    )


def _panel(expected: Timeline, told: Sequence[Day], symptom: str, last: int) -> Panel:
    points = [point for day in told if (point := _point(expected, day, symptom))]
    span = range(charts.axis_end(last) + 1)
    band = [
        charts.BandDay(d, 0.0, usual.p90, max(usual.p90, usual.p97_5))
        for d in span
        if (usual := expected.at(symptom, d))
    ]
    newest = points[-1] if points else None
    return Panel(
        title=heading(symptom),
        sentence=comparison.sentence(expected, symptom, newest.day, int(newest.score)) if newest else None,
        chart=charts.healing_chart(points, band, last_day=last),
    )


def _point(expected: Timeline, day: Day, symptom: str) -> charts.Point | None:
    for report in reversed(day.reports):
        score = report.score(symptom)
        if score is not None:
            return charts.Point(day.day, score, report.late, stands_out(expected, symptom, day.day, score))
    return None


def stands_out(expected: Timeline, symptom: str, day: int, score: int) -> bool:
    """Whether the patient's own page would say "more than most people"."""
    return comparison.sentence(expected, symptom, day, score).code == "compare.more"


def _line(expected: Timeline, told: Sequence[Day], symptom: str) -> Line:
    def cell(day: Day) -> Cell:
        score = day.score(symptom)
        return Cell(score, score is not None and stands_out(expected, symptom, day.day, score))

    return Line(heading(symptom), tuple(cell(day) for day in told))


def heading(symptom: str) -> str:
    """The symptom's label with a capital."""
    words = translated(labels.label(symptom))
    return words[:1].upper() + words[1:]


# --- the small picture in a list -------------------------------------------------------------------

Answers = tuple[int, bool, tuple[int | None, ...]]
"""Day, whether it came late, and the cardinal scores in the order of `symptoms.CARDINAL`."""


def spark(expected: Timeline, answers: Iterable[Answers]) -> charts.Sparkline:
    """The strongest of redness, warmth, swelling and pain on each day, over the strongest usual one.

    `answers` come in the order they arrived; a later one about the same day takes its place.
    """
    standing: dict[int, charts.Point] = {}
    for day, late, scores in answers:
        given = [(s, name) for s, name in zip(scores, symptoms.CARDINAL, strict=True) if s is not None]
        if given:
            worrying = any(stands_out(expected, name, day, s) for s, name in given)
            standing[day] = charts.Point(day, max(s for s, _name in given), late, worrying)
    return charts.sparkline(standing.values(), usual_strongest(expected))


def usual_strongest(expected: Timeline) -> tuple[charts.BandDay, ...]:
    """The band of the small picture."""
    return tuple(
        charts.BandDay(day, 0.0, max(expected.at(name, day).p90 for name in symptoms.CARDINAL))
        for day in range(charts.DAYS + 1)
    )
