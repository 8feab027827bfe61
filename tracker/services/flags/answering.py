"""What members do with a flag: take it, reach the patient, close it, take that back."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from tracker.models import ContactAttempt, Flag, Member
from tracker.services import hold, messages
from tracker.services.flags import returning
from tracker.services.flags.acting import (
    AlreadyTaken,
    ContactNeeded,
    WrongState,
    change,
    done,
    taken_in_hand,
)
from tracker.services.flags.climbing import start_climb

State = Flag.State

NOTHING_PENDING: dict[str, Any] = {
    "next_step_at": None,
    "offered_to": None,
    "offered_at": None,
    "snoozed_until": None,
    "snooze_reason": "",
}
"""What an answer ends: the climb, an offer to hand over, a snooze."""


def acknowledge(*, flag: Flag, member: Member, seen_check_in_id: int | None, now: datetime) -> Flag:
    """The member takes the flag: they own it from now on and the climb stops, until it comes back.

    Raises SomethingNewer, or AlreadyTaken when another member owns it.
    """
    with transaction.atomic():
        flag, recovery = taken_in_hand(flag.pk, seen_check_in_id)
        if flag.state != State.OPEN:
            if flag.owner_id == member.pk:
                return flag
            raise AlreadyTaken(flag)
        before = change(
            flag,
            state=State.ACKNOWLEDGED,
            owner=member,
            acknowledged_at=now,
            comes_back_at=returning.unless_finished(flag, recovery, now),
            **NOTHING_PENDING,
        )
        messages.drop_for_flag(flag=flag, reason="answered")
        done(flag, "acknowledged", member, now, before=before)
    return flag


def record_contact(
    *,
    flag: Flag,
    member: Member,
    result: str,
    note: str = "",
    next_try_on: date | None = None,
    seen_check_in_id: int | None,
    now: datetime,
) -> ContactAttempt:
    """Record a try to reach the patient. Reaching them makes the flag contacted; no answer does not.

    The day of the next try brings the flag back; one about which nobody was reached always has one.
    Raises SomethingNewer, WrongState when the flag is resolved.
    """
    with transaction.atomic():
        flag, recovery = taken_in_hand(flag.pk, seen_check_in_id)
        if flag.state == State.RESOLVED:
            raise WrongState(flag.pk)
        day, back = returning.after_contact(flag, recovery, result, next_try_on, now)
        attempt = ContactAttempt.objects.create(
            flag=flag, at=now, by=member, result=result, note=note, next_try_on=day
        )
        fields = _answered_by(flag, member, now) | _reached(flag, result, now)
        before = change(flag, **fields, next_try_on=day, comes_back_at=back)
        messages.drop_for_flag(flag=flag, reason="answered")
        done(flag, "contact", member, now, before=before, result=result)
    return attempt


def _answered_by(flag: Flag, member: Member, now: datetime) -> dict[str, Any]:
    """Whoever rings about a flag that nobody had, or that came back, has it from now on."""
    if flag.state == State.OPEN:
        return {"owner": member, "acknowledged_at": now, **NOTHING_PENDING}
    return {
        "owner": flag.owner or member,
        "acknowledged_at": flag.acknowledged_at or now,
        "next_step_at": None,
    }


def _reached(flag: Flag, result: str, now: datetime) -> dict[str, Any]:
    if result == ContactAttempt.Result.NO_ANSWER:
        return {"state": State.ACKNOWLEDGED if flag.state == State.OPEN else flag.state}
    return {"state": State.CONTACTED, "contacted_at": flag.contacted_at or now}


def resolve(
    *,
    flag: Flag,
    member: Member,
    outcome: str,
    note: str = "",
    disagreed: str = "",
    seen_check_in_id: int | None,
    now: datetime,
) -> Flag:
    """Close the flag with an outcome; `disagreed` says why it should not have been raised.

    Raises SomethingNewer, WrongState when it is closed already, ContactNeeded for an urgent flag
    without a contact that reached the patient (or outcome "unreachable" with at least one try).
    """
    with transaction.atomic():
        flag, _recovery = taken_in_hand(flag.pk, seen_check_in_id)
        if flag.state == State.RESOLVED:
            raise WrongState(flag.pk)
        if flag.is_urgent and not _contact_suffices(flag, outcome):
            raise ContactNeeded(flag.pk)
        before = change(
            flag,
            state=State.RESOLVED,
            outcome=outcome,
            outcome_note=note,
            disagreed=disagreed,
            resolved_at=now,
            resolved_by=member,
            owner=flag.owner or member,
            comes_back_at=None,
            **NOTHING_PENDING,
        )
        messages.drop_for_flag(flag=flag, reason="resolved")
        more = {"disagreed": disagreed} if disagreed else {}
        done(flag, "resolved", member, now, before=before, outcome=outcome, **more)
    return flag


def _contact_suffices(flag: Flag, outcome: str) -> bool:
    """A contact from before the flag was raised says nothing about what raised it."""
    tries = flag.contact_attempts.filter(at__gte=flag.raised_at, undone_at__isnull=True)
    if outcome in (Flag.Outcome.UNREACHABLE, Flag.Outcome.MISTAKE):
        return tries.exists()
    return tries.exclude(result=ContactAttempt.Result.NO_ANSWER).exists()


def reopen(*, flag: Flag, member: Member, now: datetime) -> Flag:
    """Take a resolution back. The history stays; an urgent flag climbs again until answered.

    Raises WrongState when the flag is not resolved, or another one for the same cause is open.
    """
    with transaction.atomic():
        recovery = hold.recovery(flag.recovery_id)
        flag = Flag.objects.get(pk=flag.pk)
        twin = recovery.flags.filter(cause=flag.cause).exclude(state=State.RESOLVED).exists()
        if flag.state != State.RESOLVED or twin:
            raise WrongState(flag.pk)
        change(
            flag,
            state=State.OPEN,
            outcome="",
            outcome_note="",
            disagreed="",
            resolved_at=None,
            resolved_by=None,
        )
        start_climb(flag, recovery, now)
        done(flag, "reopened", member, now)
    return flag
