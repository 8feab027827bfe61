"""For members: what their clinic recorded about harm."""

from django.db.models import QuerySet

from tracker.access.rows import one
from tracker.models import AdverseEvent, Member


def adverse_events_for(member: Member) -> QuerySet[AdverseEvent]:
    """Every adverse event of the member's clinic, newest first."""
    rows = AdverseEvent.objects.filter(clinic=member.clinic_id)
    return rows.select_related("recovery__patient", "recorded_by", "flag")


def adverse_event_for(member: Member, pk: int) -> AdverseEvent:
    """One adverse event of the member's clinic, or 404."""
    return one(adverse_events_for(member), pk)


def adverse_event_of(flag_id: int) -> AdverseEvent | None:
    """The record that was made from a flag, whose clinic was looked at before; None without one."""
    return AdverseEvent.objects.filter(flag=flag_id).first()
