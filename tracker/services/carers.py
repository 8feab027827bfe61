"""Whom a clinic may ring when it cannot reach the patient: the patient's choice, taken back at any time."""

from datetime import datetime

from django.db import transaction

from tracker.models import Carer, Patient, Recovery
from tracker.services import audit


def agree(*, patient: Patient, name: str, phone: str, now: datetime) -> None:
    """The patient agrees that the clinic rings this person, in place of anybody named before."""
    with transaction.atomic():
        Carer.objects.update_or_create(
            patient=patient, defaults={"name": " ".join(name.split()), "phone": phone, "agreed_at": now}
        )
        _record(patient, "agree_carer", now)


def forget(*, patient: Patient, now: datetime) -> bool:
    """The patient takes it back: nothing of the other person is kept. False when nobody was named."""
    with transaction.atomic():
        found, _rows = Carer.objects.filter(patient=patient).delete()
        if found:
            _record(patient, "forget_carer", now)
    return bool(found)


def not_needed(*, patient_id: int) -> None:
    """A recovery has ended. After the last one there is nothing left to ring anybody about."""
    if not Recovery.objects.followed().filter(patient=patient_id).exists():
        Carer.objects.filter(patient=patient_id).delete()


def _record(patient: Patient, verb: str, now: datetime) -> None:
    audit.record(clinic=patient.clinic_id, actor=patient.user, verb=verb, subject=patient, now=now)
