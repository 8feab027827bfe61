"""A number to rank by. It orders courses by suspicion of infection; it is no measured probability.

Each level has its lane, so that the order never contradicts the level; inside a lane the evidence adds
up with diminishing returns. Reviews and watches whose first cause is not infection keep a lower lane.
"""

from collections.abc import Set
from math import exp

from tracker.healing.infection.course import Course
from tracker.healing.infection.trend import FIRST_DAY, Reading
from tracker.healing.symptoms import CARDINAL, Discharge
from tracker.healing.verdicts import Cause, Level

LANES = {
    (Level.NONE, True): (0.001, 0.08),
    (Level.NONE, False): (0.001, 0.08),
    (Level.WATCH, False): (0.08, 0.16),
    (Level.WATCH, True): (0.14, 0.30),
    (Level.REVIEW, False): (0.16, 0.40),
    (Level.REVIEW, True): (0.40, 0.70),
    (Level.URGENT, False): (0.60, 0.85),
    (Level.URGENT, True): (0.70, 0.99),
}
WEIGHTS = {"redness": 0.5, "swelling": 0.8, "warmth": 1.0, "pain": 1.0}
"""Redness weighs least: it is the least reliable sign, least of all on dark skin. An estimate."""

EARLY = 0.3
"""What absolute values still weigh before day 3."""


def _excess(course: Course, each: Reading) -> float:
    """How far above typical, in units of the distance from typical to p97.5; 0–3."""
    expected = course.timeline.at(each.symptom, course.today.day)
    spread = max(each.upper - min(expected.typical, each.upper), 0.5)
    return min(3.0, max(0.0, each.score - min(expected.typical, each.upper)) / spread)


def points(course: Course, codes: Set[str], known: dict[str, Reading], hard: int) -> float:
    """The evidence as one number from 0 up: more of anything never makes it smaller."""
    early = course.today.day < FIRST_DAY
    total = 1.5 * hard
    for symptom in CARDINAL:
        if symptom in known:
            each = known[symptom]
            seen = WEIGHTS[symptom] * (_excess(course, each) + 0.5 * each.steps)
            total += seen * (EARLY if early else 1.0)
    total += 0.6 * sum(code.startswith(("unsure.", "gap.")) for code in codes)
    total += 0.8 * ("sign.swollen_glands" in codes) + 1.2 * sum(code.startswith("recent.") for code in codes)
    oozing = Discharge.CLEAR in course.today.discharges() and course.today.day >= 2
    return total + 0.5 * oozing


def probability(level: Level, cause: Cause, total: float) -> float:
    """The lane of `level` (narrower when `cause` is not infection), filled by `total` points."""
    low, high = LANES[level, cause in (Cause.INFECTION, Cause.COLD_SORE)]
    return round(low + (high - low) * (1.0 - exp(-total / 4.0)), 4)
