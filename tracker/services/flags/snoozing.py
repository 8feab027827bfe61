"""Putting a flag aside for a while: with a reason and an end, shown as such, broken by a worse entry."""

from datetime import datetime, timedelta

from django.db import transaction

from tracker.models import Flag, Member
from tracker.services.flags.acting import FlagProblem, WrongState, change, done, taken_in_hand

LONGEST = timedelta(hours=48)


class AnswerFirst(FlagProblem):
    """An urgent flag that nobody has taken cannot be put aside."""


class NoSuchEnd(FlagProblem):
    """The end lies in the past or more than LONGEST ahead, or the reason is missing."""


def snooze(
    *, flag: Flag, member: Member, until: datetime, reason: str, seen_check_in_id: int | None, now: datetime
) -> Flag:
    """Put the flag aside until `until`, at most 48 hours. It stays in the list, marked.

    When it ends, an answered flag is open again and a review that was due is told. Raises
    SomethingNewer, WrongState when the flag is closed, AnswerFirst, NoSuchEnd.
    """
    if not now < until <= now + LONGEST or not reason.strip():
        raise NoSuchEnd(flag.pk)
    with transaction.atomic():
        flag, _recovery = taken_in_hand(flag.pk, seen_check_in_id)
        if flag.state == Flag.State.RESOLVED:
            raise WrongState(flag.pk)
        if flag.is_urgent and flag.state == Flag.State.OPEN:
            raise AnswerFirst(flag.pk)
        answered = flag.state != Flag.State.OPEN
        before = change(
            flag,
            snoozed_until=until,
            snooze_reason=reason.strip(),
            comes_back_at=until if answered else None,
            next_step_at=max(flag.next_step_at, until) if flag.next_step_at else None,
        )
        done(flag, "snoozed", member, now, before=before, until=until.isoformat())
    return flag
