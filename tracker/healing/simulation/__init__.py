"""Simulated recoveries from the evidence tables, for tests, the demo and development.

Simulated data prove that the code follows the tables; they are not clinical validation.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from tracker.healing.simulation.answers import Answers, answer
from tracker.healing.simulation.conditions import SIGN_COLUMNS, complicate, conditions, draw_onset
from tracker.healing.simulation.people import DAYS, People, draw_people, healing

CHUNK = 2000
"""Episodes drawn together; the same seed gives the same episodes whatever is asked for after them."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """One chunk: `condition` (episodes) names, `kind` (episodes) families, `onset` (episodes) day or NaN."""

    first: int
    people: People
    condition: NDArray[np.str_]
    kind: NDArray[np.str_]
    onset: NDArray[np.float64]
    answers: Answers


def _kinds(rng: Generator, count: int) -> NDArray[np.int64]:
    share = np.array([c.share for c in conditions()])
    return rng.choice(len(share), count, p=share / share.sum())


def _draw(rng: Generator, first: int, count: int) -> Simulated:
    people, which = draw_people(rng, count), _kinds(rng, count)
    slow = np.array([c.kind == "slow" for c in conditions()])[which]
    latent = healing(rng, people, slow)
    chance, onset = np.zeros((count, DAYS, len(SIGN_COLUMNS))), np.full(count, np.nan)
    for index, condition in enumerate(conditions()):
        rows = np.flatnonzero(which == index)
        onset[rows] = draw_onset(rng, condition, rows.size)
        if condition.name in ("normal", "slow_healer"):
            continue
        added, signs = complicate(rng, condition, onset[rows])
        latent[rows] += added
        chance[rows] = signs
    names = np.array([c.name for c in conditions()])[which]
    kinds = np.array([c.kind for c in conditions()])[which]
    return Simulated(first, people, names, kinds, onset, answer(rng, latent, chance))


def simulate(episodes: int, seed: int) -> Iterator[Simulated]:
    """`episodes` recoveries in chunks, the same for the same seed. Raises ValueError when below 1."""
    if episodes < 1:
        raise ValueError("at least one episode")
    for first in range(0, episodes, CHUNK):
        rng = np.random.default_rng([seed, first])
        yield _draw(rng, first, min(CHUNK, episodes - first))
