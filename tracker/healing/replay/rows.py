"""One line of a log file, read strictly: what cannot be understood is an error with line and column."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple, TypeVar

from tracker.healing.replay import cells as said
from tracker.healing.replay.areas import AREA_NAMES as AREA_NAMES
from tracker.healing.symptoms import Answer, Report
from tracker.healing.treatments import Area, Facts

SCORES = ("redness", "swelling", "bruising", "flaking", "pain", "itching", "tightness", "warmth")
SIGNS = ("spreading", "red_streaks", "blisters", "swollen_glands", "unwell")
TREATMENT = ("device", "needle_depth_mm", "area", "skin_type")
COLUMNS = (
    *("episode", "treated_on", "device", "needle_depth_mm", "area", "skin_type", "logged_on"),
    *SCORES,
    *("discharge", "temperature_c"),
    *SIGNS,
)
"""Required, in any order; further columns are ignored."""

T = TypeVar("T")


class Malformed(Exception):
    """A file that cannot be replayed. Says the line (1 is the header), the column and what is wrong."""

    def __init__(self, line: int, column: str, problem: str) -> None:
        self.line, self.column = line, column
        super().__init__(f"line {line}, column {column}: {problem}" if column else f"line {line}: {problem}")


class Row(NamedTuple):
    """One log. `position` counts rows from 0; `report.order` is the position, so that later rows stand."""

    position: int
    line: int
    episode: str
    treated_on: date
    logged_on: date
    facts: Facts
    report: Report


@lru_cache(maxsize=16_384)
def _value(read: Callable[[str], T], text: str) -> T | None:
    """What a cell says; remembered, because the same few texts fill most cells of a file."""
    stripped = text.strip()
    return read(stripped) if stripped else None


@lru_cache(maxsize=65_536)
def _answers(names: tuple[str, ...], read: Callable[[str], T], texts: tuple[str, ...]) -> dict[str, T | None]:
    """Several cells read alike, by name; remembered as a whole. ValueError when one cannot be read."""
    return {name: _value(read, text) for name, text in zip(names, texts, strict=True)}


@lru_cache(maxsize=65_536)
def _dates(texts: tuple[str, str]) -> tuple[date, date] | None:
    """Two days, the second not before the first; None when that is not what stands there."""
    try:
        first, second = (_value(said.calendar_day, text) for text in texts)
    except ValueError:
        return None
    return (first, second) if first is not None and second is not None and first <= second else None


@lru_cache(maxsize=16_384)
def _facts(texts: tuple[str, str, str, str]) -> Facts:
    """The cells of `TREATMENT` as facts, the same object for the same cells. ValueError when one cannot be
    read or no device is named."""
    name = _value(said.device, texts[0])
    if name is None:
        raise ValueError("is empty")
    depth, areas, skin = _value(said.depth, texts[1]), _value(said.areas, texts[2]), texts[3]
    named = areas or (("",) if depth is not None else ())
    return Facts(name, tuple(Area(area, depth) for area in named), _value(said.skin, skin))


class Where(dict[str, int]):
    """Column name -> index, and the columns that are read together."""

    def __init__(self, found: Mapping[str, int]) -> None:
        super().__init__(found)
        self.scores = itemgetter(*(self[name] for name in SCORES))
        self.signs = itemgetter(*(self[name] for name in SIGNS))
        self.treatment = itemgetter(*(self[name] for name in TREATMENT))
        self.dates = itemgetter(self["treated_on"], self["logged_on"])
        self.episode = self["episode"]


class Line:
    """The cells of one line by column name; `get` and `need` turn cells into values or raise Malformed."""

    __slots__ = ("cells", "number", "where")

    def __init__(self, cells: Sequence[str], where: Where, number: int) -> None:
        self.cells, self.where, self.number = cells, where, number

    def episode(self) -> str:
        """What the episode is called."""
        if name := self.cells[self.where.episode].strip():
            return name
        raise Malformed(self.number, "episode", "is empty")

    def dates(self) -> tuple[date, date]:
        """The days of the treatment and of the log."""
        if (found := _dates(self.where.dates(self.cells))) is not None:
            return found
        treated_on, logged_on = (self.need(name, said.calendar_day) for name in ("treated_on", "logged_on"))
        raise Malformed(self.number, "logged_on", f"{logged_on} lies before the treatment on {treated_on}")

    def facts(self) -> Facts:
        """What is known of the treatment."""
        try:
            return _facts(self.where.treatment(self.cells))
        except ValueError:
            self.need("device", said.device)
            for column, read in zip(TREATMENT[1:], (said.depth, said.areas, said.skin), strict=True):
                self.get(column, read)
            raise

    def scores(self) -> dict[str, int | None]:
        """All scores."""
        try:
            return _answers(SCORES, said.score, self.where.scores(self.cells))
        except ValueError:
            return {name: self.get(name, said.score) for name in SCORES}

    def signs(self) -> dict[str, Answer | None]:
        """All signs."""
        try:
            return _answers(SIGNS, said.sign, self.where.signs(self.cells))
        except ValueError:
            return {name: self.get(name, said.sign) for name in SIGNS}

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
    """The log on `line`. Malformed names a cell that cannot be read."""
    treated_on, logged_on = line.dates()
    report = Report(
        (logged_on - treated_on).days,
        line.scores(),
        line.signs(),
        line.get("discharge", said.discharge),
        line.get("temperature_c", said.temperature),
        order=position,
    )
    return Row(position, line.number, line.episode(), treated_on, logged_on, line.facts(), report)


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
