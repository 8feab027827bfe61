"""Slow, itching, lumpy: not an infection, and still heard of."""

from dataclasses import replace

import pytest

from tests.healing.courses import FACE, report
from tracker.healing import infection
from tracker.healing.infection import lanes, rules
from tracker.healing.symptoms import Report
from tracker.healing.verdicts import Cause, Level, Verdict

QUIET = Verdict(Level.NONE, Cause.UNCLEAR, 0.004, "model-2")
SLOW = [report(day, "2000") for day in range(4, 10)]
ITCHY = [report(day, "1000", itching=3) for day in (4, 5, 6)]


@pytest.mark.parametrize(("course", "cause"), [(SLOW, Cause.SLOW_HEALING), (ITCHY, Cause.CONTACT_REACTION)])
def test_it_watches_what_is_no_infection_under_its_own_cause(course: list[Report], cause: Cause) -> None:
    found = lanes.beside(QUIET, FACE, course)
    assert (found.level, found.cause, found.edition) == (Level.WATCH, cause, "model-2")
    assert found.reasons


def test_it_leaves_the_probability_of_an_infection_alone() -> None:
    assert lanes.beside(QUIET, FACE, SLOW).probability == QUIET.probability


@pytest.mark.parametrize("level", [Level.WATCH, Level.REVIEW, Level.URGENT])
def test_it_never_talks_a_verdict_down(level: Level) -> None:
    verdict = replace(QUIET, level=level, cause=Cause.INFECTION)
    assert lanes.beside(verdict, FACE, SLOW) is verdict


def test_it_says_nothing_about_a_calm_course() -> None:
    calm = [report(day) for day in range(1, 6)]
    assert lanes.beside(QUIET, FACE, calm) is QUIET


def test_it_leaves_the_first_edition_as_it_is() -> None:
    first = rules.judge(FACE, SLOW)
    assert first.level is Level.REVIEW
    assert infection.beside(first, FACE, SLOW) is first
