"""How the replay engine reads a log file: every cell in its place, or an error with line and column."""

import re
from pathlib import Path

import pytest

from tests.healing.test_replay import RULES, Cells, log, write
from tracker.healing.replay import Malformed, replay
from tracker.healing.replay.rows import AREA_NAMES, COLUMNS, read_rows
from tracker.healing.symptoms import Answer, Discharge
from tracker.healing.treatments import AREAS


def refused(folder: Path, rows: list[Cells]) -> str:
    out = folder / "flags.csv"
    with pytest.raises(Malformed) as error:
        replay(write(folder / "logs.csv", rows), out, RULES)
    assert sorted(p.name for p in folder.iterdir()) == ["logs.csv"]
    return str(error.value)


@pytest.mark.parametrize(
    "column", ["needle_depth_mm", "area", "skin_type", "pain", "discharge", "temperature_c"]
)
def test_it_takes_an_empty_cell_for_not_known(tmp_path: Path, column: str) -> None:
    path = write(tmp_path / "logs.csv", [log("A", 0, **{column: ""})])
    row = next(read_rows(path))
    values = {
        "needle_depth_mm": row.facts.areas[0].depth_mm if row.facts.areas else None,
        "area": row.facts.areas[0].name or None,
        "skin_type": row.facts.skin_type,
        "pain": row.report.score("pain"),
        "discharge": row.report.discharge,
        "temperature_c": row.report.temperature_c,
    }
    assert values[column] is None
    assert [name for name, value in values.items() if value is None] == [column]


def test_it_reads_every_cell_into_its_place(tmp_path: Path) -> None:
    said = log(day=6, device="RF", needle_depth_mm="2", area="Cheeks; neck", skin_type="5.0", pain="3.0")
    said |= {"discharge": "PUS", "spreading": "1", "unwell": "", "blisters": "0", "temperature_c": "38.25"}
    row = next(read_rows(write(tmp_path / "logs.csv", [said])))
    assert (row.facts.device, row.facts.skin_type) == ("rf", 5)
    assert [(a.name, a.depth_mm) for a in row.facts.areas] == [("face", 2.0), ("neck", 2.0)]
    assert (row.report.day, row.report.score("pain"), row.report.discharge) == (6, 3, Discharge.PUS)
    assert row.report.signs == {
        "spreading": Answer.YES,
        "red_streaks": Answer.NO,
        "blisters": Answer.NO,
        "swollen_glands": Answer.NO,
        "unwell": None,
    }
    assert row.report.temperature_c == 38.25


def test_it_knows_every_area_and_sends_each_other_name_to_one() -> None:
    assert set(AREA_NAMES.values()) == set(AREAS)
    assert all(AREA_NAMES[area] == area for area in AREAS)
    assert AREA_NAMES["eye area"] == "periorbital"


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("episode", " ", "is empty"),
        ("treated_on", "01/03/2026", "is not a date"),
        ("logged_on", "2026-02-30", "day is out of range"),
        ("logged_on", "2026-02-28", "lies before the treatment"),
        ("device", "laser", "is not one of pen, roller, rf"),
        ("device", "", "is empty"),
        ("needle_depth_mm", "0", "is not between"),
        ("needle_depth_mm", "deep", "is not a number"),
        ("area", "elbow", "is not a known area; known: abdomen"),
        ("skin_type", "7", "is not between 1 and 6"),
        ("skin_type", "IV", "is not a number"),
        ("redness", "5", "is not between 0 and 4"),
        ("pain", "1.5", "is not a whole number"),
        ("pain", "nan", "is not between"),
        ("warmth", "-1", "is not between 0 and 4"),
        ("discharge", "yellow", "is not one of none"),
        ("temperature_c", "98.6", "is not between 30 and 45"),
        ("temperature_c", "inf", "is not between"),
        ("spreading", "yes", "is not a number"),
        ("unwell", "2", "is not between 0 and 1"),
    ],
)
def test_it_refuses_what_it_cannot_read_with_line_and_column(
    tmp_path: Path, column: str, cell: str, said: str
) -> None:
    message = refused(tmp_path, [log(day=d) for d in range(3)] + [log(day=3, **{column: cell})])
    assert message.startswith(f"line 5, column {column}: ")
    assert said in message


def test_it_refuses_two_treatment_days_in_one_episode(tmp_path: Path) -> None:
    moved = log(day=3, treated_on="2026-03-02")
    assert refused(tmp_path, [log(day=2), moved]).startswith("line 3, column treated_on: 2026-03-02 differs")
    assert "line 4" in refused(tmp_path, [log(day=2), log("B"), moved])


@pytest.mark.parametrize("column", COLUMNS)
def test_it_refuses_a_file_that_lacks_a_column(tmp_path: Path, column: str) -> None:
    columns = tuple(name for name in COLUMNS if name != column)
    path = write(tmp_path / "logs.csv", [log()], columns)
    with pytest.raises(Malformed, match=rf"line 1, column {column}: required, but missing"):
        replay(path, tmp_path / "flags.csv", RULES)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "line 1, column episode, treated_on"),
        (",".join((*COLUMNS, "pain")).encode(), "pain: stands twice"),
        ((",".join(COLUMNS) + "\nA,2026-03-01\n").encode(), "line 2: has 2 cells"),
        ((",".join(COLUMNS) + '\n"A').encode(), "line 2: is not valid CSV"),
        (",".join(COLUMNS).encode() + b"\n\xff\xfe", "is not UTF-8"),
    ],
)
def test_it_refuses_a_broken_file(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "logs.csv"
    path.write_bytes(content)
    with pytest.raises(Malformed, match=re.escape(said)):
        replay(path, tmp_path / "flags.csv", RULES)
