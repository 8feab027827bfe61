"""Opening time in which nobody is on duty, by the clinic's own clock."""

from collections.abc import Iterable
from datetime import date, datetime, time

from tracker import days
from tracker.models.clinics import Clinic
from tracker.models.people import Shift

Span = tuple[datetime, datetime]

EVENING = time(18)
"""When the coming day is looked at: late enough to know it, early enough to find somebody."""


def shifts_of(clinic: Clinic) -> Iterable[Shift]:
    """The clinic's shifts. Leavers cover nothing."""
    return clinic.shifts.filter(member__is_active=True).select_related("member__user")


def span(clinic: Clinic, shift: Shift, day: date) -> Span:
    """The instants at which `shift` begins and ends on `day`."""
    return (
        days.local_instant(day, shift.starts, clinic.timezone),
        days.local_instant(day, shift.ends, clinic.timezone),
    )


def gaps(*, clinic: Clinic, first: date, length: int = 7) -> list[Span]:
    """The opening time of `length` days from `first` on in which nobody is on duty, in order."""
    hours, shifts = clinic.hours(), list(shifts_of(clinic))
    found: list[Span] = []
    for ahead in range(length):
        day = first + ahead * days.ONE_DAY
        of_day = [span(clinic, shift, day) for shift in shifts if shift.weekday == day.weekday()]
        for open_time in sorted(hours.on(day)):
            found += _uncovered(open_time, sorted(of_day))
    return found


def coming_gaps(clinic: Clinic, at: datetime) -> list[Span]:
    """What nobody covers from the evening of `at` to the next one: the same all evening long.

    To the next one and not for 24 hours: when the clocks go back, an hour would never be looked at.
    """
    today = days.local_date(at, clinic.timezone)
    start, end = (days.local_instant(day, EVENING, clinic.timezone) for day in (today, today + days.ONE_DAY))
    found = gaps(clinic=clinic, first=today, length=2)
    return [
        (max(opens, start), min(closes, end)) for opens, closes in found if opens < end and closes > start
    ]


def _uncovered(open_time: Span, covered: Iterable[Span]) -> list[Span]:
    """What is left of `open_time` without the `covered` ones, which are in order."""
    start, end = open_time
    left = []
    for begins, stops in covered:
        if start < begins < end:
            left.append((start, begins))
        start = max(start, stops)
    return [*left, (start, end)] if start < end else left
