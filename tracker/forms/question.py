"""One question about one sign, and how strong it is today."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.forms.checkin import NEEDED, SCALE_LINES, SIGN_LINES, SIGN_ORDER
from tracker.healing import words


class QuestionForm(forms.Form):
    """`sign` is what is asked about, `level` the symptom whose scale stands beside it.

    For a symptom the first question is whether it is stronger than at the last entry.
    """

    submission_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, sign: str, level: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        line = SIGN_LINES.get(sign) or _("Stronger than when you last wrote")
        answers = [(value, gettext(words.ANSWERS[value])) for value in SIGN_ORDER]
        steps = [(str(score), gettext(word)) for score, word in enumerate(words.STEPS)]
        self.fields["answer"] = _radios(line, answers)
        self.fields["level"] = _radios(SCALE_LINES[level], steps)
        self._explain(self.fields["level"], level)
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.form_show_errors = False
        sign_row = Div(Field("answer", template="tracker/fields/signs.html"), css_class="card rows")
        scale = Field("level", template="patient/_scale.html")
        self.helper.layout = Layout("submission_key", sign_row, Div(scale, css_class="card"))

    @staticmethod
    def _explain(field: Any, level: str) -> None:
        wording = words.SYMPTOM_WORDS[level]
        field.question, field.hint = gettext(wording.question), gettext(wording.help)
        anchors = enumerate(wording.anchors or ())
        field.anchors = {str(score): gettext(text) for score, text in anchors}


def _radios(label: Any, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    needed = NEEDED % {"question": label}
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.RadioSelect, error_messages={"required": needed}
    )
