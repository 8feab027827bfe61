"""The courses of the demo's past, and what the rules said of each evening."""

from functools import cache
from typing import Any

from tracker.demo import evenings
from tracker.demo.courses import PUS, Course
from tracker.healing.verdicts import Verdict

QUIET = (
    "redness 32110000000000\nswelling 11000000000000\nwarmth 21000000000000\nflaking 00121000000000",
    "redness 21100000000000\nwarmth 11000000000000\ntightness 11100000000000\ndryness 01110000000000",
    "redness 32211000000000\nswelling 21100000000000\npain 11000000000000\nflaking 00112110000000",
    "redness 2110-000-00-00\ntightness 1211-000-00-00\ndryness 1211-000-00-00",
    "redness 22110000000---\nwarmth 21100000000---\npain 11000000000---\nitching 00110000000---",
)
INFECTED = Course(
    "Better, then warm and painful with pus; treated.",
    "redness 32112322110000\nswelling 11001221000000\nwarmth 21001332100000\npain 11001332100000",
    said={5: PUS, 6: PUS | {"spreading": "yes"}},
)
IRRITATED = Course(
    "A hot afternoon in the sun: worse for two days, nothing behind it.",
    "redness 32113310000000\nswelling 11002200000000\nwarmth 21003310000000\npain 11002200000000",
    said={4: {"unwell": "unsure"}},
)
COURSES = (*(Course("Calm.", table) for table in QUIET), INFECTED, IRRITATED)
CALM = len(QUIET)
SICK, FALSE = CALM, CALM + 1
SKIN = (3, 3, 3, 4, 4, 3, 4)
"""The skin type of whoever plays each course: one for each, so that a course is judged once."""
ODD = {4: SICK, 13: SICK, 22: FALSE, 27: SICK, 31: FALSE, 36: FALSE, 38: SICK}
"""Which of them did not heal calmly."""


@cache
def answers(course: int, day: int) -> dict[str, Any]:
    """What was said that evening."""
    return evenings.answers(COURSES[course], day)


@cache
def verdict(course: int, skin_type: int, day: int, rules: str) -> Verdict:
    """What the rules said of it."""
    return evenings.verdict(COURSES[course], skin_type, day, rules)
