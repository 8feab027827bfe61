"""The list of every recovery, of the silent, and of the calm ones that nobody has read yet."""

from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracker import access
from tracker.forms.desk import FilterForm
from tracker.models import Member, Recovery
from tracker.models.recoveries import RecoveryQuerySet
from tracker.services.reviewing import UNDO_WITHIN
from tracker.views.clinician import banner, marks, rows

PER_PAGE = 50


@require_safe
def recoveries(request: HttpRequest) -> HttpResponse:
    """Every recovery that is followed, longest-running last; or the silent, or the calm to be reviewed."""
    member = access.member(request, access.Right.SEE_LISTS)
    now, clinical = timezone.now(), access.has_right(member, access.Right.SEE_CLINICAL)
    show = request.GET.get("show", "")
    show = show if show == "silent" or (show == "calm" and clinical) else ""
    tag = FilterForm(request.GET).chosen().get("tag", "") if clinical else ""
    found = access.silent_for(member, now) if show == "silent" else _going_on(member)
    if show == "calm":
        found = found.calm_and_unread()
    if tag:
        found = found.filter(access.tagged(tag))
    flagged = access.flags_for(member).open().filter(recovery=OuterRef("pk"))
    page = Paginator(found.annotate(has_flag=Exists(flagged)), PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "section": "triage",
        "clinical": clinical,
        "show": show,
        "tag": tag,
        "page": page,
        "may_review": show == "calm" and access.has_right(member, access.Right.ACT),
        "ticked": request.GET.get("tick") == "all",
        "undo": _undo(member, now) if show == "calm" else [],
        "rows": _rows(member, page, now, drawn=show == "calm"),
    }
    return render(request, "clinician/recoveries.html", context)


def _going_on(member: Member) -> RecoveryQuerySet:
    found = (
        access.recoveries_for(member).going_on().select_related("patient", "treatment__screening", "edition")
    )
    return found.prefetch_related("treatment__areas").order_by("-started_on", "-pk")


def _undo(member: Member, now: datetime) -> list[str]:
    """The rows of the member's own newest review, while it can be taken back."""
    mine = access.recoveries_for(member).filter(reviewed_by=member, reviewed_at__gte=now - UNDO_WITHIN)
    found = list(mine.order_by("-reviewed_at").values_list("pk", "reviewed_at")[:PER_PAGE])
    return [marks.row(pk, None) for pk, at in found if at == found[0][1]]


def _rows(member: Member, page: Page[Recovery], now: datetime, *, drawn: bool) -> list[dict[str, Any]]:
    """One row per recovery; `drawn` with its small picture, for one query more."""
    listed = [_course_row(recovery, now) for recovery in page]
    if drawn:
        pks = [row["recovery"].pk for row in listed]
        known = rows.known_of(access.recoveries_for(member).filter(pk__in=pks))
        for row in listed:
            pk, told = row["recovery"].pk, known.told[row["recovery"].pk]
            row["recovery"].treatment.patient = row["recovery"].patient
            row |= {
                "picture": rows.picture(row["recovery"], told.values()),
                "tick": marks.row(pk, known.newest.get(pk)),
            }
    return listed


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
