"""The quick check-in: yesterday's levels to confirm, and the warning signs always afresh.

Why the signs come in small groups. One tap for all of them would be a lazy default, and eight separate
answers are what makes people stop logging. So signs that are looked for in one place stand together, at
most three to a group, each written out; the group wants one answer, nothing is preselected, and a group
that was passed over is an error. "At least one, or not sure" opens the same yes, no, not sure for each
sign that the whole form has. People notice a little less in a list than in single questions: that is why
every third entry is the whole form, and why a quick entry alone never reads as an all-clear.
"""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.forms.checkin import NEEDED, CheckInForm
from tracker.healing import symptoms, words

GROUPS = {
    "skin": (_("Look at the skin"), ("spreading", "red_streaks", "blisters")),
    "lumps": (_("Feel for lumps"), ("new_lump", "swollen_glands")),
    "self": (_("How are you?"), ("eye_symptoms", "unwell")),
}
"""Every warning sign, by where one looks for it. In this order every day."""

NONE, SOME = "none", "some"


class QuickForm(CheckInForm):
    """One day's answers when little has changed: levels filled in for confirmation, signs asked afresh."""

    than = forms.ChoiceField(choices=[("same", _("Same")), ("better", _("Better"))], widget=forms.HiddenInput)

    def _add_signs(self) -> None:
        super()._add_signs()
        for name in self.signs:
            self.fields[name].required = False
        self.groups = {
            key: [sign for sign in signs if sign in self.signs] for key, (_label, signs) in GROUPS.items()
        }
        for key, signs in self.groups.items():
            self.fields[f"group_{key}"] = self._group(key, signs)

    def _group(self, key: str, signs: list[str]) -> forms.ChoiceField:
        label = GROUPS[key][0]
        none = gettext("No, I looked") if len(signs) == 1 else gettext("None of these, I looked")
        some = gettext("Yes, or not sure") if len(signs) == 1 else gettext("At least one, or not sure")
        field = forms.ChoiceField(
            label=label,
            choices=[(NONE, none), (SOME, some)],
            widget=forms.RadioSelect,
            error_messages={"required": NEEDED % {"question": label}},
        )
        field.lines = [gettext(words.SIGN_WORDS[sign].question) for sign in signs]  # type: ignore[attr-defined]
        return field

    def _laid_out(self) -> FormHelper:
        helper = FormHelper(self)
        helper.form_tag = False
        helper.disable_csrf = True
        helper.form_show_errors = False
        helper.layout = Layout(
            *("submission_key", "day", "opened_at", "captured_at", "than"),
            Div(
                HTML("{% include 'patient/_levels_head.html' %}"),
                Div(
                    *(Field(name, template="patient/_level.html") for name in symptoms.SYMPTOMS),
                    css_class="levels",
                ),
                css_class="card rows",
            ),
            *(Div(*self._asked(key), css_class=f"card rows group group-{key}") for key in self.groups),
            Div(
                Field("discharge_colour", template="patient/_choices.html"),
                Field("discharge_texture", template="patient/_choices.html"),
                css_class="card rows",
            ),
            Div(
                Field("temperature"),
                HTML("{% include 'patient/_note_head.html' %}"),
                Field("note"),
                HTML("</details>"),
                css_class="card rows last",
            ),
        )
        return helper

    def _asked(self, key: str) -> list[Field]:
        sign = "tracker/fields/signs.html"
        return [
            Field(f"group_{key}", template="patient/_group.html"),
            *(Field(name, template=sign) for name in self.groups[key]),
        ]

    def clean(self) -> dict[str, Any]:
        """A group's "none" is a no to each of its signs; "some" asks for each of them."""
        data = super().clean()
        for key, signs in self.groups.items():
            self._clean_group(f"group_{key}", signs, data)
        return data

    def _clean_group(self, group: str, signs: list[str], data: dict[str, Any]) -> None:
        answer = data.get(group)
        told = [sign for sign in signs if data.get(sign) in ("yes", "unsure")]
        if answer == NONE and told:  # tapped open, answered, and closed again: which of the two is meant?
            self.add_error(group, gettext("You answered two ways. Please choose again."))
        elif answer == NONE:
            data.update(dict.fromkeys(signs, "no"))
        elif answer == SOME:
            for sign in signs:
                if not data.get(sign):
                    self.add_error(sign, NEEDED % {"question": self.fields[sign].label})


def filled(levels: dict[str, int], than: str) -> dict[str, int]:
    """The levels to confirm: as they were, or each one step down for "better"."""
    return {name: max(0, score - (than == "better")) for name, score in levels.items()}
