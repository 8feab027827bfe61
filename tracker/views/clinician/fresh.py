"""Whether a form about a recovery was drawn for the same patient and has seen the newest entry."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tracker import access
from tracker.forms.flags import SeenForm
from tracker.models import Patient, Recovery


def problem(recovery: Recovery, form: forms.Form) -> str:
    """Why the form is not taken, in words; "" when it is fresh. An unreadable id is a strange one."""
    return _problem(recovery.patient_id, newest(recovery), form)


def newest(recovery: Recovery) -> int | None:
    """The id of the newest check-in; None when there is none."""
    return recovery.check_ins.order_by("-pk").values_list("pk", flat=True).first()


def is_stale(request: HttpRequest, recovery: Recovery) -> bool:
    """Whether a form was sent that may not be taken, as complete as it may be; says so on the page.

    For forms that carry both beside their own fields. What was typed stays where it is.
    """
    return request.method == "POST" and _said(request, problem(recovery, SeenForm(request.POST)))


def is_stale_before(request: HttpRequest, patient: Patient) -> bool:
    """The same before a treatment, when any entry of the patient counts."""
    if request.method != "POST":
        return False
    newest_entry = access.newest_entry_of(patient)
    return _said(request, _problem(patient.pk, newest_entry, SeenForm(request.POST)))


def status(form: forms.Form, *, stale: bool) -> int:
    """409 for a stale form, 422 for a wrong one, 200 for one that was not sent yet."""
    if stale:
        return 409
    return 422 if form.is_bound else 200


def _said(request: HttpRequest, problem: str) -> bool:
    if problem:
        messages.warning(request, problem)
    return bool(problem)


def _problem(patient_id: int, newest: int | None, form: forms.Form) -> str:
    form.is_valid()
    said = form.cleaned_data
    if said.get("patient") != patient_id:
        return _("That form belonged to another patient's page. Nothing was saved.")
    return "" if said.get("seen") == newest else newer()


def newer() -> str:
    """What to say when the patient has said more than the page showed."""
    return _(
        "The patient has sent something since you opened this page. Nothing was saved: "
        "read the newest entry, then send the form again."
    )
