"""Patients come in by invitation, and find their page by a mailed link."""

from datetime import datetime, timedelta

from django.db import transaction

from tracker.models import Member, Message, Patient, Recovery, SignInLink, User
from tracker.services import audit, messages
from tracker.tokens import link_of_token as link_of_token
from tracker.tokens import sign_in_token as sign_in_token

LINK_LASTS = timedelta(hours=24)
COOL_DOWN = timedelta(minutes=2)
"""Pressing "send again" sooner than this sends nothing."""


class AlreadyPatient(Exception):
    """The address belongs to a patient of this clinic; nothing was changed."""

    def __init__(self, patient: Patient) -> None:
        super().__init__(f"patient {patient.pk}")
        self.patient = patient


class LinkProblem(Exception):
    """The link signs nobody in."""


class LinkUnknown(LinkProblem):
    """Not ours, or made before the person's address or password changed."""


class LinkExpired(LinkProblem):
    """Older than LINK_LASTS."""


class LinkUsed(LinkProblem):
    """It has signed somebody in already."""


def invite_patient(
    *,
    member: Member,
    name: str,
    email: str,
    phone: str,
    birth_year: int,
    skin_type: int | None,
    timezone: str,
    now: datetime,
) -> Patient:
    """Make the person a patient of the member's clinic; `send_welcome` tells them.

    A known address keeps its user, whoever else that is: one sign-in per person. `timezone` is an
    IANA name, `skin_type` Fitzpatrick 1–6 or None. Raises AlreadyPatient.
    """
    with transaction.atomic():
        user = _user_of(email)
        known = Patient.objects.filter(clinic=member.clinic_id, user=user).first()
        if known is not None:
            raise AlreadyPatient(known)
        patient = Patient.objects.create(
            clinic_id=member.clinic_id,
            user=user,
            name=" ".join(name.split()),
            phone=phone,
            birth_year=birth_year,
            skin_type=skin_type,
            timezone=timezone,
            created_at=now,
        )
        audit.record(
            clinic=member.clinic_id, actor=member.user, verb="invite_patient", subject=patient, now=now
        )
    return patient


def _user_of(email: str) -> User:
    """The user with this address, locked, so that two invitations cannot make two patients."""
    known = User.objects.select_for_update().filter(email__iexact=email.strip()).first()
    return known or User.objects.create_user(email)


def send_welcome(
    *, patient: Patient, recovery: Recovery | None, now: datetime, actor: User | None = None
) -> bool:
    """Post the welcome mail with a new single-use link; `start_link` starts its LINK_LASTS.

    False, and nothing sent, while the last one is younger than COOL_DOWN.
    """
    with transaction.atomic():
        patient = Patient.objects.select_for_update(of=("self",)).select_related("user").get(pk=patient.pk)
        recent = SignInLink.objects.filter(user=patient.user_id, created_at__gt=now - COOL_DOWN)
        if recent.filter(messages__clinic=patient.clinic_id).exists():
            return False
        link = SignInLink.objects.create(user=patient.user, created_at=now, expires_at=now + LINK_LASTS)
        about = f"recovery-{recovery.pk}" if recovery else f"patient-{patient.pk}"
        messages.post(
            clinic_id=patient.clinic_id,
            kind=Message.Kind.WELCOME,
            key=f"welcome:{about}:{link.pk}",
            to_email=patient.user.email,
            to_user=patient.user,
            recovery=recovery,
            link=link,
            now=now,
        )
        audit.record(clinic=patient.clinic_id, actor=actor, verb="send_welcome", subject=patient, now=now)
    return True


def start_link(*, link: SignInLink, now: datetime) -> None:
    """The mail with the link goes out now: its LINK_LASTS begin now, however long it waited in the outbox.

    Nobody has seen the link before. A mail that is tried again starts it again.
    """
    unused = SignInLink.objects.filter(pk=link.pk, used_at__isnull=True)
    unused.update(expires_at=now + LINK_LASTS)


def use_link(*, token: str, now: datetime) -> User:
    """Spend the link and return whom it signs in. Raises LinkUnknown, LinkExpired or LinkUsed.

    The conditional update decides: of two clicks at the same moment one signs in.
    """
    link = link_of_token(token)
    if link is None:
        raise LinkUnknown
    with transaction.atomic():
        fresh = SignInLink.objects.filter(pk=link.pk, used_at__isnull=True, expires_at__gt=now)
        if not fresh.update(used_at=now):
            link.refresh_from_db()
            raise LinkUsed if link.used_at else LinkExpired
        clinic_id = link.messages.values_list("clinic_id", flat=True).get()
        audit.record(clinic=clinic_id, actor=link.user, verb="use_sign_in_link", subject=link, now=now)
    return link.user
