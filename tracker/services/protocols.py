"""Protocols: what a clinic's recoveries run on."""

from datetime import datetime

from django.db import transaction

from tracker.healing import infection
from tracker.models import Clinic, Protocol, ProtocolEdition

STANDARD = "Standard"


def create_standard(*, clinic: Clinic, now: datetime) -> ProtocolEdition:
    """The first published edition of the clinic's standard protocol, with today's rules and usual clocks.

    Calling it again returns the newest published edition: a published one never changes.
    """
    with transaction.atomic():
        protocol, _ = Protocol.objects.get_or_create(clinic=clinic, name=STANDARD)
        published = protocol.editions.filter(status=ProtocolEdition.Status.PUBLISHED)
        return published.last() or ProtocolEdition.objects.create(
            protocol=protocol,
            number=protocol.editions.count() + 1,
            status=ProtocolEdition.Status.PUBLISHED,
            published_at=now,
            rules=infection.CURRENT,
        )


def current_edition(*, clinic_id: int) -> ProtocolEdition | None:
    """What a recovery that begins now runs on: the clinic's newest published edition, or None."""
    editions = ProtocolEdition.objects.filter(
        protocol__clinic=clinic_id, status=ProtocolEdition.Status.PUBLISHED
    )
    return editions.order_by("-published_at", "-pk").first()
