"""What happens after a check-in: it is kept, hard signs are flagged at once, a job judges the course."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from tracker import days
from tracker.healing import infection
from tracker.healing.verdicts import Cause, Level, Verdict
from tracker.models import MAX_ATTEMPTS, Assessment, CheckIn, Recovery, User
from tracker.services import ask_back, audit, flags, hold, judging, reminders, reviewing, sweep

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
"""How long one try may take before another worker may start."""


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
        mine, of_its_day = Q(submission_key=submission.key), Q(day=submission.day, kind=CheckIn.Kind.DAILY)
        told = list(recovery.check_ins.filter(mine | of_its_day).in_order())
        for entry in told:
            if entry.submission_key == submission.key:
                return entry
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
    if (verdict := _floor(recovery, check_in)) is not None:
        flags.raise_flag(recovery=recovery, check_in=check_in, verdict=verdict, now=now)


def _note_heard(recovery: Recovery, check_in: CheckIn, now: datetime) -> None:
    """Move the clocks of silence and of the next reminder: today's word has come."""
    told, silence, zone = check_in.local_date, recovery.edition.silence_days, recovery.patient.timezone
    heard = recovery.last_check_in_on = max(told, recovery.last_check_in_on or told)
    silent_at = days.silent_at(last_heard=heard, days=silence, zone=zone)
    if silent_at != recovery.silent_at:  # a correction of an old day is no news about today
        recovery.silent_at, recovery.silence_read_at = silent_at, None
    recovery.next_reminder_at = reminders.next_for(recovery, now=now)
    recovery.save(update_fields=["last_check_in_on", "silent_at", "silence_read_at", "next_reminder_at"])


def course_of(recovery: Recovery) -> list[CheckIn]:
    """Every check-in of the daily part in order, originals and amendments; single answers are no course."""
    return list(recovery.check_ins.filter(kind=CheckIn.Kind.DAILY).in_order())


def verdict_now(recovery: Recovery, check_ins: list[CheckIn]) -> Verdict:
    """Judge a course as it stands, without writing anything: what the patient's next page shows."""
    return judging.verdict(recovery.edition, recovery.treatment.facts(), [c.report() for c in check_ins])


def assess_check_in(*, check_in_id: int, now: datetime) -> Assessment | None:
    """Judge one check-in with everything said up to it. None when it is done or somebody has it.

    The attempt is counted and committed before the work, so that a job that kills its process is
    given up after MAX_ATTEMPTS and shown to a person as "could not assess".
    """
    if not _claim(check_in_id, now):
        return None
    try:
        return _assess(check_in_id, now)
    except Exception:
        log.exception("assessment of check-in %s failed", check_in_id)
        if CheckIn.objects.filter(pk=check_in_id, assess_attempts__gte=MAX_ATTEMPTS).exists():
            return _give_up(check_in_id, now)
        return None


def _claim(check_in_id: int, now: datetime) -> bool:
    due = CheckIn.objects.unassessed(now).filter(pk=check_in_id)
    if due.filter(assess_attempts__gte=MAX_ATTEMPTS).exists():
        _give_up(check_in_id, now)
        return False
    return due.update(assess_attempts=F("assess_attempts") + 1, assess_after=now + LEASE) == 1


def _assess(check_in_id: int, now: datetime) -> Assessment:
    with transaction.atomic():
        check_in = CheckIn.objects.get(pk=check_in_id)
        recovery = hold.recovery(check_in.recovery_id)
        verdict = _verdict_on(recovery, check_in)
        assessment, created = Assessment.objects.get_or_create(
            check_in=check_in, edition=verdict.edition, defaults=_as_row(recovery, verdict, now)
        )
        if created and verdict.level is not Level.NONE:
            flags.raise_flag(recovery=recovery, check_in=check_in, verdict=verdict, now=now)
        elif created:
            flags.lapse(recovery=recovery, check_in=check_in, now=now)
        CheckIn.objects.filter(pk=check_in_id).update(assessed_at=now)
        _set_level(recovery, check_in, verdict.level)
    return assessment


def _verdict_on(recovery: Recovery, check_in: CheckIn) -> Verdict:
    """The verdict on the course up to the check-in's day, from what was known when it came.

    An entry for an earlier day also changes what later days mean: then the worse of both counts.
    """
    known = [c for c in course_of(recovery) if c.pk <= check_in.pk]
    to_its_day = verdict_now(recovery, [c for c in known if c.day <= check_in.day])
    if known[-1].day == check_in.day:
        return to_its_day
    return max(to_its_day, verdict_now(recovery, known), key=lambda verdict: verdict.level.rank)


def _as_row(recovery: Recovery, verdict: Verdict, now: datetime) -> dict[str, Any]:
    return {
        "clinic_id": recovery.clinic_id,
        "level": verdict.level,
        "cause": verdict.cause,
        "probability": verdict.probability,
        "floor": verdict.floor,
        "reasons": [r.as_dict() for r in verdict.reasons],
        "against": [r.as_dict() for r in verdict.against],
        "clears": [r.as_dict() for r in verdict.clears],
        "likelier": verdict.likelier or "",
        "assessed_at": now,
    }


def _set_level(recovery: Recovery, check_in: CheckIn, level: Level) -> None:
    """The recovery shows the level of its newest entry; a late one for yesterday does not lower it."""
    newest = recovery.check_ins.in_order().values_list("pk", flat=True).last()
    if level.rank <= Level(recovery.level).rank and newest != check_in.pk:
        return
    Recovery.objects.filter(pk=recovery.pk).update(level=level)


def _give_up(check_in_id: int, now: datetime) -> Assessment:
    """Failing closed: what no rule could judge goes to a person as unclear, never as normal."""
    with transaction.atomic():
        check_in = CheckIn.objects.get(pk=check_in_id)
        recovery = hold.recovery(check_in.recovery_id)
        verdict = Verdict(
            level=Level.REVIEW,
            cause=Cause.UNCLEAR,
            probability=0.5,
            edition=recovery.edition.rules,
            reasons=(infection.COULD_NOT_ASSESS,),
        )
        row = _as_row(recovery, verdict, now) | {"could_not_assess": True}
        assessment, _ = Assessment.objects.get_or_create(
            check_in=check_in, edition=verdict.edition, defaults=row
        )
        flags.raise_flag(recovery=recovery, check_in=check_in, verdict=verdict, now=now)
        CheckIn.objects.filter(pk=check_in_id).update(assessed_at=now)
        _set_level(recovery, check_in, verdict.level)
    return assessment


def assess_pending(*, now: datetime, limit: int = 500) -> int:
    """Judge everything no job has judged. The sweep behind every bell; returns how many were judged."""
    ids = CheckIn.objects.unassessed(now).order_by("assess_after").values_list("pk", flat=True)[:limit]
    return sweep.each(
        "assessment", list(ids), lambda pk: assess_check_in(check_in_id=pk, now=now) is not None
    )
