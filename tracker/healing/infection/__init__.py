"""The reports so far -> verdict: level, probability, reasons, what would clear it.

Every judgement names its edition; a change of rules makes a new one, and old verdicts stay
recomputable. No edition diagnoses. The rules await clinical sign-off.
"""

from collections.abc import Sequence
from typing import Protocol

from tracker.healing.infection.lanes import beside
from tracker.healing.infection.rules import Rules, floor_verdict, hard_level
from tracker.healing.infection.signs import HARD, floor
from tracker.healing.infection.wording import COULD_NOT_ASSESS as _COULD_NOT
from tracker.healing.policy import Policy
from tracker.healing.symptoms import Report
from tracker.healing.timelines import Learned
from tracker.healing.treatments import Facts
from tracker.healing.verdicts import Reason, Verdict

__all__ = [
    "COULD_NOT_ASSESS",
    "CURRENT",
    "EDITIONS",
    "HARD",
    "Course",
    "Edition",
    "beside",
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


class Factory(Protocol):
    """Makes an edition, with a protocol's own table of levels and its learned course where it has them."""

    def __call__(self, *, policy: Policy | None = None, learned: Learned = ()) -> Edition:
        """What an edition has no use for, it ignores."""


def _model(*, policy: Policy | None = None, learned: Learned = ()) -> Edition:
    """The second edition; it alone needs numpy. Its curves are fitted as a whole: it learns nothing here."""
    from tracker.healing.model import Model

    return Model(policy=policy)


EDITIONS: dict[str, Factory] = {"rules-1": Rules, "model-2": _model}
"""Name -> factory. A factory imports what it needs when called, so that pages load no statistics."""

CURRENT = "model-2"
"""What new protocols and `manage.py replay` use."""

COULD_NOT_ASSESS = Reason("could_not_assess", _COULD_NOT)


def edition_named(name: str, *, policy: Policy | None = None, learned: Learned = ()) -> Edition:
    """The edition called `name`. KeyError with the known names when there is none.

    `policy` replaces its published table of levels; hard signs never depend on it. `learned` is a clinic's
    own reference course.
    """
    if name not in EDITIONS:
        raise KeyError(f"unknown edition {name!r}; known: {', '.join(sorted(EDITIONS))}")
    return EDITIONS[name](policy=policy, learned=learned)


def judge(
    facts: Facts,
    reports: Sequence[Report],
    edition: str = CURRENT,
    *,
    policy: Policy | None = None,
    learned: Learned = (),
) -> Verdict:
    """The verdict of `edition` on a course, for its newest day. KeyError for an unknown edition.

    Causal: it rests on `reports` alone. Same input, same verdict, in any order of arrival. `policy` and
    `learned` as for `edition_named`.
    """
    return edition_named(edition, policy=policy, learned=learned).judge(facts, reports)
