"""Short ways to write down a recovery: one line of scores per day, everything else answered quietly."""

from typing import Any

from tracker.healing.symptoms import CARDINAL, SIGNS, SYMPTOMS, Answer, Discharge, Report
from tracker.healing.treatments import Area, Facts

FACE = Facts(device="pen", areas=(Area("face", 1.25),), skin_type=3)
QUIET = dict.fromkeys(SIGNS, Answer.NO)


def report(day: int, cardinal: str = "0000", *, order: int = 0, signs: Any = None, **other: Any) -> Report:
    """A fully answered report. `cardinal` is one digit each for redness, warmth, swelling and pain; "-" is
    not answered. `signs` changes single signs; further keywords are scores or fields of Report.
    """
    digits = {name: None if c == "-" else int(c) for name, c in zip(CARDINAL, cardinal, strict=True)}
    scores: dict[str, int | None] = {**dict.fromkeys(SYMPTOMS, 0), **digits}
    scores |= {name: other.pop(name) for name in SYMPTOMS if name in other}
    fields: dict[str, Any] = {"discharge": Discharge.NONE, "temperature_c": 36.7, **other}
    return Report(day, scores, {**QUIET, **(signs or {})}, order=order, **fields)


def course(*days: str) -> list[Report]:
    """One report per day from day 0."""
    return [report(day, digits) for day, digits in enumerate(days)]


USUAL = ("2112", "2011", "1010", "1000", "0000", "0000", "0000", "0000")
"""An uneventful week."""
