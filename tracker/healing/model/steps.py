"""Every step of many courses at once: what was said after each check-in, as fast as a file can be read."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tracker.healing.infection.signs import FEVER_C, RECENT_DAYS
from tracker.healing.model import kinds
from tracker.healing.model.batch import Batch, weigh_reports
from tracker.healing.model.courses import SIGNS, answered
from tracker.healing.model.expected import MODELLED
from tracker.healing.model.features import CARDINALS
from tracker.healing.model.verdict import NAME, at, brief, judge_many
from tracker.healing.policy import Policy, policy
from tracker.healing.symptoms import SCALE_MAX, Report
from tracker.healing.treatments import Facts
from tracker.healing.verdicts import Cause, Level, Verdict

Case = tuple[Facts, Sequence[Report]]
Flags = NDArray[np.bool_]

_CORE = [SIGNS.index(s) for s in ("spreading", "red_streaks", "blisters", "unwell", "pus")]


def _orderly(reports: Sequence[Report]) -> bool:
    """Whether each report is about a later day than the one before, and answers something."""
    rising = all(a.day < b.day for a, b in pairwise(reports))
    return rising and bool(reports) and all(answered(r) for r in reports)


def _marked(batch: Batch) -> Flags:
    """(rows) rows on which a warning sign was named, doubted, or may still stand from the days before."""
    courses = batch.courses
    signs = courses.signs[:, [i for i, name in enumerate(SIGNS) if name != "clear"]]
    pain = courses.scores[:, MODELLED.index("pain")]
    named: Flags = (
        (np.nan_to_num(signs) > 0).any(axis=1) | (courses.temperature >= FEVER_C) | (pain >= SCALE_MAX)
    )
    recent, owner = named.copy(), courses.owner()
    for back in range(1, RECENT_DAYS + 1):
        same = owner[back:] == owner[:-back]
        recent[back:] |= named[:-back] & same & (courses.day[back:] - courses.day[:-back] <= RECENT_DAYS)
    return recent


def _thin(batch: Batch) -> Flags:
    """(rows) rows with too few answers to call anything quiet."""
    unasked = np.isnan(batch.courses.signs[:, _CORE]).sum(axis=1) >= 3
    thin: Flags = unasked | np.isnan(batch.courses.scores[:, : len(CARDINALS)]).all(axis=1)
    return thin


def _orderly_verdicts(cases: Sequence[Case], table: Policy) -> Iterator[list[Verdict]]:
    batch = weigh_reports(cases)
    quiet = ~_marked(batch) & ~_thin(batch)
    plain = (batch.probability < table.watch) & quiet
    shares = kinds.shares(batch.known, batch.probability)
    probability = batch.probability.tolist()
    for (facts, reports), first in zip(cases, batch.courses.start[:-1].tolist(), strict=True):
        yield [
            Verdict(Level.NONE, Cause.UNCLEAR, probability[row], NAME)
            if plain[row]
            else brief(
                facts,
                reports[max(0, row - first - RECENT_DAYS) : row - first + 1],
                at(batch, shares, first, row, brief=True),
                table,
                quiet=bool(quiet[row]),
            )
            for row in range(first, first + len(reports))
        ]


def judge_steps(courses: Sequence[Case], table: Policy | None = None) -> list[list[Verdict]]:
    """Per course one verdict per report, given in order of day and arrival; causal.

    Level, cause and probability are those of `judge` on the reports up to there. What speaks
    against a verdict and what would clear it are left out, and where nothing at all is conspicuous the
    reasons too: `judge` gives them on demand.
    """
    orderly = [_orderly(reports) for _, reports in courses]
    fast = [case for case, fits in zip(courses, orderly, strict=True) if fits]
    quick = iter(_orderly_verdicts(fast, table or policy(NAME))) if fast else iter(())
    return [
        next(quick) if fits else _one_by_one(case, table) for case, fits in zip(courses, orderly, strict=True)
    ]


def _one_by_one(case: Case, table: Policy | None) -> list[Verdict]:
    facts, reports = case
    return judge_many([(facts, reports[: k + 1]) for k in range(len(reports))], table)
