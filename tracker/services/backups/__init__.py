"""Backups: one file with everything, and putting it back without sending old mail."""

from tracker.services.backups.archive import BackupProblem, Manifest, verified
from tracker.services.backups.restoring import is_empty, restore
from tracker.services.backups.reviewing import note_restore, release, throw_away
from tracker.services.backups.taking import audit_digest, back_up

__all__ = [
    "BackupProblem",
    "Manifest",
    "audit_digest",
    "back_up",
    "is_empty",
    "note_restore",
    "release",
    "restore",
    "throw_away",
    "verified",
]
