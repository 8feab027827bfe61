"""Writing with the clinic, and asking to be called."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tracker import access
from tracker.forms.threads import NoteForm
from tracker.services import threads
from tracker.views.patient import care, shell


@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: HttpRequest) -> HttpResponse:
    """What patient and clinic wrote to each other, and a box to write more. Not read in real time."""
    patient, now = shell.signed_in(request), timezone.now()
    recovery = access.own_recovery(patient)
    if recovery is None:
        return render(request, "patient/thread.html", shell.context(patient, None))
    form = NoteForm(request.POST or access.unsent(request))
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        threads.write_note(recovery=recovery, author=patient.user, from_patient=True, text=text, now=now)
        messages.success(request, _("Sent. If it cannot wait, ring the clinic."))
        return redirect("thread")
    page = shell.context(
        patient,
        shell.seen_from(recovery, now),
        form=form,
        notes=recovery.notes.all(),
        wish=recovery.call_backs.filter(handled_at__isnull=True).first(),
        answered_by=threads.promise(recovery=recovery, asked_at=now),
        phone_note=care.phone_note(recovery.clinic, now),
    )
    return render(request, "patient/thread.html", page, status=422 if form.errors else 200)


@require_POST
def ask_call_back(request: HttpRequest) -> HttpResponse:
    """One tap: the clinic is asked to call."""
    patient = shell.signed_in(request)
    recovery = access.own_recovery(patient)
    if recovery is not None:
        threads.ask_call_back(recovery=recovery, user=patient.user, now=timezone.now())
    return redirect("thread")
