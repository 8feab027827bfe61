"""PostgreSQL without room for another byte: first for its tables, then for its log too.

Its processes may not let a file grow beyond a limit, which says to them what a full disk says; they ignore
the signal that would end others for it. So nothing is mounted, and whoever runs the tests need not be root.
"""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from tests.cast import PUS
from tests.faults.crowd import soon_done, tally
from tests.faults.stand import (
    Database,
    Record,
    Stand,
    calmly,
    insistently,
    make_recoveries,
    patients,
    told_saved,
)
from tests.faults.test_web import children
from tests.journeys.person import Page, Person
from tests.servers.processes import wait_until
from tracker.models import CheckIn

pytestmark = pytest.mark.one_machine

LOG_FILE = 16 << 20
"""Bytes of one file of PostgreSQL's log: a limit above leaves the log alone."""
ROW, ROWS = 1940, 11_000
"""Four rows of so many bytes leave no room for a fifth on a page of 8 kB; so many outgrow the log's file."""
MORE = 4
"""More check-ins than the full table takes."""


@contextmanager
def no_file_beyond(database: Database, limit: int) -> Iterator[None]:
    """Meanwhile no file of the server grows beyond so many bytes."""
    _limit(database, str(limit))
    try:
        yield
    finally:
        _limit(database, "unlimited")


def _limit(database: Database, limit: str) -> None:
    """As the server's own user: even root may not be allowed to do it to others."""
    if database.has_died:
        return
    for pid in _family(database.pid):
        # without `check`: a connection may have ended meanwhile
        subprocess.run(["prlimit", f"--pid={pid}", f"--fsize={limit}:"], user=database.part.user, check=False)


def _family(pid: int) -> list[int]:
    return [pid, *(one for child in children(pid) for one in _family(child))]


def fill_the_audit() -> int:
    """Make its file larger than a file of the log; how large."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tracker_auditentry (clinic_id, at, verb, subject, detail)"
            " SELECT (SELECT min(id) FROM tracker_clinic), now(), 'fill', '',"
            " jsonb_build_object('filling', repeat('x', %s)) FROM generate_series(1, %s)",
            [ROW, ROWS],
        )
        cursor.execute("SELECT pg_relation_size('tracker_auditentry')")
        size: int = cursor.fetchone()[0]
    assert size > LOG_FILE
    return size


def until_refused(people: list[Person], confirmed: list[int]) -> Page:
    """One after the other sends, until a page no longer says "saved"; what was saved goes to `confirmed`."""
    while people:
        page = people[-1].send(people[-1].open("/today/"), {"temperature": "37.1", **PUS})
        if not page.url.endswith("/result/"):
            return page
        confirmed.append(told_saved(page))
        people.pop()
    raise AssertionError("the disk was never full")


def test_tables_that_may_not_grow_are_said_and_still_read(stand: Stand, record_property: Record) -> None:
    people = patients(stand, MORE)
    confirmed: list[int] = []
    assert stand.database is not None
    with no_file_beyond(stand.database, fill_the_audit()):
        page = until_refused(people, confirmed)
        assert page.status == 500
        assert "may not have been saved" in page.text
        assert set(CheckIn.objects.values_list("pk", flat=True)) == set(confirmed), "nothing half"
        assert people[-1].open("/my-recovery/").status == 200, "what is there can be read"
        assert not stand.database.has_died
    record_property(
        "F-18", f"PostgreSQL: {len(confirmed)} saved in what was left, the next refused and said so"
    )
    confirmed.append(told_saved(insistently(people[-1])))
    wait_until(soon_done, 90, "everything judged and sent")
    found = tally(stand, confirmed)
    assert found.faults(repeats=0, slowest=90) == []
    record_property("F-18", f"PostgreSQL with room again: {found}")


def test_a_log_that_may_not_grow_stops_the_server_and_loses_nothing(
    stand: Stand, record_property: Record
) -> None:
    first, second = make_recoveries(2)
    patient = Person(stand, second.patient.user)
    form, kept = patient.open("/today/"), told_saved(calmly(stand, first))
    database = stand.database
    assert database is not None
    with no_file_beyond(database, 64 << 10):
        page = patient.send(form, {"temperature": "37.1", **PUS})
        assert page.status == 500
        assert "may not have been saved" in page.text
        assert "ring your clinic" in page.text
        wait_until(lambda: database.has_died, 30, "the server giving up")
    began = time.monotonic()
    database.stop()
    database.start()
    connection.close()
    saved = told_saved(insistently(patient))
    took = time.monotonic() - began
    wait_until(soon_done, 90, "everything judged and sent")
    assert set(CheckIn.objects.values_list("pk", flat=True)) == {kept, saved}
    record_property("F-18", f"PostgreSQL's log too: said so, and saved {took:.1f} s after a start with room")
