"""Whether a form about a recovery was drawn for the same patient and has seen the newest entry."""

from django import forms
from django.utils.translation import gettext as _

from tracker.models import Recovery


def problem(recovery: Recovery, form: forms.Form) -> str:
    """Why the form is not taken, in words; "" when it is fresh. An unreadable id is a strange one."""
    form.is_valid()
    said = form.cleaned_data
    if said.get("patient") != recovery.patient_id:
        return _("That form belonged to another patient's page. Nothing was saved.")
    newest = recovery.check_ins.order_by("-pk").values_list("pk", flat=True).first()
    if said.get("seen") != newest:
        return _(
            "The patient has sent something since you opened this page. Nothing was saved: "
            "read the newest entry, then send the form again."
        )
    return ""
