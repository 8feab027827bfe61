"""Adverse events: recorded from a flag with the treatment's facts, completed later, never overwritten."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from tracker.models import AdverseEvent, Flag, Member, Recovery
from tracker.services import audit

FIELDS = (
    *("began_on", "severity", "description", "action", "outcome"),
    *("device_model", "device_lot", "reportable"),
)
"""What a person says; the facts are copied."""


class AlreadyRecorded(Exception):
    """There is a record about this flag. Holds it."""

    def __init__(self, event: AdverseEvent) -> None:
        super().__init__(event.pk)
        self.event = event


def facts_of(recovery: Recovery) -> dict[str, Any]:
    """The treatment as it is recorded now, in plain values: codes, names, lots, ISO dates, depths in mm."""
    treatment, patient = recovery.treatment, recovery.patient
    return {
        "treated_at": treatment.treated_at.isoformat(),
        "device": treatment.device,
        "areas": [[area.area, str(area.depth_mm)] for area in treatment.areas.all()],
        "passes": treatment.passes,
        "end_point": treatment.end_point,
        "duration_minutes": treatment.duration_minutes,
        "numbing_cream": treatment.numbing_cream,
        "with_prp": treatment.with_prp,
        "with_acid": treatment.with_acid,
        "products": [
            [product.name, product.lot, product.expires_on.isoformat() if product.expires_on else ""]
            for product in treatment.products.all()
        ],
        "operator": treatment.operator.name,
        "room": treatment.room,
        "session_number": treatment.session_number,
        "skin_type": patient.skin_type,
        "birth_year": patient.birth_year,
        "screening": treatment.screening.answers,
        "protocol": str(recovery.edition),
        "rules": recovery.edition.rules,
    }


def record(*, flag: Flag, member: Member, said: dict[str, Any], now: datetime) -> AdverseEvent:
    """Record harm about the flag's recovery. `said` has all of FIELDS. Raises AlreadyRecorded."""
    with transaction.atomic():
        Recovery.objects.select_for_update().get(pk=flag.recovery_id)
        found = AdverseEvent.objects.filter(flag=flag).first()
        if found is not None:
            raise AlreadyRecorded(found)
        recovery = Recovery.objects.for_recovery_page().get(pk=flag.recovery_id)
        event = AdverseEvent.objects.create(
            clinic_id=flag.clinic_id,
            recovery=recovery,
            flag=flag,
            recorded_at=now,
            recorded_by=member,
            facts=facts_of(recovery),
            **{name: said[name] for name in FIELDS},
        )
        _note(event, member, "record_adverse_event", now, flag=flag.pk)
    return event


def change(*, event: AdverseEvent, member: Member, said: dict[str, Any], now: datetime) -> list[str]:
    """Complete or correct a record; what stood before is kept in it. Returns the names of what changed."""
    with transaction.atomic():
        held = AdverseEvent.objects.select_for_update().get(pk=event.pk)
        was = {name: getattr(held, name) for name in FIELDS if getattr(held, name) != said[name]}
        if was:
            kept = {
                name: value.isoformat() if isinstance(value, date) else value for name, value in was.items()
            }
            held.earlier = [*held.earlier, {"at": now.isoformat(), "by": member.name, "was": kept}]
            for name in was:
                setattr(held, name, said[name])
            held.save(update_fields=["earlier", *was])
            _note(held, member, "change_adverse_event", now, changed=sorted(was))
    return sorted(was)


def _note(event: AdverseEvent, member: Member, verb: str, now: datetime, **detail: Any) -> None:
    audit.record(clinic=event.clinic_id, actor=member.user, verb=verb, subject=event, now=now, **detail)
