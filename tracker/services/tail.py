"""After the daily part: one question on each of the protocol's late days, and the farewell."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from tracker import days
from tracker.healing.verdicts import Cause, Level, Reason, Verdict
from tracker.models import Assessment, CallBack, CheckIn, Farewell, Recovery, User
from tracker.services import audit, flags, hold, reminders, reviewing, threads
from tracker.services.learning import MEDICINES

STAYS_OPEN = timedelta(days=7)
"""So long after its day a late question may be answered; then the recovery ends without an answer."""

LATE_SIGNS = {
    "new_lump": (Cause.LATE_LUMP, gettext_noop("A new lump on day {day}")),
    "dark_patches": (Cause.PIGMENT_CHANGE, gettext_noop("Patches darker or lighter than usual on day {day}")),
}
UNSURE = {
    "new_lump": gettext_noop("Not sure about a new lump on day {day}"),
    "dark_patches": gettext_noop("Not sure about darker or lighter patches on day {day}"),
}


LEAST_RANK = 2
"""Review: a flag only to watch has not sent anybody to look for an infection."""


class NotAsked(Exception):
    """No late question is open now."""


def days_of(recovery: Recovery) -> list[date]:
    """The local days of the late questions, in order; those inside the daily part are left out."""
    found = [recovery.started_on + timedelta(days=day) for day in sorted(recovery.edition.tail_days)]
    return [day for day in found if day > recovery.ends_on]


def next_after(recovery: Recovery, day: date) -> date | None:
    """The first late question after `day`; None when there is none."""
    return next((late for late in days_of(recovery) if late > day), None)


def is_asked(*, recovery: Recovery, now: datetime) -> bool:
    """Whether the late question is open at `now`, in the patient's zone."""
    due = recovery.next_tail_on
    if recovery.state != Recovery.State.TAIL or due is None:
        return False
    return due <= days.local_date(now, recovery.patient.timezone) <= due + STAYS_OPEN


def record_late_answer(
    *, recovery: Recovery, key: UUID, answers: Mapping[str, str], user: User, now: datetime
) -> CheckIn:
    """Keep the answer to a late question; idempotent by `key`. Raises NotAsked.

    `answers` maps new_lump and dark_patches to yes, no or unsure. A yes asks for a review, not sure for
    a watch, each with its own cause; flags are raised in the same transaction, for there is no course
    to weigh it against.
    """
    with transaction.atomic():
        held = hold.recovery(recovery.pk)
        known = held.check_ins.filter(submission_key=key).first()
        if known is not None:
            return known
        if not is_asked(recovery=held, now=now):
            raise NotAsked
        check_in = _written(held, key, answers, now)
        for verdict in verdicts_on(check_in):
            _judged(check_in, verdict, now)
            flags.raise_flag(recovery=held, check_in=check_in, verdict=verdict, now=now)
        _move_on(held, check_in.local_date, now)
        reviewing.note_news(recovery=held)
        audit.record(
            clinic=held.clinic_id, actor=user, verb="answer_late_question", subject=check_in, now=now
        )
    return check_in


def _written(recovery: Recovery, key: UUID, answers: Mapping[str, str], now: datetime) -> CheckIn:
    zone = recovery.patient.timezone
    today = days.local_date(now, zone)
    return CheckIn.objects.create(
        clinic_id=recovery.clinic_id,
        kind=CheckIn.Kind.TAIL,
        recovery=recovery,
        submission_key=key,
        day=recovery.day_on(today),
        local_date=today,
        zone=zone,
        recorded_at=now,
        assess_after=now,
        assessed_at=now,
        **{name: answers[name] for name in LATE_SIGNS},
    )


def verdicts_on(check_in: CheckIn) -> list[Verdict]:
    """What the answer to a late question asks for: at most one verdict per cause, none for two noes."""
    found = []
    for name, (cause, said) in LATE_SIGNS.items():
        answer = getattr(check_in, name)
        if answer in ("yes", "unsure"):
            sure = answer == "yes"
            code = f"sign.{name}" if sure else f"unsure.{name}"
            reason = Reason(code, said if sure else UNSURE[name], {"day": check_in.day}, days=(check_in.day,))
            found.append(
                Verdict(
                    level=Level.REVIEW if sure else Level.WATCH,
                    cause=cause,
                    probability=0.5,
                    edition=check_in.recovery.edition.rules,
                    reasons=(reason,),
                )
            )
    return sorted(found, key=lambda verdict: -verdict.level.rank)


def _judged(check_in: CheckIn, verdict: Verdict, now: datetime) -> None:
    """One assessment per check-in and edition: the graver of two stands first."""
    Assessment.objects.get_or_create(
        check_in=check_in,
        edition=verdict.edition,
        defaults={
            "clinic_id": check_in.clinic_id,
            "level": verdict.level,
            "cause": verdict.cause,
            "probability": verdict.probability,
            "reasons": [reason.as_dict() for reason in verdict.reasons],
            "assessed_at": now,
        },
    )


def _move_on(recovery: Recovery, answered: date, now: datetime) -> None:
    """To the next late question; without one the sweep ends the recovery."""
    recovery.next_tail_on, recovery.over_at = next_after(recovery, answered), None
    recovery.next_reminder_at = reminders.next_for(recovery, now=now)
    recovery.save(update_fields=["next_tail_on", "next_reminder_at", "over_at"])


def say_farewell(*, recovery: Recovery, said: Mapping[str, object], user: User, now: datetime) -> Farewell:
    """Keep what the patient says at the end of the daily part; the first word stands.

    `said` has medicines (a `Farewell.Medicines` value), felt_looked_after, easy_to_use and
    knew_when_to_ring (1–5 or None) and note (text). A medicine against an infection on a course that was
    never flagged is what the rules may have missed: the clinic is asked to ring.
    """
    with transaction.atomic():
        held = hold.recovery(recovery.pk)
        farewell, created = Farewell.objects.get_or_create(recovery=held, defaults={**said, "said_at": now})
        if created:
            audit.record(clinic=held.clinic_id, actor=user, verb="say_farewell", subject=farewell, now=now)
            flagged = held.flags.filter(rank__gte=LEAST_RANK).exists()
            if farewell.medicines in MEDICINES and not flagged:
                threads.must_call(recovery=held, why=CallBack.Why.MEDICINE, now=now)
    return farewell
