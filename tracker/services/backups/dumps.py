"""What both database servers tell about a dump, and what a load gets."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Ask = Callable[[str], Iterable[Any]]
"""Runs one SQL query; gives its rows."""

AUDIT = "tracker_auditentry"
FLEETING = frozenset({"django_session", "cache"})
"""Tables that a restore empties."""


@dataclass(frozen=True, slots=True)
class Dump:
    """A dump's own words: the server's name and version, migrations applied, rows by table."""

    server: str
    schema: list[str]
    counts: dict[str, int]
    counts_last_audit: int


def described(server: str, tables: Iterable[str], ask: Ask) -> Dump:
    """Count every table and read the migrations, in the state that `ask` sees."""
    counts = {name: int(next(iter(ask(f'SELECT COUNT(*) FROM "{name}"')))[0]) for name in sorted(tables)}
    applied = ask("SELECT app, name FROM django_migrations ORDER BY app, name")
    last = next(iter(ask(f'SELECT COALESCE(MAX(id), 0) FROM "{AUDIT}"')))[0]
    return Dump(server, [f"{app}.{name}" for app, name in applied], counts, int(last))
