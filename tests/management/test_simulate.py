"""`manage.py simulate`."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


def run(folder: Path, name: str, seed: int, episodes: int = 30) -> tuple[str, str, str]:
    logs, labels, said = folder / f"{name}.csv", folder / f"{name}-labels.csv", StringIO()
    call_command("simulate", episodes=episodes, seed=seed, out=logs, labels=labels, stdout=said)
    return logs.read_text(encoding="utf-8"), labels.read_text(encoding="utf-8"), said.getvalue()


def test_it_writes_the_same_files_for_the_same_seed(tmp_path: Path) -> None:
    assert run(tmp_path, "a", 3)[:2] == run(tmp_path, "b", 3)[:2]
    assert run(tmp_path, "c", 4)[0] != run(tmp_path, "d", 3)[0]


def test_it_labels_every_recovery_and_says_that_this_is_no_validation(tmp_path: Path) -> None:
    logs, labels, said = run(tmp_path, "a", 3)
    assert labels.splitlines()[0] == "episode,condition,onset_day"
    assert len(labels.splitlines()) == 31
    assert {line.split(",")[0] for line in logs.splitlines()[1:]} == {str(n) for n in range(30)}
    assert "not clinical validation" in said


@pytest.mark.parametrize(("episodes", "seed"), [(0, 1), (5, -1)])
def test_it_refuses_impossible_numbers(tmp_path: Path, episodes: int, seed: int) -> None:
    with pytest.raises(CommandError, match="at least"):
        run(tmp_path, "a", seed, episodes)


def test_it_says_where_it_cannot_write(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="missing"):
        run(tmp_path / "missing", "a", 1)
