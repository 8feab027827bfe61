"""The morning digest: on opening days, who wants it is told what waits, if anything does."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q

from tracker import days
from tracker.models import Clinic, Member, Message, Role
from tracker.models.problems import problems_at
from tracker.services import audit, messages, sweep

MORNING = time(8)
NOT_AFTER = timedelta(hours=4)
"""A digest that could not be written by noon is no morning digest any more."""


def send_due(*, now: datetime) -> int:
    """Write the digests of every clinic at which it is morning; returns at how many."""
    due = Clinic.objects.filter(Q(next_digest_at__isnull=True) | Q(next_digest_at__lte=now))
    ids = sweep.clinics_after(start=MORNING, length=NOT_AFTER, now=now, among=due)
    return sweep.each("digest", ids, lambda pk: _digest(Clinic.objects.get(pk=pk), now))


def choose(*, member: Member, wants: bool, by: Member, now: datetime) -> None:
    """Say whether `member` gets the digest. Urgent mail does not depend on it."""
    with transaction.atomic():
        member.wants_digest = wants
        member.save(update_fields=["wants_digest"])
        audit.record(
            clinic=by.clinic_id, actor=by.user, verb="choose_digest", subject=member, now=now, wants=wants
        )


def _digest(clinic: Clinic, now: datetime) -> bool:
    today = days.local_date(now, clinic.timezone)
    morning, next_one = (
        days.local_instant(day, MORNING, clinic.timezone) for day in (today, today + days.ONE_DAY)
    )
    # what came up later in the morning is no news of the morning: one look is enough
    waits = _opens(clinic, today) and problems_at(clinic.pk, morning).count > 0
    with transaction.atomic():
        Clinic.objects.filter(pk=clinic.pk).update(next_digest_at=next_one)
        return waits and sum(_post(clinic, member, today, now) for member in _readers(clinic)) > 0


def _opens(clinic: Clinic, day: date) -> bool:
    """Whether the clinic opens on `day`; one that has told no hours opens every day it is not closed."""
    hours = clinic.hours()
    return bool(hours.on(day)) if hours.spans else day not in hours.closed


def _readers(clinic: Clinic) -> list[Member]:
    readers = clinic.members.filter(is_active=True, wants_digest=True, role__in=[Role.OWNER, Role.CLINICIAN])
    return list(readers.select_related("user"))


def _post(clinic: Clinic, member: Member, today: date, now: datetime) -> bool:
    return messages.post(
        clinic_id=clinic.pk,
        kind=Message.Kind.DIGEST,
        key=f"digest:{clinic.pk}:{member.pk}:{today.isoformat()}",
        to_email=member.user.email,
        to_user=member.user,
        local_day=today,
        now=now,
    )
