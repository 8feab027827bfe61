"""When to seek help. Open to everyone: nobody should have to sign in to find a number."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracker import access
from tracker.models import User
from tracker.views.patient import care, shell


@login_not_required
@require_safe
def seek_help(request: HttpRequest) -> HttpResponse:
    """Three levels of help, with the number of the signed-in patient's clinic."""
    patient = access.patient_of(request.user) if isinstance(request.user, User) else None
    if patient is None:
        return render(request, "patient/seek_help.html", {})
    recovery = access.own_recovery(patient)
    at = shell.seen_from(recovery, timezone.now()) if recovery else None
    clinic = recovery.clinic if recovery else patient.clinic
    note = care.phone_note(clinic, timezone.now())
    hours = care.hours_text(clinic.hours())
    page = shell.context(patient, at, phone_note=note, hours=hours)
    return render(request, "patient/seek_help.html", page)
