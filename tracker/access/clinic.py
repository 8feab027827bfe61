"""For members: rows of their clinic only."""

import json
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet

from tracker.access.desk import silent
from tracker.access.rows import one
from tracker.models import CallBack, CheckIn, Flag, Member, Patient, Recovery, Screening
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
    return silent(member.clinic_id, now)


def going_on_of(member: Member, patient: Patient) -> Recovery | None:
    """The patient's newest recovery that is still followed day by day, with its header; or None."""
    return recoveries_for(member).filter(patient=patient).going_on().for_recovery_page().first()


def call_back_for(member: Member, pk: int) -> CallBack:
    """One wish to be called at the member's clinic, or 404."""
    return one(CallBack.objects.filter(clinic=member.clinic_id).select_related("recovery"), pk)


def tagged(tag: str, prefix: str = "") -> Q:
    """Recoveries that carry `tag`, also where the database cannot look inside a list."""
    if connection.features.supports_json_field_contains:
        return Q(**{f"{prefix}tags__contains": [tag]})
    return Q(**{f"{prefix}tags__icontains": json.dumps(tag)})


def patients_for(member: Member) -> QuerySet[Patient]:
    """Every patient of the member's clinic."""
    return Patient.objects.filter(clinic=member.clinic_id, is_synthetic=False).select_related("user", "carer")


def patient_for(member: Member, pk: int) -> Patient:
    """One patient of the member's clinic, or 404."""
    return one(patients_for(member), pk)


def newest_entry_of(patient: Patient) -> int | None:
    """The id of the patient's newest check-in of any recovery; None when there is none."""
    mine = CheckIn.objects.filter(recovery__patient=patient)
    return mine.order_by("-pk").values_list("pk", flat=True).first()


def screening_for(member: Member, pk: int) -> Screening:
    """One screening of the member's clinic, or 404."""
    return one(Screening.objects.filter(clinic=member.clinic_id).select_related("patient"), pk)


def team_of(member: Member) -> QuerySet[Member]:
    """Everyone who works for the same clinic."""
    return Member.objects.filter(clinic=member.clinic_id).select_related("user")
