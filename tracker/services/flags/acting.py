"""What every act on a flag shares: why it may be refused, what was seen, what stood before."""

from datetime import datetime
from typing import Any

from tracker.models import Flag, Member, Recovery
from tracker.services import audit, hold
from tracker.services.flags.history import event

REMEMBERED = (
    *("state", "owner_id", "acknowledged_at", "contacted_at", "resolved_at", "resolved_by_id"),
    *("outcome", "outcome_note", "disagreed", "snoozed_until", "snooze_reason", "offered_to_id"),
    *("offered_at", "next_try_on", "comes_back_at", "next_step", "next_step_at"),
)
"""Fields of a flag that an act may change; what they were is kept with the act, so that it can be undone."""


class FlagProblem(Exception):
    """The act is refused; nothing was changed."""


class SomethingNewer(FlagProblem):
    """The patient has said something since the page was opened: read it first."""


class AlreadyTaken(FlagProblem):
    """Somebody else answered first."""

    def __init__(self, flag: Flag) -> None:
        super().__init__(f"flag {flag.pk}")
        self.flag = flag


class WrongState(FlagProblem):
    """The flag is not in a state in which this can be done."""


class ContactNeeded(FlagProblem):
    """An urgent flag is closed only after a recorded contact."""


def taken_in_hand(flag_id: int, seen_check_in_id: int | None) -> tuple[Flag, Recovery]:
    """The flag and its recovery, held.

    Raises SomethingNewer when the patient said what the page did not show.
    """
    recovery = held_with(flag_id)
    newest = recovery.check_ins.order_by("-pk").values_list("pk", flat=True).first()
    if newest != seen_check_in_id:
        raise SomethingNewer(flag_id)
    return Flag.objects.select_related("owner", "clinic").get(pk=flag_id), recovery


def held_with(flag_id: int) -> Recovery:
    """The recovery of a flag, held until the caller's transaction ends."""
    return hold.recovery(Flag.objects.values_list("recovery_id", flat=True).get(pk=flag_id))


def change(flag: Flag, **fields: Any) -> dict[str, Any]:
    """Write `fields`; returns what REMEMBERED fields were before, ready for JSON."""
    before = {name: _plain(getattr(flag, name)) for name in REMEMBERED}
    for name, value in fields.items():
        setattr(flag, name, value)
    flag.save(update_fields=list(fields))
    return before


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def done(
    flag: Flag,
    verb: str,
    member: Member,
    now: datetime,
    *,
    before: dict[str, Any] | None = None,
    **detail: Any,
) -> None:
    """The flag's own history and the audit, in the same transaction as the change.

    `before` makes the act one that can be undone. It may hold free text, so that it stays out of the audit.
    """
    kept: dict[str, Any] = {"before": before} if before is not None else {}
    event(flag, verb, now, actor=member, **detail, **kept)
    audit.record(
        clinic=flag.clinic_id, actor=member.user, verb=f"flag_{verb}", subject=flag, now=now, **detail
    )
