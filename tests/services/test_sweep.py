"""A sweep goes past the row that fails, and leaves to the next one what it has no time for."""

import logging
import time

import pytest

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
        time.sleep(0.05)
        return True

    monkeypatch.setattr(sweep, "BUDGET", 0.02)
    with caplog.at_level(logging.WARNING):
        assert sweep.each("work", range(10), act) == 1
    assert "more is due" in caplog.text
