"""Opening a flag, adding to it, raising it."""

from datetime import datetime
from typing import Any

from tracker import days
from tracker.healing.symptoms import CARDINAL
from tracker.healing.verdicts import Cause, Level, Verdict
from tracker.models import CheckIn, Flag, Recovery
from tracker.services.flags.amending import was_amended
from tracker.services.flags.climbing import start_climb
from tracker.services.flags.history import event

NOT_ABOUT_SYMPTOMS = frozenset({Cause.SILENCE, Cause.UNCLEAR})
"""A second silence, or a second failure to judge, is news whatever the symptoms say."""


def raise_flag(*, recovery: Recovery, check_in: CheckIn | None, verdict: Verdict, now: datetime) -> Flag:
    """Open the flag for the verdict's cause, or add to the open one; a worse level raises it.

    Runs inside the caller's transaction, which holds the recovery. Opening or raising to urgent
    starts the climb with its first step in the same transaction. A check-in that somebody had read
    when they resolved the cause at this level or above opens nothing again.
    """
    same = recovery.flags.filter(cause=verdict.cause)
    flag = same.exclude(state=Flag.State.RESOLVED).first()
    if flag is None:
        answered = _answered(recovery, check_in, verdict)
        return answered or _opened(recovery, check_in, verdict, now)
    if verdict.level.rank > flag.rank:
        return _raised(flag, recovery, check_in, verdict, now)
    if check_in is not None:
        _add_evidence(flag, check_in, verdict, now)
    return flag


def _answered(recovery: Recovery, check_in: CheckIn | None, verdict: Verdict) -> Flag | None:
    """The flag whose resolution covers this check-in, or None when a person must look anew.

    No person resolves past a check-in they did not see. Later ones are covered while nothing in them is
    worse than in the one that was answered: statistics remember the bad days long after the answer. A hard
    sign always asks anew.
    """
    if check_in is None:
        return None
    by_a_person = recovery.flags.filter(
        cause=verdict.cause, resolved_by__isnull=False, rank__gte=verdict.level.rank
    ).order_by("-resolved_at")
    seen = by_a_person.filter(resolved_at__gt=check_in.recorded_at).first()
    if seen is not None or verdict.floor or verdict.cause in NOT_ABOUT_SYMPTOMS:
        return seen
    last = by_a_person.exclude(outcome=Flag.Outcome.MISTAKE).select_related("newest_check_in").first()
    return last if last is not None and _no_worse(check_in, last.newest_check_in) else None


def _no_worse(later: CheckIn, answered: CheckIn | None) -> bool:
    """Whether all four cardinal symptoms were answered in both and none has risen."""
    if answered is None:
        return False
    pairs = [(getattr(later, name), getattr(answered, name)) for name in CARDINAL]
    return all(now is not None and then is not None and now <= then for now, then in pairs)


def _evidence(verdict: Verdict) -> dict[str, Any]:
    return {"edition": verdict.edition, "likelier": verdict.likelier or "", **verdict.grounds()}


def _opened(recovery: Recovery, check_in: CheckIn | None, verdict: Verdict, now: datetime) -> Flag:
    rank = verdict.level.rank
    flag = Flag.objects.create(
        clinic_id=recovery.clinic_id,
        recovery=recovery,
        cause=verdict.cause,
        rank=rank,
        newest_check_in=check_in,
        opened_at=now,
        raised_at=now,
        promised_by=_promise(recovery, rank, now),
        **_evidence(verdict),
    )
    event(flag, "opened", now, check_in=check_in, level=verdict.level)
    start_climb(flag, recovery, now)
    return flag


def _raised(
    flag: Flag, recovery: Recovery, check_in: CheckIn | None, verdict: Verdict, now: datetime
) -> Flag:
    """A worse day: the promise starts anew, and so does the climb, whoever had answered before."""
    flag.rank = verdict.level.rank
    flag.raised_at = now
    flag.promised_by = min(flag.promised_by, _promise(recovery, flag.rank, now))
    flag.state, flag.comes_back_at = Flag.State.OPEN, None
    flag.save(update_fields=["rank", "raised_at", "promised_by", "state", "comes_back_at"])
    _wake(flag)
    _show(flag, check_in, verdict)
    event(flag, "raised", now, check_in=check_in, level=verdict.level)
    start_climb(flag, recovery, now)
    return flag


