"""What a clinician narrows the list by, and the words they pin to a recovery."""

import re
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from tracker.forms.flags import SeenForm
from tracker.models import Patient

TAG_LENGTH = 24
LEVELS = [("urgent", _("Urgent")), ("review", _("Review")), ("watch", _("Watch"))]
OWNERS = [("me", _("Mine")), ("none", _("Nobody has it"))]


class FilterForm(forms.Form):
    """The list's filters as they stand in the address. What makes no sense there filters nothing."""

    level = forms.ChoiceField(choices=LEVELS, required=False)
    owner = forms.ChoiceField(choices=OWNERS, required=False)
    tag = forms.CharField(max_length=TAG_LENGTH, required=False)

    def chosen(self) -> dict[str, str]:
        """The filters that are set and make sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class TagForm(SeenForm):
    """One word for a recovery. It shows in the list and in addresses, so it is no place for a name."""

    tag = forms.CharField(
        label=_("New tag"),
        max_length=TAG_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": TAG_LENGTH}),
    )

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = {word for word in slugify(patient.name, allow_unicode=True).split("-") if len(word) > 2}

    def clean_tag(self) -> str:
        """In small letters, words joined by hyphens: one word is written in one way."""
        tag: str = slugify(self.cleaned_data["tag"], allow_unicode=True)
        if not tag:
            raise forms.ValidationError(_("Use letters or digits."))
        if self.names & set(tag.split("-")) or re.search(r"\d{5}", tag):
            raise forms.ValidationError(_("A tag stands in addresses: no names and no telephone numbers."))
        return tag


class _Rows(forms.TypedMultipleChoiceField):
    """Rows as the page named them: "12:345", the recovery and its newest check-in."""

    def valid_value(self, value: Any) -> bool:
        """Which of them exist is for the service to say."""
        return re.fullmatch(r"\d{1,18}:\d{0,18}", value) is not None


def _row(value: str) -> tuple[int, int | None]:
    recovery, newest = value.split(":")
    return int(recovery), int(newest) if newest else None


class ReviewForm(forms.Form):
    """Rows whose boxes were ticked, each with the newest check-in that was on the page."""

    row = _Rows(coerce=_row)
