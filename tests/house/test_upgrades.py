"""Yesterday's code goes on working on today's tables: migrations only add, and what they add fills itself.

So `migrate` may run while the old web servers and workers still serve, and the old code may be put back
afterwards. New code on old tables is not meant to work: migrate first.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader
from django.db.models import NOT_PROVIDED, Field

from tests import cast
from tests.cast import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("error")]

FIRST = ("tracker", "0001_initial")
ADDS = (
    migrations.CreateModel,
    migrations.AddField,
    migrations.AddIndex,
    migrations.AlterModelOptions,
    migrations.AlterModelManagers,
)
WORDS = {"choices", "verbose_name", "help_text", "default", "db_default", "validators", "blank"}
"""What may change about a column without changing what the database takes."""

LOADER = MigrationLoader(None)
LATER = sorted(key for key in LOADER.disk_migrations if key[0] == "tracker" and key != FIRST)


def shape(field: "Field[Any, Any]") -> tuple[str, dict[str, Any]]:
    """A column as the database knows it."""
    _, path, _, options = field.deconstruct()
    return path, {name: value for name, value in options.items() if name not in WORDS}


def wrong(key: tuple[str, str]) -> Iterator[str]:
    """The operations of one migration that the code before it could not live with."""
    state = LOADER.project_state(key, at_end=False)
    born: set[str] = set()
    for operation in LOADER.disk_migrations[key].operations:
        name = operation.__class__.__name__
        model = getattr(operation, "model_name", None)
        if isinstance(operation, migrations.CreateModel):
            born.add(operation.name.lower())
        elif isinstance(operation, migrations.AddField):
            fills = operation.field.null or operation.field.db_default is not NOT_PROVIDED
            if not fills and not operation.field.many_to_many and model not in born:
                yield f"{model}.{operation.name} is neither nullable nor has a db_default"
        elif isinstance(operation, migrations.AlterField):
            before = state.models["tracker", str(model)].fields[operation.name]
            if shape(before) != shape(operation.field):
                yield f"{model}.{operation.name} changes its column"
        elif isinstance(operation, migrations.AddConstraint) and model in born:
            pass
        elif not isinstance(operation, ADDS):
            yield f"{name} of {model}"


@pytest.mark.parametrize("key", LATER, ids=lambda key: key[1])
def test_it_only_adds(key: tuple[str, str]) -> None:
    assert list(wrong(key)) == []


def columns(table: str) -> dict[str, bool]:
    """Columns of a table as it stands, and whether an INSERT that does not name them works."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f'PRAGMA table_info("{table}")')
            return {row[1]: not row[3] or row[4] is not None or bool(row[5]) for row in cursor.fetchall()}
        cursor.execute(
            "SELECT column_name, is_nullable = 'YES' OR column_default IS NOT NULL OR is_identity = 'YES'"
            " FROM information_schema.columns WHERE table_name = %s",
            [table],
        )
        return dict(cursor.fetchall())


def test_the_first_code_can_still_write_every_table_it_knew() -> None:
    for model in LOADER.project_state(FIRST).apps.get_models():
        if model._meta.app_label != "tracker":
            continue
        here, known = columns(model._meta.db_table), {f.column for f in model._meta.local_concrete_fields}
        assert known <= set(here), model
        assert [name for name, fills in here.items() if name not in known and not fills] == [], model


def test_the_first_code_really_writes_beside_the_present_code() -> None:
    old = LOADER.project_state(FIRST).apps
    recovery = cast.make_recovery()
    ids = {"clinic_id": recovery.clinic_id, "recovery_id": recovery.pk}
    made = [
        old.get_model("tracker", "CallBack").objects.create(**ids, asked_at=NOW, promised_by=NOW),
        old.get_model("tracker", "Patient").objects.create(
            clinic_id=recovery.clinic_id,
            user_id=cast.make_user("new@mail.example").pk,
            name="Zoe",
            phone="1",
            birth_year=1990,
            timezone="UTC",
            created_at=NOW,
        ),
        old.get_model("tracker", "AdverseEvent").objects.create(
            **ids,
            recorded_at=NOW,
            recorded_by_id=recovery.treatment.operator_id,
            began_on=NOW.date(),
            severity="mild",
            description="x",
        ),
    ]
    assert recovery.call_backs.get().why == "asked"
    assert recovery.clinic.patients.get(pk=made[1].pk).is_synthetic is False
    event = recovery.adverse_events.get()
    assert (event.outcome, event.earlier, event.reportable) == ("going_on", [], "open")
