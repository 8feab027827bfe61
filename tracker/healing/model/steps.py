"""Every step of many courses at once: what was said after each check-in, as fast as a file can be read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tracker.healing.infection.signs import FEVER_C, RECENT_DAYS
from tracker.healing.model import explanations, kinds, sayings
from tracker.healing.model.batch import Batch, weigh
from tracker.healing.model.courses import SIGNS, answered, from_days
from tracker.healing.model.expected import MODELLED
from tracker.healing.model.features import CARDINALS
from tracker.healing.model.reasons import Book, Moment, book, few, leading
from tracker.healing.model.verdict import NAME, itch_leads, joined, judge_many, raised
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


def _named(batch: Batch) -> Flags:
    """(rows) rows on which a warning sign was named or doubted."""
    courses = batch.courses
    signs = courses.signs[:, [i for i, name in enumerate(SIGNS) if name != "clear"]]
    pain = courses.scores[:, MODELLED.index("pain")]
    named: Flags = (
        (np.nan_to_num(signs) > 0).any(axis=1) | (courses.temperature >= FEVER_C) | (pain >= SCALE_MAX)
    )
    return named


def _lasting(batch: Batch, named: Flags) -> Flags:
    """(rows) rows on which a sign was named, or may still stand from the days before."""
    courses, recent, owner = batch.courses, named.copy(), batch.courses.owner()
    for back in range(1, RECENT_DAYS + 1):
        same = owner[back:] == owner[:-back]
        recent[back:] |= named[:-back] & same & (courses.day[back:] - courses.day[:-back] <= RECENT_DAYS)
    return recent


def _thin(batch: Batch) -> Flags:
    """(rows) rows with too few answers to call anything quiet."""
    unasked = np.isnan(batch.courses.signs[:, _CORE]).sum(axis=1) >= 3
    thin: Flags = unasked | np.isnan(batch.courses.scores[:, : len(CARDINALS)]).all(axis=1)
    return thin


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A batch as plain lists, one entry per row: what was made of each check-in."""

    probability: list[float]
    plain: list[bool]
    named: list[bool]
    lasting: list[bool]
    thin: list[bool]
    itch: list[bool]
    notable: dict[int, tuple[list[float], list[tuple[str, float]]]]
    pages: Book


def _sheet(batch: Batch, table: Policy) -> _Sheet:
    named, thin = _named(batch), _thin(batch)
    lasting = _lasting(batch, named)
    plain = (batch.probability < table.watch) & ~lasting & ~thin
    rows = np.flatnonzero(~plain)
    shares = kinds.shares({n: v[rows] for n, v in batch.known.items()}, batch.probability[rows]).tolist()
    each = zip(rows.tolist(), shares, leading(batch.weights[rows]), strict=True)
    return _Sheet(
        probability=batch.probability.tolist(),
        plain=plain.tolist(),
        named=named.tolist(),
        lasting=lasting.tolist(),
        thin=thin.tolist(),
        itch=itch_leads(batch.known).tolist(),
        notable={row: (share, led) for row, share, led in each},
        pages=book(batch),
    )


def _told(sheet: _Sheet, case: Case, first: int, row: int) -> sayings.Told:
    """What the signs of a row, and of the days before it, say by themselves."""
    if not (sheet.lasting[row] or sheet.thin[row]):
        return sayings.NOTHING
    facts, reports = case
    today = reports[row - first]
    before = tuple(
        sayings.saying(reports[k - first])
        for k in range(max(first, row - RECENT_DAYS), row)
        if sheet.named[k] and today.day - reports[k - first].day <= RECENT_DAYS
    )
    return sayings.told(facts.device, sayings.saying(today), before, thin=sheet.thin[row])


def _notable(sheet: _Sheet, case: Case, first: int, row: int, table: Policy) -> Verdict:
    """The verdict on a row that holds anything worth a word."""
    told, probability = _told(sheet, case, first, row), sheet.probability[row]
    shares, led = sheet.notable[row]
    level = raised(case[0], table.level(probability), told.level)
    cause = told.cause or explanations.cause(
        None, told.codes, shares, level=level, itch_leads=sheet.itch[row]
    )
    reasons = joined(told.reasons, few(Moment(sheet.pages, first, row), led))
    return Verdict(level, cause, probability, NAME, reasons, floor=told.cause is not None)


def _orderly_verdicts(cases: Sequence[Case], table: Policy) -> Iterator[list[Verdict]]:
    batch = weigh(from_days([facts for facts, _ in cases], [reports for _, reports in cases]))
    sheet = _sheet(batch, table)
    for case, (first, end) in zip(cases, pairwise(batch.courses.start.tolist()), strict=True):
        yield [
            Verdict(Level.NONE, Cause.UNCLEAR, sheet.probability[row], NAME)
            if sheet.plain[row]
            else _notable(sheet, case, first, row, table)
            for row in range(first, end)
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
