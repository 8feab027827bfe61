"""Hazard, control, test: which tests prove the controls of docs/hazards.md.

`hazards.csv` and `controls.csv` are the data. A test named there carries the marker `control(id)` when it
is collected; others may carry it in their own file. A control that exists without a passing test fails a
full run.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
EXISTS = "exists"
PROPERTY = "control"


@dataclass(frozen=True, slots=True)
class Control:
    """One control. `tests` are node ids without parameters, or whole files; none unless it exists."""

    id: str
    hazard: str
    control: str
    state: str
    tests: tuple[str, ...]


def hazards() -> list[dict[str, str]]:
    """The rows of the hazard table."""
    with (HERE / "hazards.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@cache
def controls() -> list[Control]:
    """The rows of the control table."""
    with (HERE / "controls.csv").open(newline="") as file:
        return [Control(**row | {"tests": tuple(row["tests"].split())}) for row in csv.DictReader(file)]


def proven_by(node: str) -> list[str]:
    """The controls that a test proves, by its node id."""
    plain = node.partition("[")[0]
    return [c.id for c in controls() if {plain, plain.partition("::")[0]} & set(c.tests)]


@dataclass
class Matrix:
    """What the reports of one run say about each control."""

    outcomes: dict[str, list[str]]

    @classmethod
    def of(cls, reports: list[Any]) -> "Matrix":
        """From every report of the run, the workers' too."""
        found: dict[str, list[str]] = {c.id: [] for c in controls()}
        for report in reports:
            for name, value in getattr(report, "user_properties", []):
                if name == PROPERTY and (report.when == "call" or report.outcome == "failed"):
                    found.setdefault(value, []).append(report.outcome)
        return cls(found)

    def unproven(self) -> list[str]:
        """Controls that exist and have no passing test here, or a failing one."""
        existing = [c.id for c in controls() if c.state == EXISTS]
        return [one for one in existing if set(self.outcomes[one]) != {"passed"}]

    def lines(self) -> list[str]:
        """One line per control."""
        return [f"{c.hazard} {c.id} {c.state:9} {self._said(c):12} {c.control}" for c in controls()]

    def _said(self, control: Control) -> str:
        ran = self.outcomes[control.id]
        return f"{ran.count('passed')} of {len(ran)} pass" if control.state == EXISTS else "–"


def summed_up(terminal: Any, config: pytest.Config) -> None:
    """Print the matrix after a run with marked tests; a full one fails on what it leaves unproven."""
    matrix = Matrix.of(
        [
            report
            for name in ("passed", "failed", "error", "skipped")
            for report in terminal.stats.get(name, [])
        ]
    )
    narrowed = (
        config.option.keyword or config.option.markexpr or config.option.deselect or config.option.ignore
    )
    full = not narrowed and config.args == config.getini("testpaths")
    if not full and not any(matrix.outcomes.values()):
        return
    terminal.section("hazard, control, tests")
    lines = [] if not full else matrix.lines()
    unproven = matrix.unproven() if full else [c for c, said in matrix.outcomes.items() if "failed" in said]
    proven = sum(1 for said in matrix.outcomes.values() if said and set(said) == {"passed"})
    for line in [
        *lines,
        f"{proven} controls proven in this run; not proven: {', '.join(unproven) or 'none'}",
    ]:
        terminal.line(line)
    if full and unproven:
        terminal._session.exitstatus = pytest.ExitCode.TESTS_FAILED


def mark(items: list[pytest.Item]) -> None:
    """Give every collected test its markers, and carry them to where the run is summed up."""
    for item in items:
        for one in proven_by(item.nodeid):
            item.add_marker(pytest.mark.control(one))
        known = {marker.args[0] for marker in item.iter_markers("control")}
        item.user_properties += [(PROPERTY, one) for one in sorted(known)]
