"""A reminder: due, mailed once, stopped by one click."""

import urllib.request
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.journeys.conftest import Wait
from tests.servers.live import LiveApp
from tracker.models import Message, Patient, Recovery

pytestmark = pytest.mark.journey


def make_due(recovery: Recovery) -> None:
    """The chosen time has just come."""
    now = timezone.now()
    Patient.objects.update(reminder_at=(now - timedelta(minutes=1)).time(), timezone="UTC")
    Recovery.objects.filter(pk=recovery.pk).update(next_reminder_at=now - timedelta(seconds=1))


def settled() -> bool:
    return Message.objects.exists() and not Message.objects.filter(state="pending").exists()


def test_it_goes_out_once(
    live_app: LiveApp, recovery: Recovery, trouble: Callable[[], None], eventually: Wait
) -> None:
    make_due(recovery)
    trouble()
    (received,) = live_app.sink.wait_for(1, seconds=60)
    eventually(settled, "the outbox empty")
    assert received.to == (recovery.patient.user.email,)
    assert len(live_app.sink.messages()) == 1
    recovery.refresh_from_db()
    assert recovery.next_reminder_at is not None
    assert recovery.next_reminder_at > timezone.now() + timedelta(hours=20)


def test_it_stops_by_the_mail_programs_own_button(live_app: LiveApp, recovery: Recovery) -> None:
    make_due(recovery)
    (received,) = live_app.sink.wait_for(1, seconds=60)
    address = str(received.message["List-Unsubscribe"]).strip(" <>")
    assert address.startswith(live_app.url)
    with urllib.request.urlopen(address, timeout=10) as looked_at:
        assert looked_at.status == 200
    assert Patient.objects.get().reminders_on, "opening the page changes nothing"
    with urllib.request.urlopen(address, b"List-Unsubscribe=One-Click", timeout=10) as answer:
        assert answer.status == 200
    assert not Patient.objects.get().reminders_on
    recovery.refresh_from_db()
    assert recovery.next_reminder_at is None
