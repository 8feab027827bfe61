"""Nobody's flag stays with somebody who has left: it is open again, and the next person is told at once."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from tracker.models import Flag, Member
from tracker.services import hold, sweep
from tracker.services.flags.climbing import start_climb
from tracker.services.flags.handing import ACTING
from tracker.services.flags.history import event

LEFT = Q(
    # the few who have left are looked up first, and not the owner of each open flag
    owner__in=Member.objects.filter(Q(is_active=False) | Q(user__is_active=False) | ~Q(role__in=ACTING))
)
"""Who was made inactive, locked out, or given a role that does not act."""


def pass_on_due(*, now: datetime, limit: int = 500) -> int:
    """Open every flag again whose owner cannot act on it any more. Returns how many were opened."""
    due = Flag.objects.open().filter(LEFT).order_by("-rank", "pk").values_list("pk", flat=True)[:limit]
    return sweep.each("flag of a leaver", list(due), lambda flag_id: _pass_on(flag_id, now))


def _pass_on(flag_id: int, now: datetime) -> bool:
    """Urgent climbs anew, past a first step that was the leaver; what is to review is told now."""
    with transaction.atomic():
        recovery = hold.recovery(Flag.objects.values_list("recovery_id", flat=True).get(pk=flag_id))
        flag = Flag.objects.open().filter(LEFT, pk=flag_id).first()
        if flag is None:  # closed or taken over between the look and the lock
            return False
        left = flag.owner_id
        flag.state, flag.owner, flag.acknowledged_at = Flag.State.OPEN, None, None
        flag.comes_back_at = flag.snoozed_until = None
        flag.snooze_reason = ""
        flag.save(
            update_fields=[
                *("state", "owner", "acknowledged_at", "comes_back_at", "snoozed_until", "snooze_reason")
            ]
        )
        event(flag, "passed_on", now, left=left)
        start_climb(flag, recovery, now, first=int(recovery.treatment.operator_id == left))
        if flag.next_step_at and not flag.is_urgent:
            flag.next_step_at = now
            flag.save(update_fields=["next_step_at"])
    return True
