"""The climb: who is told about a flag, and who next, until a person acts."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from tracker.models import EscalationStep, Flag, Member, Message, Recovery, Role
from tracker.services import hold, messages, rota, sweep
from tracker.services.flags.history import event

Address = tuple[str, Member | None]


def start_climb(flag: Flag, recovery: Recovery, now: datetime, *, first: int = 0) -> None:
    """Urgent: the person of step `first` is told at once. Review: that one, if the promise is missed."""
    flag.next_step = first
    if flag.is_urgent:
        _open_step(flag, recovery, now)
    elif flag.rank == 2:
        flag.next_step_at = flag.promised_by
        flag.save(update_fields=["next_step", "next_step_at"])


def _open_step(flag: Flag, recovery: Recovery, now: datetime) -> None:
    """Tell the people of the flag's next step and set the clock of the one after."""
    number = (flag.steps.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    to = _step_target(recovery, flag.next_step)
    step = EscalationStep.objects.create(flag=flag, number=number, to=to, opened_at=now)
    for address, member in _addresses(recovery, flag, to, now):
        messages.post(
            clinic_id=flag.clinic_id,
            kind=Message.Kind.FLAG_ALERT if number == 1 else Message.Kind.ESCALATION,
            key=f"flag:{flag.pk}:step:{step.number}:{member.pk if member else 'inbox'}",
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
    """Who step `index` tells; past the end the last step repeats. Without steps it is the inbox."""
    steps = recovery.edition.escalation
    return str(steps[min(index, len(steps) - 1)]["to"]) if steps else "inbox"


def _until_next(recovery: Recovery, index: int) -> timedelta:
    steps, repeat = recovery.edition.escalation, recovery.edition.escalation_repeat_minutes
    if index + 1 < len(steps):
        gap = int(steps[index + 1]["after_minutes"]) - int(steps[index]["after_minutes"])
        return timedelta(minutes=max(gap, 1))
    return timedelta(minutes=max(repeat, 1))


def _addresses(recovery: Recovery, flag: Flag, to: str, now: datetime) -> Sequence[Address]:
    """Addresses of one step. Whoever left, or whose address refused this flag, is passed over.

    A step nobody can take falls through to the shared inbox, and from there to every clinician. Without a
    deputy and without anybody on duty every clinician is the deputy.
    """
    inbox: list[Address] = [(recovery.clinic.inbox_email, None)]
    clinicians = _people(recovery, role__in=[Role.OWNER, Role.CLINICIAN])
    first = {
        "operator": lambda: _operator(recovery, flag),
        "deputy": lambda: _deputy(recovery, flag, now) or clinicians,
        "clinicians": lambda: clinicians,
    }.get(to, lambda: inbox)()
    dead = set(flag.messages.filter(state=Message.State.DEAD).values_list("to_email", flat=True))
    for group in (first, inbox, clinicians):
        alive = [(email, member) for email, member in group if email not in dead]
        if alive:
            return alive
    return inbox


def _operator(recovery: Recovery, flag: Flag) -> list[Address]:
    """Who owns the flag; before that, who treated."""
    return _people(recovery, pk=flag.owner_id or recovery.treatment.operator_id)


def _deputy(recovery: Recovery, flag: Flag, now: datetime) -> list[Address]:
    """The deputy of whoever owns or treated, and whoever is on duty now."""
    first = flag.owner_id or recovery.treatment.operator_id
    on_duty = {member.pk for member in rota.on_duty(clinic=recovery.clinic, now=now)}
    return _people(recovery, Q(deputises_for=first) | Q(pk__in=on_duty - {first}))


def _people(recovery: Recovery, *which: Q, **who: object) -> list[Address]:
    members = Member.objects.filter(*which, clinic=recovery.clinic_id, is_active=True, **who)
    return [(m.user.email, m) for m in members.select_related("user").distinct()]


def escalate_due(*, now: datetime, limit: int = 500) -> int:
    """Open the next step of every flag nobody answered in time. Returns how many were opened."""
    due = Flag.objects.step_due(now).order_by("next_step_at").values_list("pk", flat=True)[:limit]
    return sweep.each("escalation", list(due), lambda flag_id: _escalate(flag_id, now))


def _escalate(flag_id: int, now: datetime) -> bool:
    with transaction.atomic():
        recovery = hold.recovery(Flag.objects.values_list("recovery_id", flat=True).get(pk=flag_id))
        flag = Flag.objects.step_due(now).filter(pk=flag_id).first()
        if flag is None:  # answered between the look and the lock
            return False
        _open_step(flag, recovery, now)
        event(flag, "escalated", now, step=flag.next_step)
    return True
