"""Who the signed-in person is, their language and zone, and that nothing private is cached."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from tracker import access

GetResponse = Callable[[HttpRequest], HttpResponse]


def whoami(get_response: GetResponse) -> GetResponse:
    """Set `request.member` and `request.patient`, speak the person's language, forbid caching."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        request.member = None  # type: ignore[attr-defined]
        request.patient = None  # type: ignore[attr-defined]
        if user.is_authenticated:
            request.member = SimpleLazyObject(lambda: access.membership_of(user))  # type: ignore[attr-defined]
            request.patient = SimpleLazyObject(lambda: access.patient_of(user))  # type: ignore[attr-defined]
            translation.activate(user.language)
        response = get_response(request)
        timezone.deactivate()
        if user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware
