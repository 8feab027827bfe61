"""A recovery's beginning and end, and what its silence means."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext_noop

from tracker import days
from tracker.healing.verdicts import Cause, Level, Reason, Verdict
from tracker.models import Flag, Patient, ProtocolEdition, Recovery, Treatment
from tracker.services import carers, flags, hold, reminders, sweep, tail

State = Recovery.State

SILENT = Reason(
    code="silence",
    template=gettext_noop(
        "Nothing heard for {days} days; the last entry, for day {day}, was at level “{level}”"
    ),
)


def start(*, treatment: Treatment, patient: Patient, edition: ProtocolEdition, now: datetime) -> Recovery:
    """Begin following a treatment, in the caller's transaction. Day 0 is its day in the patient's zone."""
    started_on = days.local_date(treatment.treated_at, patient.timezone)
    recovery = Recovery(
        clinic_id=treatment.clinic_id,
        patient=patient,
        treatment=treatment,
        edition=edition,
        started_on=started_on,
        ends_on=started_on + timedelta(days=edition.monitoring_days),
        silent_at=days.silent_at(last_heard=started_on, days=edition.silence_days, zone=patient.timezone),
    )
    recovery.next_reminder_at = reminders.next_for(recovery, now=now)
    recovery.over_at = over_at(recovery, now=now)
    recovery.save()
    return recovery


def over_at(recovery: Recovery, *, now: datetime) -> datetime:
    """When the last day to say something is over where the patient is; `now` after the last answer."""
    last = recovery.ends_on
    if recovery.state == State.TAIL:
        if recovery.next_tail_on is None:
            return now
        last = recovery.next_tail_on + tail.STAYS_OPEN
    return days.local_instant(last + days.ONE_DAY, time(), recovery.patient.timezone)


def read_silence(*, now: datetime, limit: int = 500) -> int:
    """Read each new silence together with the last known state; returns how many became flags.

    Silent after a good day stays in the no-response lane. Silent after a worrying one is a clinical
    flag at the level that stood last: silence is never taken for recovery.
    """
    ids = Recovery.objects.silence_unread(now).order_by("silent_at").values_list("pk", flat=True)[:limit]
    return sweep.each("silence", list(ids), lambda pk: _read_one_silence(pk, now))


def _read_one_silence(recovery_id: int, now: datetime) -> bool:
    with transaction.atomic():
        rows = Recovery.objects.silence_unread(now).select_for_update(of=("self",))
        recovery = (
            rows.select_related("patient", "clinic", "edition", "treatment").filter(pk=recovery_id).first()
        )
        if recovery is None:
            return False
        Recovery.objects.filter(pk=recovery_id).update(silence_read_at=now)
        level = Level(recovery.level)
        if level.rank < Level.REVIEW.rank:
            return False
        flags.raise_flag(
            recovery=recovery,
            check_in=recovery.check_ins.order_by("-pk").first(),
            verdict=_silence_verdict(recovery, level, now),
            now=now,
        )
    return True


def _silence_verdict(recovery: Recovery, level: Level, now: datetime) -> Verdict:
    heard = recovery.last_check_in_on or recovery.started_on
    silent_days = (days.local_date(now, recovery.patient.timezone) - heard).days
    said = Reason(
        code=SILENT.code,
        template=SILENT.template,
        params={"days": silent_days, "day": recovery.day_on(heard), "level": level.value},
    )
    return Verdict(
        level=level, cause=Cause.SILENCE, probability=0.5, edition=recovery.edition.rules, reasons=(said,)
    )


def end_due(*, now: datetime, limit: int = 2000) -> int:
    """End what is over and held by no open flag; returns how many moved on or ended.

    Late questions follow the daily part where the protocol has some. They end when they are answered, or
    unanswered for `tail.STAYS_OPEN`. Of whom it is not reckoned when they will be over, it is noted.
    """
    flagged = Flag.objects.open().filter(recovery=OuterRef("pk"))
    due = Recovery.objects.may_be_over(now).exclude(Exists(flagged))
    ids = due.order_by(F("over_at").asc(nulls_last=True), "ends_on").values_list("pk", flat=True)[:limit]
    return sweep.each("end", list(ids), lambda pk: _end(pk, now))


def _end(recovery_id: int, now: datetime) -> bool:
    with transaction.atomic():
        recovery = hold.recovery(recovery_id)
        if recovery.state == State.ENDED or recovery.flags.open().exists():
            return False
        over = over_at(recovery, now=now)
        if over > now:
            Recovery.objects.filter(pk=recovery_id).update(over_at=over)
            return False
        if recovery.state == State.TAIL:
            answered = recovery.next_tail_on is None
            _ended(recovery, "late questions answered" if answered else "late question not answered", now)
            return True
        today = days.local_date(now, recovery.patient.timezone)
        # a flag may have held it open past a late day: only one that can still be answered counts
        recovery.next_tail_on = tail.next_after(recovery, today - tail.STAYS_OPEN - days.ONE_DAY)
        if recovery.next_tail_on is None:
            _ended(recovery, "course complete", now)
        else:
            _to_tail(recovery, now)
    return True


def _to_tail(recovery: Recovery, now: datetime) -> None:
    recovery.state, recovery.silent_at, recovery.nudge_at = State.TAIL, None, None
    recovery.next_reminder_at = reminders.next_for(recovery, now=now)
    recovery.over_at = over_at(recovery, now=now)
    fields = ["state", "silent_at", "nudge_at", "next_reminder_at", "next_tail_on", "over_at"]
    recovery.save(update_fields=fields)


def _ended(recovery: Recovery, reason: str, now: datetime) -> None:
    recovery.state, recovery.ended_at, recovery.end_reason = State.ENDED, now, reason
    recovery.next_reminder_at = recovery.silent_at = recovery.nudge_at = None
    fields = ["state", "ended_at", "end_reason", "next_reminder_at", "silent_at", "nudge_at"]
    recovery.save(update_fields=fields)
    carers.not_needed(patient_id=recovery.patient_id)
