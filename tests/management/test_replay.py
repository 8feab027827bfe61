"""The command as it is typed, in a process of its own, with no database anywhere."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.healing.test_replay import SICK, WELL, log, write

ROOT = Path(__file__).resolve().parents[2]
Result = subprocess.CompletedProcess[str]


def typed(*arguments: object) -> Result:
    command = [sys.executable, "manage.py", "replay", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=_no_database())


def _no_database() -> dict[str, str]:
    """An environment whose database cannot be reached."""
    return {**os.environ, "DATABASE_URL": "postgres://nobody:none@127.0.0.1:1/none"}


def test_it_writes_flags_without_a_database(tmp_path: Path) -> None:
    out = tmp_path / "flags.csv"
    result = typed(write(tmp_path / "logs.csv", SICK + WELL), "--out", out)
    assert result.returncode == 0, result.stderr
    assert "10 rows judged by model-2" in result.stdout
    with out.open(newline="") as file:
        assert [row["level"] for row in csv.DictReader(file)].count("review") == 1


def test_it_names_line_and_column_and_leaves_with_2(tmp_path: Path) -> None:
    out = tmp_path / "flags.csv"
    result = typed(write(tmp_path / "logs.csv", [log(), log(day=1, pain=7)]), "--out", out)
    assert result.returncode == 2
    assert "line 3, column pain: '7' is not between 0 and 4" in result.stderr
    assert "Traceback" not in result.stderr
    assert not out.exists()


@pytest.mark.parametrize(
    ("logs", "out", "extra"),
    [
        ("missing.csv", "flags.csv", ()),
        ("logs.csv", "no/such/folder/flags.csv", ()),
        ("logs.csv", "flags.csv", ("--edition", "rules-0")),
    ],
)
def test_it_leaves_with_2_when_it_cannot_begin(
    tmp_path: Path, logs: str, out: str, extra: tuple[str, ...]
) -> None:
    write(tmp_path / "logs.csv", SICK)
    result = typed(tmp_path / logs, "--out", tmp_path / out, *extra)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["logs.csv"]


def test_it_judges_by_the_edition_it_is_told(tmp_path: Path) -> None:
    result = typed(
        write(tmp_path / "logs.csv", SICK), "--out", tmp_path / "flags.csv", "--edition", "rules-1"
    )
    assert "judged by rules-1" in result.stdout
