"""Breaking a transaction at every place where it can break."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


class Injected(Exception):
    """The fault that the test put in."""


SAVEPOINTS = ("SAVEPOINT", "RELEASE", "ROLLBACK")
"""What a transaction needs to undo itself: a server that refuses even this has lost the connection."""


@contextmanager
def fails_at_statement(number: int) -> Iterator[None]:
    """The `number`th statement from here on (1, 2, …), reads too, raises Injected instead of happening."""
    statements = 0

    def wrapper(execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        nonlocal statements
        if not sql.lstrip().upper().startswith(SAVEPOINTS):
            statements += 1
            if statements == number:
                raise Injected(sql[:60])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield


def break_everywhere(act: Callable[[], Any], check: Callable[[], Any]) -> int:
    """Run `act` with a fault at its first statement, then its second, … until it gets through.

    `check` is called after each fault. Returns at how many places it broke.
    """
    for place in range(1, 200):
        try:
            with fails_at_statement(place):
                act()
        except Injected:
            check()
        else:
            return place - 1
    raise AssertionError("the act never got through")
