"""From the form that was sent to the entry that is kept."""

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core import signing

from tracker import tasks
from tracker.forms.checkin import CheckInForm
from tracker.forms.quick import QuickForm
from tracker.models import CheckIn, Recovery
from tracker.services import checkins
from tracker.views.patient import shell, waited

OPENED_SALT = "tracker.check_in_opened"
LONGEST_SECONDS = 3600
"""Longer than this the page lay open unused: no measure of how long answering takes."""


def fresh(at: shell.Now, day: int) -> dict[str, Any]:
    """What a form carries unseen: its key, its day, and when and for whom it was opened."""
    return {
        "submission_key": uuid.uuid4(),
        "day": day,
        "opened_at": signing.dumps([int(at.now.timestamp()), at.recovery.patient.user_id], salt=OPENED_SALT),
    }


def opened(word: str) -> tuple[int, int] | None:
    """When (seconds) and for which user a form was opened; None when it does not say or was changed."""
    try:
        when, user_id = signing.loads(word, salt=OPENED_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(when), int(user_id)


def form_for(at: shell.Now, *typed: Any, quick: bool = False, **more: Any) -> CheckInForm:
    """The whole form, or the quick one, as this recovery asks it."""
    kind = QuickForm if quick else CheckInForm
    near_eye = at.recovery.treatment.facts().near_eye or any(map(waited.asks_about_eyes, typed))
    return kind(*typed, near_eye=near_eye, **more)


def kept(recovery: Recovery, form: CheckInForm, now: datetime, amends: int | None = None) -> CheckIn:
    """Keep the answers, then ring the bell. Raises checkins.DayNotOpen."""
    key: UUID = form.cleaned_data["submission_key"]
    captured_at: datetime | None = form.cleaned_data["captured_at"]
    submission = checkins.Submission(
        key=key,
        day=form.cleaned_data["day"],
        answers=form.answers(),
        is_quick=isinstance(form, QuickForm),
        seconds_taken=_seconds_taken(form.cleaned_data["opened_at"], captured_at or now),
        captured_at=captured_at,
        amends=amends,
    )
    user = recovery.patient.user
    check_in = checkins.record_checkin(recovery=recovery, submission=submission, user=user, now=now)
    if not _says(check_in, submission.answers):
        # gone back, changed something and sent again: the page still had its old key
        key = uuid.uuid5(key, repr(sorted(submission.answers.items())))
        submission = replace(submission, key=key, amends=check_in.pk)
        check_in = checkins.record_checkin(recovery=recovery, submission=submission, user=user, now=now)
    tasks.ring(tasks.assess_check_in, check_in.pk)
    return check_in


def _says(check_in: CheckIn, said: dict[str, Any]) -> bool:
    return all(getattr(check_in, name) == value for name, value in said.items())


def _seconds_taken(opened_at: str, now: datetime) -> int | None:
    """Seconds between opening and sending; None when unknown or too long to mean anything."""
    known = opened(opened_at)
    if known is None:
        return None
    seconds = int(now.timestamp()) - known[0]
    return seconds if 0 <= seconds <= LONGEST_SECONDS else None
