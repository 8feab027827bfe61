"""The second edition, "model-2": the weighed course, the safety floor below it, and the policy's levels."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import exp

import numpy as np

from tracker.healing.infection import causes, floor
from tracker.healing.infection.course import Course, course
from tracker.healing.infection.signs import CORE, HARD, soft_reasons, unanswered
from tracker.healing.infection.wording import SENTENCES
from tracker.healing.model import explanations, kinds
from tracker.healing.model.batch import Batch, weigh_reports
from tracker.healing.model.courses import standing
from tracker.healing.model.curves import curves
from tracker.healing.model.expected import Floats
from tracker.healing.model.features import CARDINALS
from tracker.healing.model.reasons import Moment, contributions
from tracker.healing.model.wording import SENTENCES as MODEL_SENTENCES
from tracker.healing.policy import Policy, policy
from tracker.healing.symptoms import Report
from tracker.healing.treatments import Facts
from tracker.healing.verdicts import Cause, Level, Reason, Verdict

NAME = "model-2"

MARKED_ITCH = 1.25
"""Itching this far above the usual, in units of its spread, can stand for a contact reaction. An estimate."""


@dataclass(frozen=True, slots=True)
class _Weighed:
    """What the statistics say about one check-in."""

    probability: float
    shares: Floats
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...]
    itch_leads: bool


def hard_reasons(facts: Facts, reports: Iterable[Report]) -> tuple[Reason, ...]:
    """The floor over all check-ins about one day; one that was taken back later stays."""
    found = {reason.code: reason for report in reports for reason in floor(facts, report)}
    return tuple(found.values())


def _thin(seen: Course) -> tuple[Reason, ...]:
    """Too few answers to call anything quiet: a reason to watch."""
    missing = [s for s in (*CORE, "discharge") if s in unanswered(seen)]
    if len(missing) < 3 and any(seen.today.score(s) is not None for s in CARDINALS):
        return ()
    return (Reason("thin", SENTENCES["thin"], {"day": seen.today.day}, days=(seen.today.day,)),)


def _level(facts: Facts, asked: Level, reasons: Iterable[Reason]) -> Level:
    """The highest of what the policy, the hard signs and the soft signs ask for."""
    levels = [causes.level_of(reason.code, frozenset(HARD)) for reason in reasons]
    highest = max([asked, *levels], key=lambda level: level.rank)
    return Level.URGENT if facts.immunosuppressed and highest is Level.REVIEW else highest


def _joined(told: Sequence[Reason], weighed: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Signs first, each with its weight where the statistics weigh it too; then the rest of the weights."""
    weight = {reason.code: reason.weight for reason in weighed}
    signs = [Reason(r.code, r.template, r.params, weight.get(r.code, 0.0), r.days) for r in told]
    codes = {reason.code for reason in told}
    return (*signs, *(reason for reason in weighed if reason.code not in codes))


def _verdict(
    facts: Facts, seen: Course | None, told: Sequence[Reason], weighed: _Weighed, table: Policy | None
) -> Verdict:
    level = _level(facts, (table or policy(NAME)).level(weighed.probability), told)
    codes = {reason.code for reason in told}
    first = explanations.cause(seen, codes, weighed.shares, level=level, itch_leads=weighed.itch_leads)
    reasons = _joined(told, weighed.reasons)
    hard = not codes.isdisjoint(HARD)
    return Verdict(level, first, weighed.probability, NAME, reasons, floor=hard)


def brief(
    facts: Facts, newest: Sequence[Report], weighed: _Weighed, table: Policy | None, *, quiet: bool
) -> Verdict:
    """The verdict without what speaks against it and what would clear it: for whole files.

    `newest` are the reports of the last `RECENT_DAYS` days at least. `quiet` says that no sign was named or
    doubted in them and that enough was answered. `table` stands in for the published levels.
    """
    if quiet:
        return _verdict(facts, None, (), weighed, table)
    seen = course(facts, newest)
    return _verdict(facts, seen, _told(facts, seen), weighed, table)


