"""The record of who did what. Called inside the transaction of the act itself."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet

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


def canonical(rows: "QuerySet[AuditEntry]") -> Iterator[tuple[int, bytes]]:
    """Id and bytes of each entry, in the order of `rows`: what hashes of the audit are made of.

    The same bytes as long as the entry is the same, in the same kind of database.
    """
    found = rows.values_list("pk", "clinic_id", "at", "actor_id", "verb", "subject", "detail")
    for pk, clinic, at, actor, verb, subject, detail in found.iterator():
        yield pk, json.dumps([pk, clinic, at.isoformat(), actor, verb, subject, detail]).encode()
