"""An adverse event in words: its facts, what its record said earlier, and its row in a spreadsheet."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from tracker import days
from tracker.models import AdverseEvent, Flag, TreatedArea, Treatment
from tracker.services import harm
from tracker.templatetags.aftercare import reason
from tracker.views.clinician.banner import SKIN_TYPES, safety

Facts = Mapping[str, Any]


def facts(event_facts: Facts) -> list[tuple[str, str]]:
    """The treatment's facts as term and value; what was not recorded says so."""
    return [(term, value or _("not recorded")) for term, value in _facts(event_facts)]


def _facts(given: Facts) -> Iterator[tuple[str, str]]:
    at = timezone.localtime(datetime.fromisoformat(given["treated_at"]))
    yield _("Treated"), formats.date_format(at, "j F Y, H:i")
    yield _("Device"), _label(Treatment.Device, given["device"])
    yield _("Areas and needle depths"), areas(given)
    yield _("Passes"), str(given["passes"] or "")
    yield _("End point"), _label(Treatment.EndPoint, given["end_point"])
    yield _("Numbing cream"), given["numbing_cream"]
    yield _("Products and lots"), products(given)
    added = {_("PRP"): given["with_prp"], _("vitamin C or acid"): given["with_acid"]}
    yield _("Added"), ", ".join(name for name, used in added.items() if used) or _("nothing")
    room = _("room %(room)s") % {"room": given["room"]} if given["room"] else ""
    yield _("Treated by"), ", ".join(filter(None, (given["operator"], room)))
    yield _("Session"), str(given["session_number"])
    yield _("Born, skin type"), f"{given['birth_year']}, {SKIN_TYPES[given['skin_type'] or 0] or '–'}"
    told = safety(given["screening"])
    yield _("Safety facts answered yes"), ", ".join(told.yes) or _("none")
    yield _("Protocol"), f"{given['protocol']}, {given['rules']}"


def areas(given: Facts) -> str:
    """ "Face 1.25 mm, Neck 1.00 mm"."""
    return ", ".join(f"{_label(TreatedArea.AreaName, area)} {depth} mm" for area, depth in given["areas"])


def products(given: Facts) -> str:
    """ "Serum (lot HA-1, expires 2027-01-31)", one after the other."""
    said = []
    for name, lot, expires in given["products"]:
        more = [_("lot %(lot)s") % {"lot": lot or _("not recorded")}]
        more += [_("expires %(day)s") % {"day": expires}] if expires else []
        said.append(f"{name} ({', '.join(more)})")
    return "; ".join(said)


def _label(choices: Any, code: str) -> str:
    return str(choices(code).label) if code in choices.values else code


def begun(flag: Flag) -> dict[str, Any]:
    """A fresh record about `flag` as far as the product knows it. A person judges severity and reporting."""
    first = flag.events.filter(check_in__isnull=False).select_related("check_in").first()
    zone = flag.recovery.patient.timezone
    began = first.check_in.local_date if first and first.check_in else days.local_date(flag.opened_at, zone)
    day = _("day %(day)d") % {"day": flag.recovery.day_on(began)}
    why = " ".join(str(reason(one)) for one in flag.reasons)
    done = [f"{one.get_result_display()}. {one.note}".strip() for one in flag.contact_attempts.all()]
    done += [f"{flag.get_outcome_display()}. {flag.outcome_note}".strip()] if flag.outcome else []
    return {
        "began_on": began,
        "description": f"{flag.get_cause_display()}, {day}. {why}".strip()[:1000],
        "action": " ".join(done)[:1000],
        "outcome": AdverseEvent.Outcome.GOING_ON,
        "reportable": AdverseEvent.Reportable.OPEN,
    }


def standing(event: AdverseEvent) -> dict[str, Any]:
    """A record as its form shows it."""
    return {name: getattr(event, name) for name in harm.FIELDS}


def earlier(event: AdverseEvent) -> list[tuple[datetime, str, list[tuple[str, str]]]]:
    """What each change replaced, newest first: when, by whom, and the fields with what stood there."""
    return [
        (
            timezone.localtime(datetime.fromisoformat(one["at"])),
            one["by"],
            [(_name(field), _was(field, value)) for field, value in one["was"].items()],
        )
        for one in reversed(event.earlier)
    ]


def _name(field: str) -> str:
    words = str(AdverseEvent._meta.get_field(field).verbose_name)  # type: ignore[union-attr]
    return words[:1].upper() + words[1:]


def _was(field: str, value: str) -> str:
    if field == "began_on":
        return formats.date_format(date.fromisoformat(value), "j M Y")
    choices = dict(AdverseEvent._meta.get_field(field).flatchoices)  # type: ignore[union-attr]
    return str(choices.get(value, value)) or "–"


COLUMNS = (
    *("event", "recorded_at_utc", "recorded_at_local", "time_zone", "recorded_by", "patient_number"),
    *("birth_year", "skin_type", "began_on", "days_after_treatment", "severity", "description", "action"),
    *("outcome", "reportable", "treated_on", "device", "device_model", "device_lot", "areas", "passes"),
    *("numbing_cream", "products_and_lots", "operator", "cause_of_flag", "rules"),
)
"""The export's columns, in an order that does not change. Nobody's name but the staff's is in it."""


def row(event: AdverseEvent) -> tuple[object, ...]:
    """One record in the order of COLUMNS."""
    given, zone = event.facts, timezone.get_current_timezone_name()
    treated = timezone.localtime(datetime.fromisoformat(given["treated_at"])).date()
    return (
        *(event.pk, event.recorded_at.strftime("%Y-%m-%dT%H:%M:%SZ")),
        *(timezone.localtime(event.recorded_at).strftime("%Y-%m-%d %H:%M"), zone, event.recorded_by.name),
        *(event.recovery.patient_id, given["birth_year"], SKIN_TYPES[given["skin_type"] or 0]),
        *(event.began_on.isoformat(), (event.began_on - event.recovery.started_on).days, event.severity),
        *(event.description, event.action, event.outcome, event.reportable, treated.isoformat()),
        *(given["device"], event.device_model, event.device_lot, areas(given), given["passes"]),
        *(given["numbing_cream"], products(given), given["operator"]),
        *(event.flag.cause if event.flag else "", given["rules"]),
    )
