"""The single question of a late day, and the farewell."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.forms.checkin import NEEDED, SIGN_ORDER
from tracker.healing import words
from tracker.models import Farewell

SIGN = "tracker/fields/signs.html"
CHIPS = "tracker/fields/chips.html"
LATE_LINES = {
    "new_lump": _("A new lump in or under the treated skin"),
    "dark_patches": _("Patches that are darker or lighter than your usual skin"),
}
FEEDBACK = {
    "felt_looked_after": _("I felt looked after"),
    "easy_to_use": _("Answering was easy"),
    "knew_when_to_ring": _("I knew when to ring the clinic"),
}
AGREE = [
    ("1", _("Not at all")),
    ("2", _("Hardly")),
    ("3", _("Partly")),
    ("4", _("Mostly")),
    ("5", _("Yes")),
]


def _helper(form: forms.Form, *parts: Any) -> FormHelper:
    helper = FormHelper(form)
    helper.form_tag = False
    helper.disable_csrf = True
    helper.form_show_errors = False
    helper.layout = Layout(*parts)
    return helper


class LateForm(forms.Form):
    """New lumps, dark patches: yes, no or not sure. Nothing is preselected."""

    submission_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in LATE_LINES.items():
            self.fields[name] = forms.ChoiceField(
                label=label,
                choices=[(value, words.ANSWERS[value]) for value in SIGN_ORDER],
                widget=forms.RadioSelect,
                error_messages={"required": NEEDED % {"question": label}},
            )
        rows = (Field(name, template=SIGN) for name in LATE_LINES)
        self.helper = _helper(self, "submission_key", Div(*rows, css_class="card rows"))

    def answers(self) -> dict[str, str]:
        """By the names of CheckIn's fields."""
        return {name: self.cleaned_data[name] for name in LATE_LINES}


class FarewellForm(forms.Form):
    """One medical question, which has to be answered, and three about us, which need not."""

    medicines = forms.ChoiceField(
        label=_("Since the treatment: were you given a medicine against an infection or against cold sores?"),
        choices=Farewell.Medicines.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Medicine: please choose")},
    )
    note = forms.CharField(
        label=_("Anything we should do better?"),
        help_text=_("Your clinic reads it, but not in real time. If something worries you, ring the clinic."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in FEEDBACK.items():
            self.fields[name] = forms.ChoiceField(
                label=label, choices=AGREE, widget=forms.RadioSelect, required=False
            )
        three = (Field(name, template=CHIPS) for name in FEEDBACK)
        self.helper = _helper(
            self, Field("medicines", template=CHIPS), *three, Div(Field("note"), css_class="card")
        )

    def said(self) -> dict[str, Any]:
        """What `services.tail.say_farewell` takes."""
        data = self.cleaned_data
        three = {name: int(data[name]) if data[name] else None for name in FEEDBACK}
        return {"medicines": data["medicines"], "note": data["note"], **three}
