"""What the product is for, and how it is doing, in words."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tracker import access
from tracker.healing import infection
from tracker.models import Repair
from tracker.services import canary, drill, health, repairs
from tracker.views.clinician.strip import lately

PARTS = {
    health.WEB: _("Pages, as seen from outside"),
    health.WORKER: _("Worker: judges entries"),
    health.BEAT: _("Schedule: reminders and alerts in time"),
    health.MAIL: _("Mail server"),
    health.DISK: _("Room on the disk"),
    health.WATCH: _("Watch over all this"),
    health.PROOF: _("Proof from entry to mail"),
    health.OUTSIDE: _("Outside alarm told that all is well"),
}


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What it is for, for whom, what it does not do, and whether anybody answers for its use here."""
    context = {"version": settings.VERSION, "editions": sorted(infection.EDITIONS)}
    return render(request, "ops/about.html", context)


@require_safe
def system(request: HttpRequest) -> HttpResponse:
    """Every part with its last sign of life, proofs, repairs and the clinic's fire drills."""
    member = access.member(request, access.Right.MANAGE)
    now = timezone.now()
    state = health.state(now=now)
    begun, proven = canary.flights(now=now)
    context: dict[str, Any] = {
        "section": "team",
        "parts": [_part(state, name, said) for name, said in PARTS.items()],
        "waiting": _waiting(state),
        "proofs": {"begun": begun, "proven": proven, "on": bool(settings.CANARY_EMAIL)},
        "outside_on": bool(settings.DEADMAN_URL),
        "repairs": _repairs(repairs.count(), repairs.count(since=now - timedelta(days=1))),
        "drills": drill.history(clinic=member.clinic),
    }
    return render(request, "ops/system.html", context)


def _part(state: health.State, name: str, said: Any) -> dict[str, Any]:
    age = state.ages.get(name)
    well = {
        health.WEB: state.web_ok,
        health.WORKER: state.worker_ok,
        health.BEAT: state.beat_ok,
        health.MAIL: not state.mail_error,
        health.DISK: state.disk_ok,
        health.WATCH: state.watch_ok,
        health.PROOF: state.proof_ok,
        health.OUTSIDE: not state.details.get(health.OUTSIDE),
    }[name]
    return {"name": said, "ago": None if age is None else lately(age), "well": well, "seen": age is not None}


def _waiting(state: health.State) -> list[tuple[Any, str]]:
    """What waits longest of each kind; "" when nothing does."""
    ages = (
        (_("Entry not judged yet"), state.oldest_unassessed),
        (_("Urgent alert that reached nobody yet"), state.oldest_alert),
        (_("Next alert step overdue"), state.oldest_step),
    )
    return [(said, "" if age is None else lately(age)) for said, age in ages]


def _repairs(ever: dict[str, int], today: dict[str, int]) -> list[tuple[Any, int, int]]:
    return [(said, today[kind], ever[kind]) for kind, said in Repair.Kind.choices]
