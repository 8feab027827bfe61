"""Replaying a draft over a clinic's own past recoveries, in parts that any workers do in seconds."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from tracker.healing import comparing
from tracker.models import CheckIn, Farewell, Flag, Member, ProtocolEdition, Recovery, ReplayPart, ReplayRun
from tracker.services import audit, judging, protocols
from tracker.services.learning import MEDICINES

log = logging.getLogger(__name__)

PART = 500
"""Recoveries done per claim: a second or two of work, so that assessments never wait long behind it."""

FAN = 8
"""So many parts of one replay may be done side by side, by as many workers as there are."""

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


def run_due(*, now: datetime) -> int:
    """Do one part of the oldest replay that waits, or cut it into parts. How many may go on from here.

    A part is claimed by condition and held as a lease: a worker that dies leaves it to the next one. A
    replay whose parts fail again and again ends, and says so.
    """
    part = _free(ReplayPart.objects.filter(run__finished_at__isnull=True, done_at__isnull=True), now)
    part = part.select_related("run__draft__protocol", "run__against").order_by("run__asked_at", "first")
    found = part.first()
    if found is None:
        return _cut_next(now)
    if not _claim(found, found.run, now):
        return 1
    try:
        _do(found, now)
    except Exception:
        log.exception("%s failed", found)
        return 0
    return int(ReplayRun.objects.filter(finished_at__isnull=True).exists())


def _free(rows: QuerySet[Any], now: datetime) -> QuerySet[Any]:
    return rows.filter(Q(claimed_until__isnull=True) | Q(claimed_until__lte=now))


def _claim(row: ReplayRun | ReplayPart, run: ReplayRun, now: datetime) -> bool:
    """Whether this worker has it now. The try is counted before the work, in case it kills its process."""
    if row.attempts >= MAX_TRIES:
        _end(run, now, failed=BROKEN)
        return False
    mine = _free(type(row)._default_manager.filter(pk=row.pk), now)
    return mine.update(claimed_until=now + LEASE, attempts=F("attempts") + 1) == 1


def _cut_next(now: datetime) -> int:
    """Cut the oldest replay that is still whole into ranges of `PART` recoveries."""
    whole = ReplayRun.objects.filter(finished_at__isnull=True, parts__isnull=True)
    run = _free(whole, now).order_by("asked_at").first()
    if run is None or not _claim(run, run, now):
        return 0
    keys = list(past_recoveries(clinic_id=run.clinic_id).values_list("pk", flat=True))
    ranges = [keys[start : start + PART] for start in range(0, len(keys), PART)]
    with transaction.atomic():
        mine = ReplayRun.objects.filter(pk=run.pk, claimed_until=now + LEASE)
        if mine.update(claimed_until=None, attempts=0, started_at=now) != 1:
            return 0
        ReplayPart.objects.bulk_create(ReplayPart(run=run, first=part[0], last=part[-1]) for part in ranges)
        if not ranges:
            _finish(run, now)
    return min(FAN, len(ranges))


def _do(part: ReplayPart, now: datetime) -> None:
    run = part.run
    if judging.mark(run.draft) != run.draft_mark:
        _end(run, now, failed=CHANGED)
        return
    rows = past_recoveries(clinic_id=run.clinic_id).filter(pk__range=(part.first, part.last))
    rows = rows.select_related("treatment__screening", "treatment__patient")
    found = list(rows.prefetch_related("treatment__areas"))
    compared = comparing.compare(judging.rules_of(run.draft), judging.rules_of(run.against), _pasts(found))
    _keep(part, comparing.tally(compared) | _span(found), now)


def _keep(part: ReplayPart, result: dict[str, Any], now: datetime) -> None:
    """Write what it counted, unless the lease ran out and another worker has it by now."""
    with transaction.atomic():
        mine = ReplayPart.objects.filter(pk=part.pk, done_at__isnull=True, claimed_until=now + LEASE)
        if mine.update(result=result, done_at=now, claimed_until=None) != 1:
            return
        # holds the run's row: of two workers with the last two parts, the second sees that both are done
        run = ReplayRun.objects.filter(pk=part.run_id)
        run.update(recoveries=F("recoveries") + result["recoveries"])
        if not ReplayPart.objects.filter(run=part.run_id, done_at__isnull=True).exists():
            _finish(part.run, now)


def _finish(run: ReplayRun, now: datetime) -> None:
    parts = list(run.parts.order_by("first").values_list("result", flat=True))
    result: dict[str, Any] = dict(comparing.together(parts))
    spans = [part for part in parts if "first_day" in part]
    if spans:
        result["first_day"] = min(part["first_day"] for part in spans)
        result["last_day"] = max(part["last_day"] for part in spans)
    fields: dict[str, Any] = {"result": result, "recoveries": result["recoveries"], "finished_at": now}
    ReplayRun.objects.filter(pk=run.pk, finished_at__isnull=True).update(**fields)
    run.parts.all().delete()


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


def _span(recoveries: Sequence[Recovery]) -> dict[str, str]:
    """From the first to the last day that the replayed recoveries cover."""
    days = [d.isoformat() for r in recoveries for d in (r.started_on, r.ends_on)]
    return {"first_day": min(days), "last_day": max(days)} if days else {}


def _end(run: ReplayRun, now: datetime, *, failed: str) -> None:
    run.parts.all().delete()
    ReplayRun.objects.filter(pk=run.pk, finished_at__isnull=True).update(finished_at=now, failed=failed)
