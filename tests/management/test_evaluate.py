"""`manage.py evaluate`."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tracker.healing.simulation import simulate
from tracker.healing.simulation.export import write


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("evaluate")
    logs, labels = folder / "logs.csv", folder / "labels.csv"
    write(simulate(120, 8), logs, labels)
    return logs, labels


def test_it_prints_the_three_editions_side_by_side_and_draws_them(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    said, figure = StringIO(), tmp_path / "figure.svg"
    call_command("evaluate", *files, figure=figure, stdout=said)
    text = said.getvalue()
    assert [name for name in ("model-2", "rules-1", "signs only") if name not in text] == []
    assert "not clinical validation" in text
    assert figure.read_text(encoding="utf-8").count("<polyline") == 3


def test_it_ends_with_code_2_when_labels_do_not_fit(files: tuple[Path, Path], tmp_path: Path) -> None:
    empty = tmp_path / "labels.csv"
    empty.write_text("episode,condition,onset_day\n", encoding="utf-8")
    with pytest.raises(CommandError, match="no label for episode") as error:
        call_command("evaluate", files[0], empty, stdout=StringIO())
    assert error.value.returncode == 2


def test_it_ends_with_code_2_when_there_is_no_such_file(files: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(CommandError) as error:
        call_command("evaluate", tmp_path / "none.csv", files[1], stdout=StringIO())
    assert error.value.returncode == 2
