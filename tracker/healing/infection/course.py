"""The reports of one recovery, put in order: what was said each day, and what stood at its end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.healing.symptoms import SYMPTOMS, Answer, Discharge, Report
from tracker.healing.timelines import Learned, Timeline, timeline
from tracker.healing.treatments import Facts

Value = int | float | str


@dataclass(frozen=True, slots=True)
class Day:
    """All reports about one day, in order. The last answer to a question stands, the others stay known."""

    day: int
    reports: tuple[Report, ...]

    def score(self, symptom: str) -> int | None:
        """The answer that stands, or None when nobody answered."""
        for report in reversed(self.reports):
            value = report.scores.get(symptom)
            if value is not None:
                return value
        return None

    def worst(self, symptom: str) -> int | None:
        """The highest answer given for the day, superseded ones included."""
        given = [v for r in self.reports if (v := r.scores.get(symptom)) is not None]
        return max(given, default=None)

    def answers(self, sign: str) -> list[Answer]:
        """Every answer given about `sign`, oldest first."""
        return [a for r in self.reports if (a := r.signs.get(sign)) is not None]

    def discharges(self) -> list[Discharge]:
        """Every answer about discharge, oldest first."""
        return [r.discharge for r in self.reports if r.discharge is not None]

    def temperatures(self) -> list[float]:
        """Every temperature in °C, oldest first."""
        return [r.temperature_c for r in self.reports if r.temperature_c is not None]


@dataclass(frozen=True, slots=True)
class Course:
    """What one verdict is about: the facts, the expected course, and the days up to the newest."""

    facts: Facts
    timeline: Timeline
    days: tuple[Day, ...]

    @property
    def today(self) -> Day:
        """The newest day anyone reported on."""
        return self.days[-1]

    def before(self, symptom: str) -> Iterator[tuple[int, int]]:
        """(day, standing score) of earlier days on which `symptom` was answered, newest first."""
        for day in reversed(self.days[:-1]):
            score = day.score(symptom)
            if score is not None:
                yield day.day, score

    def lowest(self, symptom: str) -> tuple[int, int] | None:
        """(score, day) of the lowest earlier answer, the latest such day; None when there is none."""
        best: tuple[int, int] | None = None
        for day, score in self.before(symptom):
            if best is None or score < best[0]:
                best = (score, day)
        return best


def _key(report: Report) -> tuple[int, int, tuple[Value, ...]]:
    """Orders reports by day and arrival; the content decides between two of the same order."""
    scores = report.scores
    content: list[Value] = [-1 if (v := scores.get(s)) is None else v for s in SYMPTOMS]
    content.append(report.discharge or "")
    content.append(report.temperature_c or 0.0)
    content.extend(f"{sign}={answer}" for sign, answer in sorted(report.signs.items()))
    return report.day, report.order, tuple(content)


def course(facts: Facts, reports: Sequence[Report], learned: Learned = ()) -> Course:
    """The course that `reports` tell, in whatever order they come. ValueError when there is none.

    `learned` is the clinic's own reference course, if its edition has one.
    """
    if not reports:
        raise ValueError("no report to judge")
    by_day: dict[int, list[Report]] = {}
    for report in sorted(reports, key=_key):
        by_day.setdefault(report.day, []).append(report)
    days = tuple(Day(day, tuple(said)) for day, said in by_day.items())
    return Course(facts, timeline(facts, learned), days)
