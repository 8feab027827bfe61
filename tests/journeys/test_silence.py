"""Nobody answers, nobody writes: the climb goes on, and silence is read with what came before."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from tests import cast
from tests.cast import PUS
from tests.journeys.conftest import Wait
from tests.journeys.person import Person
from tests.servers.live import LiveApp
from tracker import tasks
from tracker.models import Flag, Message, Recovery

pytestmark = pytest.mark.journey


def minutes_pass(flag: Flag) -> None:
    """The time of the next step has come."""
    Flag.objects.filter(pk=flag.pk).update(next_step_at=timezone.now() - timedelta(seconds=1))


def test_it_climbs_until_somebody_answers(
    live_app: LiveApp, recovery: Recovery, trouble: Callable[[], None], eventually: Wait
) -> None:
    cast.check_in(recovery, 5, PUS, now=timezone.now())
    flag = Flag.objects.get()
    trouble()
    live_app.sink.wait_for(1, seconds=60)
    minutes_pass(flag)
    received = live_app.sink.wait_for(3, seconds=60)
    told = {address for one in received[1:] for address in one.to}
    assert told == {"dr.cole@rosewater.example", "olga.reyes@rosewater.example"}
    owner = Person(live_app, recovery.clinic.members.get(role="owner").user)
    page = owner.open(f"/clinic/recoveries/{recovery.pk}/")
    owner.send(page, {}, f"/flags/{flag.pk}/acknowledge/")
    flag.refresh_from_db()
    assert (flag.state, flag.next_step_at, flag.steps.count()) == ("acknowledged", None, 2)
    eventually(lambda: not Message.objects.filter(state="pending").exists(), "the outbox empty")
    assert len(live_app.sink.messages()) == 3


def test_it_reads_silence_after_a_worrying_day(
    live_app: LiveApp, recovery: Recovery, trouble: Callable[[], None], eventually: Wait
) -> None:
    Recovery.objects.filter(pk=recovery.pk).update(
        level="urgent", silent_at=timezone.now() - timedelta(minutes=1)
    )
    trouble()
    tasks.ring(tasks.watch_silence)  # beat would, every five minutes
    eventually(lambda: Flag.objects.filter(cause="silence").exists(), "silence read by the worker")
    live_app.sink.wait_for(1, seconds=60)
    assert Flag.objects.get().is_urgent
    assert len(live_app.sink.messages()) == 1
