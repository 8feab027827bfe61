"""What happens to a check-in: it is kept, and hard signs are flagged at once. `assessing` judges it."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from tracker import days
from tracker.healing import infection
from tracker.healing.verdicts import Verdict
from tracker.models import CheckIn, Recovery, User
from tracker.models.checkins import CheckInQuerySet
from tracker.models.prepared import Prepared
from tracker.services import ask_back, audit, flags, hold, judging, reminders, reviewing

log = logging.getLogger(__name__)


class DayNotOpen(Exception):
    """The day lies in the future, before the treatment, or too far back to be added."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What the form read. `answers` maps CheckIn field names to values; missing means not answered."""

    key: UUID
    day: int
    answers: dict[str, Any]
    is_quick: bool = False
    seconds_taken: int | None = None
    captured_at: datetime | None = None
    amends: int | None = None


def open_days(recovery: Recovery, *, zone: str, now: datetime) -> tuple[int, ...]:
    """Days that may be logged at `now`: today, and yesterday (marked late). Newest first."""
    today = recovery.day_on(days.local_date(now, zone))
    if today == -1:  # flown west over the date line on the treatment day: it is that day once more
        today = 0
    return tuple(day for day in (today, today - 1) if day >= 0)


def record_checkin(*, recovery: Recovery, submission: Submission, user: User, now: datetime) -> CheckIn:
    """Keep one check-in, whatever happens next; idempotent by submission key.

    One transaction: the check-in, flags and alerts for hard signs, the moved reminder, the audit
    entry. The day is the patient's local day. Raises DayNotOpen for a day that may not be logged;
    an amendment may concern any day that has an entry. A second entry for one day amends the first.
    """
    with transaction.atomic():
        recovery = hold.again(recovery)
        told = _TOLD.rows(recovery=recovery.pk, key=submission.key, day=submission.day)
        known = {entry.pk: entry for entry in told}
        for entry in told:
            entry.recovery = recovery
            if entry.amends_id in known:
                entry.amends = known[entry.amends_id]
            if entry.submission_key == submission.key:
                return entry
        # of two pages at once, the one that asked first may get the row second: then it was written second
        now = max([now, *(entry.recorded_at for entry in told)])
        check_in = _written(recovery, submission, told, now)
        flags.note_amendment(recovery=recovery, check_in=check_in, now=now)
        _flag_hard_signs(recovery, check_in, now)
        _note_heard(recovery, check_in, now)
        reviewing.note_news(recovery=recovery)
        ask_back.note_answer(recovery=recovery, check_in=check_in, now=now)
        verb = "amend_check_in" if check_in.amends_id else "record_check_in"
        audit.record(clinic=recovery.clinic_id, actor=user, verb=verb, subject=check_in, now=now)
    return check_in


def _written(recovery: Recovery, submission: Submission, told: list[CheckIn], now: datetime) -> CheckIn:
    zone = recovery.patient.timezone
    today = days.local_date(now, zone)
    written = days.written_at(submission.captured_at, now=now)
    amended = _amended(recovery, submission, told, written)
    day = amended.day if amended else submission.day
    if submission.amends is None and day not in open_days(recovery, zone=zone, now=written):
        raise DayNotOpen(day)
    return CheckIn.objects.create(
        clinic_id=recovery.clinic_id,
        recovery=recovery,
        submission_key=submission.key,
        amends=amended,
        day=day,
        local_date=recovery.started_on + timedelta(days=day),
        zone=zone,
        recorded_at=now,
        captured_at=submission.captured_at,
        is_late=day < recovery.day_on(today),
        is_quick=submission.is_quick,
        seconds_taken=submission.seconds_taken,
        assess_after=now,
        **submission.answers,
    )


def _amended(
    recovery: Recovery, submission: Submission, told: list[CheckIn], written: datetime
) -> CheckIn | None:
    """What the submission corrects: the entry it names, or the last one of its day written before it."""
    if submission.amends is not None:
        return recovery.check_ins.get(pk=submission.amends)
    before = [entry for entry in told if entry.written_at <= written]
    return before[-1] if before else None


def _floor(recovery: Recovery, check_in: CheckIn) -> Verdict | None:
    """The safety floor: a pure function of this one report, before any queue."""
    facts, report = recovery.treatment.facts(), check_in.report()
    try:
        return infection.floor_verdict(facts, report)
    except Exception:  # what the patient said is kept; the job tries again and then asks a person to look
        log.exception("floor of check-in %s failed", check_in.pk)
        return None


def _flag_hard_signs(recovery: Recovery, check_in: CheckIn, now: datetime) -> None:
    verdict = _floor(recovery, check_in)
    if verdict is not None:
        flags.raise_flag(recovery=recovery, check_in=check_in, verdict=verdict, now=now)


def _note_heard(recovery: Recovery, check_in: CheckIn, now: datetime) -> None:
    """Move the clocks of silence and of the next reminder: today's word has come."""
    heard = max(check_in.local_date, recovery.last_check_in_on or check_in.local_date)
    recovery.last_check_in_on = heard
    silent_at = days.silent_at(
        last_heard=heard, days=recovery.edition.silence_days, zone=recovery.patient.timezone
    )
    if silent_at != recovery.silent_at:  # a correction of an old day is no news about today
        recovery.silent_at, recovery.silence_read_at = silent_at, None
    recovery.next_reminder_at = reminders.next_for(recovery, now=now)
    recovery.save(update_fields=["last_check_in_on", "silent_at", "silence_read_at", "next_reminder_at"])


def course_of(recovery: Recovery) -> list[CheckIn]:
    """Every check-in of the daily part in order, originals and amendments; single answers are no course."""
    told = _COURSE.rows(recovery=recovery.pk)
    for check_in in told:
        check_in.recovery = recovery
    return told


def _told(recovery: int, key: UUID, day: int) -> CheckInQuerySet:
    """What came with this key before, and what stands for this day."""
    of_its_day = Q(day=day, kind=CheckIn.Kind.DAILY)
    return CheckIn.objects.filter(Q(submission_key=key) | of_its_day, recovery=recovery).in_order()


_TOLD = Prepared(_told)
_COURSE = Prepared(
    lambda recovery: CheckIn.objects.filter(recovery=recovery, kind=CheckIn.Kind.DAILY).in_order()
)


def verdict_now(recovery: Recovery, check_ins: list[CheckIn]) -> Verdict:
    """Judge a course as it stands, without writing anything: what the patient's next page shows."""
    return judging.verdict(recovery.edition, recovery.treatment.facts(), [c.report() for c in check_ins])
