"""One row of what somebody may see, or the answer that it is not there."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404

M = TypeVar("M", bound=Model)


def one(rows: QuerySet[M], pk: int) -> M:
    """The row, or 404."""
    return get_object_or_404(rows, pk=pk)
