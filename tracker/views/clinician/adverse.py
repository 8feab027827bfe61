"""Adverse events: recorded from a flag, completed, listed, and given out as a spreadsheet."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tracker import access
from tracker.access import Right, harm
from tracker.forms.harm import AdverseEventForm
from tracker.models import AdverseEvent, Flag, Member, Recovery
from tracker.services import harm as service
from tracker.services import reports
from tracker.views.clinician import adverse_words as words
from tracker.views.clinician import banner, fresh

PAGE = 50
FILTERS = {
    "severity": AdverseEvent.Severity,
    "outcome": AdverseEvent.Outcome,
    "reportable": AdverseEvent.Reportable,
}


@require_http_methods(["GET", "HEAD", "POST"])
def record_adverse_event(request: HttpRequest, pk: int) -> HttpResponse:
    """A record about a flag with everything that is known filled in, to check and to complete."""
    member = access.member(request, Right.ACT)
    flag = access.flag_for(member, pk)
    recovery = access.recovery_for(member, flag.recovery_id)
    there = harm.adverse_event_of(flag.pk)
    if there is not None:
        return redirect("adverse_event", pk=there.pk)
    form = _form(recovery, request.POST or None, words.begun(flag))
    stale = fresh.is_stale(request, recovery)
    if request.method == "POST" and not stale and form.is_valid():
        return _recorded(request, member, flag, form)
    context = _page(recovery, form, service.facts_of(recovery)) | {"flag": flag}
    status = fresh.status(form, stale=stale)
    return render(request, "clinician/record_adverse_event.html", context, status=status)


def _recorded(request: HttpRequest, member: Member, flag: Flag, form: AdverseEventForm) -> HttpResponse:
    try:
        made = service.record(flag=flag, member=member, said=form.cleaned_data, now=timezone.now())
    except service.AlreadyRecorded as other:
        messages.warning(
            request, _("Somebody has recorded this meanwhile. Nothing was saved: this is theirs.")
        )
        return redirect("adverse_event", pk=other.event.pk)
    messages.success(request, _("Recorded. Complete it when you know more."))
    return redirect("adverse_event", pk=made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def adverse_event(request: HttpRequest, pk: int) -> HttpResponse:
    """One record with its facts and what it said earlier; whoever may act completes it."""
    member = access.member(request, Right.ACT if request.method == "POST" else Right.SEE_CLINICAL)
    event = harm.adverse_event_for(member, pk)
    recovery = access.recovery_for(member, event.recovery_id)
    form = _form(recovery, request.POST or None, words.standing(event))
    stale = fresh.is_stale(request, recovery)
    if request.method == "POST" and not stale and form.is_valid():
        return _changed(request, member, event, form)
    context = _page(recovery, form, event.facts) | {
        "event": event,
        "earlier": words.earlier(event),
        "may_act": access.has_right(member, Right.ACT),
    }
    return render(request, "clinician/adverse_event.html", context, status=fresh.status(form, stale=stale))


def _changed(
    request: HttpRequest, member: Member, event: AdverseEvent, form: AdverseEventForm
) -> HttpResponse:
    if service.change(event=event, member=member, said=form.cleaned_data, now=timezone.now()):
        messages.success(request, _("Saved. What stood before is kept below."))
    else:
        messages.info(request, _("Nothing was different."))
    return redirect("adverse_event", pk=event.pk)


def _form(recovery: Recovery, sent: QueryDict | None, initial: dict[str, Any]) -> AdverseEventForm:
    return AdverseEventForm(
        sent, initial=initial, first=recovery.started_on, today=timezone.localdate(timezone.now())
    )


def _page(recovery: Recovery, form: AdverseEventForm, given: dict[str, Any]) -> dict[str, Any]:
    return {
        "section": "adverse_events",
        "banner": banner.banner(recovery, timezone.now()),
        "seen": fresh.newest(recovery),
        "form": form,
        "facts": words.facts(given),
    }


# --- the list --------------------------------------------------------------------------------------


def _chosen(member: Member, asked: QueryDict) -> tuple[QuerySet[AdverseEvent], dict[str, str]]:
    """The clinic's records that the address asks for, and what of it was understood."""
    said = {name: asked.get(name, "") for name in FILTERS}
    known = {name: value for name, value in said.items() if value in FILTERS[name].values}
    return harm.adverse_events_for(member).filter(**known), known


@require_safe
def adverse_events(request: HttpRequest) -> HttpResponse:
    """Every record of the clinic, newest first, narrowed by what the address says."""
    member = access.member(request, Right.SEE_CLINICAL)
    rows, known = _chosen(member, request.GET)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    query = QueryDict(mutable=True)
    query.update(known)
    context: dict[str, Any] = {
        "section": "adverse_events",
        "page": page,
        "filters": [
            (name, AdverseEvent._meta.get_field(name), choices.choices, known.get(name, ""))
            for name, choices in FILTERS.items()
        ],
        "narrowed": bool(known),
        "query": query.urlencode(),
        "may_export": access.has_right(member, Right.ACT),
    }
    return render(request, "clinician/adverse_events.html", context)


@require_safe
def adverse_events_csv(request: HttpRequest) -> HttpResponse:
    """The same records as a file for a spreadsheet. Taking it is written into the audit."""
    member = access.member(request, Right.ACT)
    now = timezone.now()
    rows = [words.row(event) for event in _chosen(member, request.GET)[0]]
    if request.method == "GET":
        reports.note_exported(member=member, what="adverse_events", rows=len(rows), now=now)
    name = f"adverse-events-{timezone.localdate(now).isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(
        reports.as_csv(words.COLUMNS, rows), content_type="text/csv; charset=utf-8", headers=headers
    )
