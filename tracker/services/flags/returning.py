"""Answered is not finished: when an answered flag is open again, and what happens then."""

from datetime import date, datetime, time, timedelta

from django.db import transaction

from tracker import days
from tracker.models import ContactAttempt, Flag, Recovery
from tracker.services import sweep
from tracker.services.flags.acting import held_with
from tracker.services.flags.climbing import start_climb
from tracker.services.flags.history import event

TRY_AGAIN = timedelta(minutes=60)
"""After a call about an urgent flag that nobody answered, the climb rests no longer than this. Own choice."""

WITHOUT_HOURS = time(8)
"""When a day begins at a clinic that is closed then or has told no opening hours."""


def unless_finished(flag: Flag, recovery: Recovery, now: datetime) -> datetime:
    """When a flag that was taken comes back: the edition's minutes, for milder ones of opening time."""
    minutes = recovery.edition.unfinished_minutes
    if flag.is_urgent:
        return now + timedelta(minutes=minutes)
    return days.promised_by(now=now, hours=recovery.clinic.hours(), minutes=minutes)


def after_contact(
    flag: Flag, recovery: Recovery, result: str, next_try_on: date | None, now: datetime
) -> tuple[date | None, datetime]:
    """The day of the next try, and when the flag comes back.

    Nobody answered: there is always a next try, and an urgent flag is back within the hour whatever day
    was chosen. Reached: the day that was agreed on, else as after taking it.
    """
    if result == ContactAttempt.Result.NO_ANSWER:
        day = next_try_on or _next_chance(recovery, now)
        back = now + TRY_AGAIN
        return day, back if flag.is_urgent else max(back, _morning(recovery, day))
    back = unless_finished(flag, recovery, now)
    if next_try_on is None:
        return None, back
    morning = _morning(recovery, next_try_on)
    return next_try_on, morning if morning > now else back


def _next_chance(recovery: Recovery, now: datetime) -> date:
    """Today while the clinic is still open in an hour, else the next day on which it is."""
    later = now + TRY_AGAIN
    opens = days.next_opening(now=later, hours=recovery.clinic.hours())
    return days.local_date(opens or later, recovery.clinic.timezone)


def _morning(recovery: Recovery, day: date) -> datetime:
    """When the clinic begins to work on `day`."""
    spans = recovery.clinic.hours().on(day)
    return min(
        (opens for opens, _ in spans),
        default=days.local_instant(day, WITHOUT_HOURS, recovery.clinic.timezone),
    )


def come_back_due(*, now: datetime, limit: int = 500) -> int:
    """Open every flag again that somebody answered and nobody finished. Returns how many.

    The owner stays, so that the list can say who had it; the climb starts anew.
    """
    due = Flag.objects.unfinished(now).order_by("comes_back_at").values_list("pk", flat=True)[:limit]
    return sweep.each("return of a flag", list(due), lambda flag_id: _come_back(flag_id, now))


def _come_back(flag_id: int, now: datetime) -> bool:
    with transaction.atomic():
        recovery = held_with(flag_id)
        flag = Flag.objects.unfinished(now).filter(pk=flag_id).first()
        if flag is None:  # finished between the look and the lock
            return False
        was = flag.state
        flag.state, flag.comes_back_at = Flag.State.OPEN, None
        flag.save(update_fields=["state", "comes_back_at"])
        event(flag, "came_back", now, was=was)
        start_climb(flag, recovery, now)
    return True
