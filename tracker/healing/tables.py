"""Reads the evidence: the only input that the ground floor knows besides its arguments."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

EVIDENCE = Path(__file__).parent / "evidence"


@cache
def rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of `evidence/<name>.csv`, each as column -> text, in file order; read once."""
    with (EVIDENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
