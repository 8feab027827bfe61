"""Someone close to the patient, whom the clinic may ring."""

import re
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.forms.people import A_PHONE
from tracker.models import Carer, Patient


class CarerForm(forms.Form):
    """Name, number, and the patient's yes, given anew with every change."""

    name = forms.CharField(
        label=_("Their name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Please write their name.")},
    )
    phone = forms.CharField(
        label=_("Their phone number"),
        max_length=40,
        validators=[A_PHONE],
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        error_messages={"required": _("Please write their phone number.")},
    )
    agreed = forms.BooleanField(
        label=_("Yes, my clinic may ring this person and talk about how I am. They know about it."),
        error_messages={"required": _("Tick the box if you agree. Without it we keep nothing.")},
    )

    def __init__(self, *args: Any, patient: Patient, carer: Carer | None, **kwargs: Any) -> None:
        self.patient = patient
        kwargs["initial"] = {"name": carer.name, "phone": carer.phone} if carer else {}
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.form_show_errors = False

    def clean_phone(self) -> str:
        """Another number than the patient's own, which has been tried by then."""
        phone: str = self.cleaned_data["phone"]
        if _digits(phone) == _digits(self.patient.phone):
            raise forms.ValidationError(_("That is your own number. Please write theirs."))
        return phone


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)
