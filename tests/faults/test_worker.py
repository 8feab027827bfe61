"""Workers that die, hang or are given poison; a beat too many, and none."""

import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone

from aftercare import onemachine
from aftercare.supervisor import Part, Supervisor
from tests.faults.stand import (
    Stand,
    all_done,
    calmly,
    insistently,
    lost_and_doubled,
    make_recoveries,
    patients,
    percentile,
)
from tests.journeys.person import Person
from tests.servers.processes import Process, wait_until
from tracker.models import Assessment, CheckIn, Flag, Message, Recovery

pytestmark = pytest.mark.one_machine

LEASE_AND_SWEEP = 90.0
"""Within so many seconds a dead worker's job is taken over and done."""
COUNT, KILLS = int(os.environ.get("FAULTS_COUNT", "60")), int(os.environ.get("FAULTS_KILLS", "5"))
"""Urgent check-ins, and how often the worker is killed meanwhile; `make faults` asks for more."""

NOTES = ("raise", "die", "loop", "stuck")


def ages(stand: Stand) -> list[float]:
    """Seconds from each check-in to its alert at the mail server."""
    said = dict(CheckIn.objects.values_list("recovery__flags__messages__pk", "recorded_at"))
    found = {one.message_id: one.at for one in reversed(stand.sink.messages())}
    rows = {message.message_id: said[message.pk] for message in Message.objects.filter(pk__in=said)}
    return [at - rows[name].timestamp() for name, at in found.items()]


def test_killed_again_and_again_it_loses_nothing(stand: Stand) -> None:
    seed, count, kills = random.randrange(10**6), COUNT, KILLS
    print("seed", seed)
    chance, killed = random.Random(seed), 0
    at = sorted(chance.sample(range(count), kills))
    for number, patient in enumerate(patients(stand, count)):
        insistently(patient)
        if number in at:
            time.sleep(chance.random() / 4)
            stand.worker.kill()
            killed += 1
            stand.worker.start()
    assert killed == kills
    wait_until(all_done, LEASE_AND_SWEEP, "everything judged and sent")
    assert lost_and_doubled() == (0, 0)
    assert Flag.objects.count() == count
    arrived = [one.message_id for one in stand.sink.messages()]
    print(f"{len(arrived)} mails, slowest after {percentile(ages(stand), 1):.1f} s")
    assert len(set(arrived)) == count
    assert len(arrived) - count <= kills * 2


# --- poison ----------------------------------------------------------------------------------------


@contextmanager
def kept_alive(part: Part, process: Process) -> Iterator[Supervisor]:
    """The part under the product's own supervisor, which starts it again when it dies."""
    supervisor = Supervisor([part.name])
    supervisor.start(Part(**{**vars(part), "env": process.part.env}))
    watching = threading.Thread(target=supervisor.watch)
    watching.start()
    try:
        yield supervisor
    finally:
        supervisor.stop()
        watching.join()


def hurry_leases() -> None:
    """A lease of a minute counts as run out five seconds after it was taken."""
    taken = CheckIn.objects.filter(assessed_at=None, assess_after__lt=timezone.now() + timedelta(seconds=55))
    taken.filter(note__in=NOTES).update(assess_after=timezone.now())


def given_up(notes: dict[str, Recovery]) -> bool:
    hurry_leases()
    time.sleep(0.5)
    return Assessment.objects.filter(could_not_assess=True).count() == len(notes)


def test_poison_is_given_up_shown_and_holds_nobody_up(stand: Stand) -> None:
    *poisoned, well = make_recoveries(len(NOTES) + 1)
    notes = dict(zip(NOTES, poisoned, strict=True))
    stand.worker.stop()
    for note, recovery in notes.items():
        insistently(Person(stand, recovery.patient.user), note=note)
        # the first tries are taken for granted
        CheckIn.objects.filter(recovery=recovery).update(assess_attempts=0 if note == "raise" else 6)
    argv = ["tests.faults.poisoned" if word == "aftercare" else word for word in stand.worker.part.argv]
    part = Part(**{**vars(onemachine.worker(concurrency=4)), "argv": argv})
    with kept_alive(part, stand.worker):
        time.sleep(3)
        calmly(stand, well)
        wait_until(lambda: stand.sink.messages() and all_sent(well), 30, "the alert of a well check-in")
        wait_until(lambda: given_up(notes), 150, "all poison given up")
    assert set(CheckIn.objects.filter(note__in=NOTES).values_list("assess_attempts", flat=True)) == {8}
    for recovery in notes.values():
        assert recovery.flags.filter(cause="unclear").exists(), "a person is asked to look"


def all_sent(recovery: Recovery) -> bool:
    mine = Message.objects.filter(recovery__isnull=True, flag__recovery=recovery) | Message.objects.filter(
        recovery=recovery
    )
    return mine.filter(state=Message.State.SENT).exists()


def test_a_message_for_an_unknown_job_harms_nobody(stand: Stand) -> None:
    from aftercare.celery import app

    with app.connection_for_write(f"redis+socket://{stand.broker.socket}") as wire:
        for name in ("tracker.tasks.of_another_release", "tracker.tasks.assess_check_in"):
            app.send_task(name, args=["too", "many", "words"], connection=wire)
    (recovery,) = make_recoveries(1)
    calmly(stand, recovery)
    wait_until(all_done, 30, "everything judged and sent")
    assert stand.sink.count() == 1


# --- beat ------------------------------------------------------------------------------------------


def test_two_beats_and_two_workers_do_everything_once(stand: Stand) -> None:
    second_beat = Process(onemachine.beat(), stand.environment)
    second_worker = Process(onemachine.worker(concurrency=2), stand.environment)
    recoveries = make_recoveries(20)
    Recovery.objects.update(next_reminder_at=timezone.now())
    Recovery.objects.first().patient.__class__.objects.update(reminders_on=True)  # type: ignore[union-attr]
    second_beat.start()
    second_worker.start()
    try:
        for recovery in recoveries[:5]:
            calmly(stand, recovery)
        wait_until(lambda: stand.sink.count() >= 20 and all_done(), 60, "5 alerts and 15 reminders")
        time.sleep(3)
    finally:
        second_beat.stop()
        second_worker.stop()
    arrived = stand.sink.messages()
    assert len({one.message_id for one in arrived}) == len(arrived)
    reminded = [one.to for one in arrived if one.to[0].endswith("mail.example")]
    assert len(set(reminded)) == len(reminded) >= 15


def test_without_beat_and_broker_the_worker_ticks_by_itself(stand: Stand) -> None:
    stand.beat.kill()
    stand.broker.kill()
    (recovery,) = make_recoveries(1)
    calmly(stand, recovery)
    stand.sink.wait_for(1, seconds=60)
    wait_until(all_done, 30, "everything judged")


def test_this_check_can_fail(stand: Stand) -> None:
    """Bells that are lost, no beat, and a worker too patient to tick: then nothing is delivered."""
    stand.beat.kill()
    stand.worker.stop()
    (recovery,) = make_recoveries(1)
    calmly(stand, recovery)
    stand.broker.forget_everything()
    patient = Process(stand.worker.part, {"AFTERCARE_TICK_SCALE": "100"})
    patient.start()
    try:
        with pytest.raises(TimeoutError):
            wait_until(all_done, 15, "everything judged and sent")
    finally:
        patient.stop()
    assert stand.sink.count() == 0
