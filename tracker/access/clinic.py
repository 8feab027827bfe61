"""For members: rows of their clinic only."""

import json
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Least

from tracker.access.rows import one
from tracker.models import CallBack, CheckIn, Flag, Member, Note, Patient, Recovery, Screening
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


def going_on_of(member: Member, patient: Patient) -> Recovery | None:
    """The patient's newest recovery that is still followed day by day, with its header; or None."""
    return recoveries_for(member).filter(patient=patient).going_on().for_recovery_page().first()


def newest_check_in(recovery: str) -> QuerySet[CheckIn, Any]:
    """For a query whose field `recovery` names the recovery: the id of its newest check-in."""
    return CheckIn.objects.filter(recovery=OuterRef(recovery)).order_by("-pk").values("pk")[:1]


def waiting_for(member: Member) -> RecoveryQuerySet:
    """Recoveries whose patients wrote and nobody has read it, or who wait for a call. One query.

    With `read_by`, when the oldest unread note is to be read, and of the open call
    its id `call_back`, `call_by` and `call_why`; and `newest`, the id of the newest check-in.
    """
    notes = Note.objects.filter(clinic=member.clinic_id, from_patient=True, read_at__isnull=True)
    calls = CallBack.objects.filter(clinic=member.clinic_id, handled_at__isnull=True)
    who = notes.order_by().values("recovery").union(calls.order_by().values("recovery"))
    note = notes.filter(recovery=OuterRef("pk")).order_by("promised_by").values("promised_by")[:1]
    call = calls.filter(recovery=OuterRef("pk"))
    return (
        recoveries_for(member)
        .filter(pk__in=who)
        .select_related("patient", "edition")
        .annotate(
            read_by=Subquery(note),
            call_back=Subquery(call.values("pk")[:1]),
            call_by=Subquery(call.values("promised_by")[:1]),
            call_why=Subquery(call.values("why")[:1]),
            newest=Subquery(newest_check_in("pk")),
        )
        .order_by(Least(Coalesce("call_by", "read_by"), Coalesce("read_by", "call_by")), "pk")
    )


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
    return Patient.objects.filter(clinic=member.clinic_id, is_synthetic=False).select_related("user")


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
