"""Who is on duty, which opening hours nobody covers, and what that means for a patient now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction

from tracker import days
from tracker.models import Clinic, Member, Shift
from tracker.services import audit

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Cover:
    """Whether somebody of the clinic is there now. `opens_at` is when it next opens, None when unknown."""

    covered: bool
    opens_at: datetime | None
    on_duty: tuple[Member, ...] = ()


def on_duty(*, clinic: Clinic, now: datetime) -> tuple[Member, ...]:
    """Who covers urgent flags at `now` by the clinic's own clock, each once. Leavers cover nothing."""
    found = {shift.member_id: shift.member for shift in _shifts(clinic) if _is_running(clinic, shift, now)}
    return tuple(found.values())


def _shifts(clinic: Clinic) -> Iterable[Shift]:
    return clinic.shifts.filter(member__is_active=True).select_related("member__user")


def _is_running(clinic: Clinic, shift: Shift, now: datetime) -> bool:
    day = days.local_date(now, clinic.timezone)
    if shift.weekday != day.weekday():
        return False
    starts, ends = _span(clinic, shift, day)
    return starts <= now < ends


def _span(clinic: Clinic, shift: Shift, day: date) -> Span:
    return (
        days.local_instant(day, shift.starts, clinic.timezone),
        days.local_instant(day, shift.ends, clinic.timezone),
    )


def cover(*, clinic: Clinic, now: datetime) -> Cover:
    """Whether a patient who needs somebody finds anybody: the clinic is open, or a person is on duty.

    A clinic that has told neither opening hours nor shifts is taken to be covered: nothing is known, and
    its telephone stands on every page.
    """
    hours, duty = clinic.hours(), on_duty(clinic=clinic, now=now)
    if not hours.spans and not duty:
        return Cover(covered=not clinic.shifts.exists(), opens_at=None)
    opens_at = days.next_opening(now=now, hours=hours)
    return Cover(covered=bool(duty) or hours.open_at(now), opens_at=opens_at, on_duty=duty)


def gaps(*, clinic: Clinic, first: date, length: int = 7) -> list[Span]:
    """The opening time of `length` days from `first` on in which nobody is on duty, in order."""
    hours, shifts = clinic.hours(), list(_shifts(clinic))
    found: list[Span] = []
    for ahead in range(length):
        day = first + ahead * days.ONE_DAY
        of_day = [_span(clinic, shift, day) for shift in shifts if shift.weekday == day.weekday()]
        for span in sorted(hours.on(day)):
            found += _uncovered(span, sorted(of_day))
    return found


def _uncovered(span: Span, covered: Iterable[Span]) -> list[Span]:
    """What is left of `span` without the `covered` ones, which are in order."""
    start, end = span
    left = []
    for begins, stops in covered:
        if start < begins < end:
            left.append((start, begins))
        start = max(start, stops)
    return [*left, (start, end)] if start < end else left


# --- changing it -----------------------------------------------------------------------------------


def add_shift(*, member: Member, by: Member, weekday: int, starts: time, ends: time, now: datetime) -> Shift:
    """Put `member` on duty every week. Saying it twice is saying it once. Raises ValueError for no time."""
    if starts >= ends:
        raise ValueError(starts, ends)
    with transaction.atomic():
        shift, is_new = Shift.objects.get_or_create(
            clinic_id=by.clinic_id, member=member, weekday=weekday, starts=starts, ends=ends
        )
        if is_new:
            audit.record(clinic=by.clinic_id, actor=by.user, verb="add_shift", subject=member, now=now)
    return shift


def remove_shift(*, shift: Shift, by: Member, now: datetime) -> None:
    """Take one shift off the rota."""
    with transaction.atomic():
        audit.record(clinic=by.clinic_id, actor=by.user, verb="remove_shift", subject=shift.member, now=now)
        shift.delete()


def set_deputy(*, member: Member, deputy: Member | None, by: Member, now: datetime) -> None:
    """Say who is told about `member`'s flags when they do not answer. Raises ValueError for themselves."""
    if deputy is not None and (deputy.pk == member.pk or deputy.clinic_id != member.clinic_id):
        raise ValueError(member.pk)
    with transaction.atomic():
        member.deputy = deputy
        member.save(update_fields=["deputy"])
        audit.record(clinic=by.clinic_id, actor=by.user, verb="set_deputy", subject=member, now=now)
