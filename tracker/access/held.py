"""For members: what a restore held back at their clinic."""

from django.db.models import OuterRef, QuerySet, Subquery

from tracker.access.desk import newest_check_in
from tracker.access.rows import one
from tracker.models import Member, Message, Restore


def held_for(member: Member) -> QuerySet[Message]:
    """The alerts that wait for a person's word, oldest first, with whom they are about.

    With `newest`, the id of the newest check-in of the recovery.
    """
    rows = Message.objects.filter(clinic=member.clinic_id, state=Message.State.HELD)
    rows = rows.annotate(newest=Subquery(newest_check_in("flag__recovery")))
    return rows.select_related("flag__recovery__patient").order_by("created_at", "pk")


def held_one_for(member: Member, pk: int) -> Message:
    """One alert that was held at the member's clinic, or 404; also when somebody has decided already."""
    rows = Message.objects.filter(clinic=member.clinic_id, kind__in=("flag_alert", "escalation"))
    return one(rows.select_related("flag__recovery"), pk)


def restored_from() -> Subquery:
    """For a query over members: the moment that the clinic's data was put back to, until noted."""
    open_rows = Restore.objects.filter(clinic=OuterRef("clinic"), noted_at__isnull=True)
    return Subquery(open_rows.order_by("-restored_at").values("taken_at")[:1])
