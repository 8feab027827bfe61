"""Web servers that are killed, and clients that send twice, slowly, or half."""

import os
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from aftercare.bodies import PLACES
from tests import cast
from tests.cast import CALM, PUS
from tests.faults.crowd import scaled
from tests.faults.stand import Record, Stand, insistently, make_recoveries, patients, told_saved
from tests.journeys.person import Person
from tests.servers.processes import wait_until
from tracker.models import CheckIn, Flag, Member

pytestmark = pytest.mark.one_machine


def in_parallel(*calls: Callable[[], Any]) -> list[Any]:
    """What each call returns, or the error it raised."""
    results: list[Any] = [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        try:
            results[place] = call()
        except Exception as error:
            results[place] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_sent_twice_at_once_it_is_one_check_in(stand: Stand, record_property: Record) -> None:
    people = patients(stand, pairs := scaled(200, 5))
    for patient in people:
        page = patient.open("/today/")
        again = lambda p=patient, f=page: p.send(f, {"temperature": "37.1", **PUS})  # noqa: E731
        first, second = in_parallel(again, again)
        assert told_saved(first) == told_saved(second)
    record_property("F-33", f"{pairs} pairs at once: {CheckIn.objects.count()} rows")
    assert CheckIn.objects.count() == Flag.objects.count() == pairs


def test_two_tabs_with_different_words_are_both_kept(stand: Stand, record_property: Record) -> None:
    for patient in patients(stand, tabs_twice := scaled(50, 3)):
        tabs = [patient.open("/today/"), patient.open("/today/")]
        calls = [
            lambda p=patient, f=tab, a=answers: p.send(f, {"temperature": "37.1", **a})
            for tab, answers in zip(tabs, (CALM, PUS), strict=True)
        ]
        assert [page.status for page in in_parallel(*calls)] == [200, 200]
    amended = CheckIn.objects.filter(amends__isnull=False).count()
    record_property(
        "F-34", f"{tabs_twice} pairs at once: {CheckIn.objects.count()} kept, {amended} amend another"
    )
    assert CheckIn.objects.count() == 2 * tabs_twice
    assert amended == Flag.objects.count() == tabs_twice, "the rules ran on both"


def test_two_clinicians_at_one_flag_make_one_answer(stand: Stand, record_property: Record) -> None:
    recoveries = make_recoveries(times := scaled(100, 1))
    users = [Member.objects.get().user, cast.make_member(recoveries[0].clinic).user]
    for recovery in recoveries:
        insistently(Person(stand, recovery.patient.user))
        flag, pages = Flag.objects.get(recovery=recovery), []
        for user in users:
            clinician = Person(stand, user)
            pages.append((clinician, clinician.open(f"/clinic/recoveries/{recovery.pk}/")))
        calls = [lambda c=c, p=p, f=flag: c.send(p, {}, f"/flags/{f.pk}/acknowledge/") for c, p in pages]
        assert all(page.status in (200, 409) for page in in_parallel(*calls))
        assert list(flag.events.values_list("verb", flat=True)).count("acknowledged") == 1
    record_property("F-35", f"{times} flags answered by two at once: one answer each")


def test_killed_after_the_commit_it_shows_the_saved_check_in_when_asked_again(
    stand: Stand, record_property: Record
) -> None:
    """The process is frozen as soon as the row is there, so that the answer cannot leave, and then killed."""
    kills = 0
    for patient in patients(stand, times := scaled(20, 3)):
        before, page = CheckIn.objects.count(), patient.open("/today/")
        answer: list[Any] = []
        client = threading.Thread(
            target=lambda p=patient, f=page, a=answer: a.extend(
                in_parallel(lambda: p.send(f, {"temperature": "37.1", **PUS}))
            )
        )
        client.start()
        wait_until(lambda: CheckIn.objects.count() > before, 20, "the commit")  # noqa: B023
        for pid in children(stand.web.pid):
            os.kill(pid, signal.SIGKILL)
            kills += 1
        client.join(30)
        wait_until(lambda: len(children(stand.web.pid)) == 2, 20, "new web processes")
        told = patient.send(page, {"temperature": "37.1", **PUS})
        assert CheckIn.objects.get(pk=told_saved(told)).recovery.patient_id
        assert CheckIn.objects.count() == before + 1
    assert kills >= 2 * times
    for row in ("P-01", "F-06"):
        record_property(
            row, f"web killed after the commit {times} times: the same form shows the saved entry"
        )


def dribble(port: int, cookie: str, stop: threading.Event, replies: list[bytes]) -> None:
    """A form at a byte a second, until told to stop or refused."""
    with socket.create_connection(("127.0.0.1", port)) as wire:
        head = f"POST /today/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n"
        wire.sendall(f"{head}Content-Length: 9999\r\n\r\n".encode())
        wire.settimeout(1)
        while not stop.is_set():
            try:
                if not (said := wire.recv(12)):
                    return
                replies.append(said)
                stop.wait()  # rude: it does not close
            except TimeoutError:
                wire.sendall(b"x")
            except OSError:
                return


def test_more_slow_clients_than_threads_hold_nobody_up(stand: Stand, record_property: Record) -> None:
    """Two processes of 32 threads, 80 signed-in clients that never finish: all others go on."""
    patient, stop, replies = patients(stand, 1)[0], threading.Event(), list[bytes]()
    called = (stand.port, patient.cookie, stop, replies)
    slow = [threading.Thread(target=dribble, args=called) for _ in range(80)]
    for thread in slow:
        thread.start()
    try:
        pages = [patient.open("/today/") for _ in range(10)]
        pages.append(patient.send(pages[-1], {"temperature": "37.1", **PUS}))
        wait_until(lambda: len(replies) >= 80 - 2 * PLACES, 20, "the refusal of those without a place")
    finally:
        stop.set()
        for thread in slow:
            thread.join()
    slowest = max(page.took for page in pages)
    record_property("F-36", f"80 clients at a byte a second: the slowest other page took {slowest:.2f} s")
    assert slowest < 5
    assert told_saved(pages[-1]) == CheckIn.objects.get().pk


def test_a_client_that_vanishes_leaves_nothing(stand: Stand, record_property: Record) -> None:
    """What came until then is a form as good as any, and its key is the key of the whole."""
    patient = patients(stand, 1)[0]
    page = patient.open("/today/")
    fields = urlencode(page.form().hidden | {"temperature": "37.1"} | PUS)
    for length in (len(fields) + 30, 9999):
        with socket.create_connection(("127.0.0.1", stand.port)) as wire:
            head = f"POST /today/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {patient.cookie}\r\n"
            kind = "Content-Type: application/x-www-form-urlencoded\r\n"
            wire.sendall(f"{head}{kind}Content-Length: {length}\r\n\r\n{fields}".encode())
            wire.shutdown(socket.SHUT_WR)
            assert b" 400 " in wire.recv(1000).partition(b"\r\n")[0]
    assert CheckIn.objects.count() == 0
    assert told_saved(patient.send(page, {"temperature": "37.1", **PUS}))
    assert CheckIn.objects.count() == 1
    record_property("F-37", "2 forms cut short: nothing kept, and the whole one with their key is")
