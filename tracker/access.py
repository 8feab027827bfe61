"""Who may see what. Every view gets its rows here: a queryset, a row, or a 404.

A stranger's row and a missing row are the same 404. A right that a role lacks is a 403, whatever the
row, so that neither answer says whether the row exists.
"""

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.db.models import F, Model, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from tracker.models import (
    CallBack,
    CheckIn,
    Flag,
    Member,
    Note,
    Patient,
    Protocol,
    ProtocolEdition,
    QualityCheck,
    Recovery,
    ReplayRun,
    Role,
    Screening,
    User,
)
from tracker.models.flags import FlagQuerySet
from tracker.models.recoveries import RecoveryQuerySet

M = TypeVar("M", bound=Model)
T = TypeVar("T")


class Right(StrEnum):
    """What a role may do."""

    SEE_LISTS = "see_lists"  # names, days, who is silent; nothing clinical
    SEE_CLINICAL = "see_clinical"
    ACT = "act"  # acknowledge, contact, resolve
    RECORD = "record"  # screening and treatment
    INVITE = "invite"
    MANAGE = "manage"  # team, clinic, protocols


RIGHTS: dict[str, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.CLINICIAN: frozenset(Right) - {Right.MANAGE},
    Role.FRONT_DESK: frozenset({Right.SEE_LISTS, Right.INVITE}),
    Role.READ_ONLY: frozenset({Right.SEE_LISTS, Right.SEE_CLINICAL}),
}


def membership_of(user: User) -> Member | None:
    """The clinic a signed-in person works for, or None. Leavers have none from their next request on."""
    return (
        Member.objects.filter(user=user, is_active=True)
        .select_related("clinic", "user")
        .order_by("pk")
        .first()
    )


def patient_of(user: User) -> Patient | None:
    """The person as a patient: at the clinic of the newest recovery, or None."""
    patients = Patient.objects.filter(user=user).select_related("clinic", "user")
    # nulls last: PostgreSQL would put a clinic that has not treated the person yet first
    return patients.order_by(F("recoveries__started_on").desc(nulls_last=True), "-pk").first()


def asked_once(request: HttpRequest, who: Callable[[User], T]) -> T:
    """What `who` says of the signed-in person, asked once per request and person."""
    user, known = cast(User, request.user), request.__dict__.setdefault("_known", {})
    key = who.__name__, user.pk
    if key not in known:
        known[key] = who(user)
    return cast(T, known[key])


def member(request: HttpRequest, right: Right) -> Member:
    """The signed-in member, who has `right`. 404 for a person of no clinic, 403 without the right."""
    found = asked_once(request, membership_of)
    if found is None:
        raise Http404
    if right not in RIGHTS[found.role]:
        raise PermissionDenied
    return found


def has_right(member: Member, right: Right) -> bool:
    """Whether to show what `right` allows."""
    return right in RIGHTS[member.role]


def patient(request: HttpRequest) -> Patient:
    """The signed-in patient, or 404."""
    found = asked_once(request, patient_of)
    if found is None:
        raise Http404
    return found


def _one(rows: QuerySet[M], pk: int) -> M:
    return get_object_or_404(rows, pk=pk)


# --- for patients: their own rows only -----------------------------------------------------------


def own_recoveries(patient: Patient) -> RecoveryQuerySet:
    """The person's recoveries at every clinic, newest first."""
    return Recovery.objects.filter(patient__user=patient.user).for_recovery_page()


def own_recovery(patient: Patient) -> Recovery | None:
    """The recovery the daily page is about: the newest one, or None before the first treatment."""
    return own_recoveries(patient).first()


def own_late_recovery(patient: Patient) -> Recovery | None:
    """The recovery whose late question comes next; without one the newest recovery."""
    late = own_recoveries(patient).filter(state=Recovery.State.TAIL)
    return late.order_by(F("next_tail_on").asc(nulls_last=True)).first() or own_recovery(patient)


