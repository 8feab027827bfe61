"""The one-machine database: locked by a long writer, and without room for another byte."""

import resource
import sqlite3
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from tests.cast import PUS
from tests.faults.crowd import FULL
from tests.faults.stand import Record, empty_tables, make_recoveries, speaking_to, told_saved
from tests.faults.test_web import children
from tests.journeys.person import Person
from tests.servers.live import LiveWeb
from tests.servers.mail import Sink
from tracker.models import CheckIn

pytestmark = pytest.mark.one_machine


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[LiveWeb]:
    """A web server on a file of its own; hard signs are flagged in it, so no worker is needed."""
    folder = tmp_path_factory.mktemp("one-file")
    file = folder / "aftercare.sqlite3"
    with django_db_blocker.unblock(), speaking_to(f"sqlite:///{file}"):
        with connection.cursor() as cursor:  # this connection alone, for as long as nothing can be lost
            cursor.execute("PRAGMA synchronous = OFF")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        with LiveWeb(Sink(folder / "sink")) as running:
            yield running


@pytest.fixture
def patient(web: LiveWeb) -> Person:
    """Somebody who has not answered yet."""
    empty_tables()
    return Person(web, make_recoveries(1)[0].patient.user)


def test_a_long_writer_is_waited_for(patient: Person, record_property: Record) -> None:
    seconds = 10 if FULL else 3
    form = patient.open("/today/")
    writer = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, check_same_thread=False)
    writer.execute("BEGIN IMMEDIATE")
    ended = threading.Timer(seconds, lambda: writer.execute("COMMIT"))
    ended.start()
    page = patient.send(form, {"temperature": "37.1", **PUS})
    ended.join()
    writer.close()
    assert told_saved(page) == CheckIn.objects.get().pk
    assert seconds - 1 < page.took < 20
    record_property("F-16", f"locked for {seconds} s: saved after {page.took:.1f} s")


def test_without_room_nothing_is_called_saved_and_nothing_breaks(
    web: LiveWeb, patient: Person, record_property: Record
) -> None:
    form = patient.open("/today/")
    processes = children(web.web.pid)
    assert len(processes) == 2
    for pid in processes:
        # so that the file cannot grow: what a full disk says to a writer, without filling one
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    began = time.monotonic()
    page = patient.send(form, {"temperature": "37.1", **PUS})
    assert page.status == 500
    assert "may not have been saved" in page.text
    assert CheckIn.objects.count() == 0
    assert patient.open("/about/").status in (200, 404), "it still answers"
    for pid in processes:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert told_saved(patient.send(form, {"temperature": "37.1", **PUS})) == CheckIn.objects.get().pk
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchone() == ("ok",)
    record_property(
        "F-18", f"said after {time.monotonic() - began:.1f} s that it may not be saved; whole afterwards"
    )
    assert children(web.web.pid) == processes, "no process died of it"
