"""The replay engine on real files: what it accepts, what it refuses, and what it may see."""

import csv
import random
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.healing import infection
from tracker.healing.infection import Course
from tracker.healing.replay import OUTPUT, Malformed, batches, replay
from tracker.healing.replay.rows import COLUMNS
from tracker.healing.verdicts import Verdict

RULES = infection.edition_named("rules-1")
START = date(2026, 3, 1)
Cells = dict[str, str]


def log(episode: str = "A", day: int = 0, **cells: object) -> Cells:
    """One row with every question answered quietly; `cells` changes some."""
    quiet = dict.fromkeys(COLUMNS, "0")
    facts = {"device": "pen", "needle_depth_mm": "1.25", "area": "face", "skin_type": "3"}
    dates = {"treated_on": START.isoformat(), "logged_on": (START + timedelta(day)).isoformat()}
    rest = {"episode": episode, "discharge": "none", "temperature_c": "36.7"}
    return quiet | facts | dates | rest | {name: str(value) for name, value in cells.items()}


def write(path: Path, rows: list[Cells], columns: tuple[str, ...] = COLUMNS) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def replayed(folder: Path, rows: list[Cells], columns: tuple[str, ...] = COLUMNS) -> list[Cells]:
    out = folder / "flags.csv"
    replay(write(folder / "logs.csv", rows, columns), out, RULES)
    with out.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


SICK = [log("A", d, pain=p, warmth=w) for d, (p, w) in enumerate([(2, 1), (1, 0), (0, 0), (0, 0), (2, 2)])]
WELL = [log("B", d, redness=max(0, 2 - d)) for d in range(5)]


def test_it_writes_one_row_per_row_in_the_same_order(tmp_path: Path) -> None:
    flags = replayed(tmp_path, SICK + WELL)
    assert tuple(flags[0]) == OUTPUT
    assert [(f["episode"], f["day"]) for f in flags] == [(e, str(d)) for e in "AB" for d in range(5)]
    assert [f["logged_on"] for f in flags[:2]] == ["2026-03-01", "2026-03-02"]
    assert [f["level"] for f in flags] == ["none"] * 4 + ["review"] + ["none"] * 5
    assert flags[4]["reasons"].startswith("trend.rise: 2 of redness, warmth, swelling and pain are worse")
    assert float(flags[4]["probability"]) > float(flags[9]["probability"])


def test_it_judges_a_mixed_file_as_it_judges_a_sorted_one(tmp_path: Path) -> None:
    together = {(f["episode"], f["day"]): f for f in replayed(tmp_path, SICK + WELL)}
    mixed = SICK + WELL
    random.Random(3).shuffle(mixed)
    flags = replayed(tmp_path, mixed)
    assert [(f["episode"], f["logged_on"]) for f in flags] == [(r["episode"], r["logged_on"]) for r in mixed]
    assert {(f["episode"], f["day"]): f for f in flags} == together


def test_it_merges_many_buckets_back_into_file_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BUCKET_BYTES", 500)
    rows = [log(f"E{n % 37}", n // 37) for n in range(37 * 4)]
    flags = replayed(tmp_path, rows)
    assert [f["episode"] for f in flags] == [r["episode"] for r in rows]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 9), *[st.integers(0, 4)] * 4), min_size=2, max_size=9), st.data())
def test_it_never_looks_ahead(tmp_path: Path, told: list[tuple[int, ...]], data: st.DataObject) -> None:
    names = ("redness", "warmth", "swelling", "pain")
    rows = [log("A", day, **dict(zip(names, scores, strict=True))) for day, *scores in told]
    cut = data.draw(st.integers(1, len(rows) - 1))
    newest = max(day for day, *_ in told[:cut])
    later = [row for row, (day, *_) in zip(rows[cut:], told[cut:], strict=True) if day >= newest]
    assert replayed(tmp_path, rows[:cut] + later)[:cut] == replayed(tmp_path, rows[:cut])


def test_it_lets_dates_decide_where_rows_are_out_of_order(tmp_path: Path) -> None:
    backwards = list(reversed(SICK))
    flags = replayed(tmp_path, backwards)
    assert [f["level"] for f in flags] == ["review", "none", "none", "none", "none"]


def test_it_takes_a_second_row_of_a_day_for_a_correction(tmp_path: Path) -> None:
    flags = replayed(tmp_path, [log(day=4, discharge="pus"), log(day=4)])
    assert [f["level"] for f in flags] == ["urgent", "urgent"]
    assert "later changed to nothing" in flags[1]["reasons"]


def test_it_takes_columns_in_any_order_and_ignores_others(tmp_path: Path) -> None:
    columns = ("note", *reversed(COLUMNS))
    rows = [{**row, "note": "x"} for row in SICK]
    assert replayed(tmp_path, rows, columns)[4]["level"] == "review"


def test_it_leaves_an_older_result_alone_when_the_new_file_is_broken(tmp_path: Path) -> None:
    out = tmp_path / "flags.csv"
    out.write_text("as it was")
    with pytest.raises(Malformed):
        replay(write(tmp_path / "logs.csv", [log(), log(day=1, pain=9)]), out, RULES)
    assert out.read_text() == "as it was"
    assert len(list(tmp_path.iterdir())) == 2


def test_it_reads_a_byte_order_mark_and_skips_blank_lines(tmp_path: Path) -> None:
    path = write(tmp_path / "logs.csv", SICK)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\r\n", b"\r\n\r\n") + b"\r\n")
    assert replay(path, tmp_path / "flags.csv", RULES) == len(SICK)


def test_it_answers_a_header_alone_with_a_header(tmp_path: Path) -> None:
    assert replayed(tmp_path, []) == []
    assert (tmp_path / "flags.csv").read_text() == ",".join(OUTPUT) + "\n"


def test_it_may_write_over_its_own_input(tmp_path: Path) -> None:
    path = write(tmp_path / "logs.csv", SICK)
    assert replay(path, path, RULES) == 5
    assert path.read_text().startswith("episode,logged_on,day")


def test_it_hands_an_edition_courses_of_several_episodes_at_once(tmp_path: Path) -> None:
    class Counting:
        name = "counting"
        sizes: list[int] = []

        def judge(self, facts: object, reports: object) -> Verdict:
            raise AssertionError("the batch judge is there to be used")

        def judge_many(self, courses: list[Course]) -> list[Verdict]:
            self.sizes.append(len(courses))
            return RULES.judge_many(courses)

    replay(write(tmp_path / "logs.csv", SICK + WELL), tmp_path / "flags.csv", Counting())  # type: ignore[arg-type]
    assert Counting.sizes == [10]


MEMORY = """
import resource, sys
from pathlib import Path
from tracker.healing import infection
from tracker.healing.replay import batches, replay
batches.BUCKET_BYTES = 256 * 1024
replay(Path(sys.argv[1]), Path(sys.argv[2]), infection.edition_named("rules-1"))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def _peak_kb(folder: Path, rows: list[Cells]) -> int:
    path = write(folder / "logs.csv", rows)
    command = [sys.executable, "-c", MEMORY, str(path), str(folder / "flags.csv")]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize("mixed", [False, True])
def test_it_does_not_need_more_memory_for_a_longer_file(tmp_path: Path, mixed: bool) -> None:
    few = [log(f"E{n}", d) for n in range(40) for d in range(5)]
    many = [log(f"E{n}", d) for n in range(1600) for d in range(5)]
    if mixed:
        many.sort(key=lambda row: row["logged_on"])
    assert _peak_kb(tmp_path, many) < _peak_kb(tmp_path, few) + 8 * 1024
