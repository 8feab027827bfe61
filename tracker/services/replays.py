"""Replaying a draft over a clinic's own past recoveries, in parts that a worker does in seconds."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from tracker.healing import comparing
from tracker.models import CheckIn, Farewell, Flag, Member, ProtocolEdition, Recovery, ReplayRun
from tracker.services import audit, judging, protocols
from tracker.services.learning import MEDICINES

log = logging.getLogger(__name__)

PART = 60
"""Recoveries done per claim: some seconds of work, so that assessments never wait long behind it."""

LEASE = timedelta(seconds=60)
MAX_TRIES = 3
TREATED = (Flag.Outcome.TREATED, Flag.Outcome.REFERRED)

CHANGED, BROKEN = "changed", "broken"
"""Why a replay ended without a result: the draft was changed meanwhile, or the work failed."""


def ask(*, draft: ProtocolEdition, member: Member, now: datetime) -> ReplayRun:
    """Ask for a replay of the draft beside the edition in force; the one that waits already, if any.

    Raises protocols.Frozen for a published edition, ProtocolEdition.DoesNotExist when none is in force.
    """
    with transaction.atomic():
        held = protocols.hold_draft(draft)
        in_force = protocols.current_edition(clinic_id=member.clinic_id)
        if in_force is None:
            raise ProtocolEdition.DoesNotExist
        waiting = held.replays.filter(
            draft_mark=judging.mark(held), against=in_force, finished_at__isnull=True
        )
        found = waiting.first()
        if found is not None:
            return found
        run = ReplayRun.objects.create(
            clinic_id=member.clinic_id,
            draft=held,
            against=in_force,
            draft_mark=judging.mark(held),
            asked_by=member,
            asked_at=now,
        )
        audit.record(
            clinic=member.clinic_id, actor=member.user, verb="ask_replay", subject=run, now=now, draft=held.pk
        )
    return run


def past_recoveries(*, clinic_id: int) -> QuerySet[Recovery]:
    """The clinic's recoveries whose daily part is over, each with `confirmed`: treated or referred."""
    treated = Flag.objects.filter(recovery=OuterRef("pk"), outcome__in=TREATED)
    medicines = Farewell.objects.filter(recovery=OuterRef("pk"), medicines__in=MEDICINES)
    confirmed = ExpressionWrapper(Q(Exists(treated)) | Q(Exists(medicines)), BooleanField())
    over = Recovery.objects.of_people().filter(clinic=clinic_id).exclude(state=Recovery.State.OPEN)
    return over.annotate(confirmed=confirmed).order_by("pk")


def run_due(*, now: datetime) -> bool:
    """Do one part of the oldest replay that waits. True when there is more to do.

    A part is claimed by condition and held as a lease: a worker that dies leaves it to the next one. A
    replay whose parts fail again and again ends, and says so.
    """
    waiting = ReplayRun.objects.filter(finished_at__isnull=True)
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    run = waiting.filter(free).select_related("draft__protocol", "against").order_by("asked_at").first()
    if run is None or not _claim(run, free, now):
        return False
    try:
        _part(run, now)
    except Exception:
        log.exception("replay %s failed", run.pk)
        return False
    return waiting.exists()


def _claim(run: ReplayRun, free: Q, now: datetime) -> bool:
    """Whether this worker has it now. The try is counted before the work, in case it kills its process."""
    if run.attempts >= MAX_TRIES:
        _end(run, now, failed=BROKEN)
        return False
    mine = ReplayRun.objects.filter(free, pk=run.pk, finished_at__isnull=True)
    held = {"claimed_until": now + LEASE, "attempts": F("attempts") + 1, "started_at": run.started_at or now}
    return mine.update(**held) == 1


def _part(run: ReplayRun, now: datetime) -> None:
    if judging.mark(run.draft) != run.draft_mark:
        _end(run, now, failed=CHANGED)
        return
    after: int = run.result.get("after", 0)
    rows = past_recoveries(clinic_id=run.clinic_id).filter(pk__gt=after)
    rows = rows.select_related("treatment__screening", "treatment__patient")
    part = list(rows.prefetch_related("treatment__areas")[:PART])
    compared = comparing.compare(judging.rules_of(run.draft), judging.rules_of(run.against), _pasts(part))
    result: dict[str, Any] = dict(comparing.tally(compared, run.result))
    result |= _span(part, run.result) | {"after": part[-1].pk if part else after}
    _keep(run, result, done=len(part) < PART, now=now)


def _pasts(part: Sequence[Recovery]) -> list[comparing.Past]:
    """The recoveries as the rules read them: every daily check-in, in the order it was recorded."""
    said: dict[int, list[CheckIn]] = {}
    daily = CheckIn.objects.filter(recovery__in=[r.pk for r in part], kind=CheckIn.Kind.DAILY)
    for check_in in daily.order_by("pk"):
        said.setdefault(check_in.recovery_id, []).append(check_in)
    return [
        comparing.Past(
            r.pk,
            r.treatment.facts(),
            [c.report() for c in said.get(r.pk, ())],
            bool(r.confirmed),  # type: ignore[attr-defined]
        )
        for r in part
    ]


def _span(part: Sequence[Recovery], before: dict[str, Any]) -> dict[str, str]:
    """From the first to the last day that the replayed recoveries cover."""
    days = [d.isoformat() for r in part for d in (r.started_on, r.ends_on)]
    days += [before[name] for name in ("first_day", "last_day") if name in before]
    return {"first_day": min(days), "last_day": max(days)} if days else {}


def _keep(run: ReplayRun, result: dict[str, Any], *, done: bool, now: datetime) -> None:
    """Write the part and let go, unless the lease ran out and another worker has it by now."""
    mine = ReplayRun.objects.filter(pk=run.pk, finished_at__isnull=True, claimed_until=now + LEASE)
    fields: dict[str, Any] = {"result": result, "recoveries": result["recoveries"]}
    fields |= {"claimed_until": None, "attempts": 0, "finished_at": now if done else None}
    mine.update(**fields)


def _end(run: ReplayRun, now: datetime, *, failed: str) -> None:
    ReplayRun.objects.filter(pk=run.pk, finished_at__isnull=True).update(finished_at=now, failed=failed)
