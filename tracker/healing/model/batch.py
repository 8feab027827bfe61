"""Courses judged together: the arrays that every verdict is read from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tracker.healing.model import groups
from tracker.healing.model.courses import Courses, from_reports
from tracker.healing.model.expected import Floats
from tracker.healing.model.features import Features, features
from tracker.healing.symptoms import Report
from tracker.healing.treatments import Facts


@dataclass(frozen=True, slots=True)
class Batch:
    """`log_odds` and `probability` (rows) of an infection by each check-in; `weights` (rows, reasons)."""

    courses: Courses
    known: Features
    weights: Floats
    log_odds: Floats
    probability: Floats


def weigh(courses: Courses) -> Batch:
    """Weigh every check-in of `courses` with what was known by then."""
    known = features(courses)
    weights = groups.weights(known)
    log_odds = weights.sum(axis=1)
    return Batch(courses, known, weights, log_odds, 1 / (1 + np.exp(-log_odds)))


def weigh_reports(cases: Sequence[tuple[Facts, Sequence[Report]]]) -> Batch:
    """The same for recoveries given as facts and reports."""
    return weigh(from_reports(cases))
