"""From a probability to a level: the small table that an edition is published with."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from tracker.healing.tables import rows
from tracker.healing.verdicts import Level


@dataclass(frozen=True, slots=True)
class Policy:
    """The least probability for each level. Hard signs decide alone, whatever stands here."""

    watch: float
    review: float
    urgent: float

    def level(self, probability: float) -> Level:
        """The level that `probability` (0–1) alone asks for."""
        if probability >= self.urgent:
            return Level.URGENT
        if probability >= self.review:
            return Level.REVIEW
        return Level.WATCH if probability >= self.watch else Level.NONE


def ordered(table: Mapping[str, float]) -> Policy:
    """The policy of {"watch" | "review" | "urgent": least probability}.

    KeyError when a level is missing. ValueError unless 0 < watch <= review <= urgent <= 1.
    """
    made = Policy(float(table["watch"]), float(table["review"]), float(table["urgent"]))
    if not 0 < made.watch <= made.review <= made.urgent <= 1:
        raise ValueError(f"levels are not in order: {made}")
    return made


@cache
def policy(edition: str) -> Policy:
    """The published table of `edition`, from `evidence/policies.csv`, where the alert budgets stand too.

    KeyError when the edition has none. ValueError when the levels are not in order.
    """
    found = {row["level"]: float(row["at_least"]) for row in rows("policies") if row["edition"] == edition}
    return ordered(found)


def budgets(edition: str) -> dict[str, float]:
    """Per level how many of 100 healthy recoveries the published table lets reach it. Empty without one."""
    return {r["level"]: float(r["budget_per_100"]) for r in rows("policies") if r["edition"] == edition}
