"""What the bench says about its own figures."""

from xml.etree import ElementTree

from tests.bench.load import Run
from tests.bench.plot import figure
from tests.bench.report import _growth, _ratios, _replay


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


def test_judging_again_is_held_against_reading_and_judging_alone() -> None:
    found = {"recoveries": 2000, "check_ins": 9000, "raw": 0.5, "judging": 2.5, "megabytes": 180}
    said = "\n".join(_replay({**found, "one": 9.5, "two": 5.0}))
    assert "| one worker / raw and judging | 3.17 | ≤ 3 | **missed** |" in said
    assert "| one worker / two workers | 1.90 | ≥ 1.8 | met |" in said


def test_growth_is_told_by_size_and_drawn_by_tens() -> None:
    pages = {"triage": {"p50": 60.0, "p95": 80.0}}
    sizes = [
        {"recoveries": 100_000, "pages": pages, "sweeps": 42.0, "bytes": 4e9, "seeding": 250.0},
        {"recoveries": 100, "pages": pages, "sweeps": 30.0, "bytes": 9e6, "seeding": 1.0},
    ]
    said = _growth(sizes)
    assert said[-3:-1] == ["| 100 | 60 / 80 | 30 | 90 | 1 |", "| 100,000 | 60 / 80 | 42 | 40 | 250 |"]
    drawn = ElementTree.fromstring(figure({"triage": [(100, 10), (100_000, 100)]}, "Title", "ms"))
    line = drawn.findtext("{*}title"), drawn.find("{*}polyline").get("points")  # type: ignore[union-attr]
    assert line == ("Title", "70.0,330.0 470.0,30.0")
