"""Questions to patients, and who of the team can take something over or is on the rota."""

from django.db.models import QuerySet

from tracker.access.rows import one
from tracker.models import AskBack, Member, Patient, Role, Shift


def own_question(patient: Patient, pk: int) -> AskBack:
    """One question about one sign that the person was asked, or 404."""
    rows = AskBack.objects.filter(flag__recovery__patient__user=patient.user).exclude(sign="")
    return one(
        rows.select_related("flag__recovery__patient", "flag__recovery__clinic", "flag__recovery__edition"),
        pk,
    )


def colleagues_of(member: Member) -> QuerySet[Member]:
    """Who else of the clinic may act on flags, by name."""
    acting = Member.objects.filter(
        clinic=member.clinic_id, is_active=True, role__in=[Role.OWNER, Role.CLINICIAN]
    )
    return acting.exclude(pk=member.pk).select_related("user")


def acting_team(member: Member) -> QuerySet[Member]:
    """Everyone of the clinic who may be on the rota, by name."""
    acting = Member.objects.filter(
        clinic=member.clinic_id, is_active=True, role__in=[Role.OWNER, Role.CLINICIAN]
    )
    return acting.select_related("user", "deputy")


def shifts_for(member: Member) -> QuerySet[Shift]:
    """The clinic's rota, Monday first."""
    return Shift.objects.filter(clinic=member.clinic_id, member__is_active=True).select_related("member")


def shift_for(member: Member, pk: int) -> Shift:
    """One shift of the clinic's rota, or 404."""
    return one(shifts_for(member), pk)


def acting_member_for(member: Member, pk: int) -> Member:
    """One member of the clinic who may be on the rota, or 404."""
    return one(acting_team(member), pk)
