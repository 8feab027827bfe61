"""What a sweep repairs is counted; what went as it should is not."""

from datetime import timedelta

import pytest

from tests import cast
from tests.cast import NOW, PUS
from tests.servers.mail import Sink
from tracker.models import CheckIn, Flag, Message
from tracker.services import delivery, repairs

pytestmark = pytest.mark.django_db

NONE = {"assessment": 0, "delivery": 0, "step": 0, "climb": 0}
LATER = NOW + timedelta(minutes=5)


def test_nothing_is_repaired_while_everything_comes_in_time(sink: Sink) -> None:
    cast.check_in(cast.make_recovery(), 6, PUS, now=NOW)
    soon = NOW + timedelta(seconds=10)
    assert repairs.assess(now=soon) == 1
    assert repairs.deliver(clock=lambda: soon) == 1
    assert repairs.escalate(now=soon) == 0
    assert repairs.count() == NONE


def test_an_entry_that_no_job_judged_counts(sink: Sink) -> None:
    cast.check_in(cast.make_recovery(), 6, PUS, now=NOW)
    repairs.assess(now=LATER)
    repairs.deliver(clock=lambda: LATER)
    assert repairs.count() == NONE | {"assessment": 1, "delivery": 1}
    assert repairs.count(since=LATER + timedelta(seconds=1)) == NONE


def test_a_sweep_takes_up_more_mails_than_a_job_that_has_just_judged(sink: Sink) -> None:
    clinic = cast.make_clinic()
    reminder = {"clinic": clinic, "kind": "reminder", "to_email": "a@mail.example", "created_at": NOW}
    Message.objects.bulk_create(Message(dedupe_key=str(n), due_at=NOW, **reminder) for n in range(205))
    waiting = Message.objects.filter(state="pending")
    delivery.deliver_due(clock=lambda: NOW)
    assert waiting.count() == 5
    waiting.model.objects.update(state="pending", attempts=0, claimed_until=None)
    repairs.deliver(clock=lambda: NOW)
    assert not waiting.exists()


def test_a_mail_whose_carrier_died_counts_and_one_that_waits_for_its_next_try_does_not(sink: Sink) -> None:
    cast.check_in(cast.make_recovery(), 6, PUS, now=NOW)
    Message.objects.update(attempts=1, claimed_until=NOW + timedelta(seconds=45))
    repairs.deliver(clock=lambda: LATER)
    assert repairs.count()["delivery"] == 1
    Message.objects.update(state="pending", claimed_until=None, attempts=1)
    repairs.deliver(clock=lambda: LATER)
    assert repairs.count()["delivery"] == 1


def test_an_overdue_step_and_a_stopped_climb_count() -> None:
    flag = cast.make_flag(cast.make_recovery())
    Flag.objects.update(next_step_at=NOW)
    assert repairs.escalate(now=LATER) == 1
    Flag.objects.filter(pk=flag.pk).update(next_step_at=None)
    assert repairs.escalate(now=LATER) == 1
    assert repairs.count() == NONE | {"step": 1, "climb": 1}
    assert CheckIn.objects.count() == 1
