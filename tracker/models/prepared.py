"""Queries whose SQL is built once per process and then only filled in.

Django builds the SQL of a query anew each time it is asked. On the pages that everybody opens that was a
third of the time, more than the database took; only the values differ from one visit to the next.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection, connections
from django.db.models import QuerySet, prefetch_related_objects
from django.db.transaction import TransactionManagementError
from django.utils import timezone

T = TypeVar("T")
LARGEST = 2**63
"""No column holds a number so large."""


@dataclass(frozen=True, slots=True)
class _Built:
    """A compiled query: `slots` says which of `params` stand for which value."""

    asked: Any
    compiler: Any
    sql: str
    params: tuple[Any, ...]
    slots: tuple[tuple[int, str], ...]


class Prepared(Generic[T]):
    """The query that `build` makes of its keyword arguments, for values that leave its SQL as it is.

    Values are whole numbers, moments, dates, texts and UUIDs, never None, lists or anything computed inside
    `build`: those would ask for other SQL, and are refused with ValueError when the query is first asked.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, T]]) -> None:
        self.build = build
        self._built: dict[str, _Built] = {}  # by kind of database: each has words of its own

    def rows(self, **values: Any) -> list[T]:
        """Every row, as the query set that `build` makes would give them."""
        for name, value in values.items():
            if _kind(name, value) is int and not -LARGEST <= value < LARGEST:
                return []  # an address can hold any number; no row has it
        kind = connection.vendor
        built = self._built.get(kind)
        if built is None:
            built = self._built[kind] = self._compiled(values)
        rows = list(_run(built, values))
        if built.asked._prefetch_related_lookups:
            prefetch_related_objects(rows, *built.asked._prefetch_related_lookups)
        return rows

    def first(self, **values: Any) -> T | None:
        """The first row, or None; `build` itself says that one is enough."""
        return next(iter(self.rows(**values)), None)

    def _compiled(self, values: dict[str, Any]) -> _Built:
        one, other = (_stand_ins(values, turn) for turn in (0, 1))
        asked, again = self.build(**one), self.build(**other)
        compiler, second = (_compiler(queryset) for queryset in (asked, again))
        (sql, params), (sql_again, params_again) = compiler.as_sql(), second.as_sql()
        slots = tuple(
            (place, _whose(first, then, one, other, compiler.connection))
            for place, (first, then) in enumerate(zip(params, params_again, strict=True))
            if first != then
        )
        if sql != sql_again or {name for _place, name in slots} != set(values):
            raise ValueError(f"the SQL of {self.build.__name__} depends on its values")
        return _Built(asked, compiler, sql, tuple(params), slots)


def _kind(name: str, value: Any) -> type:
    if not isinstance(value, bool):
        for kind in (int, datetime, date, str, UUID):  # a moment is a date as well
            if isinstance(value, kind):
                return kind
    raise ValueError(f"{name} cannot be filled in: {value!r}")


def _stand_ins(values: dict[str, Any], turn: int) -> dict[str, Any]:
    """A value of the same kind for each, unlike all others and unlike those of the other turn."""
    found: dict[str, Any] = {}
    for number, (name, value) in enumerate(values.items(), start=1000 * turn):
        moment = datetime(2001, 1, 1, tzinfo=timezone.get_default_timezone()) + timedelta(days=number)
        found[name] = {
            int: 101 + number,  # small enough for every column
            datetime: moment,
            date: moment.date(),
            str: f"stand-in {number}",
            UUID: UUID(int=number),
        }[_kind(name, value)]
    return found


def _compiler(asked: QuerySet[Any, Any]) -> Any:
    return asked.query.chain().get_compiler(using=asked.db)


def _whose(first: Any, then: Any, one: dict[str, Any], other: dict[str, Any], connection: Any) -> str:
    for name in one:
        if first == _given(one[name], first, connection) and then == _given(other[name], then, connection):
            return name
    raise ValueError(f"{first!r} is computed from a value: compute it before the query")


def _given(value: Any, like: Any, connection: Any) -> Any:
    """The value as the database takes it in the place of `like`."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    return type(like)(value) if isinstance(like, int) and isinstance(value, int) else value


def _run(built: _Built, values: dict[str, Any]) -> Any:
    """The rows as Django's own iteration makes them, over the SQL that is known already."""
    compiler, connection = copy.copy(built.compiler), connections[built.asked.db]
    if built.asked.query.select_for_update and connection.get_autocommit():
        raise TransactionManagementError("rows are held inside a transaction")
    params = list(built.params)
    for place, name in built.slots:
        params[place] = _given(values[name], params[place], connection)
    compiler.connection = connection  # the thread's own
    compiler.as_sql = lambda *_args, **_more: (built.sql, tuple(params))
    query: Any = copy.copy(built.asked.query)
    query.get_compiler = lambda *_args, **_more: compiler
    asked: Any = SimpleNamespace(db=built.asked.db, query=query, model=built.asked.model)
    asked._fields, asked._known_related_objects = built.asked._fields, {}
    return built.asked._iterable_class(asked)
