"""One row of what somebody may see, or the answer that it is not there."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from tracker.models.prepared import Prepared

T = TypeVar("T")
M = TypeVar("M", bound=Model)


def one(rows: QuerySet[M], pk: int) -> M:
    """The row, or 404."""
    return get_object_or_404(rows, pk=pk)


def one_of(rows: Prepared[T], **values: Any) -> T:
    """The first row that a prepared query finds, or 404."""
    found = rows.first(**values)
    if found is None:
        raise Http404
    return found
