"""Who covers when, where nobody does, and who stands in for whom."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.views.decorators.http import require_POST, require_safe

from tracker import access, days
from tracker.access import Right, questions
from tracker.forms.handing import DeputyForm, ShiftForm
from tracker.models import Member
from tracker.services import cover_check
from tracker.services import rota as service


@require_safe
def rota(request: HttpRequest) -> HttpResponse:
    """The week's shifts, with the opening time of the next seven days that nobody covers."""
    return _shown(request, access.member(request, Right.SEE_LISTS), None)


def _shown(request: HttpRequest, member: Member, form: ShiftForm | None) -> HttpResponse:
    clinic, now = member.clinic, timezone.now()
    zone = ZoneInfo(clinic.timezone)
    gaps = service.gaps(clinic=clinic, first=days.local_date(now, clinic.timezone))
    team = questions.acting_team(member)
    may = access.has_right(member, Right.MANAGE)
    shifts = list(questions.shifts_for(member))
    context: dict[str, Any] = {
        "section": "rota",
        "week": [(name, [s for s in shifts if s.weekday == day]) for day, name in WEEKDAYS.items()],
        "gaps": [(start.astimezone(zone), end.astimezone(zone)) for start, end in gaps],
        "told_at": cover_check.told_at(clinic=clinic, now=now),
        "cover": service.cover(clinic=clinic, now=now),
        "team": team,
        "may": may,
        "form": form or (ShiftForm(team=team) if may else None),
        "until": now + timedelta(days=6),
    }
    return render(request, "clinic/rota.html", context, status=422 if form else 200)


@require_POST
def add_shift(request: HttpRequest) -> HttpResponse:
    """Put somebody on duty every week."""
    member = access.member(request, Right.MANAGE)
    form = ShiftForm(request.POST, team=questions.acting_team(member))
    if not form.is_valid():
        return _shown(request, member, form)
    service.add_shift(**form.cleaned_data, by=member, now=timezone.now())
    return redirect("rota")


@require_POST
def remove_shift(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a shift off the rota."""
    member = access.member(request, Right.MANAGE)
    service.remove_shift(shift=questions.shift_for(member, pk), by=member, now=timezone.now())
    return redirect("rota")


@require_POST
def set_deputy(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who is told when a member does not answer."""
    member = access.member(request, Right.MANAGE)
    found = questions.acting_member_for(member, pk)
    form = DeputyForm(request.POST, team=questions.acting_team(member).exclude(pk=found.pk))
    if form.is_valid():
        deputy = form.cleaned_data["deputy"]
        service.set_deputy(member=found, deputy=deputy, by=member, now=timezone.now())
    return redirect("rota")
