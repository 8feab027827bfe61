"""The expected course as arrays: what the model compares every answer with."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tracker.healing.timelines import DEPTH_BANDS, Change, changed, depth_band, timeline
from tracker.healing.treatments import AREAS, DEVICES, Area, Facts

MODELLED = ("redness", "swelling", "warmth", "pain", "itching", "tightness", "flaking", "bruising")
"""The symptoms the model weighs. Dryness and bleeding speak for no hypothesis and weigh nothing."""

LAST_DAY = 30
"""Days past this one are read as this one: every expected course is at rest long before."""

Floats = NDArray[np.float64]

_BAND_DEPTH = dict(zip(DEPTH_BANDS, (0.4, 0.75, 1.25, 1.75, 2.25, 2.75), strict=True))


def _canonical_area(area: Area) -> Area:
    depth = None if area.depth_mm is None else _BAND_DEPTH[depth_band(area.depth_mm)]
    return Area(area.name if area.name in AREAS else "face", depth)


@lru_cache(maxsize=16_384)
def canonical(facts: Facts) -> Facts:
    """`facts` reduced to what the expected course depends on, so that few courses serve many treatments."""
    return Facts(
        device=facts.device if facts.device in DEVICES else "pen",
        areas=tuple(sorted((_canonical_area(a) for a in facts.areas), key=str)),
        skin_type=facts.skin_type,
        session_number=min(facts.session_number, 2),
        adjuncts=facts.adjuncts,
        blood_thinners=facts.blood_thinners or None,
        age=65 if facts.age is not None and facts.age >= 65 else None,
    )


@lru_cache(maxsize=16_384)
def _highest(symptom: str, changes: tuple[Change, ...]) -> Floats:
    """(days, 3): the most pronounced area's median, p90 and p97.5."""
    each = [[changed(symptom, day, change)[:3] for day in range(LAST_DAY + 1)] for change in changes]
    highest: Floats = np.max(np.array(each), axis=0)
    return highest


@lru_cache(maxsize=4096)
def expected(facts: Facts) -> Floats:
    """(days, symptoms, 3) median, p90 and p97.5 for days 0–30 and the symptoms of `MODELLED`.

    `facts` as from `canonical`. The lower of the courses with and without the skin-type rows counts, so
    that the colour of the skin never excuses an answer. Source: `evidence/modifiers.csv`.
    """
    course = timeline(replace(facts, areas=facts.areas or (Area("face"),)))
    both = [
        np.stack([_highest(symptom, changes[symptom]) for symptom in MODELLED], axis=1)
        for changes in (course.shown, course.strict)
    ]
    return np.minimum(both[0], both[1])
