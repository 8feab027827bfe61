"""What a verdict asks a clinician to think of first. Never a diagnosis, and never a reason to look later."""

from collections.abc import Set

from tracker.healing.infection.course import Course
from tracker.healing.infection.trend import Reading, itch_leads
from tracker.healing.verdicts import Cause, Level

INFECTION_TRENDS = ("trend.", "strong.", "high.", "gap.", "recent.")


def _burn_likely(course: Course, codes: Set[str]) -> bool:
    """Radio-frequency needles burn: blisters or very strong pain in the first two days after them."""
    return (
        course.facts.device == "rf" and course.today.day <= 2 and bool(codes & {"sign.blisters", "sign.pain"})
    )


def _hard_cause(course: Course, codes: Set[str]) -> Cause:
    """The first thing to think of when a hard sign decided; blisters without pus mean the cold sore virus."""
    bacterial = codes & {"sign.pus", "sign.red_streaks", "sign.fever", "sign.spreading"}
    if _burn_likely(course, codes) and not bacterial:
        return Cause.BURN
    if "sign.blisters" in codes and not codes & {"sign.pus", "sign.red_streaks"}:
        return Cause.COLD_SORE
    return Cause.INFECTION


def cause(course: Course, codes: Set[str], known: dict[str, Reading], *, hard: bool) -> Cause:
    """The first thing to think of, given the codes of all reasons. UNCLEAR when nothing points anywhere."""
    if hard:
        return _hard_cause(course, codes)
    bodily = {"persist.pain", "persist.warmth", "persist.swelling"}
    speaks = bool(codes & bodily) or any(code.startswith(INFECTION_TRENDS) for code in codes)
    if codes & {"itch.once", "itch.persist"} and (itch_leads(known) or not speaks):
        return Cause.CONTACT_REACTION
    if "sign.new_lump" in codes and not codes & {"trend.rise", "trend.many"}:
        return Cause.LATE_LUMP
    if speaks:
        return Cause.INFECTION
    return Cause.SLOW_HEALING if codes & {"persist.redness", "slow.redness"} else Cause.UNCLEAR


def likelier(course: Course, codes: Set[str], known: dict[str, Reading], first: Cause) -> str | None:
    """Another cause that fits better or nearly as well, as its `Cause` value, or None."""
    nearly: dict[Cause, bool] = {
        Cause.COLD_SORE: "sign.blisters" in codes
        or (bool(course.facts.cold_sores) and "unsure.blisters" in codes),
        Cause.CONTACT_REACTION: itch_leads(known),
        Cause.LATE_LUMP: "sign.new_lump" in codes,
        Cause.BURN: _burn_likely(course, codes),
        Cause.INFECTION: bool(codes & {"trend.rise", "trend.many", "sign.spreading", "sign.fever"}),
    }
    return next((c.value for c, fits in nearly.items() if fits and c is not first), None)


URGENT_CODES = frozenset({"trend.many"})
REVIEW_CODES = frozenset({"sign.new_lump", "trend.rise", "slow.redness", "itch.persist", "unsure.several"})
REVIEW_PREFIXES = ("persist.", "strong.")
WATCH_PREFIXES = ("sign.swollen_glands", "unsure.", "high.", "gap.", "recent.", "thin", "itch.once")


def level_of(code: str, hard: Set[str]) -> Level:
    """How soon somebody must look because of one reason; supporting reasons carry no level."""
    if code in hard or code in URGENT_CODES:
        return Level.URGENT
    if code in REVIEW_CODES or code.startswith(REVIEW_PREFIXES):
        return Level.REVIEW
    return Level.WATCH if code.startswith(WATCH_PREFIXES) else Level.NONE
