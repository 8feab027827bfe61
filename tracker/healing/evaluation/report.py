"""The table of an evaluation, with bootstrap intervals."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.random import Generator

from tracker.healing.evaluation import (
    INFECTIONS,
    Flags,
    Floats,
    Scored,
    area_under_curve,
    conditions,
    delays,
    sensitivity,
    share_reaching,
    threshold,
)
from tracker.healing.verdicts import Level

CAVEAT = "Simulated data prove that the code follows the evidence tables; they are not clinical validation."
RESAMPLES = 200
FALSE_FLAGS = (0.02, 0.05, 0.10)
SKIN = {"I-III": (1, 2, 3), "IV": (4,), "V-VI": (5, 6)}

Row = tuple[str, list[str]]
Figure = Callable[[Floats, Flags], float]


def interval(highest: Floats, infected: Flags, figure: Figure, rng: Generator) -> tuple[float, float, float]:
    """`figure` on all courses, and the 2.5th and 97.5th percentile over courses drawn with replacement."""
    drawn = (rng.integers(0, len(highest), len(highest)) for _ in range(RESAMPLES))
    values = [figure(highest[pick], infected[pick]) for pick in drawn]
    low, high = np.nanpercentile(values, [2.5, 97.5]) if not np.isnan(values).all() else (np.nan, np.nan)
    return figure(highest, infected), float(low), float(high)


def _cell(value: tuple[float, float, float]) -> str:
    return "–" if np.isnan(value[0]) else f"{value[0]:.3f} ({value[1]:.3f}–{value[2]:.3f})"


def _plain(value: float, digits: int = 3) -> str:
    return "–" if np.isnan(value) else f"{value:.{digits}f}"


def _at(share: float) -> Figure:
    return lambda highest, infected: sensitivity(highest, infected, threshold(highest, infected, share))


def _overall(each: Sequence[Scored], seed: int) -> Iterator[Row]:
    figures: dict[str, Figure] = {"area under the curve": area_under_curve}
    figures |= {f"found at {share:.0%} false flags": _at(share) for share in FALSE_FLAGS}
    for name, figure in figures.items():
        cells = [interval(s.highest(), s.infected, figure, np.random.default_rng(seed)) for s in each]
        yield name, [_cell(cell) for cell in cells]
    yield "days from onset to flag, at 5%", [_delay(s, np.random.default_rng(seed)) for s in each]


def _delay(scored: Scored, rng: Generator) -> str:
    found = delays(scored, threshold(scored.highest(), scored.infected, 0.05))
    found = found[~np.isnan(found)]
    if not len(found):
        return "–"
    means = [rng.choice(found, len(found)).mean() for _ in range(RESAMPLES)]
    low, high = np.percentile(means, [2.5, 97.5])
    return f"{found.mean():.2f} ({low:.2f}–{high:.2f})"


def _by_group(each: Sequence[Scored]) -> Iterator[Row]:
    marks = [threshold(s.highest(), s.infected, 0.05) for s in each]
    for name in conditions(each[0]):
        kind = "found" if name in INFECTIONS else "flagged falsely"
        count = int((each[0].condition == name).sum())
        cells = [sensitivity(s.highest(), s.condition == name, m) for s, m in zip(each, marks, strict=True)]
        yield f"{name} ({count}), {kind} at 5%", [_plain(cell) for cell in cells]
    for label, types in SKIN.items():
        groups = [np.isin(s.skin, types) & s.infected for s in each]
        cells = [sensitivity(s.highest(), g, m) for s, g, m in zip(each, groups, marks, strict=True)]
        yield f"skin type {label} ({int(groups[0].sum())}), found at 5%", [_plain(cell) for cell in cells]


def _by_level(each: Sequence[Scored]) -> Iterator[Row]:
    for level in (Level.WATCH, Level.REVIEW, Level.URGENT):
        for name, among in (("without infection", ~each[0].infected), ("infected", each[0].infected)):
            cells = [100 * share_reaching(s, level, among) for s in each]
            yield f"of 100 {name}, ever {level.value} or above", [_plain(cell, 1) for cell in cells]


def _per_edition(each: Sequence[Scored]) -> list[Row]:
    return [("", [s.edition for s in each])]


def table(each: Sequence[Scored], seed: int = 1) -> str:
    """The table as text: one column per edition, figures with 95 % bootstrap intervals over courses."""
    body = [*_per_edition(each), *_overall(each, seed), *_by_group(each), *_by_level(each)]
    first = max(len(name) for name, _ in body)
    widths = [max(len(cells[i]) for _, cells in body) for i in range(len(each))]
    lines = [
        name.ljust(first)
        + "".join("  " + cell.rjust(w) for cell, w in zip(cells, widths, strict=True)).rstrip()
        for name, cells in body
    ]
    present = [name for name in conditions(each[0]) if name in INFECTIONS]
    head = (
        f"{len(each[0].infected)} recoveries, {int(each[0].infected.sum())} infected; counted as infection: "
    )
    return "\n".join([CAVEAT, head + (", ".join(present) or "none") + ".", "", *lines])
