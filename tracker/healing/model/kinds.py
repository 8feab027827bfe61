"""Which explanation fits a course: normal, slow, flare, breakout, contact reaction, or an infection.

It names the likelier explanation beside a verdict and splits the two groups, infection or not, among
their kinds. It never changes the probability of an infection or the level.
"""

from functools import cache

import numpy as np

from tracker.healing.model.expected import Floats
from tracker.healing.model.features import Features
from tracker.healing.tables import rows

KINDS = ("normal", "slow", "flare", "breakout", "contact", "late_lump", "bacterial", "late", "hsv")
INFECTED = ("bacterial", "late", "hsv")

TERMS = (
    "one",
    "day",
    "itching",
    "itch_over_pain",
    "pain",
    "warmth",
    "redness",
    "rise",
    "steady",
    "trail",
    "fell_back",
    "height",
    "pus",
    "blisters",
    "spreading",
    "fever",
    "lump",
)
"""What the explanation looks at; the columns of `evidence/model_kinds.csv`."""


def _either(known: Features, name: str) -> Floats:
    parts = [np.nan_to_num(v) for n, v in known.items() if n.startswith(f"above.{name}.")]
    height: Floats = np.clip(np.sum(parts, axis=0), -1, 4) / 2
    return height


def terms(known: Features) -> Floats:
    """(rows, terms) the summary of a course that the explanations are weighed on."""
    rise = np.nansum([known[f"joint.rise.{part}"] for part in ("early", "middle", "late")], axis=0)
    ever = {
        n: np.maximum(known[f"sign.{n}"], known[f"signed.{n}"])
        for n in ("pus", "blisters", "spreading", "new_lump")
    }
    columns = (
        np.ones_like(rise),
        np.minimum(known["day"], 14) / 10,
        _either(known, "itching"),
        np.clip(known["contrast.itch_above_pain"], -4, 4) / 2,
        _either(known, "pain"),
        _either(known, "warmth"),
        _either(known, "redness"),
        np.minimum(rise, 6) / 3,
        np.minimum(known["joint.steady"], 6) / 3,
        np.minimum(known["joint.trail"], 12) / 6,
        np.maximum(known["history.peak"] - rise, 0).clip(0, 6) / 3,
        np.clip(known["style.height"], -1, 2),
        ever["pus"],
        ever["blisters"],
        ever["spreading"],
        (np.maximum(known["fever.now"], known["fever.before"]) >= 37.8).astype(np.float64),
        ever["new_lump"],
    )
    return np.stack(columns, axis=1)


@cache
def _weights() -> Floats:
    """(terms, kinds) from the evidence."""
    table = {row["kind"]: [float(row[term]) for term in TERMS] for row in rows("model_kinds")}
    return np.array([table[kind] for kind in KINDS]).T


def shares(known: Features, infection: Floats) -> Floats:
    """(rows, kinds) probability of each kind, given `infection` (rows), the probability of any infection."""
    raw = terms(known) @ _weights()
    size: Floats = np.exp(raw - raw.max(axis=1, keepdims=True))
    ill = np.isin(KINDS, INFECTED)
    for group, mass in ((ill, infection), (~ill, 1 - infection)):
        size[:, group] *= (mass / size[:, group].sum(axis=1))[:, None]
    return size
