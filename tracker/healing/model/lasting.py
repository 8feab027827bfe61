"""How long pain and warmth have stood above the usual: what has not settled may never have risen.

An infection that begins in the first days meets symptoms that are still there, so that no rise shows; what
shows is that they stay when they should be gone.
"""

import numpy as np

from tracker.healing.model.expected import MODELLED, Floats

MARKED = 0.75
"""This far above the usual, in units of its spread, a symptom counts as not settled. An estimate."""

_PARTS = {"pain": ("pain",), "warmth": ("warmth",), "either": ("pain", "warmth")}


def stretch(up: Floats, day: Floats) -> Floats:
    """(courses, check-ins) days from the first of the unbroken run of check-ins in `up` to this one, both
    counted; 0 where this one is not in `up`."""
    index = np.arange(up.shape[1])[None, :]
    first = np.maximum.accumulate(np.where(up > 0, -1, index), axis=1) + 1
    began = np.take_along_axis(day, np.minimum(first, up.shape[1] - 1), axis=1)
    return np.where(up > 0, day - began + 1, 0.0)


def lasting(above: Floats, day: Floats, after: int) -> dict[str, Floats]:
    """Per name (courses, check-ins) for how many days pain, warmth or either have stood above the usual.

    `above` (courses, check-ins, symptoms) as `features.above_usual` gives it. Days up to `after` say nothing.
    An item not answered keeps what was last known of it.
    """
    out = {}
    for name, symptoms in _PARTS.items():
        highest = np.max([above[..., MODELLED.index(symptom)] for symptom in symptoms], axis=0)
        out[f"lasting.{name}"] = stretch(((highest >= MARKED) & (day > after)).astype(np.float64), day)
    return out
