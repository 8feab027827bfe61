"""Whether the product works, for monitors; and the mails of a trial run, for whoever tries it."""

import mailbox as maildir
import re
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_deny
from django.views.decorators.http import require_safe
from redis import Redis
from redis.exceptions import RedisError

from tracker.services import health as services

BROKER_SECONDS = 0.5
"""How long the page waits for the broker: a monitor must get its answer."""

MAILS_SHOWN = 50


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Each part apart, without a word about anybody. 503 as soon as one does not work."""
    parts: dict[str, dict[str, Any]] = {"web": {"ok": True}, **_stored(timezone.now())}
    parts["broker"] = {"ok": broker_answers(settings.CELERY_BROKER_URL)}
    well = all(part["ok"] for part in parts.values())
    return JsonResponse({"ok": well, "parts": parts}, status=200 if well else 503)


def _stored(now: datetime) -> dict[str, dict[str, Any]]:
    """What the database knows about itself, worker, beat and mail; without it nothing is known."""
    try:
        state = services.state(now=now)
    except DatabaseError:
        return {name: {"ok": False} for name in ("database", "worker", "beat", "mail")}
    return {
        "database": {"ok": True},
        "worker": {
            "ok": state.worker_ok,
            "age_seconds": state.worker_age,
            "oldest_unassessed_seconds": state.oldest_unassessed,
        },
        "beat": {
            "ok": state.beat_ok,
            "age_seconds": state.beat_age,
            "oldest_step_seconds": state.oldest_step,
        },
        "mail": {"ok": state.mail_ok, "oldest_alert_seconds": state.oldest_alert},
    }


def broker_answers(url: str, seconds: float = BROKER_SECONDS) -> bool:
    """Whether the broker at `url` answers a PING within `seconds`."""
    # Celery writes sockets as redis+socket://, the client as unix://
    address = url.replace("redis+socket://", "unix://", 1)
    limits = {"socket_timeout": seconds, "socket_connect_timeout": seconds}
    try:
        with Redis.from_url(address, retry=None, **limits) as client:
            return bool(client.ping())
    except (RedisError, OSError):
        return False


# --- the mails of a trial run -----------------------------------------------------------------------


def _in_trial(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only where the embedded mail catcher runs: nowhere else would anybody's mail lie here."""

    def guarded(request: HttpRequest, **kwargs: str) -> HttpResponse:
        if settings.MAIL_DIR is None or settings.PRODUCTION:
            raise Http404
        return view(request, **kwargs)

    guarded.__name__, guarded.__doc__, guarded.__module__ = view.__name__, view.__doc__, view.__module__
    return never_cache(login_not_required(require_safe(guarded)))


@_in_trial
def mailbox(request: HttpRequest) -> HttpResponse:
    """The newest mails that the catcher took."""
    mails = sorted(_mails(), key=lambda mail: mail["at"], reverse=True)[:MAILS_SHOWN]
    return render(request, "ops/mailbox.html", {"mails": mails})


@_in_trial
def mailbox_message(request: HttpRequest, key: str) -> HttpResponse:
    """One mail as text."""
    return render(request, "ops/mailbox_message.html", {"mail": _mail(key)})


@_in_trial
@xframe_options_deny
@csp_replace(  # type: ignore[untyped-decorator]
    {
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "img-src": ["data:"],
        "form-action": ["'none'"],
        "sandbox": ["allow-top-navigation-by-user-activation"],
    }
)
def mailbox_html(request: HttpRequest, key: str) -> HttpResponse:
    """One mail as a mail program draws it: no scripts, nothing loaded from elsewhere."""
    html = _mail(key)["html"]
    if not html:
        raise Http404
    return HttpResponse(html)


def _box() -> maildir.Maildir:
    return maildir.Maildir(str(settings.MAIL_DIR), factory=None, create=True)


def _mails() -> list[dict[str, Any]]:
    box = _box()
    return [_read(key, box.get_bytes(key)) for key in box.keys()]  # noqa: SIM118


def _mail(key: str) -> dict[str, Any]:
    try:
        return _read(key, _box().get_bytes(key))
    except KeyError:
        raise Http404 from None


def _read(key: str, raw: bytes) -> dict[str, Any]:
    message = BytesParser(policy=default).parsebytes(raw)
    assert isinstance(message, EmailMessage)
    return {
        "key": key,
        "at": _caught_at(key),
        "subject": message["Subject"] or "",
        "to": message["To"] or "",
        "date": message["Date"].datetime if message["Date"] else None,
        "text": _part(message, "plain"),
        "html": _part(message, "html"),
    }


def _caught_at(key: str) -> tuple[int, ...]:
    """Seconds, microseconds and running number from a Maildir key such as `1764017000.M12P34Q5.host`."""
    return tuple(int(digits) for digits in re.findall(r"(?:^|[MQ])(\d+)", key.rpartition(".")[0]))


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""
