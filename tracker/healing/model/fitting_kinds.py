"""Fits the weights of the explanations to simulated courses and writes `evidence/model_kinds.csv`.

Run as `python -m tracker.healing.model.fitting_kinds`. Lumps are not simulated: their weights are set by
hand (a lump speaks for a late reaction or a late infection).
"""

import csv
from pathlib import Path

import numpy as np

from tracker.healing.model.expected import Floats
from tracker.healing.model.features import features
from tracker.healing.model.kinds import KINDS, TERMS, terms
from tracker.healing.simulation import Simulated, simulate
from tracker.healing.simulation.export import to_courses
from tracker.healing.tables import EVIDENCE

SOURCE = "fitted to simulated courses; the lump column is an estimate"
LUMP = {"late_lump": 4.0, "late": 3.0}


def _chunk(chunk: Simulated) -> tuple[Floats, Floats]:
    """(rows, terms) and (rows, kinds) truth: before its onset every kind looks normal."""
    courses = to_courses(chunk)
    owner = courses.owner()
    begun = (courses.day >= np.nan_to_num(chunk.onset, nan=0)[owner]) | (chunk.kind == "slow")[owner]
    kind = np.where(begun, chunk.kind[owner], "normal")
    return terms(features(courses)), (kind[:, None] == np.array(KINDS)).astype(np.float64)


def fit(episodes: int, seed: int, steps: int = 300) -> Floats:
    """(terms, kinds) weights of a softmax regression, by gradient steps scaled per term."""
    parts = [_chunk(chunk) for chunk in simulate(episodes, seed)]
    known, truth = np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])
    known[:, TERMS.index("lump")] = 0.0
    weights, mean, square = (np.zeros((len(TERMS), len(KINDS))) for _ in range(3))
    for step in range(1, steps + 1):
        raw = known @ weights
        size = np.exp(raw - raw.max(axis=1, keepdims=True))
        slope = known.T @ (size / size.sum(axis=1, keepdims=True) - truth) / len(truth) + 1e-4 * weights
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        weights -= 0.1 * mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.99**step)) + 1e-6)
    weights[TERMS.index("lump")] = [LUMP.get(kind, 0.0) for kind in KINDS]
    return weights


def write(path: Path, weights: Floats) -> None:
    """Write one row per kind."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["kind", *TERMS, "source"])
        for kind, column in zip(KINDS, weights.T, strict=True):
            writer.writerow([kind, *(f"{value:.3f}" for value in column), SOURCE])


if __name__ == "__main__":
    write(EVIDENCE / "model_kinds.csv", fit(12_000, 11))
