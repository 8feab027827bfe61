"""The weights of the model: one step curve per feature, read from `evidence/model_curves.csv`."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from tracker.healing.model.expected import Floats
from tracker.healing.model.features import Features
from tracker.healing.tables import rows

BASE, PRIOR = "base", "prior"


@dataclass(frozen=True, slots=True)
class Curve:
    """What a feature adds in log-odds: `values[k]` from `edges[k-1]` on (`values[0]` below all edges)."""

    edges: Floats
    values: Floats

    def at(self, feature: Floats) -> Floats:
        """Log-odds for each value; 0 where the feature says nothing (NaN)."""
        steps = self.values[np.searchsorted(self.edges, feature, side="right")]
        return np.where(np.isnan(feature), 0.0, steps)


@dataclass(frozen=True, slots=True)
class Curves:
    """All curves and the log-odds before anything is known. Source: fitted to simulated courses."""

    base: float
    by_name: dict[str, Curve]

    def contributions(self, known: Features) -> Features:
        """Per feature its share of the log-odds (rows)."""
        return {name: curve.at(known[name]) for name, curve in self.by_name.items()}


@cache
def curves() -> Curves:
    """The published curves. They are monotone where `features.direction` says so."""
    steps: dict[str, list[tuple[float, float]]] = {}
    for row in rows("model_curves"):
        steps.setdefault(row["feature"], []).append((float(row["from"] or "-inf"), float(row["log_odds"])))
    base = steps.pop(BASE)[0][1] + steps.pop(PRIOR)[0][1]
    made = {}
    for name, pairs in steps.items():
        edges, values = zip(*sorted(pairs), strict=True)
        made[name] = Curve(np.array(edges[1:]), np.array(values))
    return Curves(base, made)
