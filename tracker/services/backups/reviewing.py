"""After a restore: a person decides about every urgent message that was held."""

from datetime import datetime

from django.db import transaction

from tracker.models import Member, Message, Restore
from tracker.services import audit


def release(*, message: Message, member: Member, now: datetime) -> bool:
    """Let a held message go out. False when somebody has decided already.

    When it is sent it is asked again whether it is wanted: an answered flag's alert stays unsent.
    """
    return _decide(message, member, now, "release_message", state=Message.State.PENDING, due_at=now)


def throw_away(*, message: Message, member: Member, now: datetime) -> bool:
    """Never send a held message. False when somebody has decided already."""
    return _decide(message, member, now, "drop_message", state=Message.State.DROPPED)


def _decide(message: Message, member: Member, now: datetime, verb: str, **fields: object) -> bool:
    with transaction.atomic():
        held = Message.objects.filter(pk=message.pk, state=Message.State.HELD)
        if not held.update(reason="", claimed_until=None, attempts=0, **fields):
            return False
        audit.record(clinic=message.clinic_id, actor=member.user, verb=verb, subject=message, now=now)
    return True


def note_restore(*, member: Member, now: datetime) -> int:
    """A member has taken note that the clinic's data was restored: its pages stop saying so."""
    with transaction.atomic():
        open_rows = list(Restore.objects.filter(clinic=member.clinic_id, noted_at__isnull=True))
        for row in open_rows:
            Restore.objects.filter(pk=row.pk).update(noted_at=now, noted_by=member)
            audit.record(
                clinic=member.clinic_id, actor=member.user, verb="note_restore", subject=row, now=now
            )
    return len(open_rows)
