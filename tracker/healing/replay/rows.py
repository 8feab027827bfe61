"""One line of a log file, read strictly: what cannot be understood is an error with line and column."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import isfinite
from operator import itemgetter
from pathlib import Path
from typing import TypeVar

from tracker.healing.replay.areas import AREA_NAMES as AREA_NAMES
from tracker.healing.symptoms import SCALE_MAX, Answer, Discharge, Report
from tracker.healing.treatments import DEVICES, Area, Facts

SCORES = ("redness", "swelling", "bruising", "flaking", "pain", "itching", "tightness", "warmth")
SIGNS = ("spreading", "red_streaks", "blisters", "swollen_glands", "unwell")
COLUMNS = (
    *("episode", "treated_on", "device", "needle_depth_mm", "area", "skin_type", "logged_on"),
    *SCORES,
    *("discharge", "temperature_c"),
    *SIGNS,
)
"""Required, in any order; further columns are ignored."""

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
T = TypeVar("T")


class Malformed(Exception):
    """A file that cannot be replayed. Says the line (1 is the header), the column and what is wrong."""

    def __init__(self, line: int, column: str, problem: str) -> None:
        self.line, self.column = line, column
        super().__init__(f"line {line}, column {column}: {problem}" if column else f"line {line}: {problem}")


@dataclass(frozen=True, slots=True)
class Row:
    """One log. `position` counts rows from 0; `report.order` is the position, so that later rows stand."""

    position: int
    line: int
    episode: str
    treated_on: date
    logged_on: date
    facts: Facts
    report: Report


def _date(text: str) -> date:
    """A calendar day, year first; nothing looser, so that no day is read as a month."""
    if not DAY.fullmatch(text):
        raise ValueError("is not a date like 2026-03-31")
    return date.fromisoformat(text)


def _number(text: str, low: float, high: float) -> float:
    """A finite number from `low` to `high`."""
    try:
        value = float(text)
    except ValueError:
        raise ValueError("is not a number") from None
    if not isfinite(value) or not low <= value <= high:
        raise ValueError(f"is not between {low:g} and {high:g}")
    return value


def _whole(text: str, low: int, high: int) -> int:
    """A whole number; `2.0` counts as one, as spreadsheets write it next to empty cells."""
    value = _number(text, low, high)
    if value != int(value):
        raise ValueError("is not a whole number")
    return int(value)


def _one_of(names: Sequence[str]) -> Callable[[str], str]:
    """A reader of one of `names`, in any case."""

    def read(text: str) -> str:
        """The name in lower case, or ValueError."""
        if text.lower() not in names:
            raise ValueError(f"is not one of {', '.join(names)}")
        return text.lower()

    return read


def _areas(text: str) -> tuple[str, ...]:
    """One area, or several joined by ";" or "+"."""
    names = [name.strip().lower() for name in re.split("[;+]", text)]
    for name in names:
        if name not in AREA_NAMES:
            raise ValueError(f"is not a known area; known: {', '.join(sorted(AREA_NAMES))}")
    return tuple(dict.fromkeys(AREA_NAMES[name] for name in names))


def _depth(text: str) -> float:
    """Needle depth in millimetres."""
    return _number(text, 0.05, 10.0)


def _temperature(text: str) -> float:
    """Body temperature in °C; a value in °F is refused."""
    return _number(text, 30.0, 45.0)


def _score(text: str) -> int:
    """A symptom on the 0–4 scale."""
    return _whole(text, 0, SCALE_MAX)


def _skin(text: str) -> int:
    """Fitzpatrick type 1–6."""
    return _whole(text, 1, 6)


def _sign(text: str) -> Answer:
    """1 for yes, 0 for no."""
    return Answer.YES if _whole(text, 0, 1) else Answer.NO


_device = _one_of(DEVICES)
_discharge = _one_of([d.value for d in Discharge])


@lru_cache(maxsize=4096)
def _facts(device: str, depth: float | None, areas: tuple[str, ...], skin_type: int | None) -> Facts:
    """The same object for the same treatment, so that its timeline is found quickly."""
    named = areas or (("",) if depth is not None else ())
    return Facts(device, tuple(Area(name, depth) for name in named), skin_type)


@lru_cache(maxsize=16_384)
def _value(read: Callable[[str], T], text: str) -> T | None:
    """What a cell says; remembered, because the same few texts fill most cells of a file."""
    stripped = text.strip()
    return read(stripped) if stripped else None


@lru_cache(maxsize=65_536)
def _answers(names: tuple[str, ...], read: Callable[[str], T], texts: tuple[str, ...]) -> dict[str, T | None]:
    """Several cells read alike, by name; remembered as a whole. ValueError when one cannot be read."""
    return {name: _value(read, text) for name, text in zip(names, texts, strict=True)}


class Where(dict[str, int]):
    """Column name -> index, and the columns that are read together."""

    def __init__(self, found: Mapping[str, int]) -> None:
        super().__init__(found)
        self.scores = itemgetter(*(self[name] for name in SCORES))
        self.signs = itemgetter(*(self[name] for name in SIGNS))


class Line:
    """The cells of one line by column name; `get` and `need` turn cells into values or raise Malformed."""

    def __init__(self, cells: Sequence[str], where: Where, number: int) -> None:
        self.cells, self.where, self.number = cells, where, number

    def scores(self) -> dict[str, int | None]:
        """All scores."""
        try:
            return _answers(SCORES, _score, self.where.scores(self.cells))
        except ValueError:
            return {name: self.get(name, _score) for name in SCORES}

    def signs(self) -> dict[str, Answer | None]:
        """All signs."""
        try:
            return _answers(SIGNS, _sign, self.where.signs(self.cells))
        except ValueError:
            return {name: self.get(name, _sign) for name in SIGNS}

    def get(self, column: str, read: Callable[[str], T]) -> T | None:
        """The value of an optional cell; None when it is empty."""
        text = self.cells[self.where[column]]
        try:
            return _value(read, text)
        except ValueError as error:
            raise Malformed(self.number, column, f"{text.strip()!r} {error}") from None

    def need(self, column: str, read: Callable[[str], T]) -> T:
        """The value of a cell that may not be empty."""
        value = self.get(column, read)
        if value is None:
            raise Malformed(self.number, column, "is empty")
        return value


def read_row(line: Line, position: int) -> Row:
    """The log on `line`. Malformed names the first cell that cannot be read."""
    treated_on, logged_on = line.need("treated_on", _date), line.need("logged_on", _date)
    if logged_on < treated_on:
        raise Malformed(line.number, "logged_on", f"{logged_on} lies before the treatment on {treated_on}")
    device, depth = line.need("device", _device), line.get("needle_depth_mm", _depth)
    discharge = line.get("discharge", _discharge)
    report = Report(
        day=(logged_on - treated_on).days,
        scores=line.scores(),
        signs=line.signs(),
        discharge=None if discharge is None else Discharge(discharge),
        temperature_c=line.get("temperature_c", _temperature),
        order=position,
    )
    facts = _facts(device, depth, line.get("area", _areas) or (), line.get("skin_type", _skin))
    return Row(position, line.number, line.need("episode", str), treated_on, logged_on, facts, report)


def _header(names: Sequence[str]) -> Where:
    """Column name -> index. Malformed names what is missing or stands twice."""
    found = [name.strip() for name in names]
    missing = [name for name in COLUMNS if name not in found]
    if missing:
        raise Malformed(1, ", ".join(missing), "required, but missing from the header")
    for name in COLUMNS:
        if found.count(name) > 1:
            raise Malformed(1, name, "stands twice in the header")
    return Where({name: found.index(name) for name in COLUMNS})


def read_lines(path: Path) -> Iterator[Line]:
    """The lines of a CSV file below its header, one at a time; wholly empty lines are skipped."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            names = next(reader, [])
            where = _header(names)
            for cells in reader:
                if not cells:
                    continue
                if len(cells) != len(names):
                    problem = f"has {len(cells)} cells, the header has {len(names)}"
                    raise Malformed(reader.line_num, "", problem)
                yield Line(cells, where, reader.line_num)
        except csv.Error as error:
            raise Malformed(reader.line_num, "", f"is not valid CSV: {error}") from None
        except UnicodeDecodeError:
            raise Malformed(reader.line_num + 1, "", "is not UTF-8 text (or a line soon after)") from None


def read_rows(path: Path) -> Iterator[Row]:
    """The logs in `path`, in file order. Raises Malformed, and OSError when it cannot be opened."""
    for position, line in enumerate(read_lines(path)):
        yield read_row(line, position)
