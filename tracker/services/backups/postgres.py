"""PostgreSQL: its own pg_dump and pg_restore."""

import glob
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection, transaction
from django.db.backends.postgresql.client import DatabaseClient

from tracker.services.backups.archive import BackupProblem
from tracker.services.backups.dumps import Dump, described


def program(name: str, at_least: int) -> str:
    """Where a PostgreSQL program of a major version or newer is. BackupProblem names what is missing."""
    found = [shutil.which(name), *sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)]
    seen = []
    for path in filter(None, found):
        said = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
        version = re.search(r"(\d+)", said)
        if version and int(version[1]) >= at_least:
            return str(path)
        seen.append(f"{path} is {said.strip()}")
    what = f"{name} of PostgreSQL {at_least} or newer is needed on this machine"
    raise BackupProblem(f"{what} ({'; '.join(seen) or 'none was found'}).")


def _run(arguments: Sequence[str | Path], **more: Any) -> None:
    """Run one program on the project's database. Raises BackupProblem with its own words."""
    options, secrets = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    command = [arguments[0], *options[1:-1], *arguments[1:]]
    environment = {**os.environ, **(secrets or {}), "PGDATABASE": options[-1]}
    done = subprocess.run(command, env=environment, stderr=subprocess.PIPE, **more)
    if done.returncode:
        raise BackupProblem(f"{Path(arguments[0]).name} failed: {done.stderr.decode().strip()}")


OTHERS = """
    SELECT COALESCE(NULLIF(application_name, ''), 'process') || ' ' || pid FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


class Server:
    """The project's database server."""

    def _major(self) -> int:
        (number,) = next(iter(self.ask("SHOW server_version_num")))
        return int(number) // 10000

    def dump(self, to: Path) -> Dump:
        """Dump in the custom format; the counts are read in the very same snapshot."""
        pg_dump = program("pg_dump", self._major())
        with transaction.atomic():
            self.ask("SET LOCAL idle_in_transaction_session_timeout = 0", rows=False)
            self.ask("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", rows=False)
            (snapshot,) = next(iter(self.ask("SELECT pg_export_snapshot()")))
            _run(
                [
                    pg_dump,
                    "--format=custom",
                    "--no-owner",
                    "--no-acl",
                    f"--snapshot={snapshot}",
                    f"--file={to}",
                ]
            )
            return self._described()

    def _described(self) -> Dump:
        return described(f"postgresql {self._major()}", self._tables(), self.ask)

    def _tables(self) -> list[str]:
        rows = self.ask("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        return [name for (name,) in rows]

    def load(self, part: Path, guard: Sequence[str]) -> Dump:
        """Drop what is there, load and guard, in one transaction: everything, or what stood before."""
        pg_restore, psql = program("pg_restore", self._major()), program("psql", self._major())
        tables = self._tables()
        connection.close()
        script = part.with_suffix(".sql")
        _run([pg_restore, "--no-owner", "--no-acl", f"--file={script}", part])
        before, after = part.with_suffix(".before"), part.with_suffix(".after")
        before.write_text("".join(f'DROP TABLE IF EXISTS "{name}" CASCADE;\n' for name in tables))
        # the script empties the search path, and instants in the guard are UTC
        here = "SET search_path = public;\nSET TIME ZONE 'UTC';\n"
        after.write_text(here + "".join(f"{one};\n" for one in guard))
        files = [f"--file={file}" for file in (before, script, after)]
        quiet = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
        _run([psql, *quiet, *files], stdout=subprocess.DEVNULL)
        return self._described()

    def in_use(self) -> str:
        """Who else is connected; "" when nobody is. Connections that this process kept are closed."""
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]
        # one connection of its own: a new pool opens more than one when it is slow
        with closing(psycopg.connect(**connection.get_connection_params())) as alone:
            for _ in range(20):
                others = [name for (name,) in alone.execute(OTHERS)]
                if not others:
                    break
                time.sleep(0.1)  # the server takes a moment to let go of what has just been closed
        return ", ".join(others)

    def ask(self, query: str, *, rows: bool = True) -> Iterable[Any]:
        """Rows of one query."""
        with closing(connection.cursor()) as cursor:
            cursor.execute(query)
            return list(cursor.fetchall()) if rows else []
