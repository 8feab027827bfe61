"""What goes wrong: added severity and warning signs by day, from the trajectory table."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from tracker.healing.model.expected import MODELLED
from tracker.healing.simulation.people import DAYS
from tracker.healing.tables import rows

SIGN_COLUMNS = ("spreading", "red_streaks", "blisters", "swollen_glands", "unwell", "pus", "clear", "fever")
"""What a day can hold besides scores, as probabilities."""

_SIGN_OF = {
    "p_border_growing": "spreading",
    "p_spread_beyond_area": "spreading",
    "p_vesicles": "blisters",
    "p_blister": "blisters",
    "p_nodes": "swollen_glands",
    "p_seriously_unwell": "unwell",
    "p_fever": "fever",
}
_OFFSETS = np.array([-1.0, 0.0, 1.0, 2.0, 3.0])
_TRAJECTORY_OF = {"indolent_bacterial": "bact_superficial"}

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Condition:
    """One row of the condition table with its trajectory: arrays (5, symptoms) and (5, signs)."""

    name: str
    kind: str
    share: float
    duration: tuple[float, float] | None
    spill: float
    scores: Floats
    signs: Floats
    unit_days: float
    onset: tuple[float, float]


def _trajectory(name: str) -> tuple[Floats, Floats, float]:
    scores, signs, unit = np.zeros((5, len(MODELLED))), np.zeros((5, len(SIGN_COLUMNS))), 1.0
    for row in rows("trajectories"):
        if row["id"] != _TRAJECTORY_OF.get(name, name):
            continue
        values, unit = (
            np.array([float(row[c]) for c in ("dm1", "d0", "d1", "d2", "d3")]),
            float(row["unit_days"]),
        )
        sign, symptom = _SIGN_OF.get(row["sign"]), row["sign"]
        if sign is not None:
            signs[:, SIGN_COLUMNS.index(sign)] = values
        elif symptom in MODELLED:
            scores[:, MODELLED.index(symptom)] = values
        elif symptom == "discharge":
            signs[:, SIGN_COLUMNS.index("pus")] = 0.3 * values
    return scores, signs, unit


@cache
def _onsets() -> dict[str, tuple[float, float]]:
    """Per complication the log-median and log-spread of its onset day."""
    found = {}
    for row in rows("complications"):
        p5, p50, p95 = (max(float(row[f"onset_{p}"]), 0.5) for p in ("p5", "p50", "p95"))
        found[row["id"]] = (float(np.log(p50)), float(np.log(p95 / p5) / 3.29))
    return found | {"indolent_bacterial": (float(np.log(8)), 0.35), "benign_flare": (float(np.log(5)), 0.5)}


@cache
def conditions() -> tuple[Condition, ...]:
    """All simulated conditions with their share, shape and onset."""
    made = []
    for row in rows("simulation_conditions"):
        scores, signs, unit = _trajectory(row["condition"])
        low, _, high = row["duration"].partition("-")
        duration = (float(low), float(high)) if high else None
        onset = _onsets().get(row["condition"], (0.0, 0.0))
        name, kind, share, spill = row["condition"], row["kind"], float(row["share"]), float(row["spill"])
        made.append(Condition(name, kind, share, duration, spill, scores, signs, unit, onset))
    return tuple(made)


def draw_onset(rng: Generator, condition: Condition, count: int) -> Floats:
    """(count) onset days, log-normal, at most day 17 so that a diary can hold it; normal has none."""
    if condition.name in ("normal", "slow_healer"):
        return np.full(count, np.nan)
    centre, spread = condition.onset
    return np.clip(np.round(np.exp(rng.normal(centre, spread + 0.1, count))), 0, 17)


def _progress(rng: Generator, condition: Condition, onset: Floats) -> Floats:
    """(count, days) place on the trajectory, in its own units, at each person's own speed."""
    slow = 1.8 if condition.kind == "late" else 1.0
    unit = 1.0 if condition.name == "indolent_bacterial" else min(condition.unit_days, 3.0)
    speed = np.exp(rng.normal(0, 0.45, onset.size)) / (slow * unit)
    days = np.arange(DAYS)[None, :] - onset[:, None]
    bend = np.exp(rng.normal(0, 0.25, (onset.size, 1)))
    place: Floats = np.where(
        days < -1, -9.0, np.where(days < 0, days, (days.clip(0) * speed[:, None]) ** bend)
    )
    return place


def _at(progress: Floats, profile: Floats) -> Floats:
    """(count, days, columns) profile read at `progress`: nothing before offset −1, held after +3."""
    columns = [np.interp(progress, _OFFSETS, profile[:, c], left=0.0) for c in range(profile.shape[1])]
    return np.stack(columns, axis=2)


