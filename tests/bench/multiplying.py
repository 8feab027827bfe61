"""The crowd many times over: `python -m tests.bench.multiplying FOLDER TIMES SESSIONS`, by PostgreSQL itself.

A copy is the same rows under other keys. Whatever points at a row of the crowd points at the copy's own row;
addresses and other texts that may exist once get a word in front. Clinics are copied too: a chain of a
million recoveries is no single clinic.
"""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

Marks = dict[str, int]
"""The highest key of each table."""


def main(folder: Path, times: int, sessions: int) -> None:
    """Multiply what FOLDER/marks.json says, check it, write down the requests and FOLDER/multiplied.json."""
    from django.db import connection

    from tests.bench.ours import write

    took = multiply(json.loads((folder / "marks.json").read_text()), times)
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    found = {"copying": took, "vacuum": time.perf_counter() - begun, **checked()}
    write(folder, sessions)
    (folder / "multiplied.json").write_text(json.dumps(found))


def checked() -> dict[str, Any]:
    """Is it a true database? References that lead nowhere, and all that `selfcheck` asks."""
    from django.utils import timezone

    from tracker.services import sealing, selfcheck

    begun = time.perf_counter()
    lost, now = orphans(), timezone.now()
    sealing.seal(now=now)
    faults = [check.what for check in selfcheck.run(now=now, running=False) if not check.ok]
    return {"orphans": lost, "faults": faults, "checking": time.perf_counter() - begun}


def _models() -> "Iterator[Any]":
    """Every model with a table and a numeric key."""
    from django.apps import apps
    from django.db.models import AutoField

    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and isinstance(model._meta.pk, AutoField):
            yield model


def marks() -> Marks:
    """The keys as they stand. Rows that come later are the crowd's."""
    from django.db.models import Max

    return {m._meta.db_table: m._default_manager.aggregate(top=Max("pk"))["top"] or 0 for m in _models()}


def multiply(before: Marks, times: int) -> dict[str, float]:
    """Make `times` of what is there once beyond `before`. Returns the seconds of each table.

    References are not checked on the way: `orphans` does it afterwards, for all rows at once.
    """
    from django.db import connection, transaction

    top = marks()
    steps = {table: top[table] - before[table] for table in top if top[table] > before[table]}
    took = {}
    for model in _models():
        table = model._meta.db_table
        if table not in steps:
            continue
        begun = time.perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for number in range(1, times):
                cursor.execute(_copy(model, number, before, steps))
            cursor.execute(
                f'SELECT setval(pg_get_serial_sequence(\'"{table}"\', %s), (SELECT max(id) FROM "{table}"))',
                [model._meta.pk.column],
            )
        took[table] = time.perf_counter() - begun
    return took


def _copy(model: Any, number: int, before: Marks, steps: Marks) -> str:
    """The statement that writes copy `number` of a table."""
    table = model._meta.db_table
    values = {f.column: _value(f, number, before, steps) for f in model._meta.concrete_fields}
    columns = ", ".join(f'"{column}"' for column in values)
    last = before[table] + steps[table]
    return (
        f'INSERT INTO "{table}" ({columns}) OVERRIDING SYSTEM VALUE SELECT {", ".join(values.values())}'
        f' FROM "{table}" WHERE id > {before[table]} AND id <= {last} ORDER BY id'
    )


def _value(field: Any, number: int, before: Marks, steps: Marks) -> str:
    from django.db.models import CharField, EmailField

    column, own = f'"{field.column}"', field.model._meta.db_table
    if field.primary_key:
        return f"{column} + {number * steps[own]}"
    if field.is_relation:
        there = field.related_model._meta.db_table
        if there not in steps:
            return column
        shifted = f"{column} + {number * steps[there]}"
        return f"CASE WHEN {column} > {before[there]} THEN {shifted} ELSE {column} END"
    if isinstance(field, EmailField) or (field.unique and isinstance(field, CharField)):
        return f"CASE WHEN {column} = '' THEN '' ELSE 'copy{number}.' || {column} END"
    return column


def orphans() -> dict[str, int]:
    """By "table.column": rows that point at nothing. Empty when all is well."""
    from django.db import connection

    found = {}
    with connection.cursor() as cursor:
        for model in _models():
            for field in model._meta.concrete_fields:
                if not field.is_relation:
                    continue
                table, there = model._meta.db_table, field.related_model._meta.db_table
                cursor.execute(
                    f'SELECT count(*) FROM "{table}" a LEFT JOIN "{there}" b ON b.id = a."{field.column}"'
                    f' WHERE a."{field.column}" IS NOT NULL AND b.id IS NULL'
                )
                if number := cursor.fetchone()[0]:
                    found[f"{table}.{field.column}"] = number
    return found


if __name__ == "__main__":
    django.setup()
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
