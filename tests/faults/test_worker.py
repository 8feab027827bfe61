"""Workers that die, hang or are given poison."""

import random
import time

import pytest

from tests.faults.stand import Stand, lost_and_doubled, make_recoveries, post
from tests.servers.processes import wait_until
from tracker.models import CheckIn, Flag, Message

pytestmark = pytest.mark.one_machine

LEASE_AND_SWEEP = 90.0
"""Within so many seconds a dead worker's job is taken over and done."""


def outbox_empty() -> bool:
    return not Message.objects.filter(state=Message.State.PENDING).exists()


def all_judged() -> bool:
    return not CheckIn.objects.filter(assessed_at=None).exists()


def test_killed_again_and_again_it_loses_nothing(stand: Stand) -> None:
    seed, count, kills = random.randrange(10**6), 60, 5
    print("seed", seed)
    chance, killed = random.Random(seed), 0
    recoveries = make_recoveries(count)
    at = sorted(chance.sample(range(count), kills))
    for number, recovery in enumerate(recoveries):
        assert post(stand, recovery).status == 200
        if number in at:
            time.sleep(chance.random() / 4)
            stand.worker.kill()
            killed += 1
            stand.worker.start()
    last = time.monotonic()
    assert killed == kills
    wait_until(lambda: all_judged() and outbox_empty(), LEASE_AND_SWEEP, "everything judged and sent")
    print(f"caught up after {time.monotonic() - last:.1f} s, {stand.sink.count()} mails")
    assert lost_and_doubled() == (0, 0)
    assert Flag.objects.count() == count
    arrived = [one.message_id for one in stand.sink.messages()]
    assert len(set(arrived)) == count
    assert len(arrived) - count <= kills * 2
