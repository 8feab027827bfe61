"""Golden courses: written recoveries with the level a clinician would expect on every day.

They stand in `evidence/golden_cases.csv`, one line per entry, to be read and corrected by a clinician. Where
a day allows several levels they are joined by "|". They await clinical sign-off.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from tracker.healing.symptoms import SIGNS, Answer, Discharge, Report
from tracker.healing.tables import rows
from tracker.healing.treatments import Area, Facts
from tracker.healing.verdicts import Level

SCORES = ("redness", "warmth", "swelling", "pain", "itching", "tightness", "flaking", "bruising")


@dataclass(frozen=True, slots=True)
class Entry:
    """One check-in and the levels that are right after it."""

    report: Report
    expected: frozenset[Level]


@dataclass(frozen=True, slots=True)
class Case:
    """One written recovery."""

    name: str
    title: str
    facts: Facts
    entries: tuple[Entry, ...]

    def upto(self, index: int) -> list[Report]:
        """The reports known after entry `index`."""
        return [entry.report for entry in self.entries[: index + 1]]


def _signs(row: Mapping[str, str]) -> dict[str, Answer | None]:
    """Signs named under yes and unsure; all others no, but unknown when the entry answers nothing."""
    silent = not any(row[column] for column in (*SCORES, "discharge", "yes", "unsure"))
    said: dict[str, Answer | None] = dict.fromkeys(SIGNS, None if silent else Answer.NO)
    for column, answer in (("unsure", Answer.UNSURE), ("yes", Answer.YES)):
        for sign in filter(None, row[column].split(";")):
            said[sign] = answer
    if unknown := set(said) - set(SIGNS):
        raise ValueError(f"case {row['case']}: unknown sign {', '.join(sorted(unknown))}")
    return said


def _entry(row: Mapping[str, str], order: int) -> Entry:
    scores = {name: int(row[name]) if row[name] else None for name in SCORES}
    temperature = float(row["temperature_c"]) if row["temperature_c"] else None
    discharge = Discharge(row["discharge"]) if row["discharge"] else None
    report = Report(int(row["day"]), scores, _signs(row), discharge, temperature, order=order)
    return Entry(report, frozenset(Level(level) for level in row["expected"].split("|")))


def _facts(row: Mapping[str, str]) -> Facts:
    depth = float(row["depth_mm"]) if row["depth_mm"] else None
    return Facts(
        device=row["device"] or None,
        areas=(Area(row["area"], depth),) if row["area"] else (),
        skin_type=int(row["skin_type"]) if row["skin_type"] else None,
        adjuncts=frozenset(filter(None, row["adjunct"].split(";"))),
        cold_sores="cold_sores" in row["history"] or None,
        immunosuppressed="immunosuppressed" in row["history"] or None,
    )


@cache
def golden_cases() -> tuple[Case, ...]:
    """All golden courses, in file order. ValueError names what the file says that the vocabulary does not."""
    found = []
    for name, group in groupby(rows("golden_cases"), key=lambda row: row["case"]):
        lines = list(group)
        entries = tuple(_entry(row, order) for order, row in enumerate(lines))
        found.append(Case(name, lines[0]["title"], _facts(lines[0]), entries))
    return tuple(found)
