"""How fast the model is. Run with `-s` to see the figures; the limits only catch a fall by a factor."""

import time
from pathlib import Path

import pytest

from tests.healing.courses import FACE, course
from tracker.healing.model import Model, judge
from tracker.healing.replay import replay
from tracker.healing.simulation import simulate
from tracker.healing.simulation.export import write

COURSE = course("2112", "2011", "1010", "1000", "0100", "1212", "2223", "2223", "2223", "3333")


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    write(simulate(1500, 12), tmp_path / "logs.csv", tmp_path / "labels.csv")
    return tmp_path / "logs.csv"


def test_it_replays_some_ten_thousand_check_ins_a_second(logs: Path, tmp_path: Path) -> None:
    replay(logs, tmp_path / "warm.csv", Model())
    started = time.process_time()
    rows = replay(logs, tmp_path / "flags.csv", Model())
    speed = rows / (time.process_time() - started)
    print(f"\nreplay: {speed:,.0f} check-ins a second on one core ({rows} check-ins)")
    assert speed > 5_000  # a row at a time would be hundreds; a busy machine halves the figure


def test_it_gives_one_verdict_with_reasons_in_milliseconds() -> None:
    judge(FACE, COURSE)
    started = time.process_time()
    for _ in range(50):
        verdict = judge(FACE, COURSE)
    each = (time.process_time() - started) / 50 * 1000
    print(f"\none verdict with {len(verdict.reasons)} reasons: {each:.2f} ms")
    assert each < 15
