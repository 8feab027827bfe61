"""Is what the database says consistent? Read-only; every check names what must be true and counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Exists, F, ForeignKey, Model, OuterRef, Q

from tracker.models import (
    Assessment,
    AuditEntry,
    CheckIn,
    Clinic,
    Flag,
    Message,
    Patient,
    Recovery,
)
from tracker.services import sealing
from tracker.services.backups import taking
from tracker.services.backups.archive import MEDIA, Manifest, parts_below

STUCK = timedelta(minutes=10)
"""What should be done within seconds and has waited so long is stuck."""


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, how many were found, and whether that is as it must be."""

    what: str
    found: int
    ok: bool


def run(
    *, now: datetime, manifest: Manifest | None = None, running: bool = True, head: str = ""
) -> list[Check]:
    """Every check. With a backup's manifest the audit and the files are compared with it too.

    `head` is a seal of the audit that was noted elsewhere. Unless `running`, work that waits is no fault:
    nobody has been there to do it.
    """
    found = [*_counts(), _schema(), *(_waiting(now) if running else ()), *_none_of(), _broken_references()]
    found += _sealed(now, running, head)
    return found + (list(_against(manifest)) if manifest else [])


def _counts() -> Iterator[Check]:
    models: tuple[type[Model], ...] = (
        Clinic,
        Patient,
        Recovery,
        CheckIn,
        Assessment,
        Flag,
        Message,
        AuditEntry,
    )
    for model in models:
        yield Check(f"rows: {model._meta.verbose_name_plural}", model._default_manager.count(), ok=True)


def _schema() -> Check:
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return Check("migrations that are not applied", missing, ok=not missing)


def _waiting(now: datetime) -> Iterator[Check]:
    """Work that should have been done within seconds."""
    old = now - STUCK
    unassessed = CheckIn.objects.unassessed(old).count()
    yield Check("check-ins that no job has judged for 10 minutes", unassessed, ok=not unassessed)
    messages = Message.objects.due(old).count()
    yield Check("messages that have waited for 10 minutes", messages, ok=not messages)


def _none_of() -> Iterator[Check]:
    """Rows that must not exist."""
    daily = CheckIn.objects.filter(kind=CheckIn.Kind.DAILY)
    assessed = Assessment.objects.filter(check_in=OuterRef("pk"))
    # the people of a demonstration who only fill its figures have neither mails nor an audit
    real = Q(clinic__is_demo=False)
    alerts = Message.objects.filter(flag=OuterRef("pk"))
    audited = AuditEntry.objects.filter(verb__in=("record_check_in", "amend_check_in"))
    twice = Flag.objects.open().order_by().values("recovery", "cause").annotate(n=Count("pk")).filter(n__gt=1)
    looks: list[tuple[str, Any]] = [
        (
            "judged daily check-ins without an assessment",
            daily.exclude(assessed_at=None).exclude(Exists(assessed)),
        ),
        ("check-ins assessed twice by one edition", _twice(Assessment, "check_in", "edition")),
        ("assessments above watch of a recovery without a flag", _unflagged()),
        ("causes with two open flags on one recovery", twice),
        (
            "urgent flags that nobody was told about",
            Flag.objects.filter(real, rank=3).exclude(Exists(alerts)),
        ),
        (
            "open urgent flags whose climb stands still",
            Flag.objects.filter(state="open", rank=3, next_step_at=None),
        ),
        ("urgent flags closed by a person without a contact", _closed_without_contact()),
        ("sent messages without a time", Message.objects.filter(state="sent", sent_at=None)),
        (
            "open recoveries without a clock for silence",
            Recovery.objects.filter(state="open", silent_at=None),
        ),
        ("daily check-ins without an audit entry", _unaudited(daily.filter(real), audited)),
    ]
    for what, rows in looks:
        found = rows if isinstance(rows, int) else rows.order_by().count()
        yield Check(what, found, ok=not found)
    yield from _strangers()


def _twice(model: type[Model], *fields: str) -> Any:
    return model._default_manager.order_by().values(*fields).annotate(n=Count("pk")).filter(n__gt=1)


def _unflagged() -> Any:
    flags = Flag.objects.filter(recovery=OuterRef("check_in__recovery"), cause=OuterRef("cause"))
    return Assessment.objects.filter(level__in=("review", "urgent")).exclude(Exists(flags))


def _closed_without_contact() -> Any:
    closed = Flag.objects.filter(state="resolved", rank=3, resolved_by__isnull=False, contacted_at=None)
    return closed.exclude(outcome=Flag.Outcome.MISTAKE)


def _unaudited(daily: Any, audited: Any) -> int:
    said = set(audited.values_list("subject", flat=True))
    return sum(f"checkin:{pk}" not in said for pk in daily.values_list("pk", flat=True).iterator())


def _strangers() -> Iterator[Check]:
    """Rows that point at a row of another clinic."""
    for model in apps.get_app_config("tracker").get_models():
        if not _belongs(model):
            continue
        wrong = Q()
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey) and _belongs(field.related_model):
                wrong |= Q(**{f"{field.name}__isnull": False}) & ~Q(**{f"{field.name}__clinic": F("clinic")})
        if wrong:
            found = model._default_manager.filter(wrong).count()
            yield Check(
                f"{model._meta.verbose_name_plural} that point into another clinic", found, ok=not found
            )


def _belongs(model: Any) -> bool:
    try:
        return isinstance(model, type) and model._meta.get_field("clinic").related_model is Clinic  # type: ignore[attr-defined]
    except (FieldDoesNotExist, AttributeError):
        return False


def _broken_references() -> Check:
    """Rows that point nowhere. PostgreSQL keeps that by itself; there it costs nothing to ask."""
    try:
        connection.check_constraints()
    except DatabaseError:
        return Check("tables with rows that point nowhere", 1, ok=False)
    return Check("tables with rows that point nowhere", 0, ok=True)


def _sealed(now: datetime, running: bool, head: str) -> Iterator[Check]:
    """The chain over the audit; the newest seal is named, to be noted elsewhere."""
    chain = sealing.verify(written_before=now - STUCK)
    yield Check(
        f"audit entries sealed; head {chain.head.digest if chain.head else '-'}", chain.sealed, ok=True
    )
    first = chain.first_broken
    where = f", first at entries {first.first} to {first.last}" if first else ""
    yield Check(f"seals that do not fit the audit{where}", chain.broken, ok=not chain.broken)
    if running:
        yield Check("audit entries without a seal for 10 minutes", chain.unsealed, ok=not chain.unsealed)
    if head:
        found = sealing.holds(digest=head)
        yield Check(f"seals that are {head}", int(found), ok=found)


def _against(manifest: Manifest) -> Iterator[Check]:
    last = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    same = last >= manifest.audit_last and manifest.audit_digest == taking.audit_digest(
        up_to=manifest.audit_last
    )
    yield Check("audit entries as they were in the backup", manifest.audit_last, ok=same)
    root = taking.media_root()
    here = parts_below(root) if root and root.exists() else {}
    files = {
        name.removeprefix(f"{MEDIA}/"): part
        for name, part in manifest.parts.items()
        if name.startswith(MEDIA)
    }
    changed = sum(here.get(name) != part for name, part in files.items())
    yield Check(f"of {len(files)} files of the backup missing or changed", changed, ok=not changed)
