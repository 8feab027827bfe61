"""Protocols: what a clinic's recoveries run on. Editions are drafted, replayed, published, then frozen."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import Max

from tracker.healing import infection, policy
from tracker.healing import learning as healing
from tracker.models import Clinic, Member, Protocol, ProtocolEdition, ReplayRun
from tracker.services import audit, judging, learning

STANDARD = "Standard"

COPIED = (
    "rules",
    "policy",
    "learned",
    "learned_from",
    "monitoring_days",
    "tail_days",
    "silence_days",
    "urgent_minutes",
    "review_minutes",
    "watch_minutes",
    "escalation",
    "unfinished_minutes",
    "escalation_repeat_minutes",
)
"""What a new draft takes over. A sign-off is not among them: it was given to what it was given to."""


class Frozen(Exception):
    """A published edition never changes."""


class TooFewRecoveries(Exception):
    """The clinic has too few quiet recoveries to learn from. Says how many there are."""

    def __init__(self, courses: int) -> None:
        super().__init__(courses)
        self.courses = courses


class ReplayNeeded(Exception):
    """The draft as it stands has not been replayed beside the edition in force."""


class Course(StrEnum):
    """Which expected course a draft takes: the published one, the learned one it has, or one learned now."""

    PUBLISHED = "published"
    KEPT = "kept"
    LEARN = "learn"


@dataclass(frozen=True, slots=True)
class Content:
    """What the form of a draft holds. `fields` are those of ProtocolEdition that a person may set."""

    fields: dict[str, Any]
    course: Course


def create_standard(*, clinic: Clinic, now: datetime) -> ProtocolEdition:
    """The first published edition of the clinic's standard protocol, with today's rules and usual clocks.

    Calling it again returns the newest published edition: a published one never changes.
    """
    with transaction.atomic():
        protocol, _ = Protocol.objects.get_or_create(clinic=clinic, name=STANDARD)
        published = protocol.editions.filter(status=ProtocolEdition.Status.PUBLISHED)
        return published.last() or ProtocolEdition.objects.create(
            protocol=protocol,
            number=protocol.editions.count() + 1,
            status=ProtocolEdition.Status.PUBLISHED,
            published_at=now,
            rules=infection.CURRENT,
        )


def current_edition(*, clinic_id: int) -> ProtocolEdition | None:
    """What a recovery that begins now runs on: the clinic's newest published edition, or None."""
    editions = ProtocolEdition.objects.filter(
        protocol__clinic=clinic_id, status=ProtocolEdition.Status.PUBLISHED
    )
    return editions.select_related("protocol").order_by("-published_at", "-pk").first()


# --- drafting --------------------------------------------------------------------------------------


def start_draft(*, protocol: Protocol, member: Member, now: datetime) -> ProtocolEdition:
    """A draft that begins as a copy of the protocol's newest published edition.

    A protocol has one draft at a time: asked again, that one comes back.
    """
    with transaction.atomic():
        protocol = Protocol.objects.select_for_update().get(pk=protocol.pk)
        drafts = protocol.editions.filter(status=ProtocolEdition.Status.DRAFT)
        newest = protocol.editions.filter(status=ProtocolEdition.Status.PUBLISHED).last()
        found = drafts.first()
        if found is not None:
            return found
        highest: int = protocol.editions.aggregate(highest=Max("number"))["highest"] or 0
        copied = {name: getattr(newest, name) for name in COPIED} if newest else {"rules": infection.CURRENT}
        draft = ProtocolEdition.objects.create(
            protocol=protocol, number=highest + 1, created_by=member, **copied
        )
        note(edition=draft, member=member, verb="start_draft", now=now)
    return draft


