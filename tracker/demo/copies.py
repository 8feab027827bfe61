"""Many rows that are alike in all but a few columns, written by the database itself: far fewer seconds."""

from typing import Any

from django.db import connection
from django.db.models import Func, Model, QuerySet, UUIDField, Value
from django.db.models.expressions import Combinable, DatabaseDefault


class Key(Func):
    """A UUID that is a number."""

    output_field = UUIDField()
    template = "LPAD(TO_HEX(%(expressions)s), 32, '0')::uuid"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite keeps it as 32 digits. Each sign of percent is halved twice on the way."""
        template = "PRINTF('%%%%032x', %(expressions)s)"
        return self.as_sql(compiler, connection, template=template, **context)


def insert(sample: Model, rows: QuerySet[Any], **own: Combinable) -> None:
    """For each of `rows` a copy of `sample`, which is not saved; `own` are columns taken from that row."""
    values: dict[str, Any] = {}
    for field in sample._meta.concrete_fields:
        value = own.get(field.name) or getattr(sample, field.attname)
        if field.primary_key or isinstance(value, DatabaseDefault):
            continue
        values[str(field.column)] = value if field.name in own else Value(value, output_field=field)
    select, params = rows.order_by("pk").values_list(*values.values()).query.sql_with_params()
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, values))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quote(sample._meta.db_table)} ({columns}) {select}", params)
