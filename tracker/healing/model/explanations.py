"""What to think of first, what fits as well, and what would clear a verdict."""

from collections.abc import Sequence, Set

from tracker.healing.infection import causes
from tracker.healing.infection.course import Course
from tracker.healing.infection.signs import HARD, unanswered
from tracker.healing.infection.trend import readings
from tracker.healing.infection.wording import AGAINST, CLEARS
from tracker.healing.labels import label
from tracker.healing.model.features import CARDINALS
from tracker.healing.model.kinds import INFECTED, KINDS
from tracker.healing.model.wording import SENTENCES
from tracker.healing.symptoms import Answer, Discharge
from tracker.healing.verdicts import Cause, Level, Reason

CAUSE_OF = {
    "slow": Cause.SLOW_HEALING,
    "contact": Cause.CONTACT_REACTION,
    "late_lump": Cause.LATE_LUMP,
    "bacterial": Cause.INFECTION,
    "late": Cause.INFECTION,
    "hsv": Cause.COLD_SORE,
}
FITS_AS_WELL = 0.25
"""Share among the explanations other than infection from which one is named beside a verdict."""


def _infection(shares: Sequence[float]) -> Cause:
    ill = {kind: shares[KINDS.index(kind)] for kind in INFECTED}
    return CAUSE_OF[max(ill, key=lambda kind: ill[kind])]


def _other(shares: Sequence[float]) -> tuple[str, float]:
    """The most likely explanation that is no infection, ordinary healing aside, and its share of those."""
    well = {k: s for k, s in zip(KINDS, shares, strict=True) if k not in INFECTED}
    total = sum(well.values())
    best = max((k for k in well if k != "normal"), key=lambda k: well[k])
    return best, well[best] / total if total else 0.0


def cause(
    seen: Course | None, codes: Set[str], shares: Sequence[float], *, level: Level, itch_leads: bool
) -> Cause:
    """The first thing to think of. Hard signs point by themselves; else the explanation that fits best.

    `seen` holds at least the newest day; None when nothing but scores was reported.
    """
    if seen is not None and not codes.isdisjoint(HARD):
        return causes.cause(seen, codes, {}, hard=True)
    if level is Level.NONE:
        return Cause.UNCLEAR
    if "sign.new_lump" in codes:
        return Cause.LATE_LUMP
    other, share = _other(shares)
    if other == "contact" and itch_leads and level is not Level.URGENT:
        return Cause.CONTACT_REACTION
    if other == "slow" and share >= 0.5 and level is Level.WATCH:
        return Cause.SLOW_HEALING
    return _infection(shares)


def likelier(first: Cause, shares: Sequence[float]) -> tuple[str | None, tuple[Reason, ...]]:
    """Another explanation as a `Cause` value, or None; and it in words, also where it has no cause."""
    other, share = _other(shares)
    if share < FITS_AS_WELL:
        return None, (Reason("likelier.normal", SENTENCES["likelier.normal"]),)
    named = CAUSE_OF.get(other)
    if named is first:
        return Cause.INFECTION.value, ()
    said = (
        (Reason(f"likelier.{other}", SENTENCES[f"likelier.{other}"]),)
        if f"likelier.{other}" in SENTENCES
        else ()
    )
    return (named.value if named else None), said


def against(course: Course) -> tuple[Reason, ...]:
    """What was answered and speaks for ordinary healing; these have no weight of their own."""
    today, found = course.today, []
    if set(today.discharges()) == {Discharge.NONE} and all(
        set(today.answers(sign)) == {Answer.NO} for sign in ("spreading", "red_streaks", "blisters", "unwell")
    ):
        found.append("against.no_signs")
    known = readings(course)
    if all(s in known and known[s].lowest and not known[s].steps for s in CARDINALS):
        found.append("against.best")
    day = {"day": today.day}
    return tuple(
        Reason(code, AGAINST[code], day if "{day}" in AGAINST[code] else {}, days=(today.day,))
        for code in found
    )


def clears(course: Course, reasons: tuple[Reason, ...], level: Level) -> tuple[Reason, ...]:
    """What would make the verdict unnecessary, and what nobody answered."""
    found = [Reason("clears.looked", CLEARS["clears.looked"])] if level.rank >= Level.REVIEW.rank else []
    if level is not Level.NONE:
        risen = [r.code.removeprefix("course.") for r in reasons if r.code.startswith("course.")]
        for symptom in (s for s in risen if s in CARDINALS):
            params = {"symptom": label(symptom)}
            found.append(Reason(f"clears.settled.{symptom}", CLEARS["clears.settled"], params))
    day = course.today.day
    for item in unanswered(course):
        missing = {"item": label(item), "day": day}
        found.append(Reason(f"unanswered.{item}", CLEARS["unanswered"], missing, days=(day,)))
    return tuple(found)
