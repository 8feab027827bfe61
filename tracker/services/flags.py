"""A flag's life: raised, answered, resolved; and its climb until a person acts."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from tracker import days
from tracker.healing.verdicts import Verdict
from tracker.models import (
    CheckIn,
    ContactAttempt,
    EscalationStep,
    Flag,
    FlagEvent,
    Member,
    Message,
    Recovery,
    Role,
)
from tracker.services import audit, messages

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


# --- raising ---------------------------------------------------------------------------------------


def raise_flag(*, recovery: Recovery, check_in: CheckIn | None, verdict: Verdict, now: datetime) -> Flag:
    """Open the flag for the verdict's cause, or add to the open one; a worse level raises it.

    Runs inside the caller's transaction, which holds the recovery. Opening or raising to urgent
    starts the climb with its first step in the same transaction.
    """
    flag = recovery.flags.filter(cause=verdict.cause).exclude(state=State.RESOLVED).first()
    if flag is None:
        return _opened(recovery, check_in, verdict, now)
    if verdict.level.rank > flag.rank:
        return _raised(flag, recovery, check_in, verdict, now)
    if check_in is not None and flag.newest_check_in_id != check_in.pk:
        _take_evidence(flag, check_in, verdict)
        _event(flag, "evidence", now, check_in=check_in, level=verdict.level)
    return flag


def _evidence(verdict: Verdict) -> dict[str, Any]:
    return {
        "edition": verdict.edition,
        "reasons": [r.as_dict() for r in verdict.reasons],
        "against": [r.as_dict() for r in verdict.against],
        "clears": [r.as_dict() for r in verdict.clears],
        "likelier": verdict.likelier or "",
    }


def _opened(recovery: Recovery, check_in: CheckIn | None, verdict: Verdict, now: datetime) -> Flag:
    rank = verdict.level.rank
    flag = Flag.objects.create(
        clinic_id=recovery.clinic_id,
        recovery=recovery,
        cause=verdict.cause,
        rank=rank,
        newest_check_in=check_in,
        opened_at=now,
        raised_at=now,
        promised_by=_promise(recovery, rank, now),
        **_evidence(verdict),
    )
    _event(flag, "opened", now, check_in=check_in, level=verdict.level)
    _start_climb(flag, recovery, now)
    return flag


def _raised(
    flag: Flag, recovery: Recovery, check_in: CheckIn | None, verdict: Verdict, now: datetime
) -> Flag:
    """A worse day: the promise starts anew, and so does the climb, whoever had answered before."""
    flag.rank = verdict.level.rank
    flag.raised_at = now
    flag.promised_by = min(flag.promised_by, _promise(recovery, flag.rank, now))
    flag.state = State.OPEN
    flag.save(update_fields=["rank", "raised_at", "promised_by", "state"])
    if check_in is not None:
        _take_evidence(flag, check_in, verdict)
    _event(flag, "raised", now, check_in=check_in, level=verdict.level)
    _start_climb(flag, recovery, now)
    return flag


def _take_evidence(flag: Flag, check_in: CheckIn, verdict: Verdict) -> None:
    """Show the newest grounds, unless they are milder: what opened the flag must stay readable."""
    flag.newest_check_in = check_in
    fields = ["newest_check_in"]
    if verdict.level.rank >= flag.rank:
        for name, value in _evidence(verdict).items():
            setattr(flag, name, value)
            fields.append(name)
    flag.save(update_fields=fields)


def _promise(recovery: Recovery, rank: int, now: datetime) -> datetime:
    edition = recovery.edition
    minutes = {3: edition.urgent_minutes, 2: edition.review_minutes, 1: edition.watch_minutes}[rank]
    return days.promised_by(now=now, hours=recovery.clinic.hours(), minutes=minutes)


def _event(flag: Flag, verb: str, now: datetime, **what: Any) -> None:
    FlagEvent.objects.create(
        flag=flag,
        at=now,
        verb=verb,
        actor=what.pop("actor", None),
        check_in=what.pop("check_in", None),
        detail=what,
    )


# --- climbing --------------------------------------------------------------------------------------


def _start_climb(flag: Flag, recovery: Recovery, now: datetime) -> None:
    """Urgent: the first person is told at once. Review: somebody is told if the promise is missed."""
    if flag.is_urgent:
        flag.next_step_at = now
        _open_step(flag, recovery, now)
    elif flag.rank == 2:
        flag.next_step_at = flag.promised_by
        flag.save(update_fields=["next_step_at"])


def _open_step(flag: Flag, recovery: Recovery, now: datetime) -> None:
    """Tell the people of the flag's next step and set the clock of the one after."""
    number = (flag.steps.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    to = _step_target(recovery, flag.next_step)
    step = EscalationStep.objects.create(flag=flag, number=number, to=to, opened_at=now)
    for address, member in _addresses(recovery, flag, to):
        messages.post(
            clinic_id=flag.clinic_id,
            kind=Message.Kind.FLAG_ALERT if number == 1 else Message.Kind.ESCALATION,
            key=f"flag:{flag.pk}:step:{step.number}:{address}",
            to_email=address,
            to_user=member.user if member else None,
            flag=flag,
            is_urgent=True,
            now=now,
        )
    flag.next_step_at = now + _until_next(recovery, flag.next_step)
    flag.next_step = min(flag.next_step + 1, len(recovery.edition.escalation))
    flag.save(update_fields=["next_step", "next_step_at"])


def _step_target(recovery: Recovery, index: int) -> str:
    """Who step `index` tells; past the end the last step repeats."""
    steps = recovery.edition.escalation
    return str(steps[min(index, len(steps) - 1)]["to"])


def _until_next(recovery: Recovery, index: int) -> timedelta:
    steps, repeat = recovery.edition.escalation, recovery.edition.escalation_repeat_minutes
    if index + 1 < len(steps):
        gap = int(steps[index + 1]["after_minutes"]) - int(steps[index]["after_minutes"])
        return timedelta(minutes=max(gap, 1))
    return timedelta(minutes=repeat)


def _addresses(recovery: Recovery, flag: Flag, to: str) -> list[tuple[str, Member | None]]:
    """Addresses of one step. A step nobody can take falls through to the shared inbox."""
    members = Member.objects.filter(clinic=recovery.clinic_id, is_active=True).select_related("user")
    if to == "operator":
        who = members.filter(pk=flag.owner_id or recovery.treatment.operator_id)
    elif to == "clinicians":
        who = members.filter(role__in=[Role.OWNER, Role.CLINICIAN])
    else:
        who = members.none()
    found: list[tuple[str, Member | None]] = [(m.user.email, m) for m in who]
    return found or [(recovery.clinic.inbox_email, None)]


def escalate_due(*, now: datetime, limit: int = 500) -> int:
    """Open the next step of every flag nobody answered in time. Returns how many were opened."""
    due = Flag.objects.step_due(now).order_by("next_step_at").values_list("pk", "recovery_id")[:limit]
    return sum(_escalate(flag_id, recovery_id, now) for flag_id, recovery_id in list(due))


def _escalate(flag_id: int, recovery_id: int, now: datetime) -> bool:
    with transaction.atomic():
        recovery = _locked(recovery_id)
        flag = Flag.objects.step_due(now).filter(pk=flag_id).first()
        if flag is None:  # answered between the look and the lock
            return False
        _open_step(flag, recovery, now)
        _event(flag, "escalated", now, step=flag.next_step)
    return True


def _locked(recovery_id: int) -> Recovery:
    rows = Recovery.objects.select_for_update(of=("self",))
    return rows.select_related("clinic", "edition", "treatment").get(pk=recovery_id)


# --- answering -------------------------------------------------------------------------------------


def _taken_in_hand(flag_id: int, seen_check_in_id: int | None) -> Flag:
    """The flag, with its recovery held, unless the patient said something the page did not show."""
    recovery_id = Flag.objects.values_list("recovery_id", flat=True).get(pk=flag_id)
    recovery = _locked(recovery_id)
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
        flag.state, flag.owner, flag.acknowledged_at, flag.next_step_at = (
            State.ACKNOWLEDGED,
            member,
            now,
            None,
        )
        flag.save(update_fields=["state", "owner", "acknowledged_at", "next_step_at"])
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
        fields = {"owner": flag.owner or member, "next_step_at": None}
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
    if outcome in (Flag.Outcome.UNREACHABLE, Flag.Outcome.MISTAKE):
        return flag.contact_attempts.exists()
    return flag.contact_attempts.exclude(result=ContactAttempt.Result.NO_ANSWER).exists()


def reopen(*, flag: Flag, member: Member, now: datetime) -> Flag:
    """Take a resolution back. The history stays; an urgent flag climbs again until answered.

    Raises WrongState when the flag is not resolved, or another one for the same cause is open.
    """
    with transaction.atomic():
        recovery = _locked(flag.recovery_id)
        flag = Flag.objects.get(pk=flag.pk)
        twin = recovery.flags.filter(cause=flag.cause).exclude(state=State.RESOLVED).exists()
        if flag.state != State.RESOLVED or twin:
            raise WrongState(flag.pk)
        _set(flag, state=State.OPEN, outcome="", outcome_note="", resolved_at=None, resolved_by=None)
        flag.next_step = 0
        _start_climb(flag, recovery, now)
        _done(flag, "reopened", member, now)
    return flag


def _set(flag: Flag, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(flag, name, value)
    flag.save(update_fields=list(fields))


def _done(flag: Flag, verb: str, member: Member, now: datetime, **detail: Any) -> None:
    """The flag's own history and the audit, in the same transaction as the change."""
    _event(flag, verb, now, actor=member, **detail)
    audit.record(
        clinic=flag.clinic_id, actor=member.user, verb=f"flag_{verb}", subject=flag, now=now, **detail
    )
