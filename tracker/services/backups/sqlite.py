"""SQLite: the online backup of the file, with every writer going on."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection

from tracker.services.backups.archive import BackupProblem
from tracker.services.backups.dumps import Dump, described


def _tables(db: sqlite3.Connection) -> list[str]:
    rows = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return [name for (name,) in rows]


class Server:
    """The project's database file."""

    def dump(self, to: Path) -> Dump:
        """Copy the file in one step: in WAL mode readers and writers are not held up."""
        connection.ensure_connection()
        source: sqlite3.Connection = connection.connection
        with closing(sqlite3.connect(to)) as copy:
            source.backup(copy)
            # a single file, without the log that a reader of the copy would start
            copy.execute("PRAGMA journal_mode=DELETE")
            return described(f"sqlite {sqlite3.sqlite_version}", _tables(copy), copy.execute)

    def load(self, part: Path, guard: Sequence[str]) -> Dump:
        """Put the copy, with `guard` done to it, in place of everything, as one step for every reader."""
        with closing(sqlite3.connect(part)) as copy:
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
            if found != "ok":
                raise BackupProblem(f"The database in the backup is damaged: {found}")
            described_before = described("", _tables(copy), copy.execute)
            for statement in guard:
                copy.execute(statement)
            copy.commit()
            connection.close()
            with closing(sqlite3.connect(str(connection.settings_dict["NAME"]), timeout=20)) as target:
                copy.backup(target)
                target.execute("PRAGMA journal_mode=WAL")
        return described_before

    def in_use(self) -> str:
        """Who else uses the database; "" when nobody can be seen. SQLite cannot tell."""
        return ""

    def ask(self, query: str) -> Iterable[Any]:
        """Rows of one query."""
        with connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())
