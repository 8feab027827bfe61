"""Handing a flag over, putting it aside, asking the patient back; and who is on the rota."""

from collections.abc import Iterable, Sequence
from datetime import time
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from tracker.forms.checkin import SCALE_LINES, SIGN_LINES
from tracker.forms.flags import SeenForm
from tracker.models import Member

SNOOZE_HOURS = (2, 4, 12, 24, 48)
MICRO_HOURS = (12, 18, 24)


class HandOverForm(SeenForm):
    """To whom."""

    to = forms.TypedChoiceField(label=_("Colleague"))

    def __init__(self, *args: Any, colleagues: Iterable[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {str(one.pk): one for one in colleagues}
        names = [("", _("Choose somebody")), *((pk, one.name) for pk, one in known.items())]
        self.fields["to"].choices, self.fields["to"].coerce = names, known.__getitem__  # type: ignore[attr-defined]


class SnoozeForm(SeenForm):
    """For how long, and why."""

    hours = forms.TypedChoiceField(
        label=_("Put aside for"),
        coerce=int,
        choices=[(h, _("%(hours)d hours") % {"hours": h}) for h in SNOOZE_HOURS],
    )
    reason = forms.CharField(label=_("Because"), max_length=200)


class AskForm(SeenForm):
    """A whole extra check-in (`sign` empty), or one question about a sign the flag rests on."""

    sign = forms.ChoiceField(label=_("Ask the patient"), required=False)
    hours = forms.TypedChoiceField(
        label=_("One question goes out in"),
        coerce=int,
        required=False,
        empty_value=str(MICRO_HOURS[0]),
        choices=[(h, _("%(hours)d hours") % {"hours": h}) for h in MICRO_HOURS],
    )

    def __init__(self, *args: Any, signs: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = [(sign, _("One question: %(sign)s") % {"sign": name_of(sign)}) for sign in signs]
        choices = [("", _("A whole check-in, now")), *asked]
        self.fields["sign"].choices = choices  # type: ignore[attr-defined]


def name_of(sign: str) -> str:
    """A sign or symptom in the words of the check-in."""
    return str(SIGN_LINES.get(sign) or SCALE_LINES[sign])


class ShiftForm(forms.Form):
    """Somebody's hours on one weekday."""

    member = forms.ModelChoiceField(label=_("Who"), queryset=Member.objects.none())
    weekday = forms.TypedChoiceField(label=_("Day"), coerce=int, choices=list(WEEKDAYS.items()))
    starts = forms.TimeField(
        label=_("From"), initial=time(9), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label=_("Until"), initial=time(18), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def __init__(self, *args: Any, team: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = team  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """It ends after it began; a night is two shifts."""
        said = super().clean() or {}
        if said.get("starts") and said.get("ends") and said["starts"] >= said["ends"]:
            self.add_error("ends", _("Choose a later time. For a night add two shifts."))
        return said


class DeputyForm(forms.Form):
    """Who is told when somebody does not answer; empty for nobody in particular."""

    deputy = forms.ModelChoiceField(queryset=Member.objects.none(), required=False)

    def __init__(self, *args: Any, team: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = team  # type: ignore[attr-defined]
