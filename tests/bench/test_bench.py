"""The bench runs from end to end on a handful of rows. What it measures there means nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.load import Run
from tests.bench.report import _ratios

SMALL = "--patients 120 --rows 100 --sessions 20 --rounds 1 --seconds 1 --kinds SQLite --no-starts"

pytestmark = pytest.mark.one_machine


def test_it_measures_ours_beside_the_bare_views_and_writes_it_down(tmp_path: Path) -> None:
    report = tmp_path / "performance.md"
    command = [sys.executable, "-m", "tests.bench", *SMALL.split(), "--out", str(report)]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    said = report.read_text()
    for name in ("form", "post", "today", "result", "my_recovery", "recovery", "triage", "search", "top"):
        assert f"| {name} |" in said
    for claim in ("open recoveries with nothing due", "reminders from due rows to the sink", "a web process"):
        assert claim in said
    assert "accepted after never" not in said


def _runs(rate: float, milliseconds: float) -> list[Run]:
    return [Run(rate=rate, p50=milliseconds, p95=milliseconds, p99=milliseconds)] * 3


def test_a_goal_that_is_missed_is_said_to_be_missed() -> None:
    bursts = {name: _runs(100, 10) for name in ("form", "page", "top")}
    bursts |= {name: _runs(50, 20) for name in ("post", "today", "result", "my_recovery", "recovery")}
    bursts |= {"triage": _runs(50, 40)}
    few = {f"{name} {side}": _runs(50, 10) for name in ("triage", "search") for side in ("few", "many")}
    said = "\n".join(_ratios("PostgreSQL", bursts, few))
    assert "| check-in / bare form, rate | 0.50 | ≥ 0.77 | **missed** |" in said
    assert "| today / bare page, p50 | 2.00 | ≤ 3 | met |" in said
    assert "| triage / bare page, p50 | 4.00 | ≤ 3 | **missed** |" in said