def _told(facts: Facts, seen: Course) -> tuple[Reason, ...]:
    """What the newest day says by itself."""
    return (*hard_reasons(facts, seen.today.reports), *soft_reasons(seen), *_thin(seen))


def conclude(facts: Facts, reports: Sequence[Report], weighed: _Weighed, table: Policy | None) -> Verdict:
    """The verdict from what was reported and what the statistics make of it."""
    seen = course(facts, reports)
    verdict = _verdict(facts, seen, _told(facts, seen), weighed, table)
    other, said = (
        explanations.likelier(verdict.cause, weighed.shares)
        if verdict.level is not Level.NONE
        else (None, ())
    )
    return replace(
        verdict,
        against=(*weighed.against, *said, *explanations.against(seen)),
        clears=explanations.clears(seen, verdict.reasons, verdict.level),
        likelier=other,
    )


def at(batch: Batch, shares: Floats, first: int, row: int, *, brief: bool = False) -> _Weighed:
    """What the statistics say at `row` of a batch, in a course that begins at row `first`."""
    reasons, against = contributions(Moment(batch, first, row), brief=brief)
    itching = float(np.fmax(*(batch.known[f"above.itching.{part}"][row] for part in ("early", "after"))))
    leads = itching >= MARKED_ITCH and float(batch.known["contrast.itch_above_pain"][row]) > 0
    return _Weighed(float(batch.probability[row]), shares[row], reasons, against, leads)


def _nothing() -> Verdict:
    reason = Reason("no.reports", SENTENCES["no.reports"])
    return Verdict(Level.NONE, Cause.UNCLEAR, 0.0, NAME, clears=(reason,))


def judge(facts: Facts, reports: Sequence[Report], table: Policy | None = None) -> Verdict:
    """The verdict on a course for its newest day, from everything in `reports` and nothing else.

    Pure and deterministic; the order of `reports` does not matter. `probability` is that of an infection by
    now at the working prior of the evidence; the weights of `reasons` and `against` add up to its log-odds.
    """
    if not reports:
        return _nothing()
    return judge_many([(facts, reports)], table)[0]


def judge_many(
    courses: Sequence[tuple[Facts, Sequence[Report]]], table: Policy | None = None
) -> list[Verdict]:
    """One verdict per course, in the same order, as `judge` gives them; weighed together."""
    said = [(facts, reports or ()) for facts, reports in courses]
    able = [case for case in said if standing(case[1])]
    verdicts = iter(_weighed_verdicts(able, table)) if able else iter(())
    return [next(verdicts) if standing(reports) else _unheard(facts, reports) for facts, reports in said]


def _weighed_verdicts(cases: Sequence[tuple[Facts, Sequence[Report]]], table: Policy | None) -> list[Verdict]:
    batch = weigh_reports(cases)
    shares = kinds.shares(batch.known, batch.probability)
    bounds = zip(batch.courses.start[:-1], batch.courses.start[1:], strict=True)
    return [
        conclude(facts, reports, at(batch, shares, int(first), int(end) - 1), table)
        for (facts, reports), (first, end) in zip(cases, bounds, strict=True)
    ]


def before_anything() -> float:
    """The probability of an infection when no question was answered yet."""
    return 1 / (1 + exp(-curves().base))


def _unheard(facts: Facts, reports: Sequence[Report]) -> Verdict:
    """Check-ins came, but no question was answered."""
    if not reports:
        return _nothing()
    seen = course(facts, reports)
    rest = Reason("model.rest", MODEL_SENTENCES["rest"], weight=curves().base)
    reasons = (*soft_reasons(seen), *_thin(seen), rest)
    return Verdict(
        Level.WATCH,
        Cause.UNCLEAR,
        before_anything(),
        NAME,
        reasons,
        clears=explanations.clears(seen, reasons, Level.WATCH),
    )
