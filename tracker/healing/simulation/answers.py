"""How people answer: own use of the scale, repeated answers, gaps, and signs not noticed."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from tracker.healing.simulation.conditions import SIGN_COLUMNS
from tracker.healing.simulation.people import DAYS

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_FALSE_RATE = {
    "spreading": 1.0,
    "red_streaks": 0.3,
    "blisters": 0.5,
    "swollen_glands": 1.2,
    "unwell": 1.5,
    "pus": 0.4,
}
"""False reports relative to a person's own rate; fever is measured and has none (EST)."""


@dataclass(frozen=True, slots=True)
class Answers:
    """`scores` (episodes, days, symptoms) 0–4 or NaN; `signs` (episodes, days, signs);
    `temperature` °C or NaN; `answered` (episodes, days) whether there is a check-in at all."""

    scores: Floats
    signs: Flags
    temperature: Floats
    answered: Flags


def _on_scale(rng: Generator, latent: Floats) -> Floats:
    """Whole answers from latent severity through each person's bias, gain and slips (EST).

    Where there is next to nothing to feel, people mostly say "none": doubt grows with the symptom. Most
    people are steady and slip seldom; a few are not.
    """
    count, _, symptoms = latent.shape
    gain = np.exp(rng.normal(0, 0.22, (count, 1, 1)))
    bias = rng.normal(0, 0.15, (count, 1, 1)) + rng.normal(0, 0.1, (count, 1, symptoms))
    steady = rng.random((count, 1, 1)) < 0.5
    noise = rng.normal(size=latent.shape) * np.where(steady, 0.15, rng.uniform(0.05, 0.45, (count, 1, 1)))
    present = np.maximum(np.clip(latent, 0.0, 1.0), 0.8 * rng.random((count, 1, 1)) ** 2)
    scores = np.floor(np.clip(latent, 0, 4) * gain + (bias + noise) * present + 0.5)
    slip = rng.random(latent.shape) < np.where(steady, 0.004, 0.08 * rng.random((count, 1, 1)) ** 2)
    scores = scores + slip * rng.choice((-1, 1), latent.shape)
    low_cap = np.where(rng.random((count, 1, 1)) < 0.08, 2, 4)
    whole: Floats = np.clip(scores, 0, low_cap)
    return whole


def _repeated(rng: Generator, scores: Floats) -> Floats:
    """Some people repeat the day before on some days: one in six, on 20–80 % of days (EST)."""
    rate = np.where(rng.random(scores.shape[0]) < 0.17, rng.uniform(0.2, 0.8, scores.shape[0]), 0.0)
    again = rng.random(scores.shape[:2]) < rate[:, None]
    for day in range(1, DAYS):
        scores[:, day] = np.where(again[:, day, None], scores[:, day - 1], scores[:, day])
    return scores


def _reported(rng: Generator, chance: Floats) -> Flags:
    """(episodes, days, signs) reported signs: true ones at 45 % of their rate on average,
    by some people hardly ever; false ones rarely."""
    count = chance.shape[0]
    noticed = rng.beta(1.3, 1.6, (count, 1, 1))
    false = np.exp(rng.uniform(np.log(0.0001), np.log(0.003), (count, 1, 1)))
    share = np.array([_FALSE_RATE.get(name, 0.0) for name in SIGN_COLUMNS])
    true = rng.random(chance.shape) < chance * noticed
    reported: Flags = true | (rng.random(chance.shape) < false * share)
    return reported


def _measured(rng: Generator, fever: Flags) -> Floats:
    """(episodes, days) °C; 20–90 % of days are not measured."""
    count = fever.shape[0]
    body = rng.normal(36.65, 0.2, (count, 1)) + rng.normal(0, 0.25, fever.shape)
    body = body + fever * rng.uniform(0.7, 2.3, fever.shape)
    return np.where(rng.random(fever.shape) < rng.uniform(0.1, 0.8, (count, 1)), np.round(body, 1), np.nan)


def _present(rng: Generator, scores: Floats) -> Flags:
    """(episodes, days) days with a check-in: gaps, an end, and silence after a severe day."""
    count = scores.shape[0]
    answered = rng.random((count, DAYS)) < rng.beta(6, 2, (count, 1))
    answered &= np.arange(DAYS)[None, :] <= rng.integers(8, DAYS, (count, 1))
    severe = np.max(scores[:, :-1, :4], axis=2) >= 3
    answered[:, 1:] &= ~(severe & (rng.random(severe.shape) < 0.2))
    answered[answered.sum(axis=1) == 0, 1] = True
    return answered


def answer(rng: Generator, latent: Floats, chance: Floats) -> Answers:
    """Answers for latent severity (episodes, days, symptoms) and sign chances (episodes, days, signs)."""
    scores = _repeated(rng, _on_scale(rng, latent))
    early = np.arange(DAYS)[None, :] < 2
    chance = chance.copy()
    chance[:, :, SIGN_COLUMNS.index("clear")] += np.where(early, 0.2, 0.01)
    signs = _reported(rng, chance)
    fever = rng.random(latent.shape[:2]) < 0.7 * chance[:, :, SIGN_COLUMNS.index("fever")]
    answered = _present(rng, scores)
    scores[rng.random(scores.shape) < rng.uniform(0, 0.08, (latent.shape[0], 1, 1))] = np.nan
    return Answers(scores, signs, _measured(rng, fever), answered)
