"""Recording harm."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.models import AdverseEvent


def _text(label: Any, rows: int, **extra: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=1000, widget=forms.Textarea(attrs={"rows": rows}), **extra)


class AdverseEventForm(forms.Form):
    """One record. The event lies between `first` (the treatment day) and `today`."""

    began_on = forms.DateField(label=_("Began on"), widget=forms.DateInput(attrs={"type": "date"}))
    severity = forms.ChoiceField(
        label=_("Severity"), choices=AdverseEvent.Severity.choices, widget=forms.RadioSelect
    )
    description = _text(_("What happened"), 4)
    action = _text(_("What was done"), 3, required=False)
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=AdverseEvent.Outcome.choices, widget=forms.RadioSelect
    )
    device_model = forms.CharField(
        label=_("Device, make and model"), max_length=120, required=False, help_text=_("From its plate.")
    )
    device_lot = forms.CharField(
        label=_("Lot of the needle cartridge"), max_length=60, required=False, help_text=_("From its packet.")
    )
    reportable = forms.ChoiceField(
        label=_("To be reported to a regulator?"),
        choices=AdverseEvent.Reportable.choices,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, first: date, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first, self.today = first, today
        self.fields["began_on"].widget.attrs |= {"min": first.isoformat(), "max": today.isoformat()}

    def clean_began_on(self) -> date:
        """Not before the treatment, not in the future."""
        day: date = self.cleaned_data["began_on"]
        if not self.first <= day <= self.today:
            raise forms.ValidationError(_("Choose a day between the treatment and today."))
        return day

    @property
    def helper(self) -> FormHelper:
        """Device and lot side by side; the page draws the form around the fields."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        device = Div("device_model", "device_lot", css_class="row ends")
        helper.layout = Layout(
            *("began_on", "severity", "description", "action", "outcome"), device, "reportable"
        )
        return helper
