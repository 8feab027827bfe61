"""Putting an edition in force, and the clinical lead's name under it."""

from django import forms
from django.utils.translation import gettext_lazy as _

WITHOUT_REPLAY = (
    ("clocks", _("Only clocks change, no verdict does")),
    ("no_history", _("There are no past recoveries to replay yet")),
    ("safety", _("It must not wait: a safety reason")),
)


class PublishForm(forms.Form):
    """Putting a draft in force; without a replay it needs a reason."""

    without_replay = forms.ChoiceField(
        label=_("Why without a replay?"),
        choices=WITHOUT_REPLAY,
        widget=forms.RadioSelect,
        required=False,
    )


class SignOffForm(forms.Form):
    """Who answers for the edition. The person at the keyboard need not be the clinical lead."""

    signed_off_by = forms.CharField(
        label=_("Clinical lead"),
        max_length=120,
        help_text=_("Name, with the role or registration that entitles them to it."),
    )
    approved = forms.BooleanField(
        label=_(
            "This person has read the edition's rules, levels, expected course, questions and aftercare "
            "instructions, and approves them for the patients of this clinic."
        )
    )
