"""The surface that charts are drawn on: axes, and how places become coordinates. All in SVG user units."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SCORE_MAX = 4
DAYS = 14
TICKS = (0, 3, 7, 10, 14)


@dataclass(frozen=True, slots=True)
class Frame:
    """A drawing surface: outer size, and how far the plot stays from each side."""

    width: float
    height: float
    left: float = 0
    right: float = 0
    top: float = 0
    bottom: float = 0
    last_day: int = DAYS

    def x(self, day: float) -> float:
        """The horizontal place of a day."""
        return self.left + day * (self.width - self.left - self.right) / self.last_day

    def y(self, score: float) -> float:
        """The vertical place of a score; scores outside 0–4 are held at the edge."""
        share = min(max(score, 0), SCORE_MAX) / SCORE_MAX
        return self.top + (1 - share) * (self.height - self.top - self.bottom)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place for a word or number on an axis: `value` is the day or the score."""

    x: str
    y: str
    value: int


@dataclass(frozen=True, slots=True)
class Axes:
    """What every chart with the same last day shares: `grid`, a path; days at `ticks`, scores at `steps`."""

    grid: str
    ticks: tuple[Mark, ...]
    steps: tuple[Mark, ...]


def surface(last_day: int) -> Frame:
    """Where a healing chart with this last day is drawn."""
    return Frame(336, 152, left=66, right=12, top=18, bottom=24, last_day=last_day)


def axes(last_day: int) -> Axes:
    """The axes of a healing chart with this last day."""
    frame = surface(last_day)
    return Axes(
        grid=grid(frame),
        ticks=tuple(Mark(short(frame.x(d)), short(frame.height - 6), d) for d in tick_days(last_day)),
        steps=tuple(Mark(short(frame.left - 10), short(frame.y(s) + 4), s) for s in (0, 2, 4)),
    )


def axis_end(last_day: int) -> int:
    """The last day of the axis: 14, or the next full week that holds `last_day`."""
    return max(DAYS, math.ceil(last_day / 7) * 7)


def tick_days(last_day: int) -> tuple[int, ...]:
    """The numbered days: everyone's five, then one a week."""
    step = 7 if last_day <= 42 else 14
    if last_day <= 28:
        return (*TICKS, *range(DAYS + 7, last_day + 1, 7))
    return tuple(range(0, last_day + 1, step))


def grid(frame: Frame) -> str:
    """A horizontal rule at each of the five steps."""
    start, end = short(frame.x(0)), short(frame.x(frame.last_day))
    return "".join(f"M{start} {short(frame.y(step))}H{end}" for step in range(SCORE_MAX + 1))


def area(frame: Frame, days: Sequence[tuple[float, float, float | None]]) -> str:
    """The polygon between lower and upper scores of (day, lower, upper); "" for fewer than two days."""
    if len(days) < 2:
        return ""
    back = [(day, lower) for day, lower, _ in reversed(days)]
    return path(frame, [(day, upper or 0.0) for day, _, upper in days] + back)


def path(frame: Frame, places: Iterable[tuple[float, float]]) -> str:
    """(day, score) pairs as SVG coordinates."""
    return " ".join(f"{short(frame.x(day))},{short(frame.y(score))}" for day, score in places)


def short(length: float) -> str:
    """A length with at most one decimal."""
    return f"{length:.1f}".removesuffix(".0")
