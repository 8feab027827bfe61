"""The reports so far -> verdict: level, probability, reasons, what would clear it.

Every judgement names its edition; a change of rules makes a new one, and old verdicts stay
recomputable. No edition diagnoses. The rules await clinical sign-off.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from tracker.healing.infection.rules import Rules, floor_verdict, hard_level
from tracker.healing.infection.signs import HARD, floor
from tracker.healing.infection.wording import COULD_NOT_ASSESS as _COULD_NOT
from tracker.healing.symptoms import Report
from tracker.healing.treatments import Facts
from tracker.healing.verdicts import Reason, Verdict

__all__ = [
    "COULD_NOT_ASSESS",
    "CURRENT",
    "EDITIONS",
    "HARD",
    "Course",
    "Edition",
    "edition_named",
    "floor",
    "floor_verdict",
    "hard_level",
    "judge",
]

Course = tuple[Facts, Sequence[Report]]


class Edition(Protocol):
    """One published set of rules. `judge_many` may work in bulk but must agree with `judge`."""

    @property
    def name(self) -> str:
        """The name that verdicts and protocols carry."""

    def judge(self, facts: Facts, reports: Sequence[Report]) -> Verdict:
        """The verdict for the newest day in `reports`."""

    def judge_many(self, courses: Sequence[Course]) -> list[Verdict]:
        """One verdict per course, in the same order."""


def _model() -> Edition:
    """The second edition; it alone needs numpy."""
    from tracker.healing.model import Model

    return Model()


EDITIONS: dict[str, Callable[[], Edition]] = {"rules-1": Rules, "model-2": _model}
"""Name -> factory. A factory imports what it needs when called, so that pages load no statistics."""

CURRENT = "rules-1"

COULD_NOT_ASSESS = Reason("could_not_assess", _COULD_NOT)


def edition_named(name: str) -> Edition:
    """The edition called `name`. KeyError with the known names when there is none."""
    if name not in EDITIONS:
        raise KeyError(f"unknown edition {name!r}; known: {', '.join(sorted(EDITIONS))}")
    return EDITIONS[name]()


def judge(facts: Facts, reports: Sequence[Report], edition: str = CURRENT) -> Verdict:
    """The verdict of `edition` on a course, for its newest day. KeyError for an unknown edition.

    Causal: it rests on `reports` alone. Same input, same verdict, in any order of arrival.
    """
    return edition_named(edition).judge(facts, reports)
