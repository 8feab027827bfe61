"""One reminder per patient and local day, at the patient's chosen time, unless today is logged."""

from datetime import date, datetime, time, timedelta

from django.core import signing
from django.db import transaction

from tracker import days
from tracker.models import Message, Patient, Recovery, User
from tracker.services import audit, messages

UNSUBSCRIBE_SALT = "tracker.unsubscribe"

EXPIRES = timedelta(hours=6)
"""A reminder that could not be sent for so long is old news."""


def next_for(recovery: Recovery, *, now: datetime) -> datetime | None:
    """When this recovery's next reminder is due, or None: opted out, ended, or past the last day.

    Skips today when today is logged, and the days of a pause.
    """
    patient = recovery.patient
    if not patient.reminders_on or recovery.state != Recovery.State.OPEN:
        return None
    today = days.local_date(now, patient.timezone)
    not_before = recovery.started_on + days.ONE_DAY
    if recovery.last_check_in_on is not None and recovery.last_check_in_on >= today:
        not_before = max(not_before, today + days.ONE_DAY)
    if patient.reminders_paused_until is not None:
        not_before = max(not_before, patient.reminders_paused_until)
    return days.next_reminder(
        after=now,
        zone=patient.timezone,
        at=patient.reminder_at,
        not_before=not_before,
        last_day=recovery.ends_on,
    )


def queue_due(*, now: datetime, limit: int = 1000) -> int:
    """Move every due reminder to its next time and post its message. Returns how many were posted."""
    due = Recovery.objects.reminder_due(now).select_related("patient__user").order_by("next_reminder_at")
    return sum(_queue(recovery, now) for recovery in due[:limit])


def _queue(recovery: Recovery, now: datetime) -> bool:
    """The conditional update decides which worker posts; row and message commit together."""
    with transaction.atomic():
        mine = Recovery.objects.filter(pk=recovery.pk, next_reminder_at=recovery.next_reminder_at)
        if not mine.update(next_reminder_at=next_for(recovery, now=now)):
            return False
        local_day = days.local_date(now, recovery.patient.timezone)
        return messages.post(
            clinic_id=recovery.clinic_id,
            kind=Message.Kind.REMINDER,
            key=f"reminder:{recovery.pk}:{local_day}",
            to_email=recovery.patient.user.email,
            to_user=recovery.patient.user,
            recovery=recovery,
            local_day=local_day,
            now=now,
        )


def why_not(message: Message, *, now: datetime) -> str:
    """Why a reminder must not go out after all, decided at the moment of sending; "" when it must."""
    recovery = message.recovery
    if recovery is None or recovery.state != Recovery.State.OPEN:
        return "ended"
    patient = recovery.patient
    if not patient.reminders_on:
        return "opted out"
    if patient.email_broken_at is not None:
        return "address broken"
    today = days.local_date(now, patient.timezone)
    if recovery.last_check_in_on is not None and recovery.last_check_in_on >= today:
        return "already logged"
    if patient.reminders_paused_until is not None and patient.reminders_paused_until > today:
        return "paused"
    if message.local_day != today or now - message.created_at > EXPIRES:
        return "too late"
    return ""


def choose(
    *,
    patient: Patient,
    reminders_on: bool,
    reminder_at: time,
    timezone: str,
    paused_until: date | None,
    actor: User,
    now: datetime,
) -> None:
    """Set when, where and whether reminders come; every open recovery's next one moves with it."""
    with transaction.atomic():
        patient.reminders_on = reminders_on
        patient.reminder_at = reminder_at
        patient.timezone = timezone
        patient.reminders_paused_until = paused_until
        patient.save(update_fields=["reminders_on", "reminder_at", "timezone", "reminders_paused_until"])
        _reschedule(patient, now)
        audit.record(clinic=patient.clinic_id, actor=actor, verb="choose_reminders", subject=patient, now=now)


def _reschedule(patient: Patient, now: datetime) -> None:
    for recovery in patient.recoveries.going_on().select_related("edition"):
        recovery.patient = patient
        recovery.next_reminder_at = next_for(recovery, now=now)
        recovery.save(update_fields=["next_reminder_at"])


def unsubscribe_token(patient: Patient) -> str:
    """An unguessable word for the link in reminders. It can do nothing but stop reminders."""
    return signing.dumps(patient.pk, salt=UNSUBSCRIBE_SALT)


def patient_of_token(token: str) -> Patient | None:
    """Whose reminders the token stops, or None when it is not ours."""
    try:
        pk = signing.loads(token, salt=UNSUBSCRIBE_SALT)
    except signing.BadSignature:
        return None
    return Patient.objects.filter(pk=pk).select_related("clinic", "user").first()


def unsubscribe(*, patient: Patient, now: datetime) -> None:
    """Stop reminders; repeated calls change nothing. Messages about the person's safety still go out."""
    with transaction.atomic():
        if not patient.reminders_on:
            return
        patient.reminders_on = False
        patient.save(update_fields=["reminders_on"])
        _reschedule(patient, now)
        audit.record(
            clinic=patient.clinic_id, actor=patient.user, verb="unsubscribe", subject=patient, now=now
        )
