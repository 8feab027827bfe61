"""The chain over the audit: whatever is done to an entry or a seal shows, and two sealers make one chain."""

import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from tests import cast
from tests.cast import NOW
from tracker.models import AuditEntry, AuditSeal, Clinic
from tracker.services import audit, sealing, selfcheck

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=11)


def act(count: int = 1) -> None:
    """So many things are done."""
    clinic = Clinic.objects.first() or cast.make_clinic()
    for number in range(count):
        audit.record(clinic=clinic, actor=None, verb="look", subject=clinic, now=NOW, number=number)


@pytest.fixture
def three() -> list[AuditSeal]:
    """Nine entries under three seals, and one that is not sealed yet."""
    for minute in range(3):
        act(3)
        assert sealing.seal(now=NOW + timedelta(minutes=minute)) == 3
    act()
    return list(AuditSeal.objects.order_by("last"))


def verify() -> sealing.Chain:
    return sealing.verify(written_before=LATER)


def sql(statement: str, *values: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_each_seal_takes_up_where_the_last_one_ended(three: list[AuditSeal]) -> None:
    assert [one.count for one in three] == [3, 3, 3]
    assert [one.first for one in three[1:]] == [one.last + 1 for one in three[:-1]]
    assert [one.previous for one in three] == ["", three[0].digest, three[1].digest]
    assert verify() == sealing.Chain(9, 0, None, 1, three[-1])


def test_nothing_new_makes_no_seal(three: list[AuditSeal]) -> None:
    assert sealing.seal(now=LATER) == 1
    assert sealing.seal(now=LATER) == 0
    assert AuditSeal.objects.count() == 4


def test_an_old_audit_is_sealed_in_bites(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "AT_ONCE", 2)
    act(5)
    assert sealing.seal(now=NOW) == 5
    assert list(AuditSeal.objects.order_by("last").values_list("count", flat=True)) == [2, 2, 1]
    assert (verify().broken, verify().unsealed) == (0, 0)


ENTRY, SEAL = AuditEntry._meta.db_table, AuditSeal._meta.db_table
OLD = "'2026-01-01 12:00:00+00:00'"
ATTACKS = {
    "an entry is changed": (f"UPDATE {ENTRY} SET verb = 'slept' WHERE id = %s", 1, 1),
    "its time is changed": (f"UPDATE {ENTRY} SET at = {OLD} WHERE id = %s", 1, 1),
    "an entry is taken out": (f"DELETE FROM {ENTRY} WHERE id = %s", 1, 1),
    "the tail is cut": (f"DELETE FROM {ENTRY} WHERE id >= %s", 2, 2),
    "all entries are gone": (f"DELETE FROM {ENTRY} WHERE id <> %s", 2, 0),
    "the order is changed": (f"UPDATE {ENTRY} SET id = -id WHERE id = %s", 1, 0),
    "a seal's hash is changed": (f"UPDATE {SEAL} SET digest = 'f' WHERE last = %s", 1, 1),
    "a seal's stretch is changed": (f"UPDATE {SEAL} SET count = 2 WHERE last = %s", 1, 1),
    "a seal's time is changed": (f"UPDATE {SEAL} SET sealed_at = {OLD} WHERE last = %s", 1, 1),
    "a seal is taken out": (f"DELETE FROM {SEAL} WHERE last = %s", 1, 2),
    "the first seal is taken out": (f"DELETE FROM {SEAL} WHERE last = %s", 0, 1),
}
"""What is done to the end of which of three stretches, and which of three seals is the first broken."""


@pytest.mark.parametrize("what", ATTACKS)
def test_it_shows_when(what: str, three: list[AuditSeal], capsys: pytest.CaptureFixture[str]) -> None:
    statement, where, broken = ATTACKS[what]
    sql(statement, three[where].last)
    first = verify().first_broken
    assert first is not None
    assert first.pk == three[broken].pk
    with pytest.raises(CommandError):
        call_command("selfcheck")
    assert f"seals that do not fit the audit, first at entries {first.first} to" in capsys.readouterr().out


@pytest.mark.parametrize("place", ["before the first", "into a gap"])
def test_it_shows_when_an_entry_is_put_in(place: str) -> None:
    act(2)
    gap = AuditEntry.objects.latest("pk")
    gone = gap.pk
    gap.delete()  # as if its transaction had failed: its number is drawn and never used
    act()
    sealing.seal(now=NOW)
    assert verify().broken == 0
    kept = AuditEntry.objects.latest("pk")
    kept.pk = 0 if place == "before the first" else gone
    kept.save(force_insert=True)
    assert verify().broken == 1


def test_a_chain_made_anew_shows_against_a_head_that_was_noted(three: list[AuditSeal]) -> None:
    noted = three[-1].digest
    assert all(check.ok for check in selfcheck.run(now=NOW, head=noted))
    AuditEntry.objects.filter(pk__gte=three[-1].last).delete()
    AuditSeal.objects.all().delete()
    sealing.seal(now=NOW)
    assert verify().broken == 0, "by itself it is a chain like another"
    assert f"seals that are {noted}" in [c.what for c in selfcheck.run(now=NOW, head=noted) if not c.ok]


def test_entries_that_nobody_seals_are_reported(three: list[AuditSeal]) -> None:
    said = {check.what: check.found for check in selfcheck.run(now=LATER) if not check.ok}
    assert said == {"audit entries without a seal for 10 minutes": 1}
    assert all(check.ok for check in selfcheck.run(now=LATER, running=False))


@pytest.mark.django_db(transaction=True)
def test_many_sealers_and_writers_at_once_make_one_chain() -> None:
    act()

    def write() -> None:
        for _ in range(25):
            act()
        connection.close()

    def seal() -> None:
        for _ in range(10):
            sealing.seal(now=NOW)
        connection.close()

    threads = [threading.Thread(target=work) for work in (write, seal) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sealing.seal(now=NOW)
    assert AuditEntry.objects.count() == 101
    assert verify() == sealing.Chain(101, 0, None, 0, sealing.head())


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_an_entry_that_is_not_committed_yet_is_waited_for() -> None:
    act()
    drawn, go = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            act()
            drawn.set()
            go.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    drawn.wait(10)
    # a later number is there already, and the one before it is not
    blocked = sealing.seal(now=NOW)
    act()
    go.set()
    thread.join()
    assert blocked == 0
    assert sealing.seal(now=NOW) == 3
    assert verify().broken == 0
