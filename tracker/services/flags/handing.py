"""Handing a flag over: offered by one, accepted by the other. Until then nothing changes hands."""

from datetime import datetime

from django.db import transaction

from tracker.models import Flag, Member, Message, Role
from tracker.services import messages
from tracker.services.flags.acting import WrongState, change, done, held_with, taken_in_hand
from tracker.services.flags.returning import unless_finished

ACTING = (Role.OWNER, Role.CLINICIAN)
State = Flag.State


def hand_over(*, flag: Flag, member: Member, to: Member, seen_check_in_id: int | None, now: datetime) -> Flag:
    """Offer the flag to `to`, who is told by a neutral mail. The owner keeps it until they accept.

    Raises SomethingNewer, WrongState when the flag is closed, already theirs, or they cannot take it.
    """
    with transaction.atomic():
        flag, _recovery = taken_in_hand(flag.pk, seen_check_in_id)
        if flag.state == State.RESOLVED or not _can_take(flag, to):
            raise WrongState(flag.pk)
        change(flag, offered_to=to, offered_at=now)
        messages.post(
            clinic_id=flag.clinic_id,
            kind=Message.Kind.HAND_OVER,
            key=f"flag:{flag.pk}:offer:{to.pk}:{now:%Y%m%d%H%M%S}",
            to_email=to.user.email,
            to_user=to.user,
            flag=flag,
            is_urgent=flag.is_urgent,
            now=now,
        )
        done(flag, "offered", member, now, to=to.pk)
    return flag


def _can_take(flag: Flag, to: Member) -> bool:
    works_here = to.clinic_id == flag.clinic_id and to.is_active and to.role in ACTING
    return works_here and (to.pk != flag.owner_id or flag.state == State.OPEN)


def accept_hand_over(*, flag: Flag, member: Member, seen_check_in_id: int | None, now: datetime) -> Flag:
    """The member takes what was offered: they own it from now on; an open flag stops climbing.

    Raises SomethingNewer, WrongState when it is not offered to them (any more).
    """
    with transaction.atomic():
        flag, recovery = taken_in_hand(flag.pk, seen_check_in_id)
        if flag.state == State.RESOLVED or flag.offered_to_id != member.pk:
            raise WrongState(flag.pk)
        change(
            flag,
            state=State.ACKNOWLEDGED if flag.state == State.OPEN else flag.state,
            owner=member,
            acknowledged_at=now,
            comes_back_at=unless_finished(flag, recovery, now),
            offered_to=None,
            offered_at=None,
            next_step_at=None,
        )
        messages.drop_for_flag(flag=flag, reason="answered")
        done(flag, "accepted", member, now)
    return flag


def decline_hand_over(*, flag: Flag, member: Member, now: datetime) -> Flag:
    """The member does not take it: it stays with whoever had it. Raises WrongState when not offered."""
    with transaction.atomic():
        held_with(flag.pk)
        flag = Flag.objects.get(pk=flag.pk)
        if flag.offered_to_id != member.pk:
            raise WrongState(flag.pk)
        change(flag, offered_to=None, offered_at=None)
        done(flag, "declined", member, now)
    return flag
