"""The owner's office: who sits there, and what a form of a draft carries."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from tests import cast
from tests.views import desk
from tracker.models import Clinic, Member, ProtocolEdition, Role
from tracker.services import protocols

NOW = cast.NOW

FORM: dict[str, Any] = {
    "rules": "model-2",
    "watch": "",
    "review": "",
    "urgent": "",
    "urgent_minutes": 60,
    "review_minutes": 480,
    "watch_minutes": 960,
    "silence_days": 2,
    "second_minutes": 30,
    "inbox_minutes": 60,
    "escalation_repeat_minutes": 60,
    "unfinished_minutes": 240,
    "monitoring_days": 14,
    "tail_days": "28, 60",
    "course": "published",
}
"""A draft sent as its form stands: model-2 with the published levels."""


def owner(clinic: Clinic) -> Member:
    """The owner of `clinic`."""
    return cast.make_member(clinic, Role.OWNER, "Dr Dunn")


def draft(member: Member, now: datetime = NOW, **fields: Any) -> ProtocolEdition:
    """A draft of the clinic's standard protocol, over a published edition."""
    cast.make_edition(member.clinic)
    protocol = member.clinic.protocols.get()
    made = protocols.start_draft(protocol=protocol, member=member, now=now)
    for name, value in fields.items():
        setattr(made, name, value)
    made.save()
    return made


def post(member: Member, name: str, pk: int, **said: Any) -> Any:
    """Send a form and follow where it leads."""
    return desk.at(member).post(reverse(name, args=[pk]), said, follow=True)


def page(member: Member, name: str, *args: int, **query: Any) -> str:
    """A page as text."""
    return desk.text(desk.at(member).get(reverse(name, args=args), query))
