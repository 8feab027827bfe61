"""What stands at the head of everything about one recovery: who, what was done, and what to be careful of."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker import days
from tracker.models import Patient, Recovery, Screening, TreatedArea, Treatment

SAFETY = {
    "herpes_history": gettext_lazy("cold sores"),
    "allergy_metal": gettext_lazy("allergy to metal"),
    "allergy_anaesthetic": gettext_lazy("allergy to anaesthetic"),
    "allergy_antiseptic": gettext_lazy("allergy to antiseptic"),
    "immunosuppression": gettext_lazy("weakened immune system"),
    "diabetes": gettext_lazy("diabetes"),
    "keloid": gettext_lazy("keloid scars"),
    "pregnancy": gettext_lazy("pregnancy"),
    "breastfeeding": gettext_lazy("breastfeeding"),
    "anticoagulants": gettext_lazy("blood thinners"),
    "isotretinoin": gettext_lazy("isotretinoin"),
}
"""The screening answers that matter while somebody heals, gravest for a wound first."""

SKIN_TYPES = ("", "I", "II", "III", "IV", "V", "VI")


@dataclass(frozen=True, slots=True)
class Safety:
    """Safety facts by answer, in words. A fact nobody asked about is in `not_asked`, never in `no`."""

    yes: tuple[str, ...]
    unsure: tuple[str, ...]
    not_asked: tuple[str, ...]
    no: tuple[str, ...]

    @property
    def some_asked(self) -> bool:
        """Whether anything of it was asked at all."""
        return bool(self.yes or self.unsure or self.no)


def safety(answers: Mapping[str, str]) -> Safety:
    """Sort the screening answers that matter while healing."""

    def those(wanted: str) -> tuple[str, ...]:
        return tuple(str(word) for key, word in SAFETY.items() if answers.get(key, "") == wanted)

    return Safety(yes=those("yes"), unsure=those("unsure"), not_asked=those(""), no=those("no"))


@dataclass(frozen=True, slots=True)
class Banner:
    """The patient's head line: the same on every page and form about one recovery.

    Before a treatment `recovery` is the one that still goes on, if any: without it `treatment` and `protocol`
    are "" and there is no day. `asked_at` is then when the safety questions were asked, None for never.
    """

    patient: Patient
    recovery: Recovery | None
    treatment: str
    day: int | None
    last_day: int | None
    skin_type: str
    protocol: str
    safety: Safety
    before: bool = False
    asked_at: datetime | None = None


def banner(recovery: Recovery, now: datetime) -> Banner:
    """The head line of `recovery`, its day counted in the patient's own zone."""
    return Banner(
        patient=recovery.patient,
        recovery=recovery,
        treatment=treatment_line(recovery.treatment),
        day=day_of(recovery, now),
        last_day=recovery.edition.monitoring_days,
        skin_type=SKIN_TYPES[recovery.patient.skin_type or 0],
        protocol=protocol_line(recovery),
        safety=safety(recovery.treatment.screening.answers),
    )


def before(patient: Patient, screening: Screening | None, going_on: Recovery | None, now: datetime) -> Banner:
    """The head line before a treatment: what `screening` asked, and the recovery that still goes on."""
    head: dict[str, Any] = {
        "before": True,
        "safety": safety(screening.answers if screening else {}),
        "asked_at": screening.asked_at if screening else None,
    }
    if going_on is not None:
        return replace(banner(going_on, now), **head)
    skin_type = SKIN_TYPES[patient.skin_type or 0]
    return Banner(patient, None, "", None, None, skin_type, "", **head)


def day_of(recovery: Recovery, now: datetime) -> int:
    """Which day of the recovery it is for the patient."""
    return recovery.day_on(days.local_date(now, recovery.patient.timezone))


def treatment_line(treatment: Treatment) -> str:
    """ "Pen · face 1.25 mm, neck 1 mm"."""
    # labels by hand: `get_…_display` hashes every translated choice anew, for each row of a list
    areas = ", ".join(
        _("%(area)s %(depth)s mm")
        % {
            "area": str(TreatedArea.AreaName(area.area).label).lower(),
            "depth": number_format(area.depth_mm.normalize()),
        }
        for area in treatment.areas.all()
    )
    device = str(Treatment.Device(treatment.device).label)
    return f"{device} · {areas}" if areas else device


def protocol_line(recovery: Recovery) -> str:
    """ "Standard, edition 3, rules-1"."""
    edition = recovery.edition
    return _("protocol %(name)s, edition %(number)d, %(rules)s") % {
        "name": edition.protocol.name,
        "number": edition.number,
        "rules": edition.rules,
    }
