"""What a clinician narrows the list by, and the words they pin to a recovery."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

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


class TagForm(forms.Form):
    """One word for a recovery. It shows in the list and in addresses, so it is no place for a name."""

    tag = forms.CharField(
        label=_("New tag"),
        max_length=TAG_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": TAG_LENGTH}),
    )

    def clean_tag(self) -> str:
        """In small letters, with single spaces: one word is written in one way."""
        words: str = self.cleaned_data["tag"]
        return " ".join(words.lower().split())


class ReviewForm(forms.Form):
    """Recoveries by their ids: those whose boxes were ticked."""

    recovery = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": _("Tick somebody first.")}
    )

    def __init__(self, *args: Any, pks: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recovery"].choices = [(pk, str(pk)) for pk in pks]  # type: ignore[attr-defined]
