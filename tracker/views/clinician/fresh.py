"""Whether a form about a recovery was drawn for the same patient and has seen the newest entry."""

from django import forms
from django.http import QueryDict
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


def problem_of(recovery: Recovery, sent: QueryDict) -> str:
    """The same for a page whose form carries both beside its own fields."""
    return problem(recovery, SeenForm(sent))


def problem_before(patient: Patient, sent: QueryDict) -> str:
    """The same before a treatment, when any entry of the patient counts."""
    return _problem(patient.pk, access.newest_entry_of(patient), SeenForm(sent))


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
