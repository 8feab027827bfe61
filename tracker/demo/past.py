"""What the demo's clinic did before: recoveries that are over, so that looking back shows something.

Written in bulk. Every entry is judged by the edition's own rules, and what they flag was closed by a person.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from tracker import days
from tracker.demo.past_courses import CALM, COURSES, SICK, SKIN, answers, verdict
from tracker.demo.past_people import Past, recoveries
from tracker.healing.verdicts import Verdict
from tracker.models import (
    Assessment,
    CheckIn,
    ContactAttempt,
    Farewell,
    Flag,
    FlagEvent,
    Member,
    ProtocolEdition,
    QualityCheck,
)
from tracker.services import quality


def fill(*, member: Member, edition: ProtocolEdition, now: datetime) -> None:
    """Give the clinic of `member`, who treated and answered, COUNT recoveries that are over."""
    done = recoveries(member, edition, days.local_date(now, member.clinic.timezone), now)
    entries = CheckIn.objects.bulk_create(entry for past in done for entry in _entries(past))
    by_recovery: dict[int, list[CheckIn]] = {}
    for entry in entries:
        by_recovery.setdefault(entry.recovery_id, []).append(entry)
    Assessment.objects.bulk_create(
        _assessment(past, entry) for past in done for entry in by_recovery[past.recovery.pk]
    )
    flagged = [found for past in done if (found := _flag(past, by_recovery[past.recovery.pk], member))]
    flags = Flag.objects.bulk_create(flagged)
    ContactAttempt.objects.bulk_create(_contact(flag, member) for flag in flags)
    FlagEvent.objects.bulk_create(event for flag in flags for event in _events(flag, member))
    Farewell.objects.bulk_create(_farewell(past) for past in done)
    seen = {flag.recovery_id for flag in flags}
    looked_at = [past for past in done if past.recovery.pk not in seen][10:16]
    QualityCheck.objects.bulk_create(_look(past, member) for past in looked_at)


def _entries(past: Past) -> list[CheckIn]:
    recovery = past.recovery
    return [
        CheckIn(
            clinic_id=recovery.clinic_id,
            recovery=recovery,
            submission_key=UUID(int=past.number << 16 | day),
            day=day,
            local_date=recovery.started_on + timedelta(days=day),
            zone=recovery.patient.timezone,
            recorded_at=past.at(day),
            assessed_at=past.at(day),
            assess_after=past.at(day),
            **answers(past.course, day),
        )
        for day in COURSES[past.course].logged()
    ]


def _said(past: Past, entry: CheckIn) -> Verdict:
    return verdict(past.course, SKIN[past.course], entry.day, past.recovery.edition.rules)


def _assessment(past: Past, entry: CheckIn) -> Assessment:
    said = _said(past, entry)
    return Assessment(
        clinic_id=entry.clinic_id,
        check_in=entry,
        edition=said.edition,
        level=said.level,
        cause=said.cause,
        probability=said.probability,
        floor=said.floor,
        assessed_at=entry.recorded_at,
        **said.grounds(),
    )


def _flag(past: Past, entries: Sequence[CheckIn], member: Member) -> Flag | None:
    """The worst that the rules said of a course that was not calm, answered that evening."""
    if past.course < CALM:
        return None
    entry = max(entries, key=lambda one: (_said(past, one).level.rank, -one.day))
    said, at, sick = _said(past, entry), entry.recorded_at, past.course == SICK
    return Flag(
        clinic_id=entry.clinic_id,
        recovery=past.recovery,
        cause=said.cause,
        rank=max(1, said.level.rank),
        state=Flag.State.RESOLVED,
        edition=said.edition,
        newest_check_in=entry,
        opened_at=at,
        raised_at=at,
        promised_by=at + timedelta(minutes=60),
        owner=member,
        acknowledged_at=at + timedelta(minutes=9 + past.recovery.pk % 50),
        contacted_at=at + timedelta(minutes=70),
        resolved_at=at + timedelta(minutes=85),
        resolved_by=member,
        outcome=Flag.Outcome.TREATED if sick else Flag.Outcome.SETTLED,
        disagreed="" if sick else Flag.Disagreement.KNOWN,
        **said.grounds(),
    )


def _contact(flag: Flag, member: Member) -> ContactAttempt:
    assert flag.contacted_at is not None
    return ContactAttempt(flag=flag, at=flag.contacted_at, by=member, result=ContactAttempt.Result.SPOKE)


def _events(flag: Flag, member: Member) -> list[FlagEvent]:
    assert flag.acknowledged_at is not None
    assert flag.resolved_at is not None
    said: Any = {"flag": flag, "check_in": flag.newest_check_in}
    return [
        FlagEvent(at=flag.opened_at, verb="opened", detail={"level": flag.level}, **said),
        FlagEvent(at=flag.acknowledged_at, verb="acknowledged", actor=member, **said),
        FlagEvent(
            at=flag.resolved_at, verb="resolved", actor=member, detail={"outcome": flag.outcome}, **said
        ),
    ]


def _farewell(past: Past) -> Farewell:
    sick = past.course == SICK
    return Farewell(
        recovery=past.recovery,
        said_at=past.at(15),
        medicines=Farewell.Medicines.ANTIBIOTIC if sick else Farewell.Medicines.NONE,
        felt_looked_after=4,
    )


def _look(past: Past, member: Member) -> QualityCheck:
    """One of the quiet sample, looked at the week after."""
    week = quality.monday(past.recovery.ends_on + timedelta(days=7))
    drawn = datetime.combine(week, time(6), UTC)
    return QualityCheck(
        clinic=member.clinic,
        recovery=past.recovery,
        week=week,
        drawn_at=drawn,
        answered_at=drawn + timedelta(hours=4),
        answered_by=member,
        finding=QualityCheck.Finding.FINE,
    )
