"""One urgent flag's way, from the entry to the last act, with the seconds between."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests import cast
from tests.views import desk
from tracker.models import DeliveryAttempt, Flag
from tracker.services import flags

pytestmark = pytest.mark.django_db


def tried(flag: Flag, seconds: int, *, accepted: bool) -> None:
    """One try to hand the alert to the mail server."""
    message = flag.messages.get(kind="flag_alert")
    at = flag.opened_at + timedelta(seconds=seconds)
    number = message.delivery_attempts.count() + 1
    DeliveryAttempt.objects.create(
        message=message,
        number=number,
        started_at=at,
        ended_at=at,
        accepted=accepted,
        error="" if accepted else "451",
    )


def travelled() -> Flag:
    """Mail refused, then accepted; taken after five minutes."""
    flag = desk.flagged(cast.make_clinic())
    tried(flag, 1, accepted=False)
    tried(flag, 31, accepted=True)
    seen, member = desk.seen(flag)["seen"], flag.clinic.members.get()
    at = flag.opened_at + timedelta(minutes=5)
    flags.acknowledge(flag=flag, member=member, seen_check_in_id=seen, now=at)
    flag.refresh_from_db()
    return flag


def test_it_tells_every_step_in_order_with_its_seconds() -> None:
    flag = travelled()
    shown = desk.text(desk.at(flag.clinic.members.get()).get(reverse("delivery_trail", args=[flag.pk])))
    told = (
        "entry was written",
        "Flag opened",
        "mail to dr.cole",
        "failed",
        "mail server accepted",
        "Taken by Dr Cole",
    )
    places = [shown.index(words) for words in told]
    assert places == sorted(places)
    assert "30 s" in shown
    assert "5 min" in shown


def test_the_flag_leads_there() -> None:
    flag = desk.flagged(cast.make_clinic())
    page = desk.at(flag.clinic.members.get()).get(reverse("recovery", args=[flag.recovery_id]))
    assert reverse("delivery_trail", args=[flag.pk]) in desk.text(page)
