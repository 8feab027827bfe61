"""Asking a patient back about a flag: a whole extra check-in, or one question about one sign."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction

from tracker import days
from tracker.healing.symptoms import SIGNS, SYMPTOMS
from tracker.models import AskBack, CheckIn, Flag, Member, Message, Recovery
from tracker.models.prepared import Prepared
from tracker.services import audit, flags, hold, messages, sweep
from tracker.services.flags.history import event

EXTRA_WITHIN = timedelta(hours=12)
MICRO_AFTER = (12, 24)
"""Hours after which one sign is asked about again, at least and at most."""
MICRO_WITHIN = timedelta(hours=12)
AWAKE = (time(8), time(21))
"""Nobody is asked at night: by the patient's own clock."""


class NotAskable(flags.FlagProblem):
    """Nothing can be asked: the flag is closed, or the daily part is over."""


def askable(flag: Flag) -> tuple[str, ...]:
    """The signs and symptoms that the flag's reasons name, in the order of the check-in."""
    codes = {str(reason["code"]).partition(".")[2] for reason in flag.reasons}
    named = tuple(sign for sign in (*SIGNS, *SYMPTOMS) if sign in codes)
    return named or ("spreading",)


def ask_extra(*, flag: Flag, member: Member, now: datetime) -> AskBack:
    """Ask for a whole extra check-in now. Asking twice is asking once. Raises NotAskable."""
    with transaction.atomic():
        held = hold.recovery(flag.recovery_id)
        if held.state != Recovery.State.OPEN:
            raise NotAskable(flag.pk)
        return _asked(held, flag.pk, member, "", now, now + EXTRA_WITHIN, now)


def ask_micro(*, flag: Flag, member: Member | None, sign: str, hours: int = 12, now: datetime) -> AskBack:
    """Ask one question about `sign` (one of SIGNS or SYMPTOMS) in `hours`, 12 to 24.

    By day: what would come at night comes in the morning. Without a member it is the system that asks
    again. Asking twice is asking once. Raises NotAskable, ValueError.
    """
    if sign not in (*SIGNS, *SYMPTOMS) or not MICRO_AFTER[0] <= hours <= MICRO_AFTER[1]:
        raise ValueError(sign, hours)
    with transaction.atomic():
        held = hold.recovery(flag.recovery_id)
        opens = _awake(now + timedelta(hours=hours), held.patient.timezone)
        return _asked(held, flag.pk, member, sign, opens, opens + MICRO_WITHIN, now)


def _awake(at: datetime, zone: str) -> datetime:
    """`at`, or the next morning when the patient sleeps then."""
    morning = days.local_instant(days.local_date(at, zone), AWAKE[0], zone)
    if at < morning:
        return morning
    if at >= days.local_instant(days.local_date(at, zone), AWAKE[1], zone):
        return days.local_instant(days.local_date(at, zone) + days.ONE_DAY, AWAKE[0], zone)
    return at


def _asked(
    recovery: Recovery,
    flag_id: int,
    member: Member | None,
    sign: str,
    opens: datetime,
    due: datetime,
    now: datetime,
) -> AskBack:
    flag = Flag.objects.get(pk=flag_id)
    if flag.state == Flag.State.RESOLVED:
        raise NotAskable(flag.pk)
    standing = flag.ask_backs.filter(sign=sign, answer__isnull=True, missed_at__isnull=True).first()
    if standing is not None:
        return standing
    asked = AskBack.objects.create(
        flag=flag, sign=sign, asked_at=now, asked_by=member, opens_at=opens, due_at=due
    )
    _mail(recovery, asked, now)
    event(flag, "asked_back", now, actor=member, sign=sign)
    actor = member.user if member else None
    audit.record(clinic=flag.clinic_id, actor=actor, verb="flag_asked_back", subject=flag, now=now)
    return asked


def _mail(recovery: Recovery, asked: AskBack, now: datetime) -> None:
    user = recovery.patient.user
    messages.post(
        clinic_id=recovery.clinic_id,
        kind=Message.Kind.ASK_BACK,
        key=f"ask_back:{asked.pk}",
        to_email=user.email,
        to_user=user,
        recovery=recovery,
        ask_back=asked,
        now=now,
        due_at=asked.opens_at,
    )


def why_not(asked: AskBack) -> str:
    """Why the mail about a question must not go out any more; "" when it must."""
    if asked.answer_id is not None:
        return "answered"
    return "" if asked.flag.state != Flag.State.RESOLVED else "resolved"


def is_open(*, asked: AskBack, now: datetime) -> bool:
    """Whether the question can be answered at `now`: also late, as long as the flag is open."""
    return asked.opens_at <= now and why_not(asked) == ""


def note_answer(*, recovery: Recovery, check_in: CheckIn, now: datetime) -> int:
    """A daily check-in answers every extra one that was asked for. Returns how many.

    Runs in the transaction that wrote the check-in and holds the recovery.
    """
    return sum(answered(asked, check_in, now) for asked in _ASKED_FOR.rows(recovery=recovery.pk))


_ASKED_FOR = Prepared(
    lambda recovery: (
        AskBack.objects.filter(flag__recovery=recovery, sign="", answer__isnull=True)
        .exclude(flag__state=Flag.State.RESOLVED)
        .select_related("flag")
    )
)


def answered(asked: AskBack, check_in: CheckIn, now: datetime, **said: Any) -> bool:
    """Put the answer to its question, and one line into the flag's history."""
    asked.answer = check_in
    asked.save(update_fields=["answer"])
    event(asked.flag, "answered_back", now, check_in=check_in, sign=asked.sign, **said)
    return True


def note_missed(*, now: datetime, limit: int = 500) -> int:
    """Note every question whose time is over; returns how many. The flag shows it and a person decides."""
    overdue = AskBack.objects.overdue(now).order_by("due_at").values_list("pk", flat=True)[:limit]
    return sweep.each("missed question", list(overdue), lambda pk: _missed(pk, now))


def _missed(pk: int, now: datetime) -> bool:
    with transaction.atomic():
        hold.recovery(AskBack.objects.values_list("flag__recovery_id", flat=True).get(pk=pk))
        asked = AskBack.objects.overdue(now).select_related("flag").filter(pk=pk).first()
        if asked is None:  # answered between the look and the lock
            return False
        asked.missed_at = now
        asked.save(update_fields=["missed_at"])
        event(asked.flag, "not_answered", now, sign=asked.sign)
    return True
