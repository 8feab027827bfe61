"""Check your answers: what is worrying or does not fit together, each with the way to change it.

It comes after sending, not before. A warning sign must reach the clinic even if the person closes the
page at this point, so the answers are kept first; a change is a correction beside them.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tracker.forms.checkin import SCALE_LINES, SIGN_LINES
from tracker.healing import words
from tracker.healing.infection.signs import FEVER_C
from tracker.healing.symptoms import SIGNS, Discharge
from tracker.models import CheckIn
from tracker.views.patient import quick
from tracker.views.patient.answers import told_about


@dataclass(frozen=True, slots=True)
class Doubt:
    """One answer to look at again. `field` is the id of its question on the correcting page."""

    label: str
    answer: str
    field: str


def doubts(check_in: CheckIn, before: CheckIn | None, *, than: str) -> list[Doubt]:
    """Warning signs that were answered with yes or not sure; after "better", levels that are higher."""
    found = [
        Doubt(str(SIGN_LINES[name]), _(words.ANSWERS[answer]), f"div_id_{name}")
        for name in SIGNS
        if (answer := getattr(check_in, name)) in ("yes", "unsure")
    ]
    report = check_in.report()
    if report.discharge in (Discharge.PUS, Discharge.UNCLEAR):
        found.append(Doubt(_("Fluid"), told_about(check_in, "discharge"), "div_id_discharge_colour"))
    if report.temperature_c is not None and report.temperature_c >= FEVER_C:
        found.append(Doubt(_("Temperature"), told_about(check_in, "temperature"), "div_id_temperature"))
    for name in quick.higher(check_in, before) if than == "better" else []:
        text = _("%(level)s, although you said better") % {"level": told_about(check_in, name)}
        found.append(Doubt(str(SCALE_LINES[name]), text, f"div_id_{name}"))
    return found
