"""Who is treated, and how their skin would heal with nothing going wrong."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from tracker.healing.model.expected import LAST_DAY, MODELLED, canonical, expected
from tracker.healing.treatments import Area, Facts

DAYS = 22
"""Simulated days per recovery: day 0 to day 21."""

_DEPTHS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)
_AREAS, _AREA_SHARE = ("face", "periorbital", "forehead", "neck", "scalp", "body"), (70, 4, 4, 9, 4, 9)
_DEVICES, _DEVICE_SHARE = ("pen", "roller", "rf"), (65, 13, 22)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class People:
    """`facts` per episode; `skin` is an array (episodes) of 1–6, 0 when not recorded."""

    facts: tuple[Facts, ...]
    skin: NDArray[np.int64]


def draw_people(rng: Generator, count: int) -> People:
    """`count` treatments from wide, even mixes of device, depth, area and skin type (EST)."""
    device = rng.choice(_DEVICES, count, p=np.array(_DEVICE_SHARE) / 100)
    area = rng.choice(_AREAS, count, p=np.array(_AREA_SHARE) / 100)
    depth = rng.choice(_DEPTHS, count)
    skin = rng.integers(1, 7, count) * (rng.random(count) > 0.05)
    facts = tuple(
        Facts(str(v), (Area(str(a), float(d)),), int(k) or None)
        for v, a, d, k in zip(device, area, depth, skin, strict=True)
    )
    return People(facts, skin)


def _tables(people: People, days: Floats) -> Floats:
    """(episodes, days, symptoms, 3) quantiles of the expected course at warped `days`."""
    keys = [canonical(f) for f in people.facts]
    index = {key: i for i, key in enumerate(dict.fromkeys(keys))}
    table = np.stack([expected(key) for key in index])
    which = np.array([index[key] for key in keys])[:, None]
    low = np.minimum(days.astype(np.int64), LAST_DAY - 1)
    part = np.minimum(days - low, 1.0)[..., None, None]
    mixed: Floats = table[which, low] * (1 - part) + table[which, low + 1] * part
    return mixed


def _standard_scores(rng: Generator, count: int) -> Floats:
    """(episodes, days, symptoms) scores that agree within a person, a symptom and from day to day.

    Shares 25 % person, 35 % symptom within person, the rest from day to day with a carry-over of 0.6
    (EST, evidence section 4.3); each person draws own shares around these.
    """
    shares = rng.dirichlet((2.5, 3.5, 4.0), count)
    step = rng.normal(size=(count, DAYS, len(MODELLED)))
    carry = rng.uniform(0.3, 0.8, (count, 1))
    for day in range(1, DAYS):
        step[:, day] = carry * step[:, day - 1] + np.sqrt(1 - carry**2) * step[:, day]
    person = rng.normal(size=(count, 1, 1))
    symptom = rng.normal(size=(count, 1, len(MODELLED)))
    weights = np.sqrt(shares)[:, :, None, None]
    scores: Floats = weights[:, 0] * person + weights[:, 1] * symptom + weights[:, 2] * step
    return scores


def _at_quantile(table: Floats, score: Floats) -> Floats:
    """The value at a standard score, straight lines through median, p90 (1.28) and p97.5 (1.96)."""
    median, p90, p975 = (table[..., q] for q in range(3))
    spread = np.maximum(p90 - median, 0.15)
    above = np.where(
        score <= 1.28, median + spread * score / 1.28, p90 + (p975 - p90) * (score - 1.28) / 0.68
    )
    return np.maximum(np.where(score < 0, median + 0.8 * spread * score / 1.28, above), -0.5)


def healing(rng: Generator, people: People, slow: NDArray[np.bool_]) -> Floats:
    """(episodes, days, symptoms) latent severity without complication, continuous on the 0–4 scale.

    `slow` marks slow healers, whose course is stretched by 1.4–2.4 (EST). Everyone's course is also
    stretched, bent and scaled a little, because the published shape is itself uncertain.
    """
    count = len(people.facts)
    stretch = (
        np.exp(rng.normal(0, 0.2, (count, 1))) * np.where(slow, rng.uniform(1.4, 2.4, count), 1.0)[:, None]
    )
    bend = np.exp(rng.normal(0, 0.12, (count, 1)))
    days = np.minimum(4.0 * (np.arange(DAYS)[None, :] / (4.0 * stretch)) ** bend, LAST_DAY - 1)
    table = _tables(people, days) * np.exp(rng.normal(0, 0.2, (count, 1, len(MODELLED), 1)))
    latent = _at_quantile(table, _standard_scores(rng, count))
    dark = (people.skin >= 5) & (rng.random(count) < 0.6)
    latent[:, :, 0] *= np.where(dark, rng.uniform(0.4, 1.0, count), 1.0)[:, None]
    return latent
