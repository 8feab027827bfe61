"""The database is cut off in the middle: what was confirmed is there, what was not says so."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from psycopg_pool import ConnectionPool

from aftercare import environment
from tests.faults.crowd import LEASE_AND_SWEEP, log_all, scaled, soon_done, spread, tally
from tests.faults.stand import (
    Record,
    Stand,
    calmly,
    insistently,
    make_recoveries,
    patients,
    told_saved,
)
from tests.journeys.person import Person
from tests.servers.processes import wait_until
from tracker.models import CheckIn

pytestmark = pytest.mark.one_machine


def test_cut_connections_lose_and_double_nothing(stand: Stand, record_property: Record) -> None:
    count, cuts = scaled(500, 16), scaled(50, 4)
    database = stand.database
    assert database is not None
    confirmed = log_all(
        patients(stand, count), [(after, database.cut_connections) for after in spread(count, cuts)]
    )
    connection.close()
    wait_until(soon_done, 90, "everything judged and sent")
    found = tally(stand, confirmed)
    for row in ("P-01", "F-15"):
        record_property(row, f"connections cut {cuts} times: {found}")
    assert found.confirmed == count == CheckIn.objects.count()
    assert found.faults(repeats=cuts, slowest=LEASE_AND_SWEEP) == []


@pytest.mark.full
def test_immediate_stops_in_the_middle_of_it_all_lose_nothing(stand: Stand, record_property: Record) -> None:
    stops, count = scaled(10, 2), scaled(500, 16)
    database = stand.database
    assert database is not None

    def stop() -> None:
        database.stop_at_once()
        database.start()

    confirmed = log_all(patients(stand, count), [(after, stop) for after in spread(count, stops)])
    connection.close()
    wait_until(soon_done, LEASE_AND_SWEEP, "everything judged and sent")
    found = tally(stand, confirmed)
    for row in ("P-01", "F-14"):
        record_property(row, f"database stopped at once {stops} times: {found}")
    assert found.confirmed == count == CheckIn.objects.count()
    assert found.faults(repeats=stops * 2, slowest=LEASE_AND_SWEEP + 30) == []


def test_an_immediate_stop_keeps_what_was_confirmed_and_promises_nothing_else(
    stand: Stand, record_property: Record
) -> None:
    first, second = make_recoveries(2)
    patient = Person(stand, second.patient.user)
    form = patient.open("/today/")
    kept = told_saved(calmly(stand, first))
    assert stand.database is not None
    stand.database.stop_at_once()
    page = patient.send(form, {"temperature": "37.1"})
    assert page.status == 500
    assert "may not have been saved" in page.text
    assert "ring your clinic" in page.text
    assert page.took < 15
    record_property("F-13", f"the page says after {page.took:.1f} s that answers may not have been saved")
    stand.database.start()
    connection.close()
    insistently(patient)
    wait_until(soon_done, 90, "everything judged and sent")
    assert CheckIn.objects.filter(pk=kept).exists()
    assert CheckIn.objects.count() == 2


@contextmanager
def full_pool(url: str) -> Iterator[ConnectionPool]:
    """The pool of a busy web process: all its connections stand."""
    options = environment.database(Path(), "web")["OPTIONS"]["pool"]
    with ConnectionPool(url, check=ConnectionPool.check_connection, **options) as pool:
        for standing in [pool.getconn() for _ in range(options["max_size"])]:
            pool.putconn(standing)
        yield pool


def test_a_restarted_database_is_found_again_within_seconds(stand: Stand, record_property: Record) -> None:
    people = patients(stand, 8)

    def all_at_once() -> list[int]:
        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(lambda patient: patient.open("/today/").status, people))

    # so that connections stand, which are then dead
    assert all_at_once() == all_at_once() == [200] * 8
    assert stand.database is not None
    with full_pool(stand.database.url) as pool:
        stand.database.stop_at_once()
        stand.database.start()
        began = time.monotonic()
        pool.putconn(pool.getconn())
        waited = time.monotonic() - began
    assert waited < 3
    began = time.monotonic()
    wait_until(lambda: people[0].open("/today/").status == 200, 3, "the first page")
    took = time.monotonic() - began
    assert all_at_once() == [200] * 8
    connection.close()
    record_property("F-14", f"restarted: the first page after {took:.1f} s")
    record_property("F-14", f"a pool whose connections all are dead gives a new one after {waited:.1f} s")
