"""Entries that were written without a connection and waited on the device."""

from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from tracker import days
from tracker.views.patient import shell


def asks_about_eyes(sent: QueryDict) -> bool:
    """Whether the form that was sent had the question about the eyes: then its answer counts."""
    return "eye_symptoms" in sent


def typed(sent: QueryDict, at: shell.Now) -> QueryDict:
    """What was sent. The form that a device keeps knows no day: it gets the one it was written on."""
    if sent.get("day") or not sent.get("captured_at"):
        return sent
    day = _day_written(str(sent["captured_at"]), at)
    filled = sent.copy()
    filled["day"] = "" if day is None else str(day)
    return filled


def _day_written(captured_at: str, at: shell.Now) -> int | None:
    """The day of the recovery in the patient's own zone; None when the device's clock says nothing usable."""
    try:
        said = parse_datetime(captured_at)
    except ValueError:
        return None
    if said is None or said.tzinfo is None:
        return None
    written = days.written_at(said, now=at.now)
    return max(0, at.recovery.day_on(days.local_date(written, at.recovery.patient.timezone)))
