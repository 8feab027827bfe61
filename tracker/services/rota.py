"""Who is on duty, which opening hours nobody covers, and what that means for a patient now."""

from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction

from tracker import days
from tracker.models import Clinic, Member, Shift
from tracker.models.duty import gaps as gaps
from tracker.models.duty import shifts_of, span
from tracker.services import audit


@dataclass(frozen=True, slots=True)
class Cover:
    """Whether somebody of the clinic is there now. `opens_at` is when it next opens, None when unknown."""

    covered: bool
    opens_at: datetime | None
    on_duty: tuple[Member, ...] = ()


def on_duty(*, clinic: Clinic, now: datetime) -> tuple[Member, ...]:
    """Who covers urgent flags at `now` by the clinic's own clock, each once. Leavers cover nothing."""
    found = {shift.member_id: shift.member for shift in shifts_of(clinic) if _is_running(clinic, shift, now)}
    return tuple(found.values())


def _is_running(clinic: Clinic, shift: Shift, now: datetime) -> bool:
    day = days.local_date(now, clinic.timezone)
    if shift.weekday != day.weekday():
        return False
    starts, ends = span(clinic, shift, day)
    return starts <= now < ends


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
