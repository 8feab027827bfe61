"""Who somebody is, and what their role may do."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from tracker.access.held import restored_from
from tracker.models import Member, Patient, Recovery, Role, User
from tracker.models.prepared import Prepared

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


_MEMBERSHIP = Prepared(
    lambda user: (
        Member.objects.filter(user=user, is_active=True)
        .select_related("clinic", "user")
        .annotate(restored_from=restored_from())
        .order_by("pk")[:1]
    )
)
_NEWEST = Prepared(lambda user: Recovery.objects.filter(patient__user=user).for_patient_pages()[:1])


def membership_of(user: User) -> Member | None:
    """The clinic a signed-in person works for, or None. Leavers have none from their next request on."""
    if not getattr(user, "works", True):
        return None
    return _MEMBERSHIP.first(user=user.pk)


def patient_of(user: User) -> Patient | None:
    """The person as a patient: at the clinic of the newest recovery, or None."""
    newest = _NEWEST.first(user=user.pk)
    if newest is None:
        return Patient.objects.filter(user=user).select_related("clinic", "user").order_by("-pk").first()
    patient = newest.patient
    # nearly every page goes on to this recovery: asked once
    patient.user, patient.clinic, patient.newest_recovery = user, newest.clinic, newest
    newest.treatment.patient = patient
    return patient


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
