"""What warning signs say by themselves, remembered: in whole files the same few come again and again."""

from dataclasses import dataclass
from functools import lru_cache

from tracker.healing.infection import causes
from tracker.healing.infection.course import course
from tracker.healing.infection.signs import FEVER_C, HARD
from tracker.healing.model.verdict import asked_by, signs_told, thin_reason
from tracker.healing.symptoms import SCALE_MAX, Answer, Discharge, Report
from tracker.healing.treatments import Facts
from tracker.healing.verdicts import Cause, Level, Reason

Saying = tuple[int, tuple[tuple[str, Answer | None], ...], Discharge | None, float | None, int | None]
"""All of a report that a sign can be read from: day, signs, discharge, fever, strongest pain."""


@dataclass(frozen=True, slots=True)
class Told:
    """`reasons`, their codes, and the level they ask for; `cause` where a hard sign is among them."""

    reasons: tuple[Reason, ...]
    codes: frozenset[str]
    level: Level
    cause: Cause | None


NOTHING = Told((), frozenset(), Level.NONE, None)


def saying(report: Report) -> Saying:
    """The part of `report` that signs are read from."""
    fever, pain = report.temperature_c, report.score("pain")
    return (
        report.day,
        tuple(report.signs.items()),
        report.discharge,
        fever if fever is not None and fever >= FEVER_C else None,
        pain if pain is not None and pain >= SCALE_MAX else None,
    )


def _report(said: Saying) -> Report:
    day, signs, discharge, fever, pain = said
    return Report(day, {"pain": pain}, dict(signs), discharge, fever)


@lru_cache(maxsize=16_384)
def told(device: str | None, today: Saying, before: tuple[Saying, ...], *, thin: bool) -> Told:
    """What `today` says by itself, beside the hard signs of the days `before`."""
    facts = Facts(device)
    seen = course(facts, [_report(said) for said in (*before, today)])
    reasons = signs_told(facts, seen) + ((thin_reason(seen.today.day),) if thin else ())
    codes = frozenset(reason.code for reason in reasons)
    hard = None if codes.isdisjoint(HARD) else causes.cause(seen, codes, {}, hard=True)
    return Told(reasons, codes, asked_by(reasons), hard)
