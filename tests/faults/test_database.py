"""The database is cut off in the middle: what was confirmed is there, what was not says so."""

import random
import threading
import time

import pytest
from django.db import connection

from tests.faults.stand import (
    Stand,
    all_done,
    calmly,
    insistently,
    lost_and_doubled,
    make_recoveries,
    patients,
    told_saved,
)
from tests.journeys.person import Person
from tests.servers.processes import wait_until
from tracker.models import CheckIn, Flag

pytestmark = pytest.mark.one_machine


def with_trouble(stand: Stand, count: int, trouble: list[float]) -> list[int]:
    """So many check-ins by clients that insist, while connections are cut; the ids that were confirmed."""
    people, confirmed = patients(stand, count), list[int]()
    connection.close()
    assert stand.database is not None

    def log() -> None:
        confirmed.extend(told_saved(insistently(patient)) for patient in people)

    client = threading.Thread(target=log)
    client.start()
    for wait in trouble:
        time.sleep(wait)
        assert client.is_alive(), "fewer faults than planned"
        stand.database.cut_connections()
    client.join(120)
    return confirmed


def test_cut_connections_lose_and_double_nothing(stand: Stand) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)
    confirmed = with_trouble(stand, 30, [chance.uniform(0.05, 0.3) for _ in range(6)])
    assert len(set(confirmed)) == 30
    wait_until(all_done, 90, "everything judged and sent")
    assert set(CheckIn.objects.values_list("pk", flat=True)) == set(confirmed)
    assert lost_and_doubled() == (0, 0)
    assert Flag.objects.count() == 30


def test_an_immediate_stop_keeps_what_was_confirmed_and_promises_nothing_else(stand: Stand) -> None:
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
    stand.database.start()
    connection.close()
    insistently(patient)
    wait_until(all_done, 90, "everything judged and sent")
    assert CheckIn.objects.filter(pk=kept).exists()
    assert CheckIn.objects.count() == 2


def test_a_restarted_database_costs_nobody_a_page(stand: Stand) -> None:
    people = patients(stand, 8)
    for patient in people[:4]:  # so that connections stand
        insistently(patient)
    assert stand.database is not None
    stand.database.stop_at_once()
    stand.database.start()
    assert [patient.open("/today/").status for patient in people] == [200] * 8
    connection.close()
