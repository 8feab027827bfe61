"""Two editions over the same past recoveries, each judged as it stood after every check-in.

What comes out are counts from recorded recoveries of one clinic. They are not clinical validation.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

from tracker.healing.infection import Course, Edition
from tracker.healing.replay.steps import Stepwise
from tracker.healing.symptoms import Report
from tracker.healing.treatments import Facts
from tracker.healing.verdicts import Level


@dataclass(frozen=True, slots=True)
class Past:
    """A recovery as it unfolded: `reports` in the order they were recorded, corrections included.

    `confirmed` is whether an infection was treated or referred in the end.
    """

    key: int
    facts: Facts
    reports: Sequence[Report]
    confirmed: bool = False


class Moved(StrEnum):
    """What the draft changes for one recovery. The last five are about confirmed cases only."""

    GAINED = "gained"
    LOST = "lost"
    EARLIER = "earlier"
    LATER = "later"
    MISSED = "missed"
    FOUND = "found"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class Compared:
    """One recovery under two editions: its first check-in (from 0) that reaches review, None if none does,
    and whether urgent is ever reached.
    """

    key: int
    confirmed: bool
    draft: int | None
    in_force: int | None
    draft_urgent: bool
    in_force_urgent: bool

    @property
    def moved(self) -> Moved | None:
        """What changes; None when nothing that matters does."""
        return self._of_confirmed() if self.confirmed else self._of_others()

    def _of_others(self) -> Moved | None:
        if (self.draft is None) == (self.in_force is None):
            return None
        return Moved.LOST if self.draft is None else Moved.GAINED

    def _of_confirmed(self) -> Moved | None:
        if self.draft is None:
            return Moved.UNSEEN if self.in_force is None else Moved.MISSED
        if self.in_force is None:
            return Moved.FOUND
        if self.draft == self.in_force:
            return None
        return Moved.EARLIER if self.draft < self.in_force else Moved.LATER


def as_it_stood(past: Past, step: int) -> tuple[Course, ...]:
    """What was judged after check-in `step`: the course to its day, and the whole one if it came late.

    An entry for an earlier day also changes what later days mean: then the worse of both counts.
    """
    known = past.reports[: step + 1]
    day = known[-1].day
    to_its_day = [report for report in known if report.day <= day]
    if len(to_its_day) == len(known):
        return ((past.facts, known),)
    return ((past.facts, to_its_day), (past.facts, known))


def levels(edition: Edition, pasts: Sequence[Past]) -> list[list[Level]]:
    """Per recovery the level after each check-in, in order of recording."""
    straight = [isinstance(edition, Stepwise) and _is_straight(past) for past in pasts]
    at_once = iter(_at_once(edition, [past for past, one in zip(pasts, straight, strict=True) if one]))
    by_step = iter(_by_step(edition, [past for past, one in zip(pasts, straight, strict=True) if not one]))
    return [next(at_once if one else by_step) for one in straight]


def _is_straight(past: Past) -> bool:
    """Whether each check-in was about a later day than the one before: nothing changed in hindsight."""
    return all(one.day < next_.day for one, next_ in pairwise(past.reports))


def _at_once(edition: Edition, pasts: Sequence[Past]) -> list[list[Level]]:
    """Every step of a course in one go, which says the same levels as step by step and takes a fraction."""
    if not pasts or not isinstance(edition, Stepwise):
        return []
    steps = edition.judge_steps([(past.facts, past.reports) for past in pasts])
    return [[verdict.level for verdict in verdicts] for verdicts in steps]


def _by_step(edition: Edition, pasts: Sequence[Past]) -> list[list[Level]]:
    stood = [[as_it_stood(past, step) for step in range(len(past.reports))] for past in pasts]
    verdicts = iter(
        edition.judge_many([course for steps in stood for courses in steps for course in courses])
    )
    return [
        [max((next(verdicts).level for _ in courses), key=lambda level: level.rank) for courses in steps]
        for steps in stood
    ]


def _first(reached: Iterable[Level]) -> int | None:
    """The first step that asks for a review."""
    return next((step for step, level in enumerate(reached) if level.rank >= Level.REVIEW.rank), None)


def compare(draft: Edition, in_force: Edition, pasts: Sequence[Past]) -> Iterator[Compared]:
    """Each of `pasts` under both editions, in order. Causal: a step knows nothing recorded after it."""
    for past, new, old in zip(pasts, levels(draft, pasts), levels(in_force, pasts), strict=True):
        urgent = Level.URGENT
        yield Compared(past.key, past.confirmed, _first(new), _first(old), urgent in new, urgent in old)


COUNTS = ("recoveries", "confirmed", "draft", "in_force", "draft_urgent", "in_force_urgent")


Tally = dict[str, int | list[int]]


def tally(compared: Iterable[Compared]) -> Tally:
    """The counts of `COUNTS`, and the keys of recoveries by `Moved`."""
    counts = dict.fromkeys(COUNTS, 0)
    keys: dict[str, list[int]] = {moved.value: [] for moved in Moved}
    for one in compared:
        said = (True, one.confirmed, one.draft is not None, one.in_force is not None)
        for name, true in zip(COUNTS, (*said, one.draft_urgent, one.in_force_urgent), strict=True):
            counts[name] += true
        if one.moved:
            keys[one.moved].append(one.key)
    return {**counts, **keys}


def together(tallies: Iterable[Mapping[str, Any]]) -> Tally:
    """The tallies of several parts as one; keys in the order of the parts."""
    found = tally(())
    for part in tallies:
        found = {name: value + part[name] for name, value in found.items()}
    return found
