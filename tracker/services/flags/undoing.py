"""Taking back what one did oneself a moment ago: nothing is deleted, everything stands as before."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tracker.models import Flag, FlagEvent, Member
from tracker.services import messages
from tracker.services.flags.acting import WrongState, change, done, held_with

WITHIN = timedelta(minutes=10)


def undoable(*, flag: Flag, member: Member, now: datetime) -> FlagEvent | None:
    """The act that `undo` would take back now: the newest thing that happened, done by the member itself."""
    newest = max(flag.events.all(), key=lambda e: (e.at, e.pk), default=None)
    if newest is None or newest.actor_id != member.pk or "before" not in newest.detail:
        return None
    return newest if now - newest.at <= WITHIN else None


def undo(*, flag: Flag, member: Member, now: datetime) -> Flag:
    """Take back the member's own last act on the flag, within ten minutes.

    The flag stands as before, also its climb and the alerts that the act had stopped. A contact and the
    closing that came with it are taken back together. Raises WrongState when it is too late, somebody
    else has acted, or something newer has happened to the flag.
    """
    with transaction.atomic():
        recovery = held_with(flag.pk)
        flag = Flag.objects.get(pk=flag.pk)
        last = undoable(flag=flag, member=member, now=now)
        twins = recovery.flags.filter(cause=flag.cause).exclude(pk=flag.pk)
        if last is None or twins.exclude(state=Flag.State.RESOLVED).exists():
            raise WrongState(flag.pk)
        first = _begun_with(flag, last)
        change(flag, **_restored(first.detail["before"]))
        if first.verb == "contact":
            flag.contact_attempts.filter(by=member, at=first.at).update(undone_at=now)
        if flag.state == Flag.State.OPEN:
            step = flag.steps.order_by("-number").values_list("number", flat=True).first()
            messages.want_again(flag=flag, step=step or 0)
        done(flag, "undone", member, now, what=first.verb)
    return flag


def _begun_with(flag: Flag, last: FlagEvent) -> FlagEvent:
    """The contact that a closing came with, when it did; else the act itself."""
    if last.verb != "resolved":
        return last
    return flag.events.filter(verb="contact", at=last.at, actor=last.actor_id).last() or last


def _restored(before: dict[str, Any]) -> dict[str, Any]:
    """The fields as they were, back from JSON."""
    fields = {field.attname: field for field in Flag._meta.concrete_fields}
    return {name: fields[name].to_python(value) for name, value in before.items()}