def _fading(rng: Generator, condition: Condition, onset: Floats) -> Floats:
    """(count, days) factor that lets a passing condition go away after its duration."""
    if condition.duration is None:
        return np.ones((onset.size, DAYS))
    length = rng.uniform(*condition.duration, onset.size)
    over = np.arange(DAYS)[None, :] - onset[:, None] - length[:, None]
    return np.clip(1 - (over + 1) / rng.uniform(0.6, 2.5, (onset.size, 1)), 0, 1)


def _loads(rng: Generator, condition: Condition, count: int) -> Floats:
    """(count, symptoms) how much of each symptom this person gets; some get a symptom not at all."""
    own = condition.scores.max(axis=0)
    loads = np.exp(rng.normal(0, 0.35, (count, own.size))) * (rng.random((count, own.size)) < 0.85)
    if condition.kind == "hsv":
        loads[:, MODELLED.index("itching")] *= rng.uniform(0.5, 2.2, count)
    return np.where(own > 0, loads, 0.0)


def _spill(rng: Generator, condition: Condition, course: Floats) -> Floats:
    """(count, days, symptoms) part of the mean course on symptoms the table is silent about."""
    likely = np.where(np.isin(MODELLED, ("redness", "warmth", "swelling", "pain")), 1.0, 0.3)
    share = condition.spill * rng.uniform(0, 2, (course.shape[0], len(MODELLED))) * likely
    peak = course.max(axis=2, keepdims=True)
    spilled: Floats = peak * np.where(condition.scores.max(axis=0) > 0, 0.0, share)[:, None, :]
    return spilled


def _flare(rng: Generator, onset: Floats) -> Floats:
    """(count, days, symptoms) a rise of one to three days after sun, heat or sport, now and then a strong
    one: what tells it from an infection is that it passes (EST)."""
    count = onset.size
    days = np.arange(DAYS)[None, :] - onset[:, None]
    length = rng.choice((1, 2, 3), (count, 1), p=(0.45, 0.4, 0.15))
    on = (days >= 0) & (days < length)
    usual = np.array([1.3, 0.6, 1.1, 0.6, 0.35, 0.3, 0.0, 0.0])
    strength = rng.gamma(3, 0.42, (count, 1)).clip(0.3, 3)
    size = strength * usual * rng.uniform(0.3, 1.4, (count, len(MODELLED)))
    rise: Floats = on[:, :, None] * size[:, None, :]
    return rise


def complicate(rng: Generator, condition: Condition, onset: Floats) -> tuple[Floats, Floats]:
    """Added severity (count, days, symptoms) and sign probabilities (count, days, signs).

    Severity is 0.25–1.1 of the table (mild cases included), speed, duration and the symptoms that take
    part differ from person to person (all EST).
    """
    count = onset.size
    if condition.name == "benign_flare":
        return _flare(rng, onset), np.zeros((count, DAYS, len(SIGN_COLUMNS)))
    progress, severity = _progress(rng, condition, onset), rng.uniform(0.25, 1.1, (count, 1, 1))
    course = _at(progress, condition.scores) * _loads(rng, condition, count)[:, None, :]
    if condition.name == "indolent_bacterial":
        course *= 0.7
    course = severity * (course + _spill(rng, condition, course)) * _fading(rng, condition, onset)[:, :, None]
    signs = _at(progress, condition.signs) * np.clip(severity * 1.3, 0, 1)
    return course, _related_signs(condition, course, signs)


def _related_signs(condition: Condition, course: Floats, signs: Floats) -> Floats:
    """Streaks, glands and feeling unwell go with bacterial and herpes severity; pimples pass for pus and an
    eczema for blisters now and then (EST)."""
    if condition.kind == "contact":
        signs[:, :, SIGN_COLUMNS.index("spreading")] *= 0.4
    if condition.kind in ("breakout", "contact"):
        mistaken = "pus" if condition.kind == "breakout" else "blisters"
        signs[:, :, SIGN_COLUMNS.index(mistaken)] = 0.04 * course.max(axis=2).clip(0, 2)
    weight = {"bacterial": 1.0, "late": 0.3, "hsv": 0.6}.get(condition.kind, 0.0)
    strength = weight * course[:, :, 3].clip(0, 3)
    for name, factor in (
        ("red_streaks", 0.03),
        ("swollen_glands", 0.06),
        ("unwell", 0.06),
        ("spreading", 0.06),
    ):
        column = SIGN_COLUMNS.index(name)
        signs[:, :, column] = np.clip(signs[:, :, column] + factor * strength, 0, 1)
    return signs
