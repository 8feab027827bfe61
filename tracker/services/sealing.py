"""The chain over the audit, sealed every minute: whoever changes an entry must change every seal since.

Not in the transaction of the act: every page read writes an entry, and a chain lets only one writer on at a
time. Whoever can write the whole database can make a new chain; that shows against a head kept elsewhere.
"""

import hashlib
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import IntegrityError, OperationalError, connection, transaction

from tracker.models import AuditEntry, AuditSeal
from tracker.services import audit

log = logging.getLogger(__name__)

AT_ONCE = 5000
"""Entries under one seal at most: a first run over an old audit works in bites."""

PATIENCE_MS = 300
"""So long may the look for a quiet moment hold up writers; if none comes, the next run looks again."""


def head() -> AuditSeal | None:
    """The newest seal; None before the first."""
    return AuditSeal.objects.order_by("-last").first()


def seal(*, now: datetime) -> int:
    """Seal every entry that nothing can come before any more; returns how many.

    May run twice at the same time: one of both makes the next seal, the other stops.
    """
    sealed, settled = 0, _settled()
    last = head()
    while rows := _entries(last, settled):
        made = AuditSeal(
            first=last.last + 1 if last else 1,
            last=rows[-1][0],
            count=len(rows),
            sealed_at=now,
            previous=last.digest if last else "",
        )
        made.digest = _digest(made, [entry for _, entry in rows])
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError:
            log.info("another process seals the audit")
            break
        # the log leaves most machines: one more place where the head is kept
        log.info("audit sealed up to entry %s: %s", made.last, made.digest)
        sealed, last = sealed + made.count, made
    return sealed


def _entries(last: AuditSeal | None, settled: int) -> list[tuple[int, bytes]]:
    rows = AuditEntry.objects.filter(pk__lte=settled, **({"pk__gt": last.last} if last else {}))
    return list(audit.canonical(rows.order_by("pk")[:AT_ONCE]))


def _settled() -> int:
    """The newest entry's id at a moment when nobody was writing one; 0 when there is no such moment.

    On PostgreSQL ids are drawn before they are committed: an entry may yet appear below the newest one. Not
    while the lock is held that waits for every writer.
    """
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL lock_timeout = {PATIENCE_MS}")
                    cursor.execute(f"LOCK TABLE {AuditEntry._meta.db_table} IN SHARE MODE")
            return AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    except OperationalError:
        log.info("no moment without a writer of the audit")
        return 0


def _digest(seal: AuditSeal, entries: list[bytes]) -> str:
    said = [seal.previous, seal.first, seal.last, seal.count, seal.sealed_at.astimezone(UTC).isoformat()]
    found = hashlib.sha256(json.dumps(said).encode())
    for entry in entries:
        found.update(b"\n" + entry)
    return found.hexdigest()


@dataclass(frozen=True, slots=True)
class Chain:
    """What a walk along all seals found.

    `broken` counts those that do not fit their entries or the seal before them, and `first_broken` is the
    first. `unsealed` entries were written before the time asked about and have no seal.
    """

    sealed: int
    broken: int
    first_broken: AuditSeal | None
    unsealed: int
    head: AuditSeal | None


def verify(*, written_before: datetime) -> Chain:
    """Read the whole audit once and hold it against its seals."""
    sealed = broken = 0
    first_broken = last = None
    for one, fits in _walk():
        sealed, last = sealed + one.count, one
        if not fits:
            broken, first_broken = broken + 1, first_broken or one
    rest = AuditEntry.objects.filter(at__lt=written_before, pk__gt=last.last if last else 0)
    return Chain(sealed, broken, first_broken, rest.count(), last)


def _walk() -> Iterator[tuple[AuditSeal, bool]]:
    """Each seal, and whether it fits. Those that are made meanwhile are left out."""
    if (newest := head()) is None:
        return
    # what is put in below the first stretch counts to it
    rows = audit.canonical(AuditEntry.objects.order_by("pk"))
    row = next(rows, None)
    after, previous = 0, ""
    for one in AuditSeal.objects.filter(last__lte=newest.last).order_by("last").iterator():
        entries: list[bytes] = []
        while row is not None and row[0] <= one.last:
            entries.append(row[1])
            row = next(rows, None)
        chained = one.first == after + 1 and one.previous == previous
        yield one, chained and one.count == len(entries) and one.digest == _digest(one, entries)
        after, previous = one.last, one.digest


def holds(*, digest: str) -> bool:
    """Whether a head that was noted elsewhere is one of the seals: no tail was cut, and no new chain made."""
    return AuditSeal.objects.filter(digest=digest).exists()
