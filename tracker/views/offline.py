"""What a device needs to work without a connection. Nothing in here is about anybody."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tracker import access
from tracker.forms.checkin import CheckInForm
from tracker.views.patient import shell

STATIC_SHELL = ("aftercare.css", "checkin.css", "offline.js", "icon.svg")
PAGES = ("seek_help", "offline_check_in")


@login_not_required
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the shell. Served from the root, because its address bounds what it serves."""
    return HttpResponse(
        _worker(), content_type="text/javascript", headers={"Cache-Control": "no-cache, max-age=0"}
    )


@lru_cache(maxsize=1)
def _worker() -> str:
    """The worker with the addresses of the shell; its version changes with any file or template of ours."""
    kept = [*(static(f"tracker/{name}") for name in STATIC_SHELL), *(reverse(name) for name in PAGES)]
    offline, seek_help = reverse("offline_check_in"), reverse("seek_help")
    constants = {"VERSION": _version(), "SHELL": kept, "OFFLINE": offline, "HELP": seek_help}
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in constants.items())
    return head + _source("service-worker.js").read_text()


def _version() -> str:
    """Twelve hex digits of everything the kept pages are made of."""
    templates = sorted((Path(__file__).parents[2] / "templates").rglob("*.html"))
    files = [*(_source(name) for name in (*STATIC_SHELL, "service-worker.js")), *templates]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


def _source(name: str) -> Path:
    return Path(str(finders.find(f"tracker/{name}")))


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """Name and icon on a home screen. Neutral: it may be seen by whoever looks at the phone."""
    icons = [
        {"src": static(f"tracker/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    body = {
        "id": "/",
        "name": _("My check-in"),
        "short_name": _("Check-in"),
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#faf8f4",
        "theme_color": "#faf8f4",
        "icons": [*icons, {**icons[1], "purpose": "maskable"}],
    }
    return JsonResponse(body, content_type="application/manifest+json")


@login_not_required
@require_safe
def offline_check_in(request: HttpRequest) -> HttpResponse:
    """The form as it is kept on a device: every question, no name, no day, no token.

    The day is told from the moment of writing when the entry arrives.
    """
    return render(request, "offline/offline_check_in.html", {"form": CheckInForm(near_eye=True)})


@login_not_required
@never_cache
@require_safe
def fresh_token(request: HttpRequest) -> HttpResponse:
    """A token for the form about to be sent, and who may send it here: an entry is sent only for its owner.

    A remembered device may send an entry without a session.
    """
    user_id = request.user.pk
    if user_id is None:
        patient = access.by_device(request, timezone.now())
        if patient is None:
            return redirect_to_login(reverse("today"))
        user_id = patient.user_id
    return JsonResponse({"token": get_token(request), "owner": shell.device_owner(user_id)})