def save_draft(
    *, edition: ProtocolEdition, member: Member, content: Content, now: datetime
) -> ProtocolEdition:
    """Change a draft. Raises Frozen for a published edition, TooFewRecoveries when there is nothing to learn.

    A learned course is taken from the clinic's recoveries at this moment and kept with the draft. Raises
    ValueError when the levels are not in order.
    """
    with transaction.atomic():
        draft = hold_draft(edition)
        if content.fields.get("policy"):
            policy.ordered(content.fields["policy"])
        fields = content.fields | _course(draft, content.course, now)
        for name, value in fields.items():
            setattr(draft, name, value)
        draft.save(update_fields=list(fields))
        note(
            edition=draft,
            member=member,
            verb="save_draft",
            now=now,
            rules=draft.rules,
            learned=bool(draft.learned),
        )
    return draft


def _course(draft: ProtocolEdition, course: Course, now: datetime) -> dict[str, Any]:
    """The fields that hold the expected course."""
    if course is Course.KEPT:
        return {}
    if course is Course.LEARN:
        return _learned(draft.protocol.clinic_id, now)
    return {"learned": {}, "learned_from": {}}


def _learned(clinic_id: int, now: datetime) -> dict[str, Any]:
    lesson = learning.learn(clinic_id=clinic_id)
    if not lesson.course:
        raise TooFewRecoveries(lesson.courses)
    told = {
        "courses": lesson.courses,
        "local": round(healing.weight(lesson.courses), 4),
        "tails": lesson.tails,
        "counts": {symptom: list(days) for symptom, days in lesson.counts.items()},
        "learned_at": now.isoformat(),
    }
    return {"learned": healing.as_kept(lesson.course), "learned_from": told}


def discard_draft(*, edition: ProtocolEdition, member: Member, now: datetime) -> None:
    """Throw a draft and its replays away; the audit remembers it. Raises Frozen when it is published."""
    with transaction.atomic():
        draft = hold_draft(edition)
        note(edition=draft, member=member, verb="discard_draft", now=now)
        draft.delete()


def hold_draft(edition: ProtocolEdition) -> ProtocolEdition:
    """The edition, held until the transaction ends. Raises Frozen when it is published."""
    rows = ProtocolEdition.objects.select_for_update(of=("self",)).select_related("protocol")
    held = rows.get(pk=edition.pk)
    if held.status != ProtocolEdition.Status.DRAFT:
        raise Frozen(held.pk)
    return held


# --- publishing ------------------------------------------------------------------------------------


def replay_of(edition: ProtocolEdition) -> ReplayRun | None:
    """The newest finished replay of the draft as it stands, beside the edition in force; None without one."""
    in_force = current_edition(clinic_id=edition.protocol.clinic_id)
    runs = edition.replays.filter(
        draft_mark=judging.mark(edition), against=in_force, finished_at__isnull=False
    )
    return runs.filter(failed="").first()


def publish(
    *, edition: ProtocolEdition, member: Member, without_replay: str = "", now: datetime
) -> ProtocolEdition:
    """Put a draft in force. Recoveries that begin from now on use it; running ones stay on theirs.

    Raises Frozen when it is published already, ReplayNeeded without a replay of the draft as it stands
    unless `without_replay` gives the reason (a short code, kept in the audit).
    """
    with transaction.atomic():
        draft = hold_draft(edition)
        replay = replay_of(draft)
        if replay is None and not without_replay:
            raise ReplayNeeded(draft.pk)
        draft.status, draft.published_at = ProtocolEdition.Status.PUBLISHED, now
        draft.published_by = member
        draft.save(update_fields=["status", "published_at", "published_by"])
        grounds = {"replay": replay.pk} if replay else {"without_replay": without_replay}
        note(edition=draft, member=member, verb="publish_edition", now=now, **grounds)
    return draft


def note(*, edition: ProtocolEdition, member: Member, verb: str, now: datetime, **detail: Any) -> None:
    """Write what a member did to an edition into the audit, in the caller's transaction."""
    audit.record(
        clinic=edition.protocol.clinic_id,
        actor=member.user,
        verb=verb,
        subject=edition,
        now=now,
        number=edition.number,
        **detail,
    )
