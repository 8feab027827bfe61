"""The list of every recovery."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracker import access
from tracker.models import Member, Recovery
from tracker.views.clinician import banner, rows

PER_PAGE = 50


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
    rows_ = (
        access.recoveries_for(member).of_people().going_on().select_related("patient", "treatment", "edition")
    )
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
