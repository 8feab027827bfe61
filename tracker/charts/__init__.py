"""Where the marks of a healing chart and of a sparkline stand. Pure geometry; templates draw it.

Everyone gets the same axes, so that two people can be compared by eye: scores 0–4 upward, days 0–14 to
the right. A recovery followed for longer gets a longer axis, and the chart says so. All lengths are SVG
user units.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tracker.charts.frames import DAYS as DAYS
from tracker.charts.frames import SCORE_MAX as SCORE_MAX
from tracker.charts.frames import TICKS as TICKS
from tracker.charts.frames import Axes as Axes
from tracker.charts.frames import Frame as Frame
from tracker.charts.frames import Mark as Mark
from tracker.charts.frames import area as area
from tracker.charts.frames import axes as axes
from tracker.charts.frames import axis_end as axis_end
from tracker.charts.frames import grid as grid
from tracker.charts.frames import path as path
from tracker.charts.frames import short as short
from tracker.charts.frames import surface as surface
from tracker.charts.frames import tick_days as tick_days

NEAR = 3
"""Days within which two words over the curve would touch."""

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
class Earlier:
    """An earlier course over the same days: polylines, and where its `name` is written."""

    name: str
    lines: tuple[str, ...]
    x: str
    y: str


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
    """Every answer as a dot; the last of a worrying stretch gets a word, unless the next word is too near."""
    noted: set[int] = set()
    for at in reversed(range(len(course))):
        point, after = course[at], course[at + 1 : at + 2]
        ends_a_stretch = point.worrying and not (after and after[0].worrying)
        if ends_a_stretch and all(course[other].day - point.day > NEAR for other in noted):
            noted.add(at)
    return tuple(
        Dot(short(frame.x(p.day)), short(frame.y(p.score)), p, at in noted) for at, p in enumerate(course)
    )
