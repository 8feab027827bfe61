"""Who the signed-in person is, their language and zone, and that nothing private is cached."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from tracker import access
from tracker.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]


def _zone(request: HttpRequest) -> ZoneInfo:
    """The wall clock of the pages: the clinic's for members, their own for patients."""
    if request.member:  # type: ignore[attr-defined]
        return ZoneInfo(request.member.clinic.timezone)  # type: ignore[attr-defined]
    return ZoneInfo(request.patient.timezone if request.patient else "UTC")  # type: ignore[attr-defined]


def _lazily(request: HttpRequest, who: Callable[[User], Any]) -> Any:
    """Asked only if somebody wants to know, and then what `access` was told or will be told."""
    return SimpleLazyObject(lambda: access.asked_once(request, who))


def whoami(get_response: GetResponse) -> GetResponse:
    """Set `request.member` and `request.patient`, use the person's language and zone, forbid caching."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        request.member = None  # type: ignore[attr-defined]
        request.patient = None  # type: ignore[attr-defined]
        if user.is_authenticated:
            request.member = _lazily(request, access.membership_of)  # type: ignore[attr-defined]
            request.patient = _lazily(request, access.patient_of)  # type: ignore[attr-defined]
            translation.activate(user.language)
            timezone.activate(_zone(request))
        response = get_response(request)
        timezone.deactivate()
        if user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
            if not request.user.is_authenticated:  # just signed out: nothing of theirs stays on the device
                response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return middleware
