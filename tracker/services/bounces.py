"""Mail that did not arrive: the address stops, and a person rings the patient."""

import re
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from django.db import transaction

from tracker.models import CallBack, Flag, Message, Patient, Recovery, User
from tracker.services import messages, threads

OURS = re.compile(r"<message-(\d+)\.\d{14}@aftercare>")


def given_up(*, message: Message, now: datetime, refused: bool) -> None:
    """A dead alert opens the next step at once; a patient out of reach becomes "phone this patient".

    A reminder that only ran out of tries says nothing about the address, and tomorrow brings another;
    `refused` says that the server will never take it. Runs inside the caller's transaction.
    """
    if message.kind in messages.ALERTS and message.flag_id is not None:
        # once per address: a dead inbox at the end of the climb must not open a step every half minute
        before = Message.objects.filter(
            flag=message.flag_id, to_email=message.to_email, state=Message.State.DEAD
        ).exclude(pk=message.pk)
        if not before.exists():
            unanswered = Flag.objects.filter(pk=message.flag_id, state=Flag.State.OPEN)
            unanswered.update(next_step_at=now)
    elif refused or message.kind != Message.Kind.REMINDER:  # to a member it concerns no patient
        for patient in Patient.objects.filter(user=message.to_user_id, clinic=message.clinic_id):
            _stop(patient, now)


def _stop(patient: Patient, now: datetime) -> None:
    """No more reminders to this address, and one call: not another for each mail that comes back."""
    standing = Patient.objects.filter(pk=patient.pk, email_broken_at__isnull=True)
    if not standing.update(email_broken_at=now):
        return
    recovery = Recovery.objects.followed().filter(patient=patient).first()
    if recovery is not None:
        threads.must_call(recovery=recovery, why=CallBack.Why.BOUNCED, now=now)


def address_works(*, user: User) -> None:
    """The person has just shown that mail arrives, with a code or a link from it: reminders go on."""
    User.objects.filter(pk=user.pk).update(proven_email=user.email)
    Patient.objects.filter(user=user, email_broken_at__isnull=False).update(email_broken_at=None)


def address_changed(*, user: User) -> None:
    """Another address was written down: what is known of the old one says nothing about it."""
    User.objects.filter(pk=user.pk, proven_email__isnull=True).update(proven_email="")
    Patient.objects.filter(user=user, email_broken_at__isnull=False).update(email_broken_at=None)


def is_strangers(*, patient: Patient, now: datetime) -> None:
    """Whoever has the address wants no mail and never signed in: perhaps it is not the patient's. Ring.

    The patient's own choice stays as it is: reminders go on when the address is put right.
    """
    with transaction.atomic():
        _stop(patient, now)


def note_bounce(*, notice: bytes, now: datetime) -> bool:
    """Take a delivery status notification (RFC 3464) that came back after the server had accepted a mail.

    True when it says for good that a mail of ours did not arrive. A mail is ours when both its Message-ID
    and the failed address are those of one sent row: anything else, and a repeat, changes nothing.
    """
    parts = list(message_from_bytes(notice, policy=default).walk())
    failed = {address for part in parts for address in _failed(part)}
    known = [OURS.fullmatch(str(part["Message-ID"] or "").strip()) for part in parts]
    known += [OURS.search(_headers(part)) for part in parts]
    with transaction.atomic():
        for pk in {int(found[1]) for found in known if found}:
            message = Message.objects.select_for_update().filter(pk=pk, state=Message.State.SENT).first()
            if message is None or message.to_email.lower() not in failed:
                continue
            if message.message_id.encode() not in notice:
                continue
            Message.objects.filter(pk=pk).update(state=Message.State.DEAD, reason="came back")
            given_up(message=message, now=now, refused=True)
            return True
    return False


def _failed(part: EmailMessage) -> list[str]:
    """The addresses that a part of a notice calls failed for good."""
    if part.get("Action", "").strip().lower() != "failed":
        return []
    address = part.get("Final-Recipient") or part.get("Original-Recipient") or ""
    return [str(address).rpartition(";")[2].strip().lower()]


def _headers(part: EmailMessage) -> str:
    """What a part that holds only the headers of the mail says; "" for every other part."""
    return str(part.get_payload()) if part.get_content_type() == "text/rfc822-headers" else ""
