"""The look ahead each evening: who owns a clinic hears of the opening hours that nobody covers."""

from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from tracker import days
from tracker.models import Clinic, Message, Role, User
from tracker.models.duty import EVENING, coming_gaps
from tracker.services import messages, sweep

NOT_AFTER = timedelta(hours=4)
"""A look that could not be taken by ten at night disturbs nobody any more; the rota shows the gap."""


def send_due(*, now: datetime) -> int:
    """Look ahead at every clinic at which it is evening; returns at how many somebody was told."""
    ids = sweep.clinics_after(start=EVENING, length=NOT_AFTER, now=now)
    return sweep.each("cover", ids, lambda pk: _look(Clinic.objects.get(pk=pk), now))


def told_at(*, clinic: Clinic, now: datetime) -> datetime | None:
    """When somebody was last told about the 24 hours that began this evening, or None."""
    sent = clinic.messages.filter(kind=Message.Kind.UNCOVERED, created_at__gte=_evening(clinic, now))
    newest = sent.order_by("-created_at").first()
    return newest.created_at if newest else None


def why_not(message: Message, *, now: datetime) -> str:
    """Why the mail must not go out any more: covered meanwhile, or over. "" when it must."""
    ahead = [closes for _, closes in coming_gaps(message.clinic, message.created_at) if closes > now]
    return "" if ahead else "no gap ahead"


def _look(clinic: Clinic, now: datetime) -> bool:
    """One mail per owner for these gaps: a second look finds the key, a gap that is new is another key."""
    found = coming_gaps(clinic, now)
    if not any(closes > now for _, closes in found):
        return False
    which = sha256(repr(found).encode()).hexdigest()[:16]
    key = f"cover:{clinic.pk}:{days.local_date(now, clinic.timezone)}:{which}"
    with transaction.atomic():
        return sum(_post(clinic, to, user, key, now) for to, user in _owners(clinic)) > 0


def _evening(clinic: Clinic, now: datetime) -> datetime:
    return days.local_instant(days.local_date(now, clinic.timezone), EVENING, clinic.timezone)


def _owners(clinic: Clinic) -> list[tuple[str, User | None]]:
    """The active owners; a clinic that has none has its shared inbox."""
    owners = clinic.members.filter(is_active=True, role=Role.OWNER).select_related("user").order_by("pk")
    return [(owner.user.email, owner.user) for owner in owners] or [(clinic.inbox_email, None)]


def _post(clinic: Clinic, to: str, user: User | None, key: str, now: datetime) -> bool:
    return messages.post(
        clinic_id=clinic.pk,
        kind=Message.Kind.UNCOVERED,
        key=f"{key}:{user.pk if user else 'inbox'}",
        to_email=to,
        to_user=user,
        local_day=days.local_date(now, clinic.timezone),
        now=now,
    )
