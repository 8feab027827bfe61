"""What must not go on as if nothing had happened: done to the data before anybody can see it."""

from datetime import datetime, timedelta

from tracker.models import Clinic, Recovery, Restore
from tracker.services import audit, reminders

FRESH = timedelta(minutes=10)
"""A message younger than this is still news and goes out as it would have."""

TIME_TO_REVIEW = timedelta(minutes=30)
"""Flags restored as unanswered climb on only after so long: by then somebody has seen what was answered
since. Own choice; the climb is put off, never ended."""


def statements(*, now: datetime) -> list[str]:
    """SQL that both databases know, to be run in the transaction that loads the data.

    Older urgent messages are held for a person to review, other old ones are dropped, whoever was signed
    in signs in again, and links and remembered browsers no longer count.
    """
    at, old = _literal(now), _literal(now - FRESH)
    later = _literal(now + TIME_TO_REVIEW)
    waiting = f"state = 'pending' AND created_at < {old}"
    return [
        f"UPDATE tracker_message SET state = 'held', reason = 'restored' WHERE {waiting} AND is_urgent",
        f"UPDATE tracker_message SET state = 'dropped', reason = 'restored' WHERE {waiting}",
        f"UPDATE tracker_flag SET next_step_at = {later} WHERE next_step_at < {later}",
        f"UPDATE tracker_flag SET comes_back_at = {later} WHERE comes_back_at < {later}",
        f"UPDATE tracker_recovery SET nudge_at = NULL WHERE nudge_at < {at}",
        f"UPDATE tracker_recovery SET next_reminder_at = NULL WHERE next_reminder_at < {at}",
        f"UPDATE tracker_signinlink SET expires_at = {at} WHERE expires_at > {at}",
        f"UPDATE tracker_remembereddevice SET revoked_at = {at} WHERE revoked_at IS NULL",
        "DELETE FROM django_session",
    ]


def _literal(at: datetime) -> str:
    """A UTC instant as both databases compare it: on SQLite as text, in the form that Django writes."""
    return f"'{at:%Y-%m-%d %H:%M:%S}'"


def finish(*, taken_at: datetime, now: datetime) -> None:
    """Set the clocks of reminders that were stopped, and tell every clinic that it was restored."""
    stopped = Recovery.objects.followed().filter(next_reminder_at__isnull=True)
    for recovery in stopped.select_related("patient", "edition").iterator():
        due = reminders.next_for(recovery, now=now)
        if due is not None:
            Recovery.objects.filter(pk=recovery.pk).update(next_reminder_at=due)
    for clinic in Clinic.objects.order_by("pk"):
        row = Restore.objects.create(clinic=clinic, taken_at=taken_at, restored_at=now)
        audit.record(clinic=clinic, actor=None, verb="restored", subject=row, now=now)
