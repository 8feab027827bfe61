"""For members: protocols and insight of their clinic only."""

from django.db.models import QuerySet

from tracker.access.rows import one
from tracker.models import Member, Protocol, ProtocolEdition, QualityCheck, ReplayRun


def protocols_for(member: Member) -> QuerySet[Protocol]:
    """Every protocol of the member's clinic."""
    return Protocol.objects.filter(clinic=member.clinic_id)


def protocol_for(member: Member, pk: int) -> Protocol:
    """One protocol of the member's clinic, or 404."""
    return one(protocols_for(member), pk)


def editions_for(member: Member) -> QuerySet[ProtocolEdition]:
    """Every edition of the clinic's protocols, drafts included, newest first."""
    rows = ProtocolEdition.objects.filter(protocol__clinic=member.clinic_id)
    return rows.select_related("protocol", "published_by", "created_by").order_by("protocol__name", "-number")


def edition_for(member: Member, pk: int) -> ProtocolEdition:
    """One edition of the clinic's protocols, or 404."""
    return one(editions_for(member), pk)


def replays_for(member: Member) -> QuerySet[ReplayRun]:
    """Every replay of the member's clinic, newest first."""
    rows = ReplayRun.objects.filter(clinic=member.clinic_id)
    return rows.select_related("draft__protocol", "against__protocol", "asked_by")


def replay_for(member: Member, pk: int) -> ReplayRun:
    """One replay of the member's clinic, or 404."""
    return one(replays_for(member), pk)


def quality_checks_for(member: Member) -> QuerySet[QualityCheck]:
    """Every quality check of the member's clinic, newest first."""
    rows = QualityCheck.objects.filter(clinic=member.clinic_id)
    return rows.select_related("recovery__patient", "answered_by")


def quality_check_for(member: Member, pk: int) -> QualityCheck:
    """One quality check of the member's clinic, or 404."""
    return one(quality_checks_for(member), pk)
