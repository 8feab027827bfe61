"""What the model looks at after each check-in, from that day and the days before it only.

A feature that today's pain, warmth, swelling or a sign enters moves one way only when they rise, and its
curve is monotone the same way: that is how "more of a warning sign never lowers the level" holds by
construction. Earlier days enter freely. An item not answered keeps what was last known of it, and never
counts for less than "none" would: unknown is not normal.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.healing.model.courses import SIGNS, Courses
from tracker.healing.model.expected import MODELLED, Floats
from tracker.healing.model.lasting import lasting

CARDINALS = MODELLED[:4]
EARLY_DAYS = 2
"""Up to this day absolute redness, swelling and warmth say nothing (evidence, section 9.4)."""

MIDDLE_DAYS = 5
FADE = 0.6
NEAR_FEVER = 36.6

Features = dict[str, Floats]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Grid:
    """Courses side by side: arrays (courses, check-ins, …), padded at the end with NaN."""

    day: Floats
    scores: Floats
    usual: Floats
    signs: Floats
    temperature: Floats


def grid(courses: Courses) -> tuple[Grid, tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """The grid of `courses`, and for each row its (course, check-in) place in it."""
    owner = courses.owner()
    place = (owner, np.arange(len(owner)) - courses.start[owner])
    shape = (courses.size, int(place[1].max(initial=0)) + 1)

    def spread(values: Floats) -> Floats:
        out = np.full(shape + values.shape[1:], np.nan)
        out[place] = values
        return out

    day = courses.day.astype(np.float64)
    columns = (day, courses.scores, courses.usual(), courses.signs, courses.temperature)
    return Grid(*(spread(c) for c in columns)), place


def last_known(values: Floats) -> Floats:
    """`values` (courses, check-ins, …) with NaN replaced by the last one before it."""
    index = np.arange(values.shape[1]).reshape((1, -1) + (1,) * (values.ndim - 2))
    seen = np.maximum.accumulate(np.where(np.isnan(values), 0, index), axis=1)
    return np.take_along_axis(values, seen, axis=1)


def before(values: Floats, fill: float = np.nan) -> Floats:
    """`values` as they stood at the check-in before; `fill` at the first."""
    out = np.full_like(values, fill)
    out[:, 1:] = values[:, :-1]
    return out


def running(values: Floats, fade: float) -> Floats:
    """Sum of `values` (courses, check-ins) in which each check-in before counts `fade` times as much."""
    out = np.nan_to_num(values)
    for k in range(1, out.shape[1]):
        out[:, k] += fade * out[:, k - 1]
    return out


def _known_or_none(values: Floats, as_none: Floats) -> Floats:
    """An unanswered item keeps what was known, but never less than the answer "none" would give."""
    known = last_known(values)
    return np.where(np.isnan(values), np.fmax(known, as_none), known)


def above_usual(g: Grid) -> Floats:
    """(courses, check-ins, symptoms) grades above the expected median, in units of its usual spread."""
    median, p90 = g.usual[..., 0], g.usual[..., 1]
    spread = 0.6 + 0.6 * (p90 - median)
    return _known_or_none((g.scores - median) / spread, -median / spread)


def above_own(g: Grid) -> Floats:
    """(courses, check-ins, symptoms) grades above the person's own lowest answer on earlier days.

    A rise that the expected course itself makes since then (flaking, deep swelling) is taken off.
    """
    low = np.fmin.accumulate(before(g.scores), axis=1)
    lowest_usual = np.fmin.accumulate(before(np.where(np.isnan(g.scores), np.nan, g.usual[..., 0])), axis=1)
    due = np.fmax(g.usual[..., 0] - lowest_usual, 0.0)
    return _known_or_none(g.scores - low - due, -low - due)


def _style(g: Grid, above: Floats) -> Features:
    """How this person has used the scale so far: mean height, restlessness, repeated answers."""
    first = before(above)
    count = np.maximum(np.cumsum(~np.isnan(first).all(axis=2), axis=1), 1)
    change = np.nan_to_num(np.abs(np.diff(g.scores, axis=1, prepend=np.nan)))
    same = before((change.sum(axis=2) == 0).astype(np.float64), 0.0)
    same[:, :2] = 0.0
    return {
        "style.height": np.cumsum(np.nan_to_num(first.mean(axis=2)), axis=1) / count,
        "style.restless": np.cumsum(before(change.mean(axis=2), 0.0), axis=1) / count,
        "style.repeats": np.cumsum(same, axis=1) / count,
    }


def _by_day(name: str, values: Floats, day: Floats, splits: tuple[tuple[str, float, float], ...]) -> Features:
    return {
        f"{name}.{part}": np.where((day >= low) & (day <= high), values, np.nan) for part, low, high in splits
    }


EARLY = ("early", 0.0, float(EARLY_DAYS))
MIDDLE = ("middle", EARLY_DAYS + 1.0, float(MIDDLE_DAYS))
LATE = ("late", MIDDLE_DAYS + 1.0, np.inf)
AFTER = ("after", EARLY_DAYS + 1.0, np.inf)


def _symptom_features(g: Grid, above: Floats, rise: Floats) -> Features:
    """Per symptom: height above the usual, rise above own lowest, step since the last answer."""
    out: Features = {}
    step = g.scores - before(last_known(g.scores))
    for i, name in enumerate(MODELLED):
        early = () if name in ("redness", "swelling", "warmth") else (EARLY,)
        splits = (*early, MIDDLE, LATE) if name in CARDINALS else (EARLY, AFTER)
        out |= _by_day(f"above.{name}", above[..., i], g.day, splits)
        out |= _by_day(f"rise.{name}", rise[..., i], g.day, (EARLY, AFTER))
        if name in CARDINALS:
            out |= _by_day(f"step.{name}", np.nan_to_num(step[..., i]), g.day, (EARLY, AFTER))
    return out


def _joint_features(g: Grid, above: Floats, rise: Floats, style: Features) -> Features:
    """Several cardinal symptoms at once, and over several check-ins."""
    rises = np.clip(np.nan_to_num(rise[..., :4]), 0, 3)
    heights = np.clip(np.nan_to_num(above[..., :4]), 0, 4)
    total, second = rises.sum(axis=2), np.sort(rises, axis=2)[..., 2]
    height = np.where(g.day > EARLY_DAYS, heights.sum(axis=2), heights[..., 3])
    calm = total / (0.4 + style["style.restless"])
    out = _by_day("joint.rise", total, g.day, (EARLY, MIDDLE, LATE)) | _by_day(
        "joint.second", second, g.day, (EARLY, AFTER)
    )
    out |= _by_day("joint.above", height, g.day, (MIDDLE, LATE))
    out |= {
        "joint.colourless": rises[..., 1:].sum(axis=2),
        "joint.steady": np.minimum(total, before(total, 0.0)),
        "joint.longer": np.minimum(np.minimum(total, before(total, 0.0)), before(before(total, 0.0), 0.0)),
        "joint.trail": running(total, FADE),
        "joint.heat": running(height, FADE),
        "joint.calm": calm,
        "joint.net": total - 2.0 * style["style.height"],
        "history.peak": np.maximum.accumulate(before(total, 0.0), axis=1),
    }
    return out


def _quiet(rises: Floats) -> Floats:
    """(courses, check-ins) how many check-ins in a row before this one showed no cardinal rise."""
    run: Floats = np.zeros((rises.shape[0], rises.shape[1]))
    still = rises.max(axis=2) < 0.5
    for k in range(1, run.shape[1]):
        run[:, k] = np.where(still[:, k - 1], run[:, k - 1] + 1, 0)
    return run


def _interplay_features(g: Grid, above: Floats, rise: Floats) -> Features:
    """A rise out of a quiet run counts for more; so does a sign that comes with a rise."""
    rises = np.clip(np.nan_to_num(rise[..., :4]), 0, 3)
    total, quiet = rises.sum(axis=2), _quiet(rises)
    out = {
        f"joint.quiet_{name}": np.where((quiet >= low) & (quiet <= high), total, np.nan)
        for name, low, high in (("none", 0, 0), ("short", 1, 2), ("some", 3, 4), ("long", 5, np.inf))
    }
    sore, itchy = MODELLED.index("pain"), MODELLED.index("itching")
    out["joint.sore_and_itchy_rise"] = np.minimum(rises[..., sore], np.nan_to_num(rise[..., itchy]))
    out["joint.sore_and_itchy"] = np.minimum(
        np.nan_to_num(above[..., sore]), np.nan_to_num(above[..., itchy])
    )
    signs = np.nan_to_num(last_known(g.signs))[..., : len(SIGNS) - 1]
    strongest = np.maximum.accumulate(signs, axis=1).max(axis=2)
    felt = np.maximum(np.clip(np.nan_to_num(above[..., 1:4]), 0, 3).sum(axis=2), total)
    return out | {
        "joint.sign_and_rise": strongest * np.minimum(total, 6),
        "joint.sign_and_felt": strongest * np.minimum(felt, 6),
    }


def _contrast_features(above: Floats, rise: Floats) -> Features:
    """Itch in the lead speaks for a contact reaction; falls as pain and warmth rise."""
    itch = MODELLED.index("itching")
    pain, warmth, swelling = (MODELLED.index(s) for s in ("pain", "warmth", "swelling"))
    high, up = np.nan_to_num(above), np.nan_to_num(rise)
    return {
        "contrast.itch_above_pain": high[..., itch] - high[..., pain],
        "contrast.itch_rise_pain": up[..., itch] - up[..., pain],
        "contrast.itch_rise_warmth": up[..., itch] - 0.5 * (up[..., warmth] + up[..., swelling]),
    }


def _sign_features(g: Grid) -> Features:
    """Signs today and on earlier days; how many kinds; temperature now and before."""
    today = np.nan_to_num(last_known(g.signs))
    ever = np.maximum.accumulate(today, axis=1)
    earlier = before(ever, 0.0)
    fever = np.nan_to_num(last_known(g.temperature), nan=NEAR_FEVER)
    out = {f"sign.{name}": today[..., i] for i, name in enumerate(SIGNS)}
    out |= {f"signed.{name}": earlier[..., i] for i, name in enumerate(SIGNS)}
    kinds = np.minimum(ever, 1.0)[..., : len(SIGNS) - 1].sum(axis=2) + (
        np.maximum.accumulate(fever, axis=1) >= 38.0
    )
    late_clear = np.where(g.day > EARLY_DAYS, today[..., SIGNS.index("clear")], 0.0)
    return out | {
        "sign.kinds": kinds,
        "sign.late_clear": late_clear,
        "fever.now": fever,
        "fever.before": before(np.maximum.accumulate(fever, axis=1), NEAR_FEVER),
    }


def features(courses: Courses) -> Features:
    """Per name an array (rows) of what is known after each row, NaN where it says nothing."""
    g, place = grid(courses)
    above, rise = above_usual(g), above_own(g)
    style = _style(g, above)
    out = _symptom_features(g, above, rise) | _joint_features(g, above, rise, style)
    out |= _interplay_features(g, above, rise) | _contrast_features(above, rise) | _sign_features(g) | style
    out |= lasting(above, g.day, EARLY_DAYS) | {"day": g.day}
    return {name: values[place] for name, values in out.items()}


def direction(name: str) -> int:
    """+1 when the curve of `name` may only rise, −1 only fall, 0 free."""
    group, _, rest = name.partition(".")
    if group in ("above", "rise", "step"):
        return 1 if rest.partition(".")[0] in CARDINALS else 0
    return {"joint": 1, "lasting": 1, "sign": 1, "fever": 1, "signed": 1, "contrast": -1}.get(group, 0)
