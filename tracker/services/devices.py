"""Browsers that may add a check-in without a fresh sign-in. They may read nothing."""

import secrets
from datetime import datetime

from django.db import transaction

from tracker.models import Patient, RememberedDevice, User
from tracker.services import audit
from tracker.tokens import DEVICE_LASTS as DEVICE_LASTS
from tracker.tokens import device_hash

MOST = 5
"""Of the devices of one person the newest so many count; an older one has to sign in again."""


def remember(*, user: User, now: datetime) -> str:
    """Remember a browser of `user`; returns the word for its cookie. Only the word's hash is kept."""
    word = secrets.token_urlsafe(32)
    with transaction.atomic():
        RememberedDevice.objects.create(
            user=user, token_hash=device_hash(word), created_at=now, last_used_at=now
        )
        kept = standing(user=user, now=now)[:MOST]
        old = user.devices.filter(revoked_at__isnull=True).exclude(pk__in=[device.pk for device in kept])
        old.update(revoked_at=now)
    return word


def standing(*, user: User, now: datetime) -> list[RememberedDevice]:
    """The browsers that count at `now`, the one used last first."""
    fresh = user.devices.filter(revoked_at__isnull=True, created_at__gt=now - DEVICE_LASTS)
    return list(fresh.order_by("-last_used_at", "-pk"))


def note_used(*, word: str, now: datetime) -> None:
    """The browser with this cookie has just added a check-in."""
    RememberedDevice.objects.filter(token_hash=device_hash(word)).update(last_used_at=now)


def forget(*, device: RememberedDevice, patient: Patient, now: datetime) -> None:
    """This browser has to sign in again, from its next request on."""
    with transaction.atomic():
        if RememberedDevice.objects.filter(pk=device.pk, revoked_at__isnull=True).update(revoked_at=now):
            audit.record(
                clinic=patient.clinic_id, actor=patient.user, verb="forget_device", subject=device, now=now
            )


def forget_word(*, word: str, now: datetime) -> None:
    """Signing out: the browser with this cookie is forgotten."""
    found = RememberedDevice.objects.filter(token_hash=device_hash(word), revoked_at__isnull=True)
    found.update(revoked_at=now)
