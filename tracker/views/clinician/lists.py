"""The list of today, and the list of every recovery."""

from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracker import access
from tracker.models import Flag, Member, Recovery
from tracker.services import counters, health
from tracker.views.clinician import banner, rows, strip, threads

PER_PAGE = 50
SILENT_SHOWN = 12


class Counted(Paginator):  # type: ignore[type-arg]
    """A paginator that is told how many there are, because another query knows it."""

    def __init__(self, rows: Any, per_page: int, count: int) -> None:
        super().__init__(rows, per_page)
        self.count = count


@require_safe
def triage(request: HttpRequest) -> HttpResponse:
    """What needs a person now: the clinical lane, the no-response lane, and what is late or broken."""
    member = access.member(request, access.Right.SEE_LISTS)
    now = timezone.now()
    numbers = counters.count(clinic_id=member.clinic_id, now=now)
    clinical = access.has_right(member, access.Right.SEE_CLINICAL)
    page = _flags(request, member, numbers.flags, clinical)
    silent = access.silent_for(member, now)[:SILENT_SHOWN]
    context: dict[str, Any] = {
        "section": "triage",
        "now": now,
        "numbers": numbers,
        "page": page,
        "clinical": clinical,
        "may_act": access.has_right(member, access.Right.ACT),
        "rows": _clinical_rows(member, page, now) if clinical else _plain_rows(page, now),
        "silent": rows.silent(silent, now),
        "wrote": threads.waiting(member),
        "strip": strip.strip(health.state(now=now)),
    }
    return render(request, "clinician/triage.html", context)


def _flags(request: HttpRequest, member: Member, count: int, clinical: bool) -> Page[Flag]:
    flags = access.flags_for(member).for_triage()
    if clinical:
        flags = flags.select_related("recovery__treatment__screening", "recovery__treatment__patient")
    return Counted(flags, PER_PAGE, count).get_page(request.GET.get("page"))


def _clinical_rows(member: Member, page: Page[Flag], now: datetime) -> list[rows.Row]:
    flags = list(page)
    flagged = access.recoveries_for(member).filter(pk__in={flag.recovery_id for flag in flags})
    return rows.clinical(flags, rows.answers_of(flagged), now)


def _plain_rows(page: Page[Flag], now: datetime) -> list[dict[str, Any]]:
    return [{"flag": flag, "day": banner.day_of(flag.recovery, now)} for flag in page]


@require_safe
def recoveries(request: HttpRequest) -> HttpResponse:
    """Every recovery that is followed, longest-running last."""
    member = access.member(request, access.Right.SEE_LISTS)
    now = timezone.now()
    only_silent = request.GET.get("show") == "silent"
    found = access.silent_for(member, now) if only_silent else _going_on(member)
    flagged = access.flags_for(member).open().filter(recovery=OuterRef("pk"))
    page = Paginator(found.annotate(has_flag=Exists(flagged)), PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "section": "triage",
        "clinical": access.has_right(member, access.Right.SEE_CLINICAL),
        "only_silent": only_silent,
        "page": page,
        "rows": [_course_row(recovery, now) for recovery in page],
    }
    return render(request, "clinician/recoveries.html", context)


def _going_on(member: Member) -> Any:
    rows_ = access.recoveries_for(member).going_on().select_related("patient", "treatment", "edition")
    return rows_.prefetch_related("treatment__areas").order_by("-started_on", "-pk")


def _course_row(recovery: Recovery, now: datetime) -> dict[str, Any]:
    quiet = recovery.silent_at is not None and recovery.silent_at <= now
    return {
        "recovery": recovery,
        "day": banner.day_of(recovery, now),
        "last_day": recovery.edition.monitoring_days,
        "treatment": banner.treatment_line(recovery.treatment),
        "silence": rows.silence(recovery, now) if quiet else "",
        "has_flag": recovery.has_flag,  # type: ignore[attr-defined]
    }
