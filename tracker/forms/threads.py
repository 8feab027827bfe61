"""One message between patient and clinic."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.forms.flags import SeenForm


class NoteForm(forms.Form):
    """A text of at most 1000 signs. It says beside the box that nobody reads in real time."""

    text = forms.CharField(
        label=_("Message"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"required": _("Please write something first.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["aria-describedby"] = "not-read"


class AnswerForm(NoteForm, SeenForm):
    """The clinic's words, with whom and which entry the page was about."""
