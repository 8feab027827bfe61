"""The first tick comes at once, the next ones at their time."""

from datetime import timedelta

from django.utils import timezone

from aftercare.celery import app
from aftercare.ticking import every


def test_it_ticks_at_once_and_then_at_its_time() -> None:
    tick = every(30, "beat_heartbeat")["schedule"]
    tick.app = app
    now = timezone.now()
    started = now - timedelta(seconds=5)
    # beat asks once to sort its entries and once more before it sends
    assert tick.is_due(started) == tick.is_due(started) == (True, 30)
    due, wait = tick.is_due(now)
    assert not due
    assert 0 < wait <= 30
    assert tick.is_due(now - timedelta(seconds=31))[0]
