"""What members do with a flag: take it, reach the patient, close it, take that back."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from tracker.models import ContactAttempt, Flag, Member
from tracker.services import audit, hold, messages
from tracker.services.flags.climbing import start_climb
from tracker.services.flags.history import event

State = Flag.State


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


def _taken_in_hand(flag_id: int, seen_check_in_id: int | None) -> Flag:
    """The flag, with its recovery held, unless the patient said something the page did not show."""
    recovery_id = Flag.objects.values_list("recovery_id", flat=True).get(pk=flag_id)
    recovery = hold.recovery(recovery_id)
    newest = recovery.check_ins.order_by("-pk").values_list("pk", flat=True).first()
    if newest != seen_check_in_id:
        raise SomethingNewer(flag_id)
    return Flag.objects.select_related("owner", "clinic").get(pk=flag_id)


def acknowledge(*, flag: Flag, member: Member, seen_check_in_id: int | None, now: datetime) -> Flag:
    """The member takes the flag: they own it from now on and the climb stops.

    Raises SomethingNewer, or AlreadyTaken when another member owns it.
    """
    with transaction.atomic():
        flag = _taken_in_hand(flag.pk, seen_check_in_id)
        if flag.state != State.OPEN:
            if flag.owner_id == member.pk:
                return flag
            raise AlreadyTaken(flag)
        _set(flag, state=State.ACKNOWLEDGED, owner=member, acknowledged_at=now, next_step_at=None)
        messages.drop_for_flag(flag=flag, reason="answered")
        _done(flag, "acknowledged", member, now)
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

    Raises SomethingNewer, WrongState when the flag is resolved.
    """
    with transaction.atomic():
        flag = _taken_in_hand(flag.pk, seen_check_in_id)
        if flag.state == State.RESOLVED:
            raise WrongState(flag.pk)
        attempt = ContactAttempt.objects.create(
            flag=flag, at=now, by=member, result=result, note=note, next_try_on=next_try_on
        )
        fields: dict[str, Any] = {"owner": flag.owner or member, "next_step_at": None}
        fields["acknowledged_at"] = flag.acknowledged_at or now
        if result == ContactAttempt.Result.NO_ANSWER:
            fields["state"] = State.ACKNOWLEDGED if flag.state == State.OPEN else flag.state
        else:
            fields |= {"state": State.CONTACTED, "contacted_at": flag.contacted_at or now}
        _set(flag, **fields)
        messages.drop_for_flag(flag=flag, reason="answered")
        _done(flag, "contact", member, now, result=result)
    return attempt


def resolve(
    *,
    flag: Flag,
    member: Member,
    outcome: str,
    note: str = "",
    seen_check_in_id: int | None,
    now: datetime,
) -> Flag:
    """Close the flag with an outcome.

    Raises SomethingNewer, WrongState when it is closed already, ContactNeeded for an urgent flag
    without a contact that reached the patient (or outcome "unreachable" with at least one try).
    """
    with transaction.atomic():
        flag = _taken_in_hand(flag.pk, seen_check_in_id)
        if flag.state == State.RESOLVED:
            raise WrongState(flag.pk)
        if flag.is_urgent and not _contact_suffices(flag, outcome):
            raise ContactNeeded(flag.pk)
        _set(
            flag,
            state=State.RESOLVED,
            outcome=outcome,
            outcome_note=note,
            resolved_at=now,
            resolved_by=member,
            owner=flag.owner or member,
            next_step_at=None,
        )
        messages.drop_for_flag(flag=flag, reason="resolved")
        _done(flag, "resolved", member, now, outcome=outcome)
    return flag


def _contact_suffices(flag: Flag, outcome: str) -> bool:
    """A contact from before the flag was raised says nothing about what raised it."""
    tries = flag.contact_attempts.filter(at__gte=flag.raised_at)
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
        _set(flag, state=State.OPEN, outcome="", outcome_note="", resolved_at=None, resolved_by=None)
        start_climb(flag, recovery, now)
        _done(flag, "reopened", member, now)
    return flag


def _set(flag: Flag, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(flag, name, value)
    flag.save(update_fields=list(fields))


def _done(flag: Flag, verb: str, member: Member, now: datetime, **detail: Any) -> None:
    """The flag's own history and the audit, in the same transaction as the change."""
    event(flag, verb, now, actor=member, **detail)
    audit.record(
        clinic=flag.clinic_id, actor=member.user, verb=f"flag_{verb}", subject=flag, now=now, **detail
    )