def has_late_question(patient: Patient, since: date, until: date) -> bool:
    """Whether the late question of an earlier treatment came between two local days and waits."""
    late = own_recoveries(patient).filter(state=Recovery.State.TAIL)
    return late.filter(next_tail_on__range=(since, until)).exists()


def own_check_in(patient: Patient, pk: int) -> CheckIn:
    """One of the person's own check-ins, or 404."""
    rows = CheckIn.objects.filter(recovery__patient__user=patient.user)
    return _one(rows.select_related("recovery__patient", "recovery__clinic", "recovery__treatment"), pk)


# --- for members: rows of their clinic only ------------------------------------------------------


def flags_for(member: Member) -> FlagQuerySet:
    """Every flag of the member's clinic."""
    return Flag.objects.filter(clinic=member.clinic_id)


def flag_for(member: Member, pk: int) -> Flag:
    """One flag of the member's clinic, or 404."""
    return _one(flags_for(member).select_related("recovery__patient", "owner"), pk)


def recoveries_for(member: Member) -> RecoveryQuerySet:
    """Every recovery of the member's clinic."""
    return Recovery.objects.filter(clinic=member.clinic_id)


def recovery_for(member: Member, pk: int) -> Recovery:
    """One recovery of the member's clinic with its header, or 404."""
    return _one(recoveries_for(member).for_recovery_page(), pk)


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
    return _one(CallBack.objects.filter(clinic=member.clinic_id), pk)


def patients_for(member: Member) -> QuerySet[Patient]:
    """Every patient of the member's clinic."""
    return Patient.objects.filter(clinic=member.clinic_id).select_related("user")


def patient_for(member: Member, pk: int) -> Patient:
    """One patient of the member's clinic, or 404."""
    return _one(patients_for(member), pk)


def screening_for(member: Member, pk: int) -> Screening:
    """One screening of the member's clinic, or 404."""
    return _one(Screening.objects.filter(clinic=member.clinic_id).select_related("patient"), pk)


def team_of(member: Member) -> QuerySet[Member]:
    """Everyone who works for the same clinic."""
    return Member.objects.filter(clinic=member.clinic_id).select_related("user")


# --- protocols and insight: rows of the member's clinic only ---------------------------------------


def protocols_for(member: Member) -> QuerySet[Protocol]:
    """Every protocol of the member's clinic."""
    return Protocol.objects.filter(clinic=member.clinic_id)


def protocol_for(member: Member, pk: int) -> Protocol:
    """One protocol of the member's clinic, or 404."""
    return _one(protocols_for(member), pk)


def editions_for(member: Member) -> QuerySet[ProtocolEdition]:
    """Every edition of the clinic's protocols, drafts included, newest first."""
    rows = ProtocolEdition.objects.filter(protocol__clinic=member.clinic_id)
    return rows.select_related("protocol", "published_by", "created_by").order_by("protocol__name", "-number")


def edition_for(member: Member, pk: int) -> ProtocolEdition:
    """One edition of the clinic's protocols, or 404."""
    return _one(editions_for(member), pk)


def replays_for(member: Member) -> QuerySet[ReplayRun]:
    """Every replay of the member's clinic, newest first."""
    rows = ReplayRun.objects.filter(clinic=member.clinic_id)
    return rows.select_related("draft__protocol", "against__protocol", "asked_by")


def replay_for(member: Member, pk: int) -> ReplayRun:
    """One replay of the member's clinic, or 404."""
    return _one(replays_for(member), pk)


def quality_checks_for(member: Member) -> QuerySet[QualityCheck]:
    """Every quality check of the member's clinic, newest first."""
    rows = QualityCheck.objects.filter(clinic=member.clinic_id)
    return rows.select_related("recovery__patient", "answered_by")


def quality_check_for(member: Member, pk: int) -> QualityCheck:
    """One quality check of the member's clinic, or 404."""
    return _one(quality_checks_for(member), pk)
