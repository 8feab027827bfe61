"""Putting a backup back: checked first, guarded in the same step."""

import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tracker.models import Clinic, User
from tracker.services.backups import archive, guard, taking
from tracker.services.backups.archive import BackupProblem, Manifest
from tracker.services.backups.dumps import FLEETING, Dump


def is_empty() -> bool:
    """Whether nobody's data would be lost: no tables, or no clinic and no user."""
    if Clinic._meta.db_table not in connection.introspection.table_names():
        return True
    return not Clinic.objects.exists() and not User.objects.exists()


def restore(*, path: Path, replace: bool, now: datetime) -> Manifest:
    """Put a backup in place of an empty database, or with `replace` of whatever is there.

    Everything is checked before anything is changed; data and guard come in as one transaction, then the
    migrations since. Raises BackupProblem.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".restore-") as name:
        folder = Path(name)
        with archive.verified(path, into=folder) as manifest:
            _check(manifest, replace)
            loaded = taking.server().load(folder / archive.DATABASE, guard.statements(now=now))
            _compare(manifest, loaded)
            _put_media(folder / archive.MEDIA, now)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    guard.finish(taken_at=manifest.taken, now=now)
    return manifest


def _check(manifest: Manifest, replace: bool) -> None:
    """Refuse before anything is changed."""
    if manifest.engine != connection.vendor:
        raise BackupProblem(
            f"This is a backup of {manifest.engine}, and the database is {connection.vendor}."
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if newer := sorted(set(manifest.schema) - known):
        raise BackupProblem(f"The backup was taken by newer code; it has {', '.join(newer)}.")
    if not replace and not is_empty():
        raise BackupProblem("The database is not empty. To put the backup in its place: --replace")
    if others := taking.server().in_use():
        raise BackupProblem(f"Stop web, worker and beat first. Still connected: {others}")


def _compare(manifest: Manifest, loaded: Dump) -> None:
    wrong = [
        f"{name}: {loaded.counts.get(name)} rows instead of {count}"
        for name, count in manifest.counts.items()
        if name not in FLEETING and loaded.counts.get(name) != count
    ]
    if wrong:
        raise BackupProblem("Loaded, but not whole: " + "; ".join(wrong))


def _put_media(files: Path, now: datetime) -> None:
    """Put the files back; those that lie there now are kept beside them."""
    root = taking.media_root()
    if not files.exists() or root is None:
        return
    if root.exists() and any(root.iterdir()):
        root.rename(root.with_name(f"{root.name}.before-{now:%Y%m%dT%H%M%SZ}"))
    shutil.copytree(files, root, dirs_exist_ok=True)
