"""Looked at and found calm: who read a recovery without a flag, and when. News makes it unread again."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from tracker.models import CheckIn, Flag, Member, Recovery
from tracker.services import audit

UNDO_WITHIN = timedelta(minutes=10)


def mark_reviewed(*, member: Member, seen: Mapping[int, int | None], now: datetime) -> list[int]:
    """Mark recoveries of the member's clinic as reviewed; returns the ids of those that were.

    `seen` maps a recovery to the newest check-in that the page showed, None for no check-in. Left out is
    whatever has an open flag, an entry that nobody has judged yet, or an entry newer than the one seen.
    """
    with transaction.atomic():
        rows = Recovery.objects.select_for_update(of=("self",)).filter(clinic=member.clinic_id, pk__in=seen)
        held = {recovery.pk: recovery for recovery in rows.order_by("pk")}
        newest = _calm(held)
        done = [held[pk] for pk in sorted(newest) if newest[pk] == seen[pk]]
        for recovery in done:
            _mark(recovery, member, now)
            audit.record(
                clinic=member.clinic_id, actor=member.user, verb="review_recovery", subject=recovery, now=now
            )
    return [recovery.pk for recovery in done]


def _calm(held: Mapping[int, Recovery]) -> dict[int, int | None]:
    """Those of `held` that nothing speaks against, each with its newest check-in."""
    flagged = Flag.objects.open().filter(recovery=OuterRef("pk"))
    unjudged = CheckIn.objects.filter(recovery=OuterRef("pk"), assessed_at__isnull=True)
    calm = Recovery.objects.filter(~Exists(flagged), ~Exists(unjudged), pk__in=held)
    return dict(calm.order_by().values("pk").annotate(newest=Max("check_ins")).values_list("pk", "newest"))


def undo_review(*, member: Member, recoveries: list[int], now: datetime) -> int:
    """Take the member's own reviews of the last ten minutes back; returns how many. They are unread again."""
    with transaction.atomic():
        rows = Recovery.objects.select_for_update(of=("self",)).filter(
            clinic=member.clinic_id,
            pk__in=recoveries,
            reviewed_by=member,
            reviewed_at__gte=now - UNDO_WITHIN,
        )
        mine = list(rows.order_by("pk"))
        for recovery in mine:
            _mark(recovery, None, None)
            audit.record(
                clinic=member.clinic_id, actor=member.user, verb="undo_review", subject=recovery, now=now
            )
    return len(mine)


def note_news(*, recovery: Recovery) -> None:
    """The patient has said something: whatever was read before, this was not. The caller holds the row."""
    if recovery.reviewed_at is not None:
        _mark(recovery, None, None)


def _mark(recovery: Recovery, member: Member | None, at: datetime | None) -> None:
    recovery.reviewed_by, recovery.reviewed_at = member, at
    recovery.save(update_fields=["reviewed_by", "reviewed_at"])
