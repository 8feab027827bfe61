"""A clinic's clinical lead signs an edition off. Until then everything it shows says that this is awaited."""

from datetime import datetime

from django.db import transaction

from tracker.models import Member, ProtocolEdition
from tracker.services import protocols


class NotPublished(Exception):
    """A draft can still change: there is nothing to put a name to yet."""


class OtherState(Exception):
    """Somebody has signed it off or taken that back meanwhile."""


def sign_off(*, edition: ProtocolEdition, member: Member, name: str, now: datetime) -> ProtocolEdition:
    """Keep that `name`, the clinical lead, approved this published edition for the clinic's patients.

    It holds for this edition alone: the next one begins without. `member` entered it. Raises NotPublished
    for a draft, OtherState when it is signed off already, ValueError without a name.
    """
    if not name.strip():
        raise ValueError(name)
    with transaction.atomic():
        held = _hold(edition)
        if held.signed_off_by:
            raise OtherState(held.pk)
        held.signed_off_by, held.signed_off_at, held.sign_off_entered_by = name.strip(), now, member
        _keep(held, member, "sign_off_edition", now)
    return held


def withdraw(*, edition: ProtocolEdition, member: Member, now: datetime) -> ProtocolEdition:
    """Take a sign-off back; the audit keeps both. Raises NotPublished, or OtherState when there is none."""
    with transaction.atomic():
        held = _hold(edition)
        if not held.signed_off_by:
            raise OtherState(held.pk)
        held.signed_off_by, held.signed_off_at, held.sign_off_entered_by = "", None, None
        _keep(held, member, "withdraw_sign_off", now)
    return held


def _hold(edition: ProtocolEdition) -> ProtocolEdition:
    rows = ProtocolEdition.objects.select_for_update(of=("self",)).select_related("protocol")
    held = rows.get(pk=edition.pk)
    if held.status != ProtocolEdition.Status.PUBLISHED:
        raise NotPublished(held.pk)
    return held


def _keep(edition: ProtocolEdition, member: Member, verb: str, now: datetime) -> None:
    edition.save(update_fields=["signed_off_by", "signed_off_at", "sign_off_entered_by"])
    protocols.note(edition=edition, member=member, verb=verb, now=now, rules=edition.rules)
