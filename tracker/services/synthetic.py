"""Nobody: the synthetic patient that proofs and drills are made with, on the real path of every entry."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction

from tracker.healing.symptoms import SIGNS, SYMPTOMS
from tracker.models import (
    CheckIn,
    Clinic,
    Flag,
    Member,
    Patient,
    ProtocolEdition,
    Recovery,
    Screening,
    TreatedArea,
    Treatment,
    User,
)
from tracker.services import checkins, hold, messages, recoveries
from tracker.services.flags.history import event

DAY = 3
"""The day of healing that the entry is about."""

HARD_SIGN = {
    **dict.fromkeys(SYMPTOMS, 1),
    **dict.fromkeys(SIGNS, "no"),
    "discharge_colour": "yellow",
    "discharge_texture": "thick",
}
"""What the safety floor flags as urgent at once, and the rules again."""


def patient(*, clinic: Clinic, name: str, email: str, now: datetime) -> Patient:
    """The clinic's synthetic patient of this address, made when missing. Nobody can sign in as it."""
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, is_active=False)
    found, _ = Patient.objects.get_or_create(
        clinic=clinic,
        user=user,
        defaults={
            "name": name,
            "phone": "-",
            "birth_year": 1990,
            "timezone": "UTC",
            "reminders_on": False,
            "is_synthetic": True,
            "created_at": now,
        },
    )
    return found


def enter(*, patient: Patient, operator: Member, edition: ProtocolEdition, now: datetime) -> CheckIn:
    """A treatment three days ago and today's entry with a hard sign: recorded, flagged, alert posted.

    Everything after the treatment goes through what a patient's own entry goes through.
    """
    with transaction.atomic():
        treated_at = now - timedelta(days=DAY)
        who = {"clinic": patient.clinic, "patient": patient}
        screening = Screening.objects.create(**who, asked_at=treated_at, asked_by=operator)
        treatment = Treatment.objects.create(
            **who,
            screening=screening,
            operator=operator,
            treated_at=treated_at,
            created_at=now,
            device=Treatment.Device.PEN,
        )
        TreatedArea.objects.create(treatment=treatment, area=TreatedArea.AreaName.FACE, depth_mm="0.50")
        recovery = recoveries.start(treatment=treatment, patient=patient, edition=edition, now=now)
        return checkins.record_checkin(
            recovery=recovery,
            submission=checkins.Submission(key=uuid4(), day=DAY, answers=HARD_SIGN),
            user=patient.user,
            now=now,
        )


def finish(*, recovery: Recovery, now: datetime) -> bool:
    """Close its flags and end it, whoever answered or nobody; False when that is done already."""
    with transaction.atomic():
        recovery = hold.recovery(recovery.pk)
        if recovery.state == Recovery.State.ENDED:
            return False
        for flag in recovery.flags.open():
            _close(flag, now)
        recovery.state, recovery.ended_at, recovery.end_reason = Recovery.State.ENDED, now, "synthetic"
        recovery.next_reminder_at = recovery.silent_at = recovery.nudge_at = recovery.next_tail_on = None
        recovery.save()
    return True


def _close(flag: Flag, now: datetime) -> None:
    flag.state, flag.outcome, flag.resolved_at = Flag.State.RESOLVED, Flag.Outcome.SETTLED, now
    flag.next_step_at = flag.comes_back_at = None
    flag.save(update_fields=["state", "outcome", "resolved_at", "next_step_at", "comes_back_at"])
    messages.drop_for_flag(flag=flag, reason="drill over")
    event(flag, "drill_over", now)
