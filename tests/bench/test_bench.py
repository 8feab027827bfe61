"""What the bench says about its own figures."""

from tests.bench.load import Run
from tests.bench.report import _ratios, _replay


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
