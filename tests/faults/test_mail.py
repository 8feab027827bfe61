"""A mail server in every mood: each alert arrives, a repeat is recognisable, and nobody else waits."""

import os
import signal
import time

import pytest
from django.utils import timezone

from tests.faults.crowd import soon_done
from tests.faults.stand import Record, Stand, calmly, make_recoveries
from tests.servers.processes import wait_until
from tracker.models import DeliveryAttempt, Flag, Message
from tracker.services import health

pytestmark = pytest.mark.one_machine

OWNER = "olga.reyes@rosewater.example"


def log_each(stand: Stand, count: int) -> None:
    for recovery in make_recoveries(count):
        calmly(stand, recovery)


def arrived(stand: Stand) -> list[str]:
    return [one.message_id for one in stand.sink.messages()]


@pytest.mark.parametrize(
    ("stage", "reply", "burnt"),
    [
        ("rcpt", "451 4.7.1 greylisted", True),
        ("rcpt", "421 4.7.0 too many connections", False),
        ("data", "452 4.3.1 no room", False),
    ],
    ids=["greylist", "storm", "full"],
)
def test_told_to_wait_it_waits_and_loses_nothing(
    stand: Stand, stage: str, reply: str, burnt: bool, record_property: Record
) -> None:
    stand.sink.answer(reply, at=stage)
    log_each(stand, 3)
    time.sleep(2)
    assert stand.sink.count() == 0
    stand.sink.accept()
    wait_until(soon_done, 60, "everything sent")
    assert len(set(arrived(stand))) == len(arrived(stand)) == 3
    assert DeliveryAttempt.objects.filter(accepted=False).exists() is burnt
    record_property("F-23" if burnt else "F-29", f"{reply[:3]}: 3 of 3, once each")


def test_refused_connections_burn_no_try_and_all_arrives_when_it_is_back(
    stand: Stand, record_property: Record
) -> None:
    stand.sink.stop()
    log_each(stand, 3)
    time.sleep(3)
    began = time.monotonic()
    stand.sink.start()
    wait_until(soon_done, 60, "everything sent")
    record_property("F-21", f"3 of 3, {time.monotonic() - began:.1f} s after it came back")
    assert len(set(arrived(stand))) == len(arrived(stand)) == 3
    assert set(Message.objects.values_list("attempts", flat=True)) == {1}


def test_a_server_that_hangs_holds_no_patient_up_and_blocks_for_seconds(
    stand: Stand, record_property: Record
) -> None:
    os.killpg(stand.sink.pid, signal.SIGSTOP)
    recoveries = make_recoveries(3)
    times = [calmly(stand, recovery).took for recovery in recoveries]
    assert max(times) < 5
    assert Flag.objects.count() == 3, "flags do not wait for the mail server"
    os.killpg(stand.sink.pid, signal.SIGCONT)
    wait_until(soon_done, 90, "everything sent")
    assert len(set(arrived(stand))) == 3
    for row in ("P-11", "F-22"):
        record_property(row, f"mail server frozen: slowest post {max(times):.2f} s, 3 of 3 sent after")


def test_a_reply_that_is_lost_gives_a_repeat_with_the_same_name(
    stand: Stand, record_property: Record
) -> None:
    stand.sink.answer(at="drop", times=2)
    log_each(stand, 3)
    wait_until(soon_done, 60, "everything sent")
    ids = arrived(stand)
    assert len(set(ids)) == 3
    assert len(ids) == 5
    bodies = {(one.message_id, one.subject, one.body()) for one in stand.sink.messages()}
    assert len(bodies) == 3, "the same words again"
    record_property("F-24", "2 replies lost: 2 repeats, same name and words")


def test_an_address_that_is_unknown_opens_the_next_step_at_once(
    stand: Stand, record_property: Record
) -> None:
    stand.sink.answer("550 5.1.1 nobody here", at="rcpt", times=1)
    log_each(stand, 1)
    flag, began = Flag.objects.get(), time.monotonic()
    wait_until(lambda: flag.steps.count() >= 2, 60, "the next step")
    record_property("F-25", f"next step after {time.monotonic() - began:.1f} s")
    assert Message.objects.filter(state=Message.State.DEAD, flag=flag).count() == 1
    stand.sink.wait_for(1, seconds=60)


def test_a_password_that_is_refused_burns_no_try_and_is_said(stand: Stand, record_property: Record) -> None:
    stand.sink.answer("535 5.7.8 no", at="auth")
    with stand.with_workers(EMAIL_URL=stand.sink.url.replace("//", "//user:secret@")):
        log_each(stand, 3)
        wait_until(lambda: health.state(now=timezone.now()).mail_error, 30, "the fault to be said")
        assert (stand.sink.count(), DeliveryAttempt.objects.count()) == (0, 0)
        stand.sink.accept()
        wait_until(soon_done, 60, "everything sent")
    assert len(set(arrived(stand))) == len(arrived(stand)) == 3
    assert set(Message.objects.values_list("attempts", flat=True)) == {1}
    record_property("F-28", "3 of 3 after it was mended, no try used up, the fault stood on the pages")
