"""The quiet sample: two unflagged recoveries a week that a person looks at, to learn what is missed."""

import random
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from tracker import days
from tracker.models import CheckIn, Clinic, Member, QualityCheck, Recovery
from tracker.services import audit, sweep

A_WEEK = 2
"""How many are drawn per clinic and week."""

BACK = timedelta(days=28)
"""How long after its last daily question a recovery may still be drawn."""


class AlreadyAnswered(Exception):
    """Somebody has looked at it; a finding stands."""


def draw_due(*, now: datetime) -> int:
    """Draw this week's quality checks of every clinic that has none yet; returns at how many clinics.

    The draw is seeded by clinic and week, so that two workers draw the same.
    """
    # each time in another order, so that every clinic has its turn however many there are
    ids = list(Clinic.objects.order_by("?").values_list("pk", flat=True))
    return sweep.each("quality sample", ids, lambda pk: _drawn(pk, now))


def _drawn(clinic_id: int, now: datetime) -> bool:
    with transaction.atomic():
        clinic = Clinic.objects.select_for_update().get(pk=clinic_id)
        week = monday(days.local_date(now, clinic.timezone))
        if clinic.quality_checks.filter(week=week).exists():
            return False
        picked = pick(list(_candidates(clinic, week).values_list("pk", flat=True)), clinic_id, week)
        QualityCheck.objects.bulk_create(
            QualityCheck(clinic=clinic, recovery_id=pk, week=week, drawn_at=now) for pk in picked
        )
    return bool(picked)


def monday(day: date) -> date:
    """The first day of the week that `day` lies in."""
    return day - timedelta(days=day.weekday())


def _candidates(clinic: Clinic, week: date) -> QuerySet[Recovery]:
    """Recoveries whose daily part ended lately, that said something and were never flagged or drawn."""
    said = CheckIn.objects.filter(recovery=OuterRef("pk"))
    rows = Recovery.objects.of_people().filter(clinic=clinic, flags=None, quality_check=None)
    rows = rows.exclude(state=Recovery.State.OPEN).filter(ends_on__lt=week, ends_on__gte=week - BACK)
    return rows.filter(Exists(said)).order_by("pk")


def pick(ids: list[int], clinic_id: int, week: date) -> list[int]:
    """Two of `ids` at random, the same two for everyone who asks about this clinic and week."""
    chance = random.Random(f"{clinic_id}:{week.isoformat()}")
    return chance.sample(sorted(ids), min(A_WEEK, len(ids)))


def answer(
    *, check: QualityCheck, member: Member, finding: str, note: str = "", now: datetime
) -> QualityCheck:
    """Keep what a person found. Raises AlreadyAnswered: a finding is not overwritten."""
    with transaction.atomic():
        fields = {"finding": finding, "note": note, "answered_at": now, "answered_by": member}
        open_ones = QualityCheck.objects.filter(pk=check.pk, finding="")
        if open_ones.update(**fields) != 1:
            raise AlreadyAnswered(check.pk)
        check.refresh_from_db()
        audit.record(
            clinic=check.clinic_id,
            actor=member.user,
            verb="answer_quality_check",
            subject=check,
            now=now,
            finding=finding,
        )
    return check
