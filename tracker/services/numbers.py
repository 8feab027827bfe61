"""Counts that another query carries along as values, so that a page of many numbers asks once."""

from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery


class Number(Subquery):
    """How many rows a queryset has, or how many different values of `of` where it is distinct.

    With `most`, counting stops there, whatever the table holds.
    """

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"

    def __init__(self, rows: QuerySet[Any], most: int | None = None, of: str = "pk") -> None:
        chosen = rows.order_by().values(of)
        super().__init__(chosen if most is None else chosen[:most], output_field=IntegerField())
