"""What a clinician does with a flag. Every form names the patient and the newest entry its page showed."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.models import ContactAttempt, Flag


def _should_it_have_been() -> forms.ChoiceField:
    """Disagreeing says why in the same tap."""
    return forms.ChoiceField(
        label=_("Should it have been raised?"),
        choices=[("", _("Yes")), *Flag.Disagreement.choices],
        widget=forms.RadioSelect,
        required=False,
        initial="",
    )


class SeenForm(forms.Form):
    """Taking or reopening a flag: only who and what the page was about.

    `patient` is the patient's id; `seen` the newest check-in's id, empty when there was none.
    """

    patient = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @property
    def helper(self) -> FormHelper:
        """Fields only: the page draws the form around them."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        return helper


class ContactForm(SeenForm):
    """A try to reach the patient, and if it settles the matter, the outcome with it."""

    result = forms.ChoiceField(
        label=_("What came of it?"), choices=ContactAttempt.Result.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    next_try_on = forms.DateField(
        label=_("Next try on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    outcome = forms.ChoiceField(
        label=_("Close the flag with it?"),
        choices=[("", _("No, keep it open")), *Flag.Outcome.choices],
        widget=forms.RadioSelect,
        required=False,
        initial="",
    )
    disagreed = _should_it_have_been()

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["next_try_on"].widget.attrs["min"] = today.isoformat()

    @property
    def helper(self) -> FormHelper:
        """Results as tiles: the one tap that is always needed."""
        helper = super().helper
        result = Field("result", template="clinic/_tiles.html")
        disagreed = Div("disagreed", css_class="if-closing")
        helper.layout = Layout("patient", "seen", result, "note", "next_try_on", "outcome", disagreed)
        return helper

    def clean_next_try_on(self) -> date | None:
        """The next try cannot lie in the past."""
        day: date | None = self.cleaned_data["next_try_on"]
        if day is not None and day < self.today:
            raise forms.ValidationError(_("Choose today or a later day."))
        return day


class ResolveForm(SeenForm):
    """Closing a flag with an outcome."""

    outcome = forms.ChoiceField(
        label=_("How did it end?"), choices=Flag.Outcome.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    disagreed = _should_it_have_been()
