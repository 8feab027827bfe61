"""For patients: their own rows only."""

from datetime import date, datetime

from django.conf import settings
from django.db.models import F, QuerySet
from django.http import HttpRequest

from tracker.access.people import patient_of
from tracker.access.rows import one, one_of
from tracker.models import Carer, CheckIn, Flag, Patient, Recovery, RememberedDevice
from tracker.models.prepared import Prepared
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


def own_carer(patient: Patient) -> Carer | None:
    """Whom the person lets the clinic ring."""
    return Carer.objects.filter(patient=patient).first()


def own_recoveries(patient: Patient) -> RecoveryQuerySet:
    """The person's recoveries at every clinic, newest first."""
    return Recovery.objects.filter(patient__user=patient.user).for_recovery_page()


def own_courses(patient: Patient) -> list[Recovery]:
    """The person's recoveries with what their own pages speak of, newest first: one query more than none."""
    newest = patient.newest_recovery
    return [newest, *_EARLIER.rows(user=patient.user_id, newest=newest.pk)] if newest else []


def own_recovery(patient: Patient) -> Recovery | None:
    """The recovery the daily page is about: the newest one, or None before the first treatment."""
    return patient.newest_recovery or own_recoveries(patient).first()


def own_late_recovery(patient: Patient) -> Recovery | None:
    """The recovery whose late question comes next; without one the newest recovery."""
    late = own_recoveries(patient).filter(state=Recovery.State.TAIL)
    return late.order_by(F("next_tail_on").asc(nulls_last=True)).first() or own_recovery(patient)


def has_late_question(patient: Patient, since: date, until: date) -> bool:
    """Whether the late question of an earlier treatment came between two local days and waits."""
    return bool(_LATE_QUESTION.rows(user=patient.user_id, since=since, until=until))


def own_check_in(patient: Patient, pk: int) -> CheckIn:
    """One of the person's own check-ins, or 404."""
    found = one_of(_CHECK_IN, user=patient.user_id, pk=pk)
    newest = patient.newest_recovery
    known = newest is not None and newest.pk == found.recovery_id
    found.recovery = newest if known else one(own_recoveries(patient), found.recovery_id)
    return found


def flags_on(recovery: Recovery) -> list[Flag]:
    """Every flag of a recovery that the person was given."""
    flags = _FLAGS.rows(recovery=recovery.pk)
    for flag in flags:
        flag.recovery, flag.clinic = recovery, recovery.clinic
    return flags


_FLAGS = Prepared(lambda recovery: Flag.objects.filter(recovery=recovery))
_LATE_QUESTION = Prepared(
    lambda user, since, until: Recovery.objects.filter(
        patient__user=user, state=Recovery.State.TAIL, next_tail_on__range=(since, until)
    ).values_list("pk")[:1]
)
_CHECK_IN = Prepared(lambda user, pk: CheckIn.objects.filter(recovery__patient__user=user, pk=pk))
_EARLIER = Prepared(
    lambda user, newest: Recovery.objects.filter(patient__user=user).exclude(pk=newest).for_patient_pages()
)
