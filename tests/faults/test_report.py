"""The page of `make faults` says what was found, and at which commit."""

import os
from pathlib import Path

import pytest

from tests.faults import report

PART = "tests/faults/test_mail.py"
XML = """<testsuites><testsuite><testcase name="one" time="2.5">{}
<properties><property name="F-21" value="5 of 5"/></properties></testcase></testsuite></testsuites>"""


def keep(folder: Path, commit: str, age: float, said: str = "", size: str = "5000") -> Path:
    """What the part said at a commit, `age` seconds ago."""
    path = folder / f"{commit}-{size}" / "faults-test_mail.py.xml"
    path.parent.mkdir()
    path.write_text(XML.format(said))
    os.utime(path, (1e9 - age, 1e9 - age))
    return path


def page(folder: Path, commit: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The page at a commit at which nothing can be run any more."""
    monkeypatch.setattr(report, "LIMIT", 0.0)
    return report.text(report.run_all(folder / f"{commit}-5000", (), 0.0), "full", commit)


def line(text: str, start: str) -> str:
    return next(one for one in text.splitlines() if one.startswith(f"| {start}"))


def test_a_figure_stands_in_its_row_with_its_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(tmp_path, "now", 0)
    found = page(tmp_path, "now", monkeypatch)
    assert line(found, "F-21") == "| F-21 mail server refuses connections | 5 of 5 | passes |  |"
    assert line(found, f"`{PART}`") == f"| `{PART}` | 1 | 2 | now | passes |"


def test_what_was_not_run_here_is_the_newest_of_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(tmp_path, "older", 20, "<failure/>")
    keep(tmp_path, "newer", 10)
    keep(tmp_path, "small", 0, "<failure/>", size="small")
    assert line(page(tmp_path, "now", monkeypatch), f"`{PART}`") == f"| `{PART}` | 1 | 2 | newer | passes |"


def test_what_was_never_run_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = page(tmp_path, "now", monkeypatch)
    assert line(found, "F-21") == "| F-21 mail server refuses connections |  | not run |  |"
    assert line(found, f"`{PART}`") == f"| `{PART}` | 0 | 0 |  | not run |"


def test_a_failure_is_called_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(tmp_path, "now", 0, "<failure/>")
    assert " FAILS |" in line(page(tmp_path, "now", monkeypatch), "F-21")
