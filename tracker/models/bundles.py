"""Rows of one table carried along by a query on another, as JSON: a page of many lists asks once."""

import json
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db.models import (
    BooleanField,
    DateTimeField,
    Field,
    JSONField,
    Model,
    QuerySet,
    Subquery,
    TextField,
)

M = TypeVar("M", bound=Model)

MAKERS = {
    "postgresql": "(SELECT json_agg(json_build_array({columns}))::text FROM (%(subquery)s) carried)",
    "sqlite": "(SELECT json_group_array(json_array({columns})) FROM (%(subquery)s) carried)",
}


class Bundle(Subquery):
    """All columns of `rows`, which may refer to the outer query. `unpack` makes models of it again."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        fields = rows.model._meta.concrete_fields
        self.columns = ", ".join(f'carried."{field.column}"' for field in fields)
        super().__init__(rows.values(*(field.attname for field in fields)), output_field=TextField())

    def as_sql(self, compiler: Any, connection: Any, template: Any = None, **extra: Any) -> Any:
        """In the words of the database at hand."""
        maker = template or MAKERS[connection.vendor].format(columns=self.columns)
        return super().as_sql(compiler, connection, maker, **extra)


PICKERS = {"postgresql": "{pk} = ANY(ARRAY(%(subquery)s))", "sqlite": "{pk} IN (%(subquery)s)"}


class Among(Subquery):
    """Whether a row is one of `picked`, a slice of the same table: those are found first, then joined.

    PostgreSQL would join every row with everything before it throws away what `pk IN (…)` leaves out.
    """

    def __init__(self, picked: QuerySet[Any]) -> None:
        meta = picked.model._meta
        self.pk = f'"{meta.db_table}"."{meta.pk.column}"'
        super().__init__(picked.values("pk"), output_field=BooleanField())

    def as_sql(self, compiler: Any, connection: Any, template: Any = None, **extra: Any) -> Any:
        """In the words of the database at hand."""
        return super().as_sql(compiler, connection, PICKERS[connection.vendor].format(pk=self.pk), **extra)


def unpack(model: type[M], bundle: str | None) -> list[M]:
    """The rows of a Bundle over `model`, in its order."""
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    return [
        model.from_db("default", names, [_value(f, v) for f, v in zip(fields, row, strict=True)])
        for row in json.loads(bundle or "[]")
    ]


def _value(field: "Field[Any, Any]", value: Any) -> Any:
    """One column as the field keeps it; databases write times and lists into JSON each in their way."""
    if isinstance(field, JSONField):
        return json.loads(value) if isinstance(value, str) else value
    if isinstance(field, DateTimeField) and value:
        at = datetime.fromisoformat(value)
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    return field.to_python(value)


def fill(row: Model, name: str, rows: list[Any]) -> None:
    """Let `row.name.all()` answer with `rows`, as if they had been prefetched."""
    known = getattr(row, name).get_queryset()
    known._result_cache, known._prefetch_done = rows, True
    if not hasattr(row, "_prefetched_objects_cache"):
        row._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    row._prefetched_objects_cache[name] = known  # type: ignore[attr-defined]
