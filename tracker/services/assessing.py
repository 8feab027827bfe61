"""Judging a course after each check-in, once per edition, whatever happens to the worker."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from tracker.healing import infection
from tracker.healing.verdicts import Cause, Level, Verdict
from tracker.models import MAX_ATTEMPTS, Assessment, CheckIn, Recovery
from tracker.services import checkins, flags, hold, sweep

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
"""How long one try may take before another worker may start."""


def assess_check_in(*, check_in_id: int, now: datetime) -> Assessment | None:
    """Judge one check-in with everything said up to it. None when it is done or somebody has it.

    The attempt is counted and committed before the work, so that a job that kills its process is
    given up after MAX_ATTEMPTS and shown to a person as "could not assess".
    """
    if not _claim(check_in_id, now):
        return None
    try:
        return _assess(check_in_id, now)
    except Exception:
        log.exception("assessment of check-in %s failed", check_in_id)
        if CheckIn.objects.filter(pk=check_in_id, assess_attempts__gte=MAX_ATTEMPTS).exists():
            return _give_up(check_in_id, now)
        return None


def _claim(check_in_id: int, now: datetime) -> bool:
    due = CheckIn.objects.unassessed(now).filter(pk=check_in_id)
    if due.filter(assess_attempts__gte=MAX_ATTEMPTS).exists():
        _give_up(check_in_id, now)
        return False
    return due.update(assess_attempts=F("assess_attempts") + 1, assess_after=now + LEASE) == 1


def _assess(check_in_id: int, now: datetime) -> Assessment:
    with transaction.atomic():
        check_in = CheckIn.objects.get(pk=check_in_id)
        recovery = hold.recovery(check_in.recovery_id)
        verdict = _verdict_on(recovery, check_in)
        assessment, created = Assessment.objects.get_or_create(
            check_in=check_in, edition=verdict.edition, defaults=_as_row(recovery, verdict, now)
        )
        if created and verdict.level is not Level.NONE:
            flags.raise_flag(recovery=recovery, check_in=check_in, verdict=verdict, now=now)
        elif created:
            flags.lapse(recovery=recovery, check_in=check_in, now=now)
        CheckIn.objects.filter(pk=check_in_id).update(assessed_at=now)
        _set_level(recovery, check_in, verdict.level)
    return assessment


def _verdict_on(recovery: Recovery, check_in: CheckIn) -> Verdict:
    """The verdict on the course up to the check-in's day, from what was known when it came.

    An entry for an earlier day also changes what later days mean: then the worse of both counts.
    """
    known = [c for c in checkins.course_of(recovery) if c.pk <= check_in.pk]
    to_its_day = checkins.verdict_now(recovery, [c for c in known if c.day <= check_in.day])
    if known[-1].day == check_in.day:
        return to_its_day
    return max(to_its_day, checkins.verdict_now(recovery, known), key=lambda verdict: verdict.level.rank)


def _as_row(recovery: Recovery, verdict: Verdict, now: datetime) -> dict[str, Any]:
    return {
        "clinic_id": recovery.clinic_id,
        "level": verdict.level,
        "cause": verdict.cause,
        "probability": verdict.probability,
        "floor": verdict.floor,
        **verdict.grounds(),
        "likelier": verdict.likelier or "",
        "assessed_at": now,
    }


def _set_level(recovery: Recovery, check_in: CheckIn, level: Level) -> None:
    """The recovery shows the level of its newest entry; a late one for yesterday does not lower it."""
    newest = recovery.check_ins.in_order().values_list("pk", flat=True).last()
    if level.rank <= Level(recovery.level).rank and newest != check_in.pk:
        return
    Recovery.objects.filter(pk=recovery.pk).update(level=level)


def _give_up(check_in_id: int, now: datetime) -> Assessment:
    """Failing closed: what no rule could judge goes to a person as unclear, never as normal."""
    with transaction.atomic():
        check_in = CheckIn.objects.get(pk=check_in_id)
        recovery = hold.recovery(check_in.recovery_id)
        verdict = Verdict(
            level=Level.REVIEW,
            cause=Cause.UNCLEAR,
            probability=0.5,
            edition=recovery.edition.rules,
            reasons=(infection.COULD_NOT_ASSESS,),
        )
        row = _as_row(recovery, verdict, now) | {"could_not_assess": True}
        assessment, _ = Assessment.objects.get_or_create(
            check_in=check_in, edition=verdict.edition, defaults=row
        )
        flags.raise_flag(recovery=recovery, check_in=check_in, verdict=verdict, now=now)
        CheckIn.objects.filter(pk=check_in_id).update(assessed_at=now)
        _set_level(recovery, check_in, verdict.level)
    return assessment


def assess_pending(*, now: datetime, limit: int = 500) -> int:
    """Judge everything no job has judged. The sweep behind every bell; returns how many were judged."""
    ids = CheckIn.objects.unassessed(now).order_by("assess_after").values_list("pk", flat=True)[:limit]
    return sweep.each(
        "assessment", list(ids), lambda pk: assess_check_in(check_in_id=pk, now=now) is not None
    )
