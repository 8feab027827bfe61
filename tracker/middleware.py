"""Who the signed-in person is, whether they may still read, their language and zone; no private caches."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from tracker import access
from tracker.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]

ADDING = {"home", "today", "result", "seek_help", "fresh_token"}
ABOUT_NOBODY = {"offline_check_in", "service_worker", "manifest"}
"""What a patient's remembered device may open when the sign-in is no longer fresh. All else ends it."""


def _zone(request: HttpRequest) -> ZoneInfo:
    """The wall clock of the pages: the clinic's for members, their own for patients."""
    if request.member:  # type: ignore[attr-defined]
        return ZoneInfo(request.member.clinic.timezone)  # type: ignore[attr-defined]
    return ZoneInfo(request.patient.timezone if request.patient else "UTC")  # type: ignore[attr-defined]


def _lazily(request: HttpRequest, who: Callable[[User], Any]) -> Any:
    """Asked only if somebody wants to know, and then what `access` was told or will be told."""
    return SimpleLazyObject(lambda: access.asked_once(request, who))


def _page_of(request: HttpRequest) -> str:
    """The page that a form stands on; a form may be sent to an address that has no page."""
    page = urlsplit(request.headers.get("Referer", ""))
    return page.path if page.netloc == request.get_host() else request.path


def _asked_again(request: HttpRequest) -> HttpResponse | None:
    """Ends a sign-in that is no longer fresh, unless a check-in is being added. The way in, for a form.

    An open form stays good, its words wait on the server; the device stays remembered and its storage
    is left alone, since entries may wait in it.
    """
    now = timezone.now()
    request.is_fresh = access.is_fresh(request, now)  # type: ignore[attr-defined]
    if request.is_fresh:  # type: ignore[attr-defined]
        return None
    try:
        name = resolve(request.path_info).url_name
    except Resolver404:
        name = ""
    public = name in ADDING | ABOUT_NOBODY
    if public and not request.member and access.may_add(request, now):  # type: ignore[attr-defined]
        return None
    page = _page_of(request)
    kept = access.kept_for_next(request, page)
    logout(request)
    request.session.update(kept)
    request.member = request.patient = None  # type: ignore[attr-defined]
    return None if public or request.method in ("GET", "HEAD") else redirect_to_login(page)


def whoami(get_response: GetResponse) -> GetResponse:
    """Set `request.member` and `request.patient`, use the person's language and zone, forbid caching."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        request.member = None  # type: ignore[attr-defined]
        request.patient = None  # type: ignore[attr-defined]
        request.is_fresh = False  # type: ignore[attr-defined]
        asked_again = None
        if user.is_authenticated:
            request.member = _lazily(request, access.membership_of)  # type: ignore[attr-defined]
            request.patient = _lazily(request, access.patient_of)  # type: ignore[attr-defined]
            asked_again = _asked_again(request)
            user = request.user
        if user.is_authenticated:
            translation.activate(user.language)
            timezone.activate(_zone(request))
        response = asked_again or get_response(request)
        timezone.deactivate()
        if user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
            if not request.user.is_authenticated:  # just signed out: nothing of theirs stays on the device
                response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return middleware
