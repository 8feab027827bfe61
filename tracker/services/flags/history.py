"""What happened to a flag, one row per act or turn. Never changed."""

from datetime import datetime
from typing import Any

from tracker.models import CheckIn, Flag, FlagEvent, Member


def event(
    flag: Flag,
    verb: str,
    now: datetime,
    *,
    actor: Member | None = None,
    check_in: CheckIn | None = None,
    **detail: Any,
) -> None:
    """Write one line of the flag's history, inside the transaction of what it tells."""
    FlagEvent.objects.create(flag=flag, at=now, verb=verb, actor=actor, check_in=check_in, detail=detail)
