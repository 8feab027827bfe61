"""Short ways to raise a flag and to read what became of it."""

from datetime import datetime
from typing import Any

from tests.cast import NOW
from tracker.healing.verdicts import Cause, Level, Reason, Verdict
from tracker.models import CheckIn, Flag, Recovery
from tracker.services import flags


def verdict(level: Level = Level.URGENT, cause: Cause = Cause.INFECTION, code: str = "sign.pus") -> Verdict:
    """A verdict with one reason."""
    reason = Reason(code, "Something on day {day}.", {"day": 6})
    return Verdict(level, cause, 0.8, "rules-1", reasons=(reason,))


def raised(recovery: Recovery, check_in: CheckIn | None, level: Level = Level.URGENT, **fields: Any) -> Flag:
    """The flag that a verdict on `check_in` raised."""
    now = fields.pop("now", NOW)
    return flags.raise_flag(recovery=recovery, check_in=check_in, verdict=verdict(level, **fields), now=now)


def seen(flag: Flag) -> int | None:
    """What a page opened now would show as the newest check-in."""
    newest = flag.recovery.check_ins.order_by("-pk").first()
    return newest.pk if newest else None


def verbs(flag: Flag) -> list[str]:
    """The flag's history in words."""
    return list(flag.events.values_list("verb", flat=True))


def minutes(flag: Flag, since: datetime = NOW) -> list[tuple[float, str]]:
    """(minutes after `since`, who) for every step opened so far."""
    return [((s.opened_at - since).total_seconds() / 60, s.to) for s in flag.steps.all()]
