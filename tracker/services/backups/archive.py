"""The file: a tar with a manifest in front, which names every other part with its length and hash."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

FORMAT = 1
MANIFEST, MANIFEST_HASH = "manifest.json", "manifest.sha256"
DATABASE, MEDIA = "database", "media"
_PIECE = 1024 * 1024


class BackupProblem(Exception):
    """The backup was not taken, or not put back; the text says why. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself.

    `schema` lists the migrations applied ("tracker.0001_initial"), `counts` rows by table. `audit_last`
    and `audit_digest` are the newest audit entry and the hash of all up to it: kept outside the database
    they show what was changed in it since. `parts` maps names to (bytes, SHA-256).
    """

    taken_at: str
    engine: str
    server: str
    schema: list[str]
    counts: dict[str, int]
    audit_last: int
    audit_digest: str
    parts: dict[str, list[Any]]
    format: int = FORMAT

    @property
    def taken(self) -> datetime:
        """When, as an instant."""
        return datetime.fromisoformat(self.taken_at)


def hash_of(file: IO[bytes]) -> str:
    """SHA-256 of what is left to read, as hexadecimal."""
    found = hashlib.sha256()
    while piece := file.read(_PIECE):
        found.update(piece)
    return found.hexdigest()


def parts_below(folder: Path) -> dict[str, list[Any]]:
    """Every file below `folder` with its length and hash, by its path from there."""
    found: dict[str, list[Any]] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                found[path.relative_to(folder).as_posix()] = [path.stat().st_size, hash_of(file)]
    return found


def write(target: Path, folder: Path, manifest: Manifest) -> None:
    """Write the tar beside `target` and move it there when it lies on the disk: no half backups."""
    text = json.dumps(asdict(manifest), indent=1, sort_keys=True).encode()
    draft = target.with_name(f".{target.name}.part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                for name, content in (
                    (MANIFEST, text),
                    (MANIFEST_HASH, hashlib.sha256(text).hexdigest().encode()),
                ):
                    entry = tarfile.TarInfo(name)
                    entry.size = len(content)
                    tar.addfile(entry, io.BytesIO(content))
                for name in manifest.parts:
                    tar.add(folder / name, arcname=name)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def verified(path: Path, into: Path | None = None) -> Iterator[Manifest]:
    """The manifest of a backup whose every part has the length and hash that it names.

    With `into` the parts are written there while they are checked. Raises BackupProblem.
    """
    try:
        with tarfile.open(path, mode="r:") as tar:
            manifest = _manifest(tar)
            for name, (size, digest) in manifest.parts.items():
                _check(tar, name, size, digest, into)
    except (tarfile.TarError, OSError, EOFError, KeyError, ValueError, TypeError) as error:
        raise BackupProblem(f"{path} is not a whole backup: {error}") from error
    yield manifest


def _manifest(tar: tarfile.TarFile) -> Manifest:
    text, said = _read(tar, MANIFEST), _read(tar, MANIFEST_HASH).decode()
    if hashlib.sha256(text).hexdigest() != said:
        raise BackupProblem("The manifest was changed after the backup was taken.")
    found = json.loads(text)
    if found.get("format") != FORMAT:
        raise BackupProblem(f"Format {found.get('format')} is not known here; this is format {FORMAT}.")
    return Manifest(**found)


def _read(tar: tarfile.TarFile, name: str) -> bytes:
    file = tar.extractfile(name)
    if file is None:
        raise KeyError(name)
    return file.read()


def _check(tar: tarfile.TarFile, name: str, size: int, digest: str, into: Path | None) -> None:
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise BackupProblem(f"{name} would lie outside the folder.")
    entry, file = tar.getmember(name), tar.extractfile(name)
    if file is None or entry.size != size or hash_of(file) != digest:
        raise BackupProblem(f"{name} was changed after the backup was taken.")
    if into is None:
        return
    file.seek(0)
    target = into / name
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with target.open("wb") as out:
        while piece := file.read(_PIECE):
            out.write(piece)
