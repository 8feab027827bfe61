"""A sweep goes past the row that fails, and leaves to the next one what it has no time for."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from time import sleep
from typing import Any

import pytest

from tests import cast
from tracker.services import sweep


def test_it_goes_past_a_row_that_fails(caplog: pytest.LogCaptureFixture) -> None:
    def act(pk: int) -> bool:
        return bool(10 / pk)

    assert sweep.each("division", [2, 0, 5], act) == 2
    assert "division of row 0 failed" in caplog.text


def test_it_stops_when_its_time_is_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def act(pk: int) -> bool:
        sleep(0.05)
        return True

    monkeypatch.setattr(sweep, "BUDGET", 0.02)
    with caplog.at_level(logging.WARNING):
        assert sweep.each("work", range(10), act) == 1
    assert "more is due" in caplog.text


def test_what_fails_together_is_tried_one_by_one_in_the_time_that_is_left(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock, tried = [0.0], list[int]()
    monkeypatch.setattr(sweep, "monotonic", lambda: clock[0])

    def act(ids: Sequence[int]) -> int:
        clock[0] += 5
        if 7 in ids:
            raise ValueError("poison")
        tried.extend(ids)
        return len(ids)

    assert sweep.together("work", range(sweep.TOGETHER + 20), act) == 2, "5 s for all, and 5 each for two"
    assert tried == [0, 1]
    assert clock[0] == 15 > sweep.BUDGET > 10
    assert "one by one" in caplog.text


@pytest.mark.django_db
def test_clinics_are_asked_by_their_own_clocks_in_one_query(django_assert_num_queries: Any) -> None:
    """Two hundred clinics were two hundred queries a minute; a zone nobody knows must not stop the others."""
    zones = {
        "London": "Europe/London",
        "Lisbon": "Europe/Lisbon",
        "Rome": "Europe/Rome",
        "Nowhere": "Mars/Dune",
    }
    clinics = {name: cast.make_clinic(name, timezone=zone) for name, zone in zones.items()}
    evening, hour = time(18), timedelta(hours=1)
    for at, there in ((17, "Rome"), (18, "London Lisbon")):
        now = datetime(2026, 1, 9, at, 30, tzinfo=UTC)
        with django_assert_num_queries(1):
            found = sweep.clinics_after(start=evening, length=hour, now=now)
        assert sorted(found) == sorted(clinics[name].pk for name in (*there.split(), "Nowhere"))


@pytest.mark.django_db
def test_no_clinic_is_always_the_last() -> None:
    ids = {cast.make_clinic(f"Clinic {number}", timezone="UTC").pk for number in range(6)}
    noon, hour = datetime(2026, 1, 9, 12, 30, tzinfo=UTC), timedelta(hours=1)
    first = {sweep.clinics_after(start=time(12), length=hour, now=noon)[0] for _ in range(200)}
    assert first == ids
