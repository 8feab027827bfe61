"""When the daily e-mail comes, and which devices may send without a sign-in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tracker import access, days
from tracker.forms.reminders import RemindersForm
from tracker.services import devices
from tracker.services import reminders as service
from tracker.tokens import device_hash
from tracker.views.patient import shell


@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: HttpRequest) -> HttpResponse:
    """Reminder on or off, its time and zone, and a pause; with the next one as it will be sent."""
    patient, now = shell.signed_in(request), timezone.now()
    today = days.local_date(now, patient.timezone)
    form = RemindersForm(request.POST or None, patient=patient, today=today)
    if request.method == "POST" and form.is_valid():
        service.choose(patient=patient, actor=patient.user, now=now, **form.choices_made())
        messages.success(request, _("Saved."))
        return redirect("reminders")
    recovery = access.own_recovery(patient)
    at = shell.seen_from(recovery, now) if recovery else None
    # computed, not read: the stored time may be one that is about to be sent
    next_at = service.next_for(recovery, now=now) if recovery else None
    page = shell.context(
        patient,
        at,
        form=form,
        next_at=next_at,
        carer=access.own_carer(patient),
        devices=devices.standing(user=patient.user, now=now),
        this_device=device_hash(access.device_word(request)),
    )
    return render(request, "patient/reminders.html", page, status=422 if form.errors else 200)


@require_POST
def forget_device(request: HttpRequest, pk: int) -> HttpResponse:
    """That browser has to sign in again before it can send anything."""
    patient = shell.signed_in(request)
    device = access.own_device(patient, pk)
    devices.forget(device=device, patient=patient, now=timezone.now())
    messages.success(request, _("Forgotten. That device has to sign in again."))
    return redirect("reminders")