def _add_evidence(flag: Flag, check_in: CheckIn, verdict: Verdict, now: datetime) -> None:
    """Another check-in, or a fuller look at the same one. Judged late, an older one is only noted."""
    newest = flag.newest_check_in_id or 0
    if check_in.pk >= newest:
        _show(flag, check_in, verdict)
    if flag.events.filter(check_in=check_in).exists():
        return
    if verdict.level.rank >= flag.rank:
        _wake(flag, now)
    event(flag, "evidence", now, check_in=check_in, level=verdict.level)


def say_again(*, flag: Flag, recovery: Recovery, check_in: CheckIn, verdict: Verdict, now: datetime) -> Flag:
    """The patient says it about an urgent flag once more: one that was answered is open and climbs again.

    While nobody has answered it climbs already, and the word is only added. Runs in the transaction that
    wrote the check-in and holds the recovery.
    """
    flag = Flag.objects.get(pk=flag.pk)
    if flag.state == Flag.State.OPEN:
        _add_evidence(flag, check_in, verdict, now)
        return flag
    return _raised(flag, recovery, check_in, verdict, now)


def _wake(flag: Flag, now: datetime | None = None) -> None:
    """A worse entry, or one as bad, breaks a snooze: with `now`, what was put off is due at once."""
    if flag.snoozed_until is None:
        return
    if now is not None:
        flag.next_step_at = now if flag.next_step_at else None
        flag.comes_back_at = now if flag.comes_back_at else None
    flag.snoozed_until, flag.snooze_reason = None, ""
    flag.save(update_fields=["snoozed_until", "snooze_reason", "next_step_at", "comes_back_at"])


def _show(flag: Flag, check_in: CheckIn | None, verdict: Verdict) -> None:
    """Show the newest grounds, unless they are milder: what opened the flag must stay readable."""
    shown: dict[str, Any] = {}
    if check_in is not None and check_in.pk >= (flag.newest_check_in_id or 0):
        shown["newest_check_in"] = check_in
    if verdict.level.rank >= flag.rank:
        shown |= _evidence(verdict)
    for name, value in shown.items():
        setattr(flag, name, value)
    flag.save(update_fields=list(shown))


def lapse(*, recovery: Recovery, check_in: CheckIn, now: datetime) -> int:
    """Close what was only to be watched, once two later days were calm. Returns how many were closed.

    Runs in the transaction that judged `check_in` as calm. Flags that a person has answered, and those
    to review or urgent, or that rest on a corrected entry, wait for a person. Quick entries alone are no
    all-clear.
    """
    watched = recovery.flags.filter(rank=1, state=Flag.State.OPEN, newest_check_in__day__lt=check_in.day)
    return sum(_lapsed(flag, check_in, now) for flag in watched.select_related("newest_check_in"))


def _lapsed(flag: Flag, check_in: CheckIn, now: datetime) -> bool:
    since = flag.newest_check_in.day if flag.newest_check_in else -1
    between = flag.recovery.check_ins.filter(
        day__gt=since, day__lt=check_in.day, assessments__level=Level.NONE, kind=CheckIn.Kind.DAILY
    )
    calm = [*between, check_in]
    if len(calm) < 2 or all(c.is_quick for c in calm) or was_amended(flag):
        return False
    flag.state, flag.outcome, flag.resolved_at = Flag.State.RESOLVED, Flag.Outcome.SETTLED, now
    flag.save(update_fields=["state", "outcome", "resolved_at"])
    event(flag, "lapsed", now, check_in=check_in)
    return True


def _promise(recovery: Recovery, rank: int, now: datetime) -> datetime:
    edition = recovery.edition
    minutes = {3: edition.urgent_minutes, 2: edition.review_minutes, 1: edition.watch_minutes}[rank]
    return days.promised_by(now=now, hours=recovery.clinic.hours(), minutes=minutes)
