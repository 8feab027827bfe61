"""Workers that die, hang or are given poison; a beat too many, and none."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest
from django.utils import timezone

from aftercare import onemachine
from aftercare.supervisor import Part, Supervisor
from tests.faults.crowd import (
    COUNT,
    FULL,
    KILLS,
    LEASE_AND_SWEEP,
    leases_run_out,
    log_all,
    soon_done,
    spread,
    tally,
)
from tests.faults.stand import Record, Stand, all_done, calmly, insistently, make_recoveries, patients
from tests.journeys.person import Person
from tests.servers.processes import Process, wait_until
from tracker.models import Assessment, CheckIn, Message, Recovery

pytestmark = pytest.mark.one_machine

NOTES = ("raise", "die", "loop", "stuck")


def test_killed_again_and_again_it_loses_nothing(stand: Stand, record_property: Record) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)
    killed: list[int] = []

    def kill() -> None:
        time.sleep(chance.random() / 4)
        killed.append(stand.worker.pid)
        stand.worker.kill()
        stand.worker.start()

    with stand.ticking("1") if FULL else nullcontext():
        confirmed = log_all(patients(stand, COUNT), [(after, kill) for after in spread(COUNT, KILLS)])
        # those that came while it was dead wait too, and all share one worker
        wait_until(soon_done, LEASE_AND_SWEEP + COUNT / 10, "everything judged and sent")
    found = tally(stand, confirmed)
    assert len(set(killed)) == KILLS
    for row in ("P-02", "P-03", "P-04", "P-05", "F-01"):
        record_property(row, f"{KILLS} kills, seed {seed}: {found}")
    assert found.confirmed == COUNT
    assert found.faults(repeats=KILLS * 2, slowest=LEASE_AND_SWEEP) == []


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


def given_up(count: int) -> bool:
    leases_run_out()
    time.sleep(0.2)
    return Assessment.objects.filter(could_not_assess=True).count() == count


TRIED = {"raise": 6, "die": 7, "loop": 7, "stuck": 7}
"""Tries that a build takes for granted, of eight."""


def test_poison_is_given_up_shown_and_holds_nobody_up(stand: Stand, record_property: Record) -> None:
    *poisoned, well = make_recoveries(len(NOTES) + 1)
    notes = dict(zip(NOTES, poisoned, strict=True))
    stand.worker.kill()
    for note, recovery in notes.items():
        insistently(Person(stand, recovery.patient.user), note=note)
        CheckIn.objects.filter(recovery=recovery).update(assess_attempts=0 if FULL else TRIED[note])
    argv = ["tests.faults.poisoned" if word == "aftercare" else word for word in stand.worker.part.argv]
    part = Part(**{**vars(onemachine.worker(concurrency=4)), "argv": argv})
    with kept_alive(part, stand.worker):
        calmly(stand, well)
        began = time.monotonic()
        wait_until(lambda: stand.sink.messages() and all_sent(well), 30, "the alert of a well check-in")
        took = time.monotonic() - began
        wait_until(lambda: given_up(len(notes)), 900 if FULL else 150, "all poison given up")
    tries = "all eight tries" if FULL else "the last one or two of eight tries"
    for row in ("P-20", "F-42"):
        record_property(row, f"{tries} of {', '.join(NOTES)}; a well check-in beside them {took:.1f} s")
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


def test_two_beats_and_two_workers_do_everything_once(stand: Stand, record_property: Record) -> None:
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
        second_beat.kill()
        second_worker.kill()
    arrived = stand.sink.messages()
    assert len({one.message_id for one in arrived}) == len(arrived)
    reminded = [one.to for one in arrived if one.to[0].endswith("mail.example")]
    assert len(set(reminded)) == len(reminded) >= 15
    for row in ("P-08", "F-05", "F-40"):
        record_property(row, f"5 alerts and {len(reminded)} reminders, none twice")


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
    stand.worker.kill()
    (recovery,) = make_recoveries(1)
    calmly(stand, recovery)
    stand.broker.forget_everything()
    patient = Process(stand.worker.part, {"AFTERCARE_TICK_SCALE": "100"})
    patient.start()
    try:
        with pytest.raises(TimeoutError):
            wait_until(all_done, 8, "everything judged and sent")
    finally:
        patient.kill()
    assert stand.sink.count() == 0
