"""`make faults`: every row of `rows.csv` with its figure, part by part, into docs/reliability.md.

A part is one file of tests in a process of its own. What a part found is kept in FOLDER/<commit>-<size>/,
so that a run which was broken off goes on where it stopped; after LIMIT no further part is begun, and each
part is ended at its own limit. What was not run at this commit is shown as found at an earlier one, with its
name; what was run at none says so.
"""

import csv
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DOC = ROOT / "docs" / "reliability.md"
LIMIT, PART_LIMIT = 58 * 60.0, 25 * 60.0


@dataclass(frozen=True)
class Row:
    """A promise or a fault, and the files that try it."""

    id: str
    what: str
    tests: tuple[str, ...]
    not_here: str


@dataclass
class Part:
    """What one file's run said: figures by row, results by test; nothing when it was not run."""

    figures: dict[str, list[str]] = field(default_factory=dict)
    results: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    at: str = ""
    """The commit."""

    @property
    def verdict(self) -> str:
        """`passes`, `FAILS` or `not run`. What is left out on this database or machine says nothing."""
        said = set(self.results.values()) - {"skipped"}
        if not said:
            return "not run"
        return "passes" if said == {"passed"} else "FAILS"


@cache
def rows() -> list[Row]:
    """The table."""
    with (HERE / "rows.csv").open(newline="") as file:
        return [Row(**row | {"tests": tuple(row["tests"].split())}) for row in csv.DictReader(file)]


def parts() -> list[str]:
    """Every file once; the faults first, in the order of the table."""
    named = dict.fromkeys(test for row in rows() for test in row.tests)
    return sorted(named, key=lambda path: not path.startswith("tests/faults/"))


def commit() -> str:
    """The commit in short, with a mark when files differ from it."""
    asked = ["git", "describe", "--always", "--dirty", "--abbrev=10", "--exclude=*"]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def run(path: str, report: Path, seconds: float) -> None:
    """Run one part; its report is there afterwards, unless it was ended at its limit."""
    draft = report.with_suffix(".draft")
    words = [sys.executable, "-m", "pytest", "-q", f"--junitxml={draft}", "-o", "junit_family=xunit1", path]
    with subprocess.Popen(words, cwd=ROOT) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.terminate()
    if draft.exists():
        draft.replace(report)


def read(report: Path) -> Part:
    """A part from pytest's report."""
    part = Part()
    if not report.exists():
        return part
    for case in ElementTree.parse(report).iter("testcase"):
        part.seconds += float(case.get("time", 0))
        bad = next((tag for tag in ("failure", "error", "skipped") if case.find(tag) is not None), "passed")
        part.results[str(case.get("name"))] = bad
        for said in case.iter("property"):
            part.figures.setdefault(str(said.get("name")), []).append(str(said.get("value")))
    return part


def run_all(folder: Path, wanted: Sequence[str], now: float) -> dict[str, Part]:
    """Run what has no report yet, while there is time."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for path in parts():
        report = folder / (path.removeprefix("tests/").replace("/", "-") + ".xml")
        left = LIMIT - (time.monotonic() - now)
        is_wanted = not wanted or any(word in path for word in wanted)
        if is_wanted and not report.exists() and left > 0 and (ROOT / path).exists():
            print(f"== {path}", flush=True)
            run(path, report, min(left, PART_LIMIT))
        found[path] = newest(report)
    return found


def newest(report: Path) -> Part:
    """What the part found at this commit, else at the latest other one that it was run at in this size."""
    size = report.parent.name.rpartition("-")[2]
    others = report.parent.parent.glob(f"*-{size}/{report.name}")
    kept = report if report.exists() else max(others, key=lambda path: path.stat().st_mtime, default=report)
    part = read(kept)
    part.at = kept.parent.name.rpartition("-")[0] if kept.exists() else ""
    return part


def verdict(row: Row, found: dict[str, Part]) -> str:
    """What the row's files say together."""
    said = {found[path].verdict for path in row.tests}
    if not said:
        return "not tested"
    return next(word for word in ("FAILS", "not run", "passes") if word in said)


def _cells(row: Row, found: dict[str, Part]) -> Iterator[str]:
    figures = [text for path in row.tests for text in found[path].figures.get(row.id, ())]
    count = sum(said != "skipped" for path in row.tests for said in found[path].results.values())
    yield f"{row.id} {row.what}"
    yield "<br>".join(figures) or (f"{count} test{'s' * (count > 1)}" if count else "")
    yield verdict(row, found)
    yield row.not_here


def text(found: dict[str, Part], size: str, at: str) -> str:
    """The whole page."""
    head = (HERE / "head.md").read_text().replace("COMMIT", at).replace("SIZE", size)
    lines = [head.rstrip(), ""]
    for title, letter in (("Promises", "P"), ("Faults", "F")):
        lines += [f"## {title}", "", "| | figure | | not tested here |", "|---|---|---|---|"]
        lines += ["| " + " | ".join(_cells(row, found)) + " |" for row in rows() if row.id[0] == letter]
        lines.append("")
    lines += ["## Parts", "", "| file | tests | seconds | at | |", "|---|---|---|---|---|"]
    lines += [
        f"| `{path}` | {len(part.results)} | {part.seconds:.0f} | {part.at} | {part.verdict} |"
        for path, part in found.items()
    ]
    return "\n".join([*lines, "", (HERE / "foot.md").read_text().rstrip(), ""])


def size() -> str:
    """What was asked for."""
    count, kills = (os.environ.get(name, "few") for name in ("FAULTS_COUNT", "FAULTS_KILLS"))
    return f"{int(count):,} check-ins, {kills} kills" if count.isdigit() else "the size of a build"
