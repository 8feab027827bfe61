"""Many recoveries as flat arrays, one row per day with a check-in, ordered by recovery and day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tracker.healing.model.expected import LAST_DAY, MODELLED, Floats, canonical, expected
from tracker.healing.symptoms import Answer, Discharge, Report
from tracker.healing.treatments import Facts

SIGNS = (
    "spreading",
    "red_streaks",
    "blisters",
    "swollen_glands",
    "unwell",
    "new_lump",
    "eye_symptoms",
    "pus",
    "clear",
)
"""Yes/no columns; the last two come from the discharge question."""

Ints = NDArray[np.int64]

_SURENESS = {Answer.NO: 0.0, Answer.UNSURE: 0.5, Answer.YES: 1.0, None: np.nan}
_PUS = {Discharge.NONE: 0.0, Discharge.CLEAR: 0.0, Discharge.UNCLEAR: 0.5, Discharge.PUS: 1.0, None: np.nan}
_CLEAR = {Discharge.NONE: 0.0, Discharge.CLEAR: 1.0, Discharge.UNCLEAR: 1.0, Discharge.PUS: 1.0, None: np.nan}


@dataclass(frozen=True, slots=True)
class Courses:
    """`start` (courses + 1) offsets into the rows; per row `day`, `scores` (rows, symptoms) 0–4 or NaN,
    `signs` (rows, signs) 0, 0.5 for not sure, 1, or NaN; `temperature` °C or NaN; `normal` (courses)
    index into `tables` (kinds, days, symptoms, 3) of expected courses."""

    start: Ints
    day: Ints
    scores: Floats
    signs: Floats
    temperature: Floats
    normal: Ints
    tables: Floats

    @property
    def size(self) -> int:
        """How many courses."""
        return len(self.start) - 1

    def owner(self) -> Ints:
        """(rows) the course each row belongs to."""
        return np.repeat(np.arange(self.size), np.diff(self.start))

    def usual(self) -> Floats:
        """(rows, symptoms, 3) expected median, p90 and p97.5 on each row's day."""
        table: Floats = self.tables[self.normal[self.owner()], np.minimum(self.day, LAST_DAY)]
        return table


def expected_tables(facts: Sequence[Facts]) -> tuple[Ints, Floats]:
    """For each treatment an index into the stacked distinct expected courses, and those."""
    index: dict[Facts, int] = {}
    which = [index.setdefault(canonical(f), len(index)) for f in facts]
    return np.array(which, dtype=np.int64), np.stack([expected(f) for f in index])


def standing(reports: Sequence[Report]) -> list[Report]:
    """One report per day, in day order, days without any answer left out.

    Of several check-ins about one day the worst answer to each question counts, as in the first edition:
    the order of arrival makes no difference. An empty report says nothing and weighs nothing.
    """
    days: dict[int, Report] = {}
    for report in reports:
        if answered(report):
            days[report.day] = _worst(days[report.day], report) if report.day in days else report
    return [days[day] for day in sorted(days)]


def answered(report: Report) -> bool:
    """Whether `report` answers any question that the model weighs."""
    return (
        report.discharge is not None
        or report.temperature_c is not None
        or any(report.scores.get(symptom) is not None for symptom in MODELLED)
        or any(answer is not None for answer in report.signs.values())
    )


T = TypeVar("T")


def _highest(one: T | None, other: T | None, rank: Callable[[T], float]) -> T | None:
    given = [value for value in (one, other) if value is not None]
    return max(given, key=rank, default=None)


def _worst(one: Report, other: Report) -> Report:
    symptoms, signs = {**one.scores, **other.scores}, {**one.signs, **other.signs}
    return Report(
        day=one.day,
        scores={s: _highest(one.scores.get(s), other.scores.get(s), float) for s in symptoms},
        signs={s: _highest(one.signs.get(s), other.signs.get(s), _SURENESS.__getitem__) for s in signs},
        discharge=_highest(one.discharge, other.discharge, lambda d: _PUS[d] + _CLEAR[d]),
        temperature_c=_highest(one.temperature_c, other.temperature_c, float),
    )


def _sign_rows(flat: Sequence[Report]) -> list[list[float]]:
    """(rows, signs) the answers as numbers; equal answers are turned once."""
    made: dict[tuple[int, Discharge | None], list[float]] = {}
    for report in flat:
        if (key := (id(report.signs), report.discharge)) not in made:
            asked = [_SURENESS[report.signs.get(name)] for name in SIGNS[:-2]]
            made[key] = [*asked, _PUS[report.discharge], _CLEAR[report.discharge]]
    return [made[id(report.signs), report.discharge] for report in flat]


def _score_rows(flat: Sequence[Report]) -> list[list[int | None]]:
    """(rows, symptoms) the answers in the model's order; equal answers are put in order once."""
    made: dict[int, list[int | None]] = {}
    for report in flat:
        if id(report.scores) not in made:
            made[id(report.scores)] = [report.scores.get(symptom) for symptom in MODELLED]
    return [made[id(report.scores)] for report in flat]


def from_days(facts: Sequence[Facts], each: Sequence[Sequence[Report]]) -> Courses:
    """Arrays for recoveries whose reports are as `standing` gives them, one or more each."""
    flat = [report for reports in each for report in reports]
    normal, tables = expected_tables(facts)
    return Courses(
        start=np.concatenate([[0], np.cumsum([len(r) for r in each])]).astype(np.int64),
        day=np.array([r.day for r in flat], dtype=np.int64),
        scores=np.array(_score_rows(flat), dtype=np.float64),
        signs=np.array(_sign_rows(flat), dtype=np.float64),
        temperature=np.array([r.temperature_c for r in flat], dtype=np.float64),
        normal=normal,
        tables=tables,
    )


def from_reports(cases: Sequence[tuple[Facts, Sequence[Report]]]) -> Courses:
    """Arrays for recoveries given as facts and reports; each holds at least one answered report."""
    return from_days([facts for facts, _ in cases], [standing(reports) for _, reports in cases])
