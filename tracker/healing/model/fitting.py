"""Fits the curves of the model to simulated courses and writes `evidence/model_curves.csv`.

Run as `python -m tracker.healing.model.fitting`. The courses differ widely from person to person in shape,
noise and use of the scale, so that the curves lean on what holds across shapes. The fit is a logistic
regression on step functions under limits: the directions of `features.direction`, and `LIMITS`, which keep
any single answer from deciding much by itself. Simulated data prove that the code follows the tables;
they are not clinical validation.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from tracker.healing.model.curves import BASE, PRIOR
from tracker.healing.model.expected import Floats
from tracker.healing.model.features import Features, direction, features
from tracker.healing.simulation import Simulated, simulate
from tracker.healing.simulation.conditions import conditions
from tracker.healing.simulation.export import to_courses
from tracker.healing.tables import EVIDENCE

INFECTED = ("bacterial", "late", "hsv")
PRACTICE = 0.0045
"""Bacterial, late and herpes infections per session: 2–2.5 and 2 per 1,000. An estimate."""

SOURCE = "fitted to simulated courses (simulation_conditions.csv and the tables it names); no clinical data"

EDGES: dict[str, tuple[float, ...]] = {
    "above": (-1, -0.5, 0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3.25, 4.5, 6),
    "rise": (-1.5, -1, -0.5, 0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.25, 2.75),
    "step": (-0.5, 0.5, 1.5, 2.5),
    "joint": (-1, -0.5, *np.arange(0.25, 3.25, 0.25), 3.5, 4, 4.25, 5, 6, 7, 8, 10, 13, 16, 20, 25),
    "lasting": (0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 8.5, 10.5, 13.5),
    "history": (0.5, 1.25, 2, 3, 4, 6),
    "sign": (0.25, 0.75, 1.5, 2.5, 3.5),
    "signed": (0.25, 0.75),
    "fever": (37.0, 37.25, 37.45, 37.75, 37.95, 38.45),
    "contrast": (-3, -2, -1, -0.5, 0.5, 1, 2, 3),
    "style": tuple(np.round(np.arange(-0.5, 2.05, 0.1), 1)),
    "day": (0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 9.5, 11.5, 14.5),
}
"""Where the curves may step, by group of features."""

LIMITS: dict[str, tuple[float, float]] = {
    "above.itching": (-0.03, 0.3),
    "above.tightness": (-0.03, 0.3),
    "above.flaking": (-0.03, 0.3),
    "above.bruising": (-0.03, 0.3),
    "rise.itching": (-0.03, 0.3),
    "rise.tightness": (-0.03, 0.3),
    "rise.flaking": (-0.03, 0.3),
    "rise.bruising": (-0.03, 0.3),
    "contrast": (-0.04, 0.0),
    "style": (-0.08, 0.3),
    "history": (-0.05, 0.3),
    "sign": (0.0, 1.0),
    "signed": (0.0, 0.8),
    "sign.swollen_glands": (0.0, 0.6),
    "signed.swollen_glands": (0.0, 0.4),
}
"""Least and most that one step may add. Itch, peeling and bruising may not excuse what pain and warmth
say; swollen glands are a weak sign (Chu 2021). The sizes are estimates."""

BATCH = 600
"""Recoveries per step of the fit."""


@dataclass(frozen=True, slots=True)
class Training:
    """Rows of simulated courses: `bins` (rows) per feature, −1 where it says nothing; `infected` (rows)
    from onset on; `owner` (rows) recovery; `weight` (rows), 0 before the onset of an infection."""

    bins: dict[str, NDArray[np.int8]]
    infected: NDArray[np.bool_]
    owner: NDArray[np.int64]
    weight: Floats


def edges(name: str) -> Floats:
    """Where the curve of feature `name` may step."""
    return np.array(EDGES[name.partition(".")[0]])


def _binned(known: Features) -> dict[str, NDArray[np.int8]]:
    found = {}
    for name, values in known.items():
        place = np.searchsorted(edges(name), values, side="right")
        found[name] = np.where(np.isnan(values), -1, place).astype(np.int8)
    return found


def _weights(infected: NDArray[np.bool_], owner: NDArray[np.int64], before: NDArray[np.bool_]) -> Floats:
    """The first three check-ins of an infection count more, so that it is found early; the levels allow for
    the higher probabilities that this gives."""
    total = np.cumsum(infected)
    first = np.searchsorted(owner, owner)
    since: NDArray[np.int64] = total - np.where(first > 0, total[first - 1], 0)
    weight = np.where(infected & (since <= 3), 2.5, 1.0)
    return np.where(before, 0.0, weight)


def _chunk(chunk: Simulated) -> Training:
    courses = to_courses(chunk)
    owner = courses.owner()
    ill = np.isin(chunk.kind, INFECTED)[owner]
    begun = courses.day >= np.nan_to_num(chunk.onset, nan=np.inf)[owner]
    weight = _weights(ill & begun, owner, ill & ~begun)
    return Training(_binned(features(courses)), ill & begun, owner + chunk.first, weight)


def training(episodes: int, seed: int) -> Training:
    """Features and truth of `episodes` simulated recoveries."""
    parts = [_chunk(chunk) for chunk in simulate(episodes, seed)]
    return Training(
        {name: np.concatenate([p.bins[name] for p in parts]) for name in parts[0].bins},
        np.concatenate([p.infected for p in parts]),
        np.concatenate([p.owner for p in parts]),
        np.concatenate([p.weight for p in parts]),
    )


def _design(bins: dict[str, NDArray[np.int8]], rows: slice) -> Floats:
    """(rows, steps) 1 where a feature has reached a step, features side by side."""
    return np.concatenate([b[rows, None] > np.arange(len(edges(n))) for n, b in bins.items()], axis=1).astype(
        np.float64
    )


def _bounds(names: list[str]) -> tuple[Floats, Floats]:
    """(steps) least and most of each step."""
    low, high = [], []
    for name in names:
        sense, size = direction(name), len(edges(name))
        bottom, top = (0.0 if sense > 0 else -np.inf), (0.0 if sense < 0 else np.inf)
        for prefix, limit in LIMITS.items():
            if name == prefix or name.startswith(prefix + "."):
                bottom, top = max(limit[0], 0.0 if sense > 0 else limit[0]), limit[1]
        low.append(np.full(size, bottom))
        high.append(np.full(size, top))
    return np.concatenate(low), np.concatenate(high)


@dataclass(slots=True)
class _Descent:
    """Adam with projection onto the limits; the last weight is the base."""

    weights: Floats
    low: Floats
    high: Floats
    mean: Floats
    square: Floats
    steps: int = 0

    def move(self, gradient: Floats, rate: float) -> None:
        self.steps += 1
        self.mean = 0.9 * self.mean + 0.1 * gradient
        self.square = 0.995 * self.square + 0.005 * gradient**2
        size = np.sqrt(self.square / (1 - 0.995**self.steps)) + 1e-6
        moved = self.weights - rate * self.mean / (1 - 0.9**self.steps) / size
        self.weights = np.clip(moved, self.low, self.high)


def _descent(names: list[str]) -> _Descent:
    low, high = (np.append(b, e) for b, e in zip(_bounds(names), (-np.inf, np.inf), strict=True))
    zero = np.zeros(len(low))
    return _Descent(np.append(zero[:-1], -3.0), low, high, zero.copy(), zero.copy())


def _gradient(score: Floats, infected: NDArray[np.bool_], weight: Floats, owner: NDArray[np.int64]) -> Floats:
    """(rows) slope of the loss: each row by itself, and each recovery by its highest rows.

    The second part is what a flag is: a recovery is judged by its most suspicious check-in.
    """
    start = np.flatnonzero(np.diff(owner, prepend=-1))
    own = np.cumsum(np.diff(owner, prepend=-1) != 0) - 1
    alone = (1 / (1 + np.exp(-score)) - infected) * weight / 8
    ill = np.maximum.reduceat(infected, start)
    counted = np.where(ill[own], infected, weight > 0)
    level = np.where(counted, 2 * score, -1e9)
    share = np.exp(level - np.maximum.reduceat(level, start)[own])
    total = np.add.reduceat(share, start)
    highest = (np.maximum.reduceat(level, start) + np.log(total)) / 2
    off = np.where(
        np.maximum.reduceat(counted, start), 1 / (1 + np.exp(-np.maximum(highest, -30))) - ill, 0.0
    )
    slope: Floats = (alone + 0.25 * off[own] * share / total[own]) / len(start)
    return slope


def fit(data: Training, rng: Generator, rounds: int = 5) -> tuple[float, dict[str, Floats]]:
    """The base log-odds and per feature the size of each step."""
    names = list(data.bins)
    state, ridge = _descent(names), 1e-3
    starts = np.append(np.flatnonzero(np.diff(data.owner, prepend=-1)), len(data.owner))
    blocks = np.arange(0, len(starts) - 1, BATCH)
    for turn in range(rounds):
        for number, block in enumerate(rng.permutation(blocks)):
            rows = slice(int(starts[block]), int(starts[min(block + BATCH, len(starts) - 1)]))
            steps = _design(data.bins, rows)
            score = steps @ state.weights[:-1] + state.weights[-1]
            slope = _gradient(score, data.infected[rows], data.weight[rows], data.owner[rows])
            done = (turn * len(blocks) + number) / (rounds * len(blocks))
            gradient = np.append(steps.T @ slope + ridge * state.weights[:-1], slope.sum())
            state.move(gradient, 0.03 * min(1.0, (state.steps + 1) / 30) * (1 - 0.98 * done))
    sizes = np.cumsum([len(edges(n)) for n in names])[:-1]
    return float(state.weights[-1]), dict(zip(names, np.split(state.weights[:-1], sizes), strict=True))


def prior_shift() -> float:
    """From the share of infections among the simulated courses to their share in practice, in log-odds."""
    ill = sum(c.share for c in conditions() if c.kind in INFECTED) / sum(c.share for c in conditions())
    return float(np.log(PRACTICE / (1 - PRACTICE)) - np.log(ill / (1 - ill)))


def curve_rows(base: float, steps: dict[str, Floats]) -> Iterator[list[str]]:
    """Rows of the curve table; steps too small to matter are left out, features without steps too."""
    yield [BASE, "", f"{base:.3f}", SOURCE]
    yield [
        PRIOR,
        "",
        f"{prior_shift():.3f}",
        "working prior 4.5 per 1,000 sessions [EST], evidence section 3.1",
    ]
    for name, sizes in steps.items():
        if np.abs(sizes).max() < 0.005:
            continue
        values = np.concatenate([[0.0], np.cumsum(np.where(np.abs(sizes) < 0.002, 0.0, sizes))])
        marks = ["-inf", *(f"{edge:g}" for edge in edges(name))]
        kept = [k for k in range(len(values)) if k == 0 or abs(values[k] - values[k - 1]) > 0]
        yield from ([name, marks[k], f"{values[k]:.3f}", SOURCE] for k in kept)


def write(path: Path, base: float, steps: dict[str, Floats]) -> None:
    """Write the curve table to `path`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["feature", "from", "log_odds", "source"])
        writer.writerows(curve_rows(base, steps))


if __name__ == "__main__":
    write(EVIDENCE / "model_curves.csv", *fit(training(40_000, 7), np.random.default_rng(0)))
