"""One reminder per patient and local day, at the patient's chosen time, unless today is logged.

In the first week one more follows some hours later. After that no mail: silence goes to a person.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction

from tracker import days
from tracker.models import Message, Patient, Recovery, User
from tracker.services import audit, bounces, messages, sweep
from tracker.tokens import patient_of_token as patient_of_token
from tracker.tokens import unsubscribe_token as unsubscribe_token

EXPIRES = timedelta(hours=6)
"""A reminder that could not be sent for so long is old news."""

PAST_MIDNIGHT = timedelta(minutes=10)
"""A reminder for one minute to midnight still goes out so long after it."""

NUDGE_AFTER = timedelta(hours=3)
NUDGE_BEFORE = time(22)
NUDGE_DAYS = range(1, 8)
"""One second mail on days 1 to 7, so long after the first, and never at or after this local time."""


def next_for(recovery: Recovery, *, now: datetime) -> datetime | None:
    """When this recovery's next reminder is due, or None: opted out, ended, or past the last day.

    Skips today when today is logged, the days of a pause, and weekdays that were not chosen. After the
    daily part there is one on the day of the next late question, whatever its weekday.
    """
    patient = recovery.patient
    if not patient.reminders_on or recovery.state == Recovery.State.ENDED:
        return None
    if recovery.state == Recovery.State.TAIL:
        return _for_late_question(recovery, now)
    today = days.local_date(now, patient.timezone)
    not_before = recovery.started_on + days.ONE_DAY
    if recovery.last_check_in_on is not None and recovery.last_check_in_on >= today:
        not_before = max(not_before, recovery.last_check_in_on + days.ONE_DAY)
    if patient.reminders_paused_until is not None:
        not_before = max(not_before, patient.reminders_paused_until)
    return days.next_reminder(
        after=now,
        zone=patient.timezone,
        at=patient.reminder_at,
        not_before=not_before,
        last_day=recovery.ends_on,
        weekdays=patient.reminder_days,
    )


def _for_late_question(recovery: Recovery, now: datetime) -> datetime | None:
    day, patient = recovery.next_tail_on, recovery.patient
    if day is None:
        return None
    return days.next_reminder(
        after=now, zone=patient.timezone, at=patient.reminder_at, not_before=day, last_day=day
    )


def queue_due(*, now: datetime, limit: int = 5000) -> int:
    """Move every due reminder to its next time and post its message. Returns how many were posted."""
    ids = Recovery.objects.reminder_due(now).order_by("next_reminder_at").values_list("pk", flat=True)
    return sweep.together("reminder", list(ids[:limit]), lambda some: _queue(some, now))


def _queue(ids: Sequence[int], now: datetime) -> int:
    """The lock decides which worker posts; rows and messages commit together. What another holds waits."""
    with transaction.atomic():
        due = Recovery.objects.reminder_due(now).filter(pk__in=ids).select_related("patient__user")
        held = list(due.select_for_update(of=("self",), skip_locked=True))
        mails = [mail for recovery in held if (mail := _moved_on(recovery, now))]
        Recovery.objects.bulk_update(held, ["next_reminder_at", "nudge_at"])
        return messages.post_many(mails)


def _moved_on(recovery: Recovery, now: datetime) -> Message | None:
    """Set the next time, not saved yet; the mail for the time that has come, unless that is old news."""
    due = recovery.next_reminder_at
    recovery.next_reminder_at = next_for(recovery, now=now)
    if due is None or now - due > EXPIRES:
        return None
    # the day of the wall time that was chosen: a tick may come after midnight
    local_day = days.local_date(due, recovery.patient.timezone)
    recovery.nudge_at = _nudge_at(recovery, due, local_day)
    return _mail(recovery, "reminder", local_day, now)


def _mail(recovery: Recovery, key: str, local_day: date, now: datetime) -> Message:
    user = recovery.patient.user
    return Message(
        clinic_id=recovery.clinic_id,
        kind=Message.Kind.REMINDER,
        dedupe_key=f"{key}:{recovery.pk}:{local_day}",
        to_email=user.email,
        to_user=user,
        recovery=recovery,
        local_day=local_day,
        created_at=now,
        due_at=now,
    )


def _nudge_at(recovery: Recovery, due: datetime, local_day: date) -> datetime | None:
    """When the second mail of the day may go; None when it would be too late in the day or the course."""
    if recovery.state != Recovery.State.OPEN or recovery.day_on(local_day) not in NUDGE_DAYS:
        return None
    nudge_at = due + NUDGE_AFTER
    zone = recovery.patient.timezone
    latest = days.local_instant(local_day, NUDGE_BEFORE, zone)
    return nudge_at if nudge_at < latest else None


def queue_nudges(*, now: datetime, limit: int = 1000) -> int:
    """Post the second mail to whoever was reminded and has not answered. Returns how many were posted."""
    ids = Recovery.objects.nudge_due(now).order_by("nudge_at").values_list("pk", flat=True)
    return sweep.each("nudge", list(ids[:limit]), lambda pk: _nudge(pk, now))


def _nudge(recovery_id: int, now: datetime) -> bool:
    """Only after the first mail really went out: with a mail server that was away two would come at once."""
    with transaction.atomic():
        recovery = Recovery.objects.select_related("patient__user").get(pk=recovery_id)
        due = recovery.nudge_at
        mine = Recovery.objects.nudge_due(now).filter(pk=recovery_id, nudge_at=due).update(nudge_at=None)
        if not mine or due is None:
            return False
        local_day = days.local_date(due, recovery.patient.timezone)
        latest = days.local_instant(local_day, NUDGE_BEFORE, recovery.patient.timezone)
        first = recovery.messages.filter(dedupe_key=f"reminder:{recovery.pk}:{local_day}")
        answered = recovery.last_check_in_on is not None and recovery.last_check_in_on >= local_day
        if answered or now >= latest or not first.filter(state=Message.State.SENT).exists():
            return False
        return bool(messages.post_many([_mail(recovery, "nudge", local_day, now)]))


def why_not(message: Message, *, now: datetime) -> str:
    """Why a reminder must not go out after all, decided at the moment of sending; "" when it must."""
    recovery = message.recovery
    if recovery is None or recovery.state == Recovery.State.ENDED:
        return "ended"
    patient = recovery.patient
    if not patient.reminders_on:
        return "opted out"
    if patient.email_broken_at is not None:
        return "address broken"
    day = message.local_day
    if day is None or _is_old_news(message, day, now):
        return "too late"
    if recovery.state == Recovery.State.TAIL and recovery.next_tail_on != day:
        return "ended"
    if recovery.last_check_in_on is not None and recovery.last_check_in_on >= day:
        return "already logged"
    if patient.reminders_paused_until is not None and patient.reminders_paused_until > day:
        return "paused"
    return ""


def _is_old_news(message: Message, day: date, now: datetime) -> bool:
    zone = message.recovery.patient.timezone if message.recovery else "UTC"
    waited = now - message.created_at
    return waited > EXPIRES or (days.local_date(now, zone) != day and waited > PAST_MIDNIGHT)


def choose(
    *,
    patient: Patient,
    reminders_on: bool,
    reminder_at: time,
    timezone: str,
    paused_until: date | None,
    reminder_days: Sequence[int] = range(7),
    actor: User,
    now: datetime,
) -> None:
    """Set when, where and whether reminders come; the next one of everything followed moves with it.

    `reminder_days` are weekdays, 0 Monday … 6 Sunday.
    """
    with transaction.atomic():
        patient.reminders_on = reminders_on
        patient.reminder_at = reminder_at
        patient.timezone = timezone
        patient.reminders_paused_until = paused_until
        patient.reminder_days = sorted(set(reminder_days))
        patient.save(
            update_fields=[
                "reminders_on",
                "reminder_at",
                "timezone",
                "reminders_paused_until",
                "reminder_days",
            ]
        )
        _reschedule(patient, now)
        audit.record(clinic=patient.clinic_id, actor=actor, verb="choose_reminders", subject=patient, now=now)


def _reschedule(patient: Patient, now: datetime) -> None:
    for recovery in patient.recoveries.followed().select_related("edition"):
        recovery.patient = patient
        recovery.next_reminder_at = next_for(recovery, now=now)
        recovery.over_at = None  # its days may end elsewhere now
        recovery.save(update_fields=["next_reminder_at", "over_at"])


def unsubscribe(*, patient: Patient, now: datetime) -> None:
    """Stop reminders; repeated calls change nothing. Messages about the person's safety still go out.

    A stranger must not make this choice for the patient: an unproven address only stops, and a person rings.
    """
    if not patient.user.address_is_proven:
        bounces.is_strangers(patient=patient, now=now)
        return
    with transaction.atomic():
        if not patient.reminders_on:
            return
        patient.reminders_on = False
        patient.save(update_fields=["reminders_on"])
        _reschedule(patient, now)
        audit.record(
            clinic=patient.clinic_id, actor=patient.user, verb="unsubscribe", subject=patient, now=now
        )
