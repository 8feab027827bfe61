"""One question about one sign: the answer, and what it does to the flag."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from tracker import days
from tracker.healing import infection
from tracker.healing.symptoms import SIGNS
from tracker.healing.verdicts import Cause, Level, Reason, Verdict
from tracker.models import AskBack, Assessment, CheckIn, Flag, Recovery, User
from tracker.services import audit, flags, hold, reviewing
from tracker.services.ask_back.asking import answered, ask_micro, is_open

log = logging.getLogger(__name__)

LEVEL_ASKED = {
    "spreading": "redness",
    "red_streaks": "redness",
    "blisters": "pain",
    "new_lump": "swelling",
    "swollen_glands": "swelling",
    "eye_symptoms": "pain",
    "unwell": "pain",
}
"""The 0–4 scale asked beside each sign, to tell whether it is worse than before. Own choice."""


class NotWaiting(Exception):
    """The question is answered, over or no longer wanted."""


def record_micro(
    *, asked: AskBack, key: UUID, answer: str, level: int | None, user: User, now: datetime
) -> CheckIn:
    """Keep the answer to one question; idempotent by `key`. Raises NotWaiting.

    `answer` is yes, no or unsure (whether the sign is there), `level` today's 0–4 or None. A yes, or a
    level above the last one told, raises the flag by a step, or opens it again when it is urgent
    already; not sure asks once more; a no is only added. A person closes the flag, whatever was said.
    """
    with transaction.atomic():
        held = hold.recovery(asked.flag.recovery_id)
        known = held.check_ins.filter(submission_key=key).first()
        if known is not None:
            return known
        asked = AskBack.objects.select_related("flag").get(pk=asked.pk)
        if not is_open(asked=asked, now=now):
            raise NotWaiting(asked.pk)
        before = _last_level(held, asked.sign)
        check_in = _written(held, asked.sign, key, answer, level, now)
        answered(asked, check_in, now, answer=answer)
        reviewing.note_news(recovery=held)
        worse = level is not None and before is not None and level > before
        _judge(asked, held, check_in, answer, worse, now)
        audit.record(clinic=held.clinic_id, actor=user, verb="answer_question", subject=check_in, now=now)
    return check_in


def level_of(sign: str) -> str:
    """The symptom whose 0–4 scale is asked beside `sign`."""
    return LEVEL_ASKED.get(sign, sign)


def _last_level(recovery: Recovery, sign: str) -> int | None:
    name = level_of(sign)
    told = recovery.check_ins.filter(**{f"{name}__isnull": False}).order_by("day", "pk")
    return told.values_list(name, flat=True).last()


def _written(
    recovery: Recovery, sign: str, key: UUID, answer: str, level: int | None, now: datetime
) -> CheckIn:
    zone = recovery.patient.timezone
    today = days.local_date(now, zone)
    said: dict[str, str | int | None] = {level_of(sign): level}
    if sign in SIGNS:
        said[sign] = answer
    return CheckIn.objects.create(
        clinic_id=recovery.clinic_id,
        kind=CheckIn.Kind.MICRO,
        recovery=recovery,
        submission_key=key,
        day=max(recovery.day_on(today), 0),
        local_date=today,
        zone=zone,
        recorded_at=now,
        assess_after=now,
        assessed_at=now,
        **said,
    )


def _judge(
    asked: AskBack, recovery: Recovery, check_in: CheckIn, answer: str, worse: bool, now: datetime
) -> None:
    flag = asked.flag
    verdict = verdict_on(flag, recovery, check_in, asked.sign, answer, worse)
    _assessed(check_in, verdict, now)
    if answer != "yes" and not worse:
        _calmer(asked, check_in, answer, now)
    elif flag.rank < Level.URGENT.rank:
        flags.raise_flag(recovery=recovery, check_in=check_in, verdict=verdict, now=now)
    else:
        flags.say_again(flag=flag, recovery=recovery, check_in=check_in, verdict=verdict, now=now)


def _calmer(asked: AskBack, check_in: CheckIn, answer: str, now: datetime) -> None:
    """A no stays beside what raised the flag; not sure is a signal of its own and is asked again."""
    Flag.objects.filter(pk=asked.flag_id).update(newest_check_in=check_in)
    if answer == "unsure":
        ask_micro(flag=asked.flag, member=None, sign=asked.sign, now=now)


def verdict_on(
    flag: Flag, recovery: Recovery, check_in: CheckIn, sign: str, answer: str, worse: bool
) -> Verdict:
    """What one answer says about a flag: the next level for a yes or a worse day, the floor's if graver."""
    rank = flag.rank if answer == "unsure" else 0
    floor = None
    if answer == "yes" or worse:
        floor = _floor(recovery, check_in)
        rank = max(min(flag.rank + 1, Level.URGENT.rank), floor.level.rank if floor else 0)
    code, said = _said(sign, answer, worse)
    own = Reason(code, said, {"day": check_in.day, "sign": sign}, days=(check_in.day,))
    return Verdict(
        level=next(level for level in Level if level.rank == rank),
        cause=Cause(flag.cause),
        probability=0.5,
        edition=recovery.edition.rules,
        reasons=(own, *(floor.reasons if floor else ())),
    )


def _floor(recovery: Recovery, check_in: CheckIn) -> Verdict | None:
    """The safety floor of this one answer; rules that fail lose no answer: the step up stands."""
    try:
        return infection.floor_verdict(recovery.treatment.facts(), check_in.report())
    except Exception:
        log.exception("floor of check-in %s failed", check_in.pk)
        return None


def _said(sign: str, answer: str, worse: bool) -> tuple[str, str]:
    if answer == "yes":
        return f"asked.{sign}", gettext_noop("Asked again on day {day}: yes")
    if worse:
        return f"asked_worse.{sign}", gettext_noop("Asked again on day {day}: worse than before")
    if answer == "unsure":
        return f"asked_unsure.{sign}", gettext_noop("Asked again on day {day}: not sure")
    return f"asked_no.{sign}", gettext_noop("Asked again on day {day}: no")


def _assessed(check_in: CheckIn, verdict: Verdict, now: datetime) -> None:
    Assessment.objects.create(
        clinic_id=check_in.clinic_id,
        check_in=check_in,
        edition=verdict.edition,
        level=verdict.level,
        cause=verdict.cause,
        probability=verdict.probability,
        reasons=[reason.as_dict() for reason in verdict.reasons],
        assessed_at=now,
    )
