"""Someone close to the patient: named, changed and taken away by the patient alone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tracker import access
from tracker.forms.carers import CarerForm
from tracker.services import carers
from tracker.views.patient import shell


@require_http_methods(["GET", "HEAD", "POST"])
def carer(request: HttpRequest) -> HttpResponse:
    """Whom the clinic may ring when it cannot reach the patient."""
    patient, now = shell.signed_in(request), timezone.now()
    known = access.own_carer(patient)
    form = CarerForm(request.POST or None, patient=patient, carer=known)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        carers.agree(patient=patient, name=data["name"], phone=data["phone"], now=now)
        messages.success(request, _("Saved."))
        return redirect("carer")
    recovery = access.own_recovery(patient)
    at = shell.seen_from(recovery, now) if recovery else None
    page = shell.context(patient, at, form=form, carer=known)
    return render(request, "patient/carer.html", page, status=422 if form.errors else 200)


@require_POST
def forget_carer(request: HttpRequest) -> HttpResponse:
    """Nobody else is rung from now on."""
    if carers.forget(patient=shell.signed_in(request), now=timezone.now()):
        messages.success(request, _("Taken away. Your clinic rings only you."))
    return redirect("carer")
