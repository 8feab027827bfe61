"""The words in mailed links: signed, so that nobody can guess one. The row decides whether it counts."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from tracker.models import Patient, SignInLink, User

UNSUBSCRIBE = "tracker.unsubscribe"
SIGN_IN = "tracker.sign_in"

DEVICE_LASTS = timedelta(days=90)
"""A course with its late questions, and some weeks more. After that the browser signs in again."""


def unsubscribe_token(patient: Patient) -> str:
    """An unguessable word for the link in reminders. It can do nothing but stop reminders."""
    return signing.dumps(patient.pk, salt=UNSUBSCRIBE)


def patient_of_token(token: str) -> Patient | None:
    """Whose reminders the token stops, or None when it is not ours. It never runs out."""
    rows = Patient.objects.filter(pk=_read(token, UNSUBSCRIBE))
    return rows.select_related("clinic", "user").first()


def sign_in_token(link: SignInLink) -> str:
    """An unguessable word for a welcome mail. It dies with the person's present address and password."""
    return signing.dumps([link.pk, _state(link.user, settings.SECRET_KEY)], salt=SIGN_IN)


def link_of_token(token: str) -> SignInLink | None:
    """The link the token stands for, used and expired ones too. None when it is not ours any more."""
    pk, state = _read(token, SIGN_IN) or (0, "")
    link = SignInLink.objects.filter(pk=pk, user__is_active=True).select_related("user").first()
    if link is None:
        return None
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    known = [constant_time_compare(state, _state(link.user, key)) for key in keys]
    return link if any(known) else None


def device_hash(word: str) -> str:
    """What is kept of a remembered browser's cookie. The word has 256 random bits: no salt is needed."""
    return sha256(word.encode()).hexdigest()


def _state(user: User, key: str) -> str:
    return salted_hmac(SIGN_IN, f"{user.email}\n{user.password}", secret=key).hexdigest()[:16]


def _read(token: str, salt: str) -> Any:
    try:
        return signing.loads(token, salt=salt)
    except signing.BadSignature:
        return None
