"""The record of who did what. Called inside the transaction of the act itself."""

from datetime import datetime
from typing import Any

from django.db.models import Model

from tracker.models import AuditEntry, Clinic, User


def record(
    *, clinic: Clinic | int, actor: User | None, verb: str, subject: Model, now: datetime, **detail: Any
) -> None:
    """Write one audit entry about `subject`. `detail` takes ids and codes only, never answers or text."""
    AuditEntry.objects.create(
        clinic_id=clinic if isinstance(clinic, int) else clinic.pk,
        at=now,
        actor=actor,
        verb=verb,
        subject=f"{subject._meta.model_name}:{subject.pk}",
        detail=detail,
    )
