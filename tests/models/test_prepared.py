"""Queries whose SQL is built once."""

import pkgutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone

import tracker
from tests import cast
from tests.views import desk
from tracker.models import CheckIn, Closure, Message, OpeningHours, Recovery
from tracker.models.prepared import Prepared
from tracker.sessions import SessionStore

pytestmark = pytest.mark.django_db


def everywhere() -> dict[str, Prepared[Any]]:
    """Every prepared query of the product, by name."""
    names = [
        m.name for m in pkgutil.walk_packages(tracker.__path__, "tracker.") if ".migrations" not in m.name
    ]
    found = [(name, word, value) for name in names for word, value in vars(import_module(name)).items()]
    return {f"{name}.{word}": value for name, word, value in found if isinstance(value, Prepared)}


ASKED = everywhere()
FINDS_NOTHING_HERE = {"_LATE_QUESTION", "_EARLIER", "_WAITING", "_SILENT", "_ASKED_FOR"}


def values_for(name: str, house: str) -> dict[str, Any]:
    """What the query is asked about one house, where somebody has a flag."""
    clinic = cast.make_clinic(house)
    OpeningHours.objects.get_or_create(clinic=clinic, weekday=len(house) % 7, opens="06:00", closes="07:00")
    Closure.objects.create(clinic=clinic, day=cast.NOW.date() + timedelta(days=len(house)))
    for number in range(len(house) % 4):  # so that the houses' numbers differ too
        desk.flagged(clinic, f"Nr {number} of {house}")
    recovery = desk.flagged(clinic, f"Ana of {house}").recovery
    now = timezone.now() if name.endswith("_STANDING") else cast.NOW + timedelta(days=1)
    entry, member = recovery.check_ins.latest("pk"), clinic.members.earliest("pk")
    mail = Message.objects.filter(clinic=clinic).earliest("pk")
    session = SessionStore()
    session.create()
    known = {
        "user": member.user_id if name.endswith("_MEMBERSHIP") else recovery.patient.user_id,
        "pk": {"_CHECK_IN": entry, "_MESSAGE": mail}.get(name.rpartition(".")[2], recovery).pk,
        "clinic": clinic.pk,
        "recovery": recovery.pk,
        "treatment": recovery.treatment_id,
        "newest": recovery.pk,
        "key": session.session_key if name.endswith("_STANDING") else entry.submission_key,
        "day": entry.day,
        "now": now,
        "today": timezone.localdate(now),
        "since": now.date(),
        "until": now.date() + timedelta(days=1),
    }
    asked = ASKED[name].build.__code__
    return {word: known[word] for word in asked.co_varnames[: asked.co_argcount] if word in known}


def told(row: Any) -> Any:
    """A row with everything that came with it."""
    return (row, {k: v for k, v in vars(row).items() if k != "_state"}) if hasattr(row, "_state") else row


@pytest.mark.parametrize("name", ASKED)
def test_it_gives_what_the_query_itself_gives(name: str) -> None:
    """For two houses: what was built for the first must not stay in what the second is told."""
    found = []
    for house in ("Rosewater", "Linden"):
        values = values_for(name, house)
        rows = [told(row) for row in ASKED[name].rows(**values)]
        assert rows == [told(row) for row in ASKED[name].build(**values)]
        found.append(rows)
    if name.rpartition(".")[2] not in FINDS_NOTHING_HERE:
        assert found[0]
        assert found[0] != found[1] or "health" in name


def test_it_is_built_once_and_asked_each_time(django_assert_num_queries: Any) -> None:
    built = []

    def entries(recovery: int) -> Any:
        built.append(recovery)
        return CheckIn.objects.filter(recovery=recovery)

    prepared, recovery = Prepared(entries), cast.make_recovery()
    assert prepared.first(recovery=recovery.pk) is None
    entry = cast.check_in(recovery, 1)
    times = len(built)
    with django_assert_num_queries(2):
        assert prepared.rows(recovery=recovery.pk) == [entry]
        assert prepared.rows(recovery=recovery.pk + 1) == []
    assert len(built) == times
    assert recovery.pk not in built


@pytest.mark.parametrize("value", [None, True, [1, 2], 2.5])
def test_it_refuses_a_value_that_would_need_other_words(value: Any) -> None:
    with pytest.raises(ValueError, match="pk cannot be filled in"):
        Prepared(lambda pk: Recovery.objects.filter(pk=pk)).rows(pk=value)


def test_a_number_too_large_for_any_row_finds_none() -> None:
    recovery = cast.make_recovery()
    prepared = Prepared(lambda pk: Recovery.objects.filter(pk=pk))
    assert prepared.rows(pk=recovery.pk) == [recovery]
    assert prepared.rows(pk=10**30) == []
    assert Prepared(lambda day: CheckIn.objects.filter(day=day)).rows(day=40_000) == []


def test_it_refuses_what_is_computed_from_a_value() -> None:
    """Filled in later, the day before would be the day itself."""
    with pytest.raises(ValueError, match="computed from a value"):
        Prepared(lambda now: CheckIn.objects.filter(recorded_at__gt=now - timedelta(days=1))).rows(
            now=cast.NOW
        )


def test_it_refuses_a_value_that_decides_what_is_asked() -> None:
    with pytest.raises(ValueError, match="depends on its values"):
        Prepared(lambda most: Recovery.objects.all()[:most]).rows(most=3)


def test_it_fills_in_what_hangs_on_the_rows(django_assert_num_queries: Any) -> None:
    recovery = cast.make_recovery()
    prepared = Prepared(lambda pk: Recovery.objects.filter(pk=pk).prefetch_related("treatment__areas"))
    prepared.rows(pk=0)
    with django_assert_num_queries(3):
        found = prepared.rows(pk=recovery.pk)
        assert len(found[0].treatment.areas.all()) == 1


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_over_its_own_connection() -> None:
    recovery = cast.make_recovery()
    prepared = Prepared(lambda pk: Recovery.objects.filter(pk=pk))

    def ask(_turn: int) -> list[int]:
        try:
            return [found.pk for found in prepared.rows(pk=recovery.pk)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(12))) == [[recovery.pk]] * 12


@pytest.mark.django_db(transaction=True)
def test_rows_are_held_only_inside_a_transaction() -> None:
    recovery = cast.make_recovery()
    prepared = Prepared(lambda pk: Recovery.objects.select_for_update().filter(pk=pk))
    with transaction.atomic():
        assert prepared.rows(pk=recovery.pk) == [recovery]
    with pytest.raises(TransactionManagementError):
        prepared.rows(pk=recovery.pk)


def test_each_kind_of_database_is_asked_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was built for one would be nonsense to the other."""
    prepared = Prepared(lambda pk: Recovery.objects.filter(pk=pk))
    recovery = cast.make_recovery()
    assert prepared.rows(pk=recovery.pk) == [recovery]
    words, built = connection.vendor, dict(prepared._built)
    monkeypatch.setattr(connection, "vendor", "another")
    assert prepared.rows(pk=recovery.pk) == [recovery]
    assert set(prepared._built) == {words, "another"}
    assert prepared._built[words] is built[words]
