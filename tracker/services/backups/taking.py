"""Taking a backup while everything runs."""

import hashlib
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from tracker.models import AuditEntry
from tracker.services import audit
from tracker.services.backups import archive, postgres, sqlite


def back_up(*, folder: Path, now: datetime) -> tuple[Path, archive.Manifest]:
    """Write one file with the whole database and all media into `folder`; returns its path and manifest.

    One consistent state: nobody who reads or writes meanwhile is held up. Readable by its owner alone, not
    encrypted. Raises BackupProblem.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"aftercare-{now:%Y%m%dT%H%M%SZ}.tar"
    if target.exists():
        raise archive.BackupProblem(f"{target} exists already.")
    with tempfile.TemporaryDirectory(dir=folder, prefix=".backup-") as name:
        draft = Path(name)
        found = server().dump(draft / archive.DATABASE)
        _copy_media(draft)
        last = found.counts_last_audit
        manifest = archive.Manifest(
            taken_at=now.isoformat(),
            engine=connection.vendor,
            server=found.server,
            schema=found.schema,
            counts=found.counts,
            audit_last=last,
            audit_digest=audit_digest(up_to=last),
            parts=archive.parts_below(draft),
        )
        archive.write(target, draft, manifest)
    return target, manifest


class NoSuchServer(archive.BackupProblem):
    """Only SQLite and PostgreSQL are known."""


def server() -> postgres.Server | sqlite.Server:
    """How the project's database is dumped and loaded."""
    if connection.vendor == "postgresql":
        return postgres.Server()
    if connection.vendor == "sqlite":
        return sqlite.Server()
    raise NoSuchServer(f"There is no backup for {connection.vendor}.")


def media_root() -> Path | None:
    """Where uploaded files lie; None where nothing is uploaded."""
    return Path(settings.MEDIA_ROOT) if settings.MEDIA_ROOT else None


def _copy_media(draft: Path) -> None:
    root = media_root()
    if root is not None and root.exists():
        shutil.copytree(root, draft / archive.MEDIA)


def audit_digest(*, up_to: int) -> str:
    """The hash of every audit entry up to an id, in order.

    Entries are only ever added, so it stays the same for ever: a change, a gap, an insertion or a cut tail
    gives another.
    """
    found = hashlib.sha256()
    for _, entry in audit.canonical(AuditEntry.objects.filter(pk__lte=up_to).order_by("pk")):
        found.update(entry)
    return found.hexdigest()
