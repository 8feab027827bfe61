"""When the daily e-mail comes: on or off, time, zone, pause."""

from collections import defaultdict
from datetime import date, time, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils import formats
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tracker import days
from tracker.models import Patient

REGIONS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)
PAUSES = (1, 2, 3, 5, 7, 14)
KEEP = "keep"

ZoneChoices = list[tuple[str, list[tuple[str, str]]]]


def zone_choices(current: str) -> ZoneChoices:
    """Zones by region, each shown as its place; the current one is among them whatever its name."""
    regions: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in sorted(days.zone_names()):
        region, _slash, place = name.partition("/")
        if region in REGIONS and place:
            regions[region].append((name, place.replace("_", " ")))
    known = {name for places in regions.values() for name, _place in places}
    if current not in known:
        regions[gettext("Other")].append((current, current))
    return list(regions.items())


class RemindersForm(forms.Form):
    """A patient's choices. `today` is the patient's local day, from which a pause counts."""

    reminders_on = forms.BooleanField(label=_("Send me a reminder by e-mail"), required=False)
    reminder_at = forms.TimeField(
        label=_("Time of day"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": _("Please choose a time."),
            "invalid": _("Please write a time like 18:00."),
        },
    )
    reminder_days = forms.TypedMultipleChoiceField(
        label=_("Days of the week"),
        help_text=_("Please answer every day all the same: this is only about e-mails."),
        coerce=int,
        choices=[(number, name) for number, name in WEEKDAYS.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one day, or switch the e-mails off above.")},
    )
    timezone = forms.ChoiceField(label=_("Time zone"), help_text=_("Choose the nearest large city."))
    pause = forms.ChoiceField(
        label=_("Pause"),
        help_text=_("For days on which you do not want an e-mail. They start again by themselves."),
    )

    def __init__(self, *args: Any, patient: Patient, today: date, **kwargs: Any) -> None:
        paused_until = patient.reminders_paused_until
        self.today, self.kept = today, paused_until if paused_until and paused_until > today else None
        kwargs["initial"] = {
            "reminders_on": patient.reminders_on,
            "reminder_at": patient.reminder_at,
            "timezone": patient.timezone,
            "reminder_days": patient.reminder_days,
            "pause": KEEP if self.kept else "0",
        }
        super().__init__(*args, **kwargs)
        zone, pause = self.fields["timezone"], self.fields["pause"]
        assert isinstance(zone, forms.ChoiceField)
        assert isinstance(pause, forms.ChoiceField)
        zone.choices = zone_choices(patient.timezone)
        pause.choices = self._pauses()
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.form_show_errors = False
        self.helper.layout = Layout(
            "reminders_on",
            "reminder_at",
            Field("reminder_days", template="tracker/fields/chips.html"),
            "timezone",
            "pause",
        )

    def _pauses(self) -> list[tuple[str, str]]:
        found = [("0", gettext("No pause"))]
        if self.kept:
            until = formats.date_format(self.kept, "l j F")
            found = [
                (KEEP, gettext("Paused until %(day)s") % {"day": until}),
                ("0", gettext("End the pause")),
            ]
        for count in PAUSES:
            found.append((str(count), ngettext("%(count)d day", "%(count)d days", count) % {"count": count}))
        return found

    def choices_made(self) -> dict[str, Any]:
        """The keyword arguments of `services.reminders.choose` that the form decides."""
        data = self.cleaned_data
        at: time = data["reminder_at"]
        return {
            "reminders_on": data["reminders_on"],
            "reminder_at": at.replace(second=0, microsecond=0),
            "timezone": data["timezone"],
            "reminder_days": data["reminder_days"],
            "paused_until": self._paused_until(data["pause"]),
        }

    def _paused_until(self, pause: str) -> date | None:
        """The first day on which reminders come again."""
        if pause == KEEP:
            return self.kept
        return self.today + timedelta(days=int(pause)) if int(pause) else None
