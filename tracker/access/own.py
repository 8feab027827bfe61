"""For patients: their own rows only."""

from datetime import date, datetime

from django.conf import settings
from django.db.models import F, QuerySet
from django.http import HttpRequest

from tracker.access.people import patient_of
from tracker.access.rows import one
from tracker.models import CheckIn, Patient, Recovery, RememberedDevice
from tracker.models.recoveries import RecoveryQuerySet
from tracker.tokens import DEVICE_LASTS, device_hash

DEVICE_COOKIE = "__Host-device" if settings.SESSION_COOKIE_SECURE else "device"


def device_word(request: HttpRequest) -> str:
    """The word in the cookie of a remembered device; "" for none."""
    return request.COOKIES.get(DEVICE_COOKIE, "")


def by_device(request: HttpRequest, now: datetime) -> Patient | None:
    """Whose device asks: the person may add a check-in and read nothing. None for an unknown one."""
    word = device_word(request)
    if not word:
        return None
    known = RememberedDevice.objects.filter(
        token_hash=device_hash(word),
        revoked_at__isnull=True,
        created_at__gt=now - DEVICE_LASTS,
        user__is_active=True,
    )
    device = known.select_related("user").first()
    return patient_of(device.user) if device else None


def own_devices(patient: Patient) -> QuerySet[RememberedDevice]:
    """The person's remembered devices that were not forgotten, the one used last first."""
    standing = RememberedDevice.objects.filter(user=patient.user_id, revoked_at__isnull=True)
    return standing.order_by("-last_used_at", "-pk")


def own_device(patient: Patient, pk: int) -> RememberedDevice:
    """One of the person's remembered devices, or 404."""
    return one(own_devices(patient), pk)


def own_recoveries(patient: Patient) -> RecoveryQuerySet:
    """The person's recoveries at every clinic, newest first."""
    return Recovery.objects.filter(patient__user=patient.user).for_recovery_page()


def own_recovery(patient: Patient) -> Recovery | None:
    """The recovery the daily page is about: the newest one, or None before the first treatment."""
    return patient.newest_recovery or own_recoveries(patient).first()


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
    return one(rows.select_related("recovery__patient", "recovery__clinic", "recovery__treatment"), pk)
