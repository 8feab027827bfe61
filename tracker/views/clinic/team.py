"""The clinic itself: who works there, when it is open, what its recoveries run on."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker import access
from tracker.access import Right
from tracker.models import Clinic
from tracker.services import protocols

A_MONDAY = date(2024, 1, 1)


@require_safe
def team(request: HttpRequest) -> HttpResponse:
    """Members with their roles, opening hours, telephone numbers, and the protocol in force."""
    member = access.member(request, Right.SEE_LISTS)
    clinic = member.clinic
    context: dict[str, Any] = {
        "section": "team",
        "clinic_row": clinic,
        "members": access.team_of(member).order_by("-is_active", "name"),
        "hours": _week(clinic),
        "closures": clinic.closures.filter(day__gte=timezone.localdate()).order_by("day")[:10],
        "edition": protocols.current_edition(clinic_id=clinic.pk),
    }
    return render(request, "clinic/team.html", context)


def _week(clinic: Clinic) -> list[tuple[str, str]]:
    """Each weekday with its hours, Monday first."""
    spans: dict[int, list[str]] = {}
    for h in clinic.opening_hours.all():
        times = {"opens": formats.time_format(h.opens, "H:i"), "closes": formats.time_format(h.closes, "H:i")}
        spans.setdefault(h.weekday, []).append(_("%(opens)s to %(closes)s") % times)
    names = [formats.date_format(A_MONDAY + timedelta(days=day), "l") for day in range(7)]
    return [(name, ", ".join(spans.get(day, [])) or _("closed")) for day, name in enumerate(names)]
