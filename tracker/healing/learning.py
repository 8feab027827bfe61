"""What a clinic's own quiet recoveries say about the expected course, and how far to believe them.

The published course is pulled toward the clinic's own as its recoveries grow in number. What is learned is
shown and may make the detector look sooner; it never raises a threshold, and no sign depends on it. It is
not clinical validation.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from tracker.healing.symptoms import SCALE_MAX, SYMPTOMS
from tracker.healing.tables import rows
from tracker.healing.timelines import LAST_DAY, Change, Learned, Row, Timeline, changed, reference, timeline
from tracker.healing.treatments import Facts

SPREAD = (-0.8, -0.4, 0.0, 0.4, 0.8)
"""A ticked step stands for everything that rounds to it: five points over its width. None is none."""

KEPT_DIGITS = 4


@cache
def setting(key: str) -> float:
    """A number of `evidence/learning.csv`. KeyError when there is none of that name."""
    return {row["key"]: float(row["value"]) for row in rows("learning")}[key]


@dataclass(frozen=True, slots=True)
class Recovered:
    """One recovery without any complication: its facts, and the standing scores by symptom and day."""

    facts: Facts
    scores: Mapping[str, Mapping[int, int]]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned from `courses` recoveries.

    `counts` says how many of them stand behind each symptom and day. `tails` is whether p97.5 was learned
    too, anywhere. `course` is empty when there were too few.
    """

    courses: int
    course: Learned = ()
    counts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    tails: bool = False


def weight(courses: int) -> float:
    """The share (0–1) that is the clinic's own when `courses` recoveries stand behind a number."""
    return courses / (courses + setting("published_counts_as"))


@dataclass(frozen=True, slots=True)
class _Seen:
    """One answer brought back to the reference case: height, half the width of its step, any at all."""

    value: float
    half: float
    any: float


def _change(expected: Timeline, symptom: str, day: int) -> Change:
    """What the most pronounced area does to `symptom` on `day`."""
    return max(expected.shown[symptom], key=lambda change: changed(symptom, day, change))


def _to_reference(expected: Timeline, symptom: str, day: int, score: int) -> tuple[int, _Seen] | None:
    """The day of the reference case and the answer as it would be there; None past it or too weak to tell."""
    change = _change(expected, symptom, day)
    at = round(max(0.0, day - change.shift) / change.stretch)
    if at > LAST_DAY or change.mult < setting("least_height"):
        return None
    half = 0.5 / change.mult if score else 0.0
    return at, _Seen(score / change.mult, half, min(1.0, (score >= 1) / change.mult))


def _mean(seen: Sequence[_Seen]) -> _Seen:
    """One person counts once a day, however the days were stretched."""
    count = len(seen)
    return _Seen(*(sum(getattr(s, name) for s in seen) / count for name in ("value", "half", "any")))


def _by_day(symptom: str, courses: Iterable[Recovered]) -> list[list[_Seen]]:
    """Per day of the reference case what each recovery said about `symptom`."""
    days: list[list[_Seen]] = [[] for _day in range(LAST_DAY + 1)]
    for each in courses:
        mine: dict[int, list[_Seen]] = {}
        expected = timeline(each.facts)
        for day, score in each.scores.get(symptom, {}).items():
            placed = _to_reference(expected, symptom, day, score)
            if placed:
                mine.setdefault(placed[0], []).append(placed[1])
        for at, seen in mine.items():
            days[at].append(_mean(seen))
    return days


def _points(seen: Iterable[_Seen]) -> Iterator[float]:
    for one in seen:
        for part in SPREAD:
            yield min(float(SCALE_MAX), max(0.0, one.value + part * one.half))


def _quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` (0–1) of `ordered` lies, between two neighbours in proportion."""
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def _shrunk(published: Row, seen: Sequence[_Seen]) -> Row:
    """The published row of one day, pulled toward what was seen; p97.5 only where enough stand behind it."""
    if not seen:
        return published
    own, points = weight(len(seen)), sorted(_points(seen))

    def pulled(was: float, found: float) -> float:
        return round(was + (found - was) * own, KEPT_DIGITS)

    tail = len(seen) >= setting("tail_courses")
    p97_5 = pulled(published[2], _quantile(points, 0.975)) if tail else published[2]
    p90 = min(p97_5, pulled(published[1], _quantile(points, 0.9)))
    typical = min(p90, pulled(published[0], _quantile(points, 0.5)))
    return typical, p90, p97_5, pulled(published[3], sum(s.any for s in seen) / len(seen))


def learned_course(courses: Sequence[Recovered]) -> Lesson:
    """The published course pulled toward `courses`, which must be free of flags and complications.

    Every answer is first brought back to the reference case by its treatment's modifiers. A symptom and
    day with `n` recoveries behind it is `n / (n + published_counts_as)` the clinic's own. Below
    `least_courses` nothing is learned, below `tail_courses` p97.5 stays published. Source of the numbers:
    `evidence/learning.csv`.
    """
    if len(courses) < setting("least_courses"):
        return Lesson(len(courses))
    found = {symptom: _by_day(symptom, courses) for symptom in SYMPTOMS}
    counts = {symptom: tuple(len(seen) for seen in days) for symptom, days in found.items()}
    course = tuple(
        (symptom, tuple(_shrunk(row, seen) for row, seen in zip(reference(symptom), days, strict=True)))
        for symptom, days in sorted(found.items())
    )
    tails = max(max(each) for each in counts.values()) >= setting("tail_courses")
    return Lesson(len(courses), course, counts, tails)


def as_kept(course: Learned) -> dict[str, list[list[float]]]:
    """The course as an edition keeps it; `timelines.as_learned` gives it back."""
    return {symptom: [list(row) for row in table] for symptom, table in course}
