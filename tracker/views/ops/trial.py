"""The mails of a trial run, for whoever tries the product."""

import mailbox as maildir
import re
from collections.abc import Callable
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_deny
from django.views.decorators.http import require_safe

MAILS_SHOWN = 50


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
    """The newest mails that the catcher took, without those of the system to itself."""
    mails = [mail for mail in _mails() if mail["to"] != settings.CANARY_EMAIL]
    mails = sorted(mails, key=lambda mail: mail["at"], reverse=True)[:MAILS_SHOWN]
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
