"""From the questions before a treatment to the record that starts the recovery."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker import access, tasks
from tracker.access import Right
from tracker.forms.treatments import DecisionForm, ScreeningForm, TreatmentForm
from tracker.healing import screening as questions
from tracker.healing.screening import Effect, Finding
from tracker.models import Member, Patient, Recovery, Screening
from tracker.services import treatments
from tracker.views.clinician import banner, fresh

READ_OR_SEND = ["GET", "HEAD", "POST"]


@require_http_methods(READ_OR_SEND)
def screening(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the questions. What speaks against treating leads to the decision, else to the record."""
    member = access.member(request, Right.RECORD)
    patient = access.patient_for(member, pk)
    form, stale = ScreeningForm(request.POST or None), fresh.is_stale_before(request, patient)
    if request.method == "POST" and not stale and form.is_valid():
        found = treatments.record_screening(
            patient=patient,
            member=member,
            answers=form.answers(),
            note=form.cleaned_data["note"],
            now=timezone.now(),
        )
        return redirect(_next_page(found), pk=found.pk)
    last = patient.screenings.order_by("-asked_at", "-pk").first()
    context = _page(member, patient, last, form)
    return render(request, "clinic/screening.html", context, status=fresh.status(form, stale=stale))


def _page(member: Member, patient: Patient, asked: Screening | None, form: Form) -> dict[str, Any]:
    """What every page before a treatment shows: the form under the patient's head line."""
    going_on = access.going_on_of(member, patient)
    return {
        "section": "patients",
        "patient": patient,
        "banner": banner.before(patient, asked, going_on, timezone.now()),
        "seen": access.newest_entry_of(patient),
        "form": form,
    }


def _next_page(found: Screening) -> str:
    raised = any(finding.effect for finding in questions.findings(found.answers))
    return "screening_decision" if raised or treatments.needs_decision(found) else "record_treatment"


@require_http_methods(READ_OR_SEND)
def screening_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """What speaks against treating, each with its reason, and the clinician's recorded decision."""
    member = access.member(request, Right.RECORD)
    found = access.screening_for(member, pk)
    form, stale = DecisionForm(request.POST or None), fresh.is_stale_before(request, found.patient)
    if request.method == "POST" and not stale and form.is_valid():
        return _decided(request, member, found, form)
    findings = questions.findings(found.answers)
    context = _page(member, found.patient, found, form) | {
        "screening": found,
        "stops": [f for f in findings if f.effect is Effect.STOP],
        "cautions": [f for f in findings if f.effect is Effect.CAUTION],
        "not_asked": [f for f in findings if f.not_asked],
        "stopper_not_asked": any(_stopper_not_asked(f) for f in findings),
        "must_decide": not found.decision and treatments.needs_decision(found),
    }
    return render(request, "clinic/screening_decision.html", context, status=fresh.status(form, stale=stale))


def _stopper_not_asked(finding: Finding) -> bool:
    return finding.not_asked and finding.question.effect is Effect.STOP


def _decided(request: HttpRequest, member: Member, found: Screening, form: DecisionForm) -> HttpResponse:
    said = form.cleaned_data
    try:
        found = treatments.decide_screening(
            screening=found,
            member=member,
            decision=said["decision"],
            reason=said["reason"],
            now=timezone.now(),
        )
    except treatments.NotAClinician:
        raise PermissionDenied from None
    except treatments.AlreadyDecided:
        messages.warning(request, _("It was decided already. Whoever changes their mind asks again."))
        return redirect("screening_decision", pk=found.pk)
    if found.decision == Screening.Decision.GO_ON:
        return redirect("record_treatment", pk=found.pk)
    messages.success(request, _("Recorded: no treatment now."))
    return redirect("patient", pk=found.patient_id)


@require_http_methods(READ_OR_SEND)
def record_treatment(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the session. Saving it starts the recovery and sends the patient their link."""
    member = access.member(request, Right.RECORD)
    found, now = access.screening_for(member, pk), timezone.now()
    if treatments.needs_decision(found):
        messages.warning(request, _("The answers need a decision before a treatment."))
        return redirect("screening_decision", pk=found.pk)
    last = treatments.last_used(member)
    form = TreatmentForm(request.POST or None, now=now, last=last)
    stale = fresh.is_stale_before(request, found.patient)
    if request.method == "POST" and not stale and form.is_valid():
        return _recorded(request, member, found, form, now)
    context = _page(member, found.patient, found, form) | {"screening": found, "from_last": bool(last)}
    return render(request, "clinic/record_treatment.html", context, status=fresh.status(form, stale=stale))


def _recorded(
    request: HttpRequest, member: Member, found: Screening, form: TreatmentForm, now: datetime
) -> HttpResponse:
    try:
        recovery = _record(member, found, form, now)
    except treatments.NotAClinician:
        raise PermissionDenied from None
    except treatments.NeedsDecision:
        return redirect("screening_decision", pk=found.pk)
    except treatments.NoProtocol:
        text = _("Your clinic has no published protocol yet. Nothing was saved; ask the clinic's owner.")
        messages.error(request, text)
        return redirect("record_treatment", pk=found.pk)
    tasks.ring(tasks.deliver_messages)
    messages.success(request, _("Saved. The recovery has begun and the sign-in link is on its way."))
    return redirect("recovery", pk=recovery.pk)


def _record(member: Member, found: Screening, form: TreatmentForm, now: datetime) -> Recovery:
    names = treatments.Details.__dataclass_fields__
    return treatments.record_treatment(
        screening=found,
        member=member,
        details=treatments.Details(**{name: form.cleaned_data[name] for name in names}),
        areas=form.areas(),
        products=[treatments.ProductUsed(**product) for product in form.products()],
        now=now,
    )
