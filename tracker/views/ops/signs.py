"""Whether the product works, for monitors: every figure from the database, none about anybody."""

import hmac
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.exceptions import RedisError

from tracker.services import health as services
from tracker.services import repairs

BROKER_SECONDS = 0.5
"""How long the page waits for the broker: a monitor must get its answer."""

LOOPBACK = ("127.0.0.1", "::1")


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
    """What the database knows about itself and every part but the broker; without it nothing is known."""
    try:
        state = services.state(now=now)
    except DatabaseError:
        return {
            name: {"ok": False} for name in ("database", "worker", "beat", "mail", "watch", "disk", "proof")
        }
    found: dict[str, dict[str, Any]] = {
        "database": {"ok": True},
        "worker": {"ok": state.worker_ok, "oldest_unassessed_seconds": state.oldest_unassessed},
        "beat": {"ok": state.beat_ok, "oldest_step_seconds": state.oldest_step},
        "mail": {"ok": state.mail_ok, "oldest_alert_seconds": state.oldest_alert},
        "watch": {"ok": state.watch_ok},
        "disk": {"ok": state.disk_ok},
        "proof": {"ok": state.proof_ok},
    }
    return {
        name: part | ({"age_seconds": state.ages.get(name)} if name in state.ages else {})
        for name, part in found.items()
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


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The same figures as Prometheus reads them, for whoever has the token.

    Without a token for this machine alone, and in production for nobody: behind a proxy every request seems
    to come from this machine. Written here, because the processes share nothing but the database.
    """
    if not _may_measure(request):
        raise Http404
    text = "".join(f"{line}\n" for line in _lines(timezone.now()))
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_measure(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    return not settings.PRODUCTION and request.META.get("REMOTE_ADDR") in LOOPBACK


def _lines(now: datetime) -> Iterator[str]:
    state = services.state(now=now)
    yield from _metric("sign_age_seconds", "Age of the last sign of life of a part", "part", state.ages)
    yield from _metric("part_failing", "1 for a part that failed at its last try", "part", _failing(state))
    ages = {
        "check_in": state.oldest_unassessed,
        "urgent_alert": state.oldest_alert,
        "escalation_step": state.oldest_step,
    }
    # what does not wait is 0 old, so that a limit on the number holds at all times
    yield from _metric("oldest_waiting_seconds", "Age of the oldest that waits", "what", _or_nought(ages))
    yield from _metric("repairs_total", "Late work that a sweep did", "kind", repairs.count(), "counter")
    took = state.details.get(services.PROOF)
    if took:
        yield from _metric("proof_took_seconds", "From entry to mail, last proof", "", {"": float(took)})
    yield from _metric(
        "well", "1 while nothing is late and nothing stands still", "", {"": int(state.all_ok)}
    )


def _failing(state: services.State) -> dict[str, int]:
    """Of the proof the detail is no failure but how long it took."""
    return {part: int(bool(said)) for part, said in state.details.items() if part != services.PROOF}


def _or_nought(ages: dict[str, int | None]) -> dict[str, int]:
    return {name: age or 0 for name, age in ages.items()}


def _metric(name: str, said: str, label: str, values: Any, kind: str = "gauge") -> Iterator[str]:
    """One metric in the text format; values that are None are left out."""
    yield f"# HELP aftercare_{name} {said}."
    yield f"# TYPE aftercare_{name} {kind}"
    for key, value in values.items():
        if value is not None:
            labels = f'{{{label}="{key}"}}' if label else ""
            yield f"aftercare_{name}{labels} {value}"
