"""The daily check-in: ten scales, the warning signs, discharge, temperature and a note."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tracker.healing import symptoms, words

NEEDED = _("%(question)s: please choose")
LOWEST_C, HIGHEST_C = Decimal(34), Decimal(43)
"""Outside, a typing error is far likelier than a temperature."""

SCALE_LINES = {
    "redness": _("Redder, darker, purple or greyer"),
    "swelling": _("Swelling"),
    "warmth": _("Warmth"),
    "pain": _("Pain or burning"),
    "itching": _("Itching"),
    "tightness": _("Tightness"),
    "flaking": _("Flaking or peeling"),
    "dryness": _("Dryness"),
    "bruising": _("Bruising"),
    "bleeding": _("Bleeding"),
}
SIGN_LINES = {
    "spreading": _("Colour or swelling that spreads"),
    "red_streaks": _("Lines or streaks in the skin"),
    "blisters": _("Blisters or clustered sores"),
    "new_lump": _("A new lump in or under the skin"),
    "swollen_glands": _("Sore or swollen glands"),
    "eye_symptoms": _("Something wrong with an eye"),
    "unwell": _("Feeling seriously ill"),
}
"""Each question in one short line; the whole question stands in healing.words and opens beside it."""

SIGN_ORDER = ("no", "yes", "unsure")


def read_temperature(text: str) -> Decimal | None:
    """A temperature as people type it, in °C with two decimals; None when there is none.

    Comma or point; "101", "101 F" and "38,3 °C" are told apart by their unit or by their size.
    Raises ValidationError outside 34–43 °C.
    """
    plain = text.strip().replace(",", ".").replace("°", "").replace("º", "").upper()
    if not plain:
        return None
    match = re.fullmatch(r"(\d{2,3}(?:\.\d{1,2})?)\s*([CF]?)", plain)
    if match is None:
        raise ValidationError(_("Write the temperature as a number, for example 37.2"), code="number")
    number, unit = Decimal(match[1]), match[2]
    fahrenheit = unit == "F" or (not unit and number >= 90)
    celsius = (number - 32) * 5 / 9 if fahrenheit else number
    if not LOWEST_C <= celsius <= HIGHEST_C:
        raise ValidationError(
            _("Please check the temperature: it should be between 34 and 43 °C (93 to 109 °F)."), code="range"
        )
    return celsius.quantize(Decimal("0.01"))


def _translated(choices: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(value, gettext(text)) for value, text in choices.items()]


def _radios(label: Any, choices: list[tuple[str, str]], *, required: bool = True) -> forms.ChoiceField:
    needed = NEEDED % {"question": label}
    return forms.ChoiceField(
        label=label,
        choices=choices,
        widget=forms.RadioSelect,
        required=required,
        error_messages={"required": needed},
    )


class CheckInForm(forms.Form):
    """One day's answers. Nothing is preselected; every question but temperature and note wants an answer.

    `submission_key` makes sending twice harmless. `day` is the day the page was about when it was
    opened, so that a form sent after midnight still counts for the day it asked about.
    """

    submission_key = forms.UUIDField(widget=forms.HiddenInput)
    day = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    opened_at = forms.CharField(widget=forms.HiddenInput, required=False)
    captured_at = forms.CharField(widget=forms.HiddenInput, required=False)
    temperature = forms.CharField(
        label=_("Temperature"),
        help_text=_("In °C or °F. Measure it if you feel hot, cold or ill."),
        required=False,
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 8}),
    )
    note = forms.CharField(
        label=_("Note"),
        help_text=_(
            "Your clinic reads notes, but not in real time. If something worries you, ring the clinic."
        ),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, near_eye: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.signs = [sign for sign in symptoms.SIGNS if near_eye or sign != "eye_symptoms"]
        self._add_scales()
        self._add_signs()
        self._add_discharge()

    @property
    def is_blank(self) -> bool:
        """Whether no question has an answer yet."""
        said = (self.initial.get(name) for name in self._visible())
        return not self.is_bound and all(answer in (None, "") for answer in said)

    def _visible(self) -> list[str]:
        return [name for name, field in self.fields.items() if not field.widget.is_hidden]

    @cached_property
    def helper(self) -> FormHelper:
        """Laid out when a page shows it: an entry that is simply kept needs no page."""
        return self._laid_out()

    def _add_scales(self) -> None:
        steps = [(str(score), gettext(word)) for score, word in enumerate(words.STEPS)]
        for name in symptoms.SYMPTOMS:
            wording = words.SYMPTOM_WORDS[name]
            field = _radios(SCALE_LINES[name], steps)
            field.question, field.hint = gettext(wording.question), gettext(wording.help)  # type: ignore[attr-defined]
            anchors = enumerate(wording.anchors or ())
            field.anchors = {str(score): gettext(text) for score, text in anchors}  # type: ignore[attr-defined]
            self.fields[name] = field

    def _add_signs(self) -> None:
        answers = [(value, gettext(words.ANSWERS[value])) for value in SIGN_ORDER]
        for name in self.signs:
            wording = words.SIGN_WORDS[name]
            field = _radios(SIGN_LINES[name], answers)
            field.question, field.hint = gettext(wording.question), gettext(wording.help)  # type: ignore[attr-defined]
            self.fields[name] = field

    def _add_discharge(self) -> None:
        self.fields["discharge_colour"] = _radios(
            pgettext_lazy("discharge", "Does fluid come out? Which colour?"),
            _translated(words.COLOURS),
        )
        self.fields["discharge_texture"] = _radios(
            _("Is it thin or thick?"), _translated(words.TEXTURES), required=False
        )

    def _laid_out(self) -> FormHelper:
        """The order on the page; the same every day."""
        helper = FormHelper(self)
        helper.form_tag = False
        helper.disable_csrf = True
        helper.form_show_errors = False
        scale, sign = "patient/_scale.html", "tracker/fields/signs.html"
        helper.layout = Layout(
            "submission_key",
            "day",
            "opened_at",
            "captured_at",
            Div(
                HTML("{% include 'patient/_scales_head.html' %}"),
                *(Field(name, template=scale) for name in symptoms.SYMPTOMS),
                css_class="card rows",
            ),
            Div(
                HTML("{% include 'patient/_signs_head.html' %}"),
                *(Field(name, template=sign) for name in self.signs),
                Field("discharge_colour", template="patient/_choices.html"),
                Field("discharge_texture", template="patient/_choices.html"),
                HTML("{% include 'patient/_signs_meaning.html' %}"),
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

    def clean_captured_at(self) -> datetime | None:
        """The device's clock when an entry that had to wait was written, or None."""
        try:
            written = parse_datetime(self.cleaned_data["captured_at"])
        except ValueError:
            return None
        return written if written is not None and written.tzinfo else None

    def clean_temperature(self) -> Decimal | None:
        """In °C, or None."""
        return read_temperature(self.cleaned_data["temperature"])

    def clean(self) -> dict[str, Any]:
        """The second half of the two-part rule is asked when something comes out."""
        data = super().clean() or self.cleaned_data
        colour = data.get("discharge_colour")
        if colour and colour != "none" and not data.get("discharge_texture"):
            self.add_error("discharge_texture", NEEDED % {"question": self.fields["discharge_texture"].label})
        return data

    def answers(self) -> dict[str, Any]:
        """The answers by the names of CheckIn's fields. A question that was not asked has none."""
        data = self.cleaned_data
        colour = data["discharge_colour"]
        return {
            **{name: int(data[name]) for name in symptoms.SYMPTOMS},
            **{name: data[name] for name in self.signs},
            "discharge_colour": colour,
            "discharge_texture": "" if colour == "none" else data["discharge_texture"],
            "temperature_c": data["temperature"],
            "note": data["note"],
        }
