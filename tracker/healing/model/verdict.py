"""The second edition, "model-2": the weighed course, the safety floor below it, and the policy's levels."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import exp

import numpy as np
from numpy.typing import NDArray

from tracker.healing.infection import causes, floor
from tracker.healing.infection.course import Course, course
from tracker.healing.infection.signs import CORE, HARD, soft_reasons, unanswered
from tracker.healing.infection.wording import SENTENCES
from tracker.healing.model import explanations, kinds
from tracker.healing.model.batch import Batch, weigh_reports
from tracker.healing.model.courses import standing
from tracker.healing.model.curves import curves
from tracker.healing.model.features import CARDINALS, Features
from tracker.healing.model.reasons import Moment, book, contributions
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
    shares: Sequence[float]
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...]
    itch_leads: bool


def hard_reasons(facts: Facts, reports: Iterable[Report]) -> tuple[Reason, ...]:
    """The floor over all check-ins about one day; one that was taken back later stays."""
    found = {reason.code: reason for report in reports for reason in floor(facts, report)}
    return tuple(found.values())


def _thin(seen: Course) -> tuple[Reason, ...]:
    """Too few answers to call anything quiet: a reason to watch."""
    open_ = set(unanswered(seen))
    if len(open_.intersection((*CORE, "discharge"))) < 3 and any(
        seen.today.score(s) is not None for s in CARDINALS
    ):
        return ()
    return (thin_reason(seen.today.day),)


def thin_reason(day: int) -> Reason:
    """Too little was answered on `day`."""
    return Reason("thin", SENTENCES["thin"], {"day": day}, days=(day,))


def asked_by(reasons: Iterable[Reason]) -> Level:
    """The highest level that hard and soft signs ask for."""
    levels = [causes.level_of(reason.code, frozenset(HARD)) for reason in reasons]
    return max(levels, key=lambda level: level.rank, default=Level.NONE)


def raised(facts: Facts, one: Level, other: Level) -> Level:
    """The higher of two levels; a review becomes urgent when the immune system is weakened."""
    level = one if one.rank >= other.rank else other
    return Level.URGENT if facts.immunosuppressed and level is Level.REVIEW else level


def joined(told: Sequence[Reason], weighed: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Signs first, each with its weight where the statistics weigh it too; then the rest of the weights."""
    if not told:
        return weighed
    weight = {reason.code: reason.weight for reason in weighed}
    signs = [Reason(r.code, r.template, r.params, weight.get(r.code, 0.0), r.days) for r in told]
    codes = {reason.code for reason in told}
    return (*signs, *(reason for reason in weighed if reason.code not in codes))


def _verdict(
    facts: Facts, seen: Course, told: Sequence[Reason], weighed: _Weighed, table: Policy | None
) -> Verdict:
    level = raised(facts, (table or policy(NAME)).level(weighed.probability), asked_by(told))
    codes = {reason.code for reason in told}
    first = explanations.cause(seen, codes, weighed.shares, level=level, itch_leads=weighed.itch_leads)
    reasons = joined(told, weighed.reasons)
    hard = not codes.isdisjoint(HARD)
    return Verdict(level, first, weighed.probability, NAME, reasons, floor=hard)


def signs_told(facts: Facts, seen: Course) -> tuple[Reason, ...]:
    """What the signs of the newest day, and of those just before it, say by themselves."""
    return (*hard_reasons(facts, seen.today.reports), *soft_reasons(seen))


def _told(facts: Facts, seen: Course) -> tuple[Reason, ...]:
    """What the newest day says by itself."""
    return (*signs_told(facts, seen), *_thin(seen))


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


def itch_leads(known: Features) -> NDArray[np.bool_]:
    """(rows) whether itching is marked and stands further out than pain."""
    itching = np.fmax(known["above.itching.early"], known["above.itching.after"])
    leads: NDArray[np.bool_] = (itching >= MARKED_ITCH) & (known["contrast.itch_above_pain"] > 0)
    return leads


def _newest(batch: Batch) -> Iterator[_Weighed]:
    """What the statistics say at the newest check-in of each course."""
    shares, itch = kinds.shares(batch.known, batch.probability), itch_leads(batch.known)
    pages, bounds = book(batch), pairwise(batch.courses.start.tolist())
    for first, end in bounds:
        row = end - 1
        reasons, against = contributions(Moment(pages, first, row), batch.weights[row].tolist())
        yield _Weighed(float(batch.probability[row]), shares[row].tolist(), reasons, against, bool(itch[row]))


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
    weighed = _newest(weigh_reports(cases))
    return [conclude(facts, reports, w, table) for (facts, reports), w in zip(cases, weighed, strict=True)]


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
