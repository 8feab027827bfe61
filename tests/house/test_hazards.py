"""No control is claimed without a test, and the page says what the tables say."""

import ast

import pytest

from tests.hazards import EXISTS, Control, Matrix, controls, hazards
from tests.hazards.page import DOC, text
from tests.house.source import ROOT


def test_it_names_every_hazard_and_control_once() -> None:
    assert [row["id"] for row in hazards()] == [f"H-{number:02}" for number in range(1, 28)]
    assert [control.id for control in controls()] == [f"C-{number:02}" for number in range(1, 70)]
    assert {control.hazard for control in controls()} == {row["id"] for row in hazards()}


@pytest.mark.parametrize("control", controls(), ids=lambda control: control.id)
def test_it_claims_no_control_without_a_test_that_is_there(control: Control) -> None:
    assert bool(control.tests) == (control.state == EXISTS)
    for test in control.tests:
        path, _, name = test.partition("::")
        tree = ast.parse((ROOT / path).read_text())
        names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
        assert name in names or (not name and any(one.startswith("test_") for one in names)), test


def test_it_counts_a_control_with_a_failing_or_missing_test_as_unproven() -> None:
    class Report:
        when = "call"

        def __init__(self, control: str, outcome: str) -> None:
            self.user_properties, self.outcome = [("control", control)], outcome

    found = Matrix.of([Report("C-01", "passed"), Report("C-02", "passed"), Report("C-02", "failed")])
    assert "C-01" not in found.unproven()
    assert {"C-02", "C-04"} <= set(found.unproven())
    assert "C-19" not in found.unproven()


def test_the_page_is_what_the_tables_say() -> None:
    assert DOC.read_text() == text(), "run: python -m tests.hazards"
