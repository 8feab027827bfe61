"""Inviting and finding patients."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.core.validators import MaxValueValidator, RegexValidator
from django.utils.translation import gettext_lazy as _

from tracker import days

OLDEST_YEAR = 1900

SKIN_TYPES = (
    ("1", _("I: always burns, never tans")),
    ("2", _("II: usually burns, tans a little")),
    ("3", _("III: sometimes burns, tans slowly")),
    ("4", _("IV: seldom burns, tans well")),
    ("5", _("V: brown skin, very seldom burns")),
    ("6", _("VI: dark brown or black skin, hardly ever burns")),
)
"""Fitzpatrick's types in his own terms: how skin answers the sun, since tone alone misleads."""

A_PHONE = RegexValidator(
    r"^\+?[(0-9](?=(?:\D*\d){4})[0-9 ()/.-]{4,}$",
    _("Enter a telephone number, such as +44 7700 900123."),
    code="phone",
)


class InvitePatientForm(forms.Form):
    """A new patient. `today` limits the birth year; the clinic's zone is the first choice."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), help_text=_("Sign-in link and reminders go there."))
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        validators=[A_PHONE],
        widget=forms.TextInput(attrs={"type": "tel"}),
        help_text=_("You ring it when an entry worries you."),
    )
    birth_year = forms.IntegerField(
        label=_("Year of birth"), min_value=OLDEST_YEAR, widget=forms.NumberInput(attrs={"size": 4})
    )
    skin_type = forms.TypedChoiceField(
        label=_("Skin type"),
        choices=[*SKIN_TYPES, ("", _("Not known"))],
        coerce=int,
        empty_value=None,
        required=False,
        initial="",
        widget=forms.RadioSelect,
        help_text=_("Changes what is expected in the charts, never when a warning is given."),
    )
    timezone = forms.ChoiceField(label=_("Time zone"), help_text=_("The days are counted there."))

    def __init__(self, *args: Any, today: date, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["birth_year"].widget.attrs["max"] = today.year
        self.fields["birth_year"].validators.append(MaxValueValidator(today.year))
        names = sorted(days.zone_names())
        self.fields["timezone"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
        self.fields["timezone"].initial = zone

    @property
    def helper(self) -> FormHelper:
        """Skin types drawn as tiles with their swatch."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        swatches = Field("skin_type", template="clinic/_swatches.html")
        helper.layout = Layout("name", "email", "phone", "birth_year", swatches, "timezone")
        return helper


class SearchForm(forms.Form):
    """A name, or the beginning of one. Sent by POST: names do not belong into addresses."""

    name = forms.CharField(label=_("Name"), max_length=120, required=False)
