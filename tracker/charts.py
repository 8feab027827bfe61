"""Where the marks of a healing chart and of a sparkline stand. Pure geometry; templates draw it.

Everyone gets the same axes, so that two people can be compared by eye: scores 0–4 upward, days 0–14 to
the right. A recovery followed for longer gets a longer axis, and the chart says so. All lengths are SVG
user units.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

SCORE_MAX = 4
DAYS = 14
TICKS = (0, 3, 7, 10, 14)
Courses = Iterable[tuple[str, Sequence["Point"]]]


@dataclass(frozen=True, slots=True)
class Point:
    """One day's standing answer. `score` 0–4; `late` was sent for an earlier day; `worrying` stands out."""

    day: int
    score: float
    late: bool = False
    worrying: bool = False


@dataclass(frozen=True, slots=True)
class BandDay:
    """Where most people are on one day: scores from `low` to `high`, and for nearly all up to `far`."""

    day: int
    low: float
    high: float
    far: float | None = None


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
class Dot:
    """A drawn answer: where it stands (`x`, `y`, short decimals), and what it says."""

    x: str
    y: str
    point: Point
    noted: bool = False

    @property
    def late(self) -> bool:
        """Whether the dot is drawn hollow."""
        return self.point.late

    @property
    def worrying(self) -> bool:
        """Whether the dot is ringed."""
        return self.point.worrying


@dataclass(frozen=True, slots=True)
class Mark:
    """A place for a word or number on an axis: `value` is the day or the score."""

    x: str
    y: str
    value: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier course over the same days: polylines, and where its `name` is written."""

    name: str
    lines: tuple[str, ...]
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Axes:
    """What every chart with the same last day shares: `grid`, a path; days at `ticks`, scores at `steps`."""

    grid: str
    ticks: tuple[Mark, ...]
    steps: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class HealingChart:
    """The marks of one healing chart.

    `usual` and `far` are polygons, `edge` the upper border of the usual range, `lines` the joined answers,
    all as SVG coordinate strings; an absent one is "". `band` is kept for the table.
    """

    width: float
    height: float
    last_day: int
    usual: str
    far: str
    edge: str
    lines: tuple[str, ...]
    dots: tuple[Dot, ...]
    band: tuple[BandDay, ...]
    earlier: tuple[Earlier, ...] = ()

    @property
    def extended(self) -> bool:
        """Whether the day axis is longer than everyone's fourteen days."""
        return self.last_day > DAYS


@dataclass(frozen=True, slots=True)
class Sparkline:
    """The marks of one sparkline: band, joined answers, single dots; a ring if the newest worries."""

    width: float
    height: float
    usual: str
    edge: str
    lines: tuple[str, ...]
    dots: tuple[Dot, ...]
    ring: Dot | None


def healing_chart(
    points: Iterable[Point], band: Iterable[BandDay] = (), last_day: int = DAYS, earlier: Courses = ()
) -> HealingChart:
    """Lay out one symptom's course over `earlier` ones. `last_day` may lengthen the axis only."""
    course = sorted(points, key=lambda point: point.day)
    last = axis_end(max([last_day, *(point.day for point in course)]))
    days = tuple(sorted((day for day in band if 0 <= day.day <= last), key=lambda day: day.day))
    frame = surface(last)
    return HealingChart(
        width=frame.width,
        height=frame.height,
        last_day=last,
        usual=area(frame, [(d.day, d.low, d.high) for d in days]),
        far=area(frame, [(d.day, d.high, d.far) for d in days if d.far is not None]),
        edge=path(frame, [(d.day, d.high) for d in days]),
        lines=joined(frame, course),
        dots=dots(frame, course),
        band=days,
        earlier=tuple(laid_under(frame, at, *one) for at, one in enumerate(earlier) if one[1]),
    )


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


def laid_under(frame: Frame, place: int, name: str, points: Sequence[Point]) -> Earlier:
    """An earlier course, named at its end; each next name stands a line higher, so that none collide."""
    course = [point for point in points if point.day <= frame.last_day] or [points[0]]
    x, y = min(frame.x(course[-1].day) + 4, frame.width - 38), frame.y(course[-1].score) - 6 - 12 * place
    return Earlier(name, joined(frame, course), short(x), short(y))


def sparkline(points: Iterable[Point], band: Iterable[BandDay] = ()) -> Sparkline:
    """Lay out days 0–14 of one symptom small. Answers after day 14 are left out: the axis is everyone's."""
    course = sorted((point for point in points if 0 <= point.day <= DAYS), key=lambda point: point.day)
    days = sorted((day for day in band if 0 <= day.day <= DAYS), key=lambda day: day.day)
    frame = Frame(112, 32, left=5, right=5, top=5, bottom=5)
    marks, told = dots(frame, course), {point.day for point in course}
    return Sparkline(
        width=frame.width,
        height=frame.height,
        usual=area(frame, [(d.day, d.low, d.high) for d in days]),
        edge=path(frame, [(d.day, d.high) for d in days]),
        lines=joined(frame, course),
        dots=tuple(
            m for m in marks if m is marks[-1] or m.worrying or not told & {m.point.day - 1, m.point.day + 1}
        ),
        ring=marks[-1] if marks and marks[-1].worrying else None,
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


def runs(course: Sequence[Point]) -> list[list[Point]]:
    """The course cut wherever a day has no answer: only neighbours in time are joined."""
    pieces: list[list[Point]] = [[course[0]]] if course else []
    for before, point in pairwise(course):
        if point.day - before.day > 1:
            pieces.append([])
        pieces[-1].append(point)
    return pieces


def joined(frame: Frame, course: Sequence[Point]) -> tuple[str, ...]:
    """One polyline for each unbroken run of two days or more."""
    return tuple(path(frame, [(p.day, p.score) for p in run]) for run in runs(course) if len(run) > 1)


def dots(frame: Frame, course: Sequence[Point]) -> tuple[Dot, ...]:
    """Every answer as a dot; the last of a worrying stretch is the one that gets a word."""
    following = [*course[1:], None]
    return tuple(
        Dot(short(frame.x(p.day)), short(frame.y(p.score)), p, p.worrying and not (after and after.worrying))
        for p, after in zip(course, following, strict=False)
    )


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
