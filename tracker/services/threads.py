"""What patient and clinic write to each other, and wishes to be called back."""

from datetime import datetime

from django.db import transaction

from tracker import days
from tracker.models import CallBack, Member, Message, Note, Recovery, User
from tracker.services import audit, hold, messages


def write_note(*, recovery: Recovery, author: User, from_patient: bool, text: str, now: datetime) -> Note:
    """Add one message to the thread of a recovery.

    The clinic's answer reads everything before it, and tells the patient by a neutral mail that there is
    something to read. A patient's note mails nobody: it stands in the clinic's list.
    """
    with transaction.atomic():
        held = hold.recovery(recovery.pk)
        note = Note.objects.create(
            clinic_id=held.clinic_id,
            recovery=held,
            written_at=now,
            author=author,
            from_patient=from_patient,
            text=text,
            promised_by=promise(recovery=held, asked_at=now) if from_patient else None,
        )
        if not from_patient:
            _read(held, reader=author, from_patient=True, now=now)
            _tell_patient(held, note, now)
        verb = "write_note" if from_patient else "answer_note"
        audit.record(clinic=held.clinic_id, actor=author, verb=verb, subject=note, now=now)
    return note


def _tell_patient(recovery: Recovery, note: Note, now: datetime) -> None:
    user = recovery.patient.user
    messages.post(
        clinic_id=recovery.clinic_id,
        kind=Message.Kind.NOTE,
        key=f"note:{note.pk}",
        to_email=user.email,
        to_user=user,
        recovery=recovery,
        now=now,
    )


def mark_read(*, recovery: Recovery, reader: User, from_patient: bool, up_to: int, now: datetime) -> int:
    """Say that `reader` has read the notes of one side (`from_patient`) up to the id `up_to`.

    Returns how many were new. What came after the page was drawn stays unread.
    """
    with transaction.atomic():
        found = _read(recovery, reader=reader, from_patient=from_patient, now=now, up_to=up_to)
        if found:
            audit.record(
                clinic=recovery.clinic_id, actor=reader, verb="read_notes", subject=recovery, now=now
            )
    return found


def _read(
    recovery: Recovery, *, reader: User, from_patient: bool, now: datetime, up_to: int | None = None
) -> int:
    unread = recovery.notes.filter(from_patient=from_patient, read_at__isnull=True)
    if up_to is not None:
        unread = unread.filter(pk__lte=up_to)
    return unread.update(read_at=now, read_by=reader)


def promise(*, recovery: Recovery, asked_at: datetime) -> datetime:
    """By when somebody answers a note or a wish: the edition's time for reviews, in opening hours."""
    minutes = recovery.edition.review_minutes
    return days.promised_by(now=asked_at, hours=recovery.clinic.hours(), minutes=minutes)


def ask_call_back(*, recovery: Recovery, user: User, now: datetime) -> CallBack:
    """The patient asks to be called. Asking twice is asking once."""
    return _must_call(recovery, CallBack.Why.ASKED, user, now)


def must_call(*, recovery: Recovery, why: str, now: datetime) -> CallBack:
    """Put "phone this patient" on the clinic's list for a reason other than the patient's wish."""
    return _must_call(recovery, why, None, now)


def _must_call(recovery: Recovery, why: str, actor: User | None, now: datetime) -> CallBack:
    """One open call serves every reason: whoever rings sees the whole recovery."""
    with transaction.atomic():
        held = hold.recovery(recovery.pk)
        standing = held.call_backs.filter(handled_at__isnull=True).first()
        if standing is not None:
            return standing
        wish = CallBack.objects.create(
            clinic_id=held.clinic_id,
            recovery=held,
            why=why,
            asked_at=now,
            promised_by=promise(recovery=held, asked_at=now),
        )
        audit.record(clinic=held.clinic_id, actor=actor, verb="ask_call_back", subject=wish, now=now)
    return wish


def handle_call_back(*, call_back: CallBack, member: Member, now: datetime) -> bool:
    """The call was made. False when somebody else had said so before."""
    with transaction.atomic():
        open_one = CallBack.objects.filter(pk=call_back.pk, handled_at__isnull=True)
        if not open_one.update(handled_at=now, handled_by=member):
            return False
        audit.record(
            clinic=member.clinic_id, actor=member.user, verb="handle_call_back", subject=call_back, now=now
        )
    return True
