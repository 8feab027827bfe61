"""The clinic's patients: listed, found, invited."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker import access, tasks
from tracker.access import Right, has_right
from tracker.forms.people import InvitePatientForm, SearchForm
from tracker.models import Member, Patient, Recovery, search
from tracker.services import people
from tracker.views.clinician import banner

PER_PAGE = 50
SEARCHED = "searched_name"
MOST_FOUND = 500
"""A search that finds more is told to say more: nobody reads on, and counting them all takes long."""


@require_safe
def patients(request: HttpRequest) -> HttpResponse:
    """Every patient by name, or those found by the last search."""
    member = access.member(request, Right.SEE_LISTS)
    name = request.session.get(SEARCHED, "")
    rows = access.patients_for(member).order_by("name", "pk").prefetch_related("recoveries__edition")
    pages = Paginator(rows, PER_PAGE)
    if name:
        found = search.found(rows, name)
        pages = Paginator(found[:MOST_FOUND], PER_PAGE)
        pages.count = found.order_by()[:MOST_FOUND].count()  # in order SQLite would read every name
    page, now = pages.get_page(request.GET.get("page")), timezone.now()
    context: dict[str, Any] = {
        "section": "patients",
        "page": page,
        "searched": name,
        "too_many": bool(name) and page.paginator.count == MOST_FOUND,
        "search": SearchForm(initial={"name": name}),
        "rows": [{"patient": p, "recoveries": _in_days(p.recoveries.all(), now)} for p in page],
        "may_invite": has_right(member, Right.INVITE),
    }
    return render(request, "clinic/patients.html", context)


def _in_days(recoveries: Any, now: Any) -> list[dict[str, Any]]:
    return [
        {"recovery": r, "day": banner.day_of(r, now), "last_day": r.edition.monitoring_days}
        for r in recoveries
        if r.state == Recovery.State.OPEN
    ]


@require_POST
def search_patients(request: HttpRequest) -> HttpResponse:
    """Keep what is searched for in the session: names of patients stay out of addresses and logs."""
    access.member(request, Right.SEE_LISTS)
    form = SearchForm(request.POST)
    request.session[SEARCHED] = form.cleaned_data["name"].strip() if form.is_valid() else ""
    return redirect("patients")


@require_safe
def patient(request: HttpRequest, pk: int) -> HttpResponse:
    """One patient: how to reach them, and for those who may see it, what was done."""
    member = access.member(request, Right.SEE_LISTS)
    found, now = access.patient_for(member, pk), timezone.now()
    clinical = has_right(member, Right.SEE_CLINICAL)
    context: dict[str, Any] = {
        "section": "patients",
        "patient": found,
        "clinical": clinical,
        "skin_type": banner.SKIN_TYPES[found.skin_type or 0],
        "courses": _courses(member, found, now, clinical),
        "screenings": found.screenings.filter(treatment=None).exclude(decision="postpone")[:5]
        if clinical
        else (),
        "may_record": has_right(member, Right.RECORD),
        "may_invite": has_right(member, Right.INVITE),
    }
    return render(request, "clinic/patient.html", context)


def _courses(member: Member, found: Patient, now: Any, clinical: bool) -> list[dict[str, Any]]:
    rows = access.recoveries_for(member).filter(patient=found).for_recovery_page()
    return [
        {
            "recovery": r,
            "day": banner.day_of(r, now),
            "last_day": r.edition.monitoring_days,
            "treatment": banner.treatment_line(r.treatment) if clinical else "",
        }
        for r in rows
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def invite_patient(request: HttpRequest) -> HttpResponse:
    """Make somebody a patient of the clinic. Their mail goes out when a treatment is recorded."""
    member = access.member(request, Right.INVITE)
    now = timezone.now()
    today, zone = timezone.localdate(now), member.clinic.timezone
    form = InvitePatientForm(request.POST or None, today=today, zone=zone)
    if request.method == "POST" and form.is_valid():
        try:
            found = people.invite_patient(member=member, now=now, **form.cleaned_data)
        except people.AlreadyPatient as problem:
            messages.warning(request, _("This address belongs to a patient you already have."))
            return redirect("patient", pk=problem.patient.pk)
        messages.success(request, _("%(name)s is a patient now.") % {"name": found.name})
        return redirect("patient", pk=found.pk)
    status = 422 if form.is_bound else 200
    return render(request, "clinic/invite_patient.html", {"section": "patients", "form": form}, status=status)


@require_POST
def resend_welcome(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the sign-in link again."""
    member = access.member(request, Right.INVITE)
    found = access.patient_for(member, pk)
    newest = access.recoveries_for(member).filter(patient=found).first()
    if people.send_welcome(patient=found, recovery=newest, now=timezone.now(), actor=member.user):
        tasks.ring(tasks.deliver_messages)
        messages.success(request, _("A new sign-in link is on its way."))
    else:
        messages.info(request, _("A link was sent a moment ago. Please wait two minutes."))
    return redirect("patient", pk=found.pk)
