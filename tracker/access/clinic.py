"""For members: rows of their clinic only."""

from datetime import datetime

from django.db.models import QuerySet

from tracker.access.rows import one
from tracker.models import CallBack, Flag, Member, Note, Patient, Recovery, Screening
from tracker.models.flags import FlagQuerySet
from tracker.models.recoveries import RecoveryQuerySet


def flags_for(member: Member) -> FlagQuerySet:
    """Every flag of the member's clinic."""
    return Flag.objects.filter(clinic=member.clinic_id)


def flag_for(member: Member, pk: int) -> Flag:
    """One flag of the member's clinic, or 404."""
    return one(flags_for(member).select_related("recovery__patient", "owner"), pk)


def recoveries_for(member: Member) -> RecoveryQuerySet:
    """Every recovery of the member's clinic."""
    return Recovery.objects.filter(clinic=member.clinic_id)


def recovery_for(member: Member, pk: int) -> Recovery:
    """One recovery of the member's clinic with its header, or 404."""
    return one(recoveries_for(member).for_recovery_page(), pk)


def silent_for(member: Member, now: datetime) -> RecoveryQuerySet:
    """The no-response lane: recoveries that have gone silent, longest first."""
    return recoveries_for(member).fell_silent(now).select_related("patient__user").order_by("silent_at", "pk")


def unread_notes_for(member: Member) -> QuerySet[Note]:
    """What patients of the member's clinic wrote and nobody has read, oldest first."""
    rows = Note.objects.filter(clinic=member.clinic_id, from_patient=True, read_at__isnull=True)
    return rows.select_related("recovery__patient", "recovery__edition", "recovery__clinic")


def call_backs_for(member: Member) -> QuerySet[CallBack]:
    """Patients of the member's clinic who wait for a call, soonest promise first."""
    rows = CallBack.objects.filter(clinic=member.clinic_id, handled_at__isnull=True)
    return rows.select_related("recovery__patient").order_by("promised_by", "pk")


def call_back_for(member: Member, pk: int) -> CallBack:
    """One wish to be called at the member's clinic, or 404."""
    return one(CallBack.objects.filter(clinic=member.clinic_id), pk)


def patients_for(member: Member) -> QuerySet[Patient]:
    """Every patient of the member's clinic."""
    return Patient.objects.filter(clinic=member.clinic_id).select_related("user")


def patient_for(member: Member, pk: int) -> Patient:
    """One patient of the member's clinic, or 404."""
    return one(patients_for(member), pk)


def screening_for(member: Member, pk: int) -> Screening:
    """One screening of the member's clinic, or 404."""
    return one(Screening.objects.filter(clinic=member.clinic_id).select_related("patient"), pk)


def team_of(member: Member) -> QuerySet[Member]:
    """Everyone who works for the same clinic."""
    return Member.objects.filter(clinic=member.clinic_id).select_related("user")
