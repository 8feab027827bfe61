"""docs/hazards.md, from the tables."""

from pathlib import Path

from tests.hazards import Control, controls, hazards

DOC = Path(__file__).parents[2] / "docs" / "hazards.md"

HEAD = """# Hazard log

What could hurt a person, what stands against it, and which test proves it. Written by
`python -m tests.hazards` from `tests/hazards/*.csv`; `make test` prints the table with the results of the
run and fails when a control that exists has no passing test.

**Intended use.** Aftercare supports clinicians who follow people after microneedling. It asks, reminds,
compares with an expected course and asks a clinician to look. It does not diagnose, does not decide on
treatment, and is not an emergency line. Whether it is a medical device where it is used is decided and
recorded by the operator before use.

**Not signed off.** Severities and likelihoods (after controls) are proposals of the makers. No clinical
safety officer has reviewed this log and no clinician has signed the rules.
"""


def text() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(part for hazard in hazards() for part in _section(hazard)), ""]).rstrip() + "\n"


def _section(hazard: dict[str, str]) -> list[str]:
    mine = [control for control in controls() if control.hazard == hazard["id"]]
    return [
        f"## {hazard['id']} {hazard['hazard']}",
        "",
        f"Cause: {hazard['cause']}. Effect: {hazard['effect']}."
        f" Severity {hazard['severity']}, likelihood {hazard['likelihood']}.",
        "",
        "| control | what | proven by |",
        "|---|---|---|",
        *(f"| {c.id} | {c.control} | {_proof(c)} |" for c in mine),
        "",
    ]


def _proof(control: Control) -> str:
    shown = [test.removeprefix("tests/").replace("::test_", ": ").replace("_", " ") for test in control.tests]
    return "<br>".join(shown) or f"**{control.state}**"
