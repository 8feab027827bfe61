"""The tables grow while everything runs on them: nobody sees an error, and nothing is lost."""

import pytest
from django.db import connection

from tests.faults.crowd import log_all, scaled, soon_done, spread, tally
from tests.faults.stand import Record, Stand, patients
from tests.servers.processes import wait_until
from tracker.models import CheckIn, Flag, Message, Patient

pytestmark = pytest.mark.one_machine


def test_tables_that_grow_under_load_cost_nobody_a_page(stand: Stand, record_property: Record) -> None:
    """As `migrate` of a coming release would: a column that fills itself, an index, then all of it back.

    The running code stands for the earlier release: it knows nothing of what was added.
    """
    tables = [model._meta.db_table for model in (CheckIn, Message, Flag, Patient)]
    grow = [f"ALTER TABLE {table} ADD COLUMN of_tomorrow text NOT NULL DEFAULT ''" for table in tables]
    shrink = [f"ALTER TABLE {table} DROP COLUMN of_tomorrow" for table in tables]
    done: list[str] = []

    def change(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
            cursor.execute(statement)
        done.append(statement)

    count = scaled(1000, 16)
    at = spread(count, len(grow + shrink))
    troubles = [(after, lambda s=one: change(s)) for after, one in zip(at, grow + shrink, strict=True)]
    tries: list[object] = []
    confirmed = log_all(patients(stand, count), troubles, failures=tries)
    wait_until(soon_done, 90, "everything judged and sent")
    found = tally(stand, confirmed)
    for row in ("P-13", "F-45"):
        record_property(row, f"{len(done)} changes of 4 tables, {len(tries)} pages failed: {found}")
    assert len(done) == 8
    assert tries == []
    assert found.faults(repeats=0, slowest=90) == []
