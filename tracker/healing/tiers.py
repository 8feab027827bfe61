"""How soon to seek help: what the reasons of a verdict ask of the person. Awaits clinical sign-off."""

from collections.abc import Iterable
from enum import StrEnum

from tracker.healing.verdicts import Level, Reason


class Tier(StrEnum):
    """How soon to seek help: call an ambulance, ring the clinic today, or let the clinic know."""

    EMERGENCY = "emergency"
    TODAY = "today"
    TELL = "tell"


EMERGENCY_CODES = frozenset({"sign.eye_symptoms", "sign.unwell"})
TODAY_PREFIXES = (
    "sign.pus",
    "sign.fever",
    "sign.spreading",
    "sign.red_streaks",
    "sign.blisters",
    "sign.pain",
)
TODAY_CODES = frozenset({"trend.rise", "trend.many", "strong.pain", "facts.immunosuppressed"})

TURNING = frozenset({"course.pain", "course.warmth", "course.swelling"})
SETTLING_DAYS = 2
"""After this day a symptom that rises has turned (evidence, act-now list: rising after day 2 to 3)."""


def turned(reasons: Iterable[Reason]) -> bool:
    """Whether pain, warmth or swelling came back after the first days and speaks for an infection.

    Redness alone never sends anyone to the telephone. Source: evidence, section 3.4, "same day".
    """
    return any(
        reason.code in TURNING
        and reason.weight > 0
        and "lowest_day" in reason.params
        and reason.params["day"] > SETTLING_DAYS
        for reason in reasons
    )


def tier(reasons: Iterable[Reason], level: Level) -> Tier | None:
    """The most pressing tier, or None for level NONE. Severe pain that spreads is an emergency (act-now).

    An urgent level is never told less than to ring today, and neither is one to review whose course turned:
    the page with the numbers says the same about what gets worse after it was better.
    """
    told = tuple(reasons)
    codes = {reason.code for reason in told}
    if level is not Level.NONE and (codes & EMERGENCY_CODES or {"sign.pain", "sign.spreading"} <= codes):
        return Tier.EMERGENCY
    if level is Level.URGENT or (level is Level.REVIEW and turned(told)):
        return Tier.TODAY
    if level is Level.NONE or not codes:
        return None
    return (
        Tier.TODAY if codes & TODAY_CODES or any(c.startswith(TODAY_PREFIXES) for c in codes) else Tier.TELL
    )
