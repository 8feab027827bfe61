"""What every patient page carries: the person's own zone, which day it is, and whom to ring."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from tracker import access, days
from tracker.models import Patient, Recovery


def signed_in(request: HttpRequest) -> Patient:
    """The patient, with times shown in their zone from here on; 404 for anyone else."""
    patient = access.patient(request)
    timezone.activate(ZoneInfo(patient.timezone))
    return patient


def device_owner(user_id: int | None) -> str:
    """A mark that says nothing, by which a device tells whose entries wait on it. "" for nobody.

    Not made with the secret key: when that changes, what waits on a device must still find its owner.
    """
    return sha256(f"tracker.device_owner {user_id}".encode()).hexdigest()[:16] if user_id else ""


def day_name(day: date) -> str:
    """A day as it is said: "Thursday 12 March"."""
    return formats.date_format(day, "l j F")


@dataclass(frozen=True, slots=True)
class Now:
    """One look at the clock, seen from a recovery: instant, local day, day number."""

    now: datetime
    today: date
    day: int
    recovery: Recovery

    @property
    def state(self) -> str:
        """`before` the treatment day, `open`, or `ended` (late questions may still come)."""
        if self.recovery.state != Recovery.State.OPEN:
            return "ended"
        return "before" if self.day < 0 else "open"

    @property
    def last_day(self) -> int:
        """The number of the last day of monitoring."""
        return self.recovery.day_on(self.recovery.ends_on)

    def date_of(self, day: int) -> date:
        """The calendar date of a day number."""
        return self.recovery.started_on + timedelta(days=day)


def seen_from(recovery: Recovery, now: datetime) -> Now:
    """`now` in the zone of the recovery's patient."""
    today = days.local_date(now, recovery.patient.timezone)
    day = recovery.day_on(today)
    # flown west over the date line on the treatment day: it is that day once more
    return Now(now=now, today=today, day=0 if day == -1 else day, recovery=recovery)


def day_line(at: Now, day: int | None = None) -> str:
    """ "Day 5 of 14 · Thursday 12 March" for today or another day; the date alone outside the course."""
    number = at.day if day is None else day
    name = day_name(at.today if day is None else at.date_of(day))
    if at.state != "open" or number > at.last_day:
        return name
    return _("Day %(day)d of %(last)d · %(date)s") % {"day": number, "last": at.last_day, "date": name}


def context(patient: Patient, at: Now | None, **more: Any) -> dict[str, Any]:
    """The context of the patient's shell, with `more`."""
    clinic = at.recovery.clinic if at else patient.clinic
    return {
        "patient": patient,
        "owner": device_owner(patient.user_id),
        "at": at,
        "recovery": at.recovery if at else None,
        "clinic": clinic,
        "demo": clinic.is_demo,
        "day_line": day_line(at) if at else "",
        "emergency_number": clinic.emergency_number,
        **more,
    }
