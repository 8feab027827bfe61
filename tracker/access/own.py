"""For patients: their own rows only."""

from datetime import date

from django.db.models import F

from tracker.access.rows import one
from tracker.models import CheckIn, Patient, Recovery
from tracker.models.recoveries import RecoveryQuerySet


def own_recoveries(patient: Patient) -> RecoveryQuerySet:
    """The person's recoveries at every clinic, newest first."""
    return Recovery.objects.filter(patient__user=patient.user).for_recovery_page()


def own_recovery(patient: Patient) -> Recovery | None:
    """The recovery the daily page is about: the newest one, or None before the first treatment."""
    return own_recoveries(patient).first()


def own_late_recovery(patient: Patient) -> Recovery | None:
    """The recovery whose late question comes next; without one the newest recovery."""
    late = own_recoveries(patient).filter(state=Recovery.State.TAIL)
    return late.order_by(F("next_tail_on").asc(nulls_last=True)).first() or own_recovery(patient)


def has_late_question(patient: Patient, since: date, until: date) -> bool:
    """Whether the late question of an earlier treatment came between two local days and waits."""
    late = own_recoveries(patient).filter(state=Recovery.State.TAIL)
    return late.filter(next_tail_on__range=(since, until)).exists()


def own_check_in(patient: Patient, pk: int) -> CheckIn:
    """One of the person's own check-ins, or 404."""
    rows = CheckIn.objects.filter(recovery__patient__user=patient.user)
    return one(rows.select_related("recovery__patient", "recovery__clinic", "recovery__treatment"), pk)
