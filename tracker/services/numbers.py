"""Counts that another query carries along as values, so that a page of many numbers asks once."""

from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery


class Number(Subquery):
    """How many rows a queryset has; with `most`, counting stops there, whatever the table holds."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"

    def __init__(self, rows: QuerySet[Any], most: int | None = None) -> None:
        chosen = rows.order_by().values("pk")
        super().__init__(chosen if most is None else chosen[:most], output_field=IntegerField())
