"""How well an edition finds infections in labelled courses, and what it costs in false flags.

Figures on simulated courses prove that the code follows the tables; they are not clinical validation.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tracker.healing.infection import Edition
from tracker.healing.replay import judged_rows
from tracker.healing.verdicts import Level

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

INFECTIONS = frozenset(
    {
        "bact_superficial",
        "bacterial",
        "bacterial_early",
        "bacterial_late",
        "indolent_bacterial",
        "cellulitis",
        "cellulitis_periorbital",
        "abscess",
        "abscess_staph",
        "gram_negative",
        "sepsis",
        "ntm",
        "hsv",
        "hsv_local",
        "eczema_herpeticum",
        "herpes",
        "infection",
    }
)
"""Conditions that count as infection; everything else is a recovery that should not be flagged."""


class Mismatch(Exception):
    """The labels do not fit the logs."""


@dataclass(frozen=True, slots=True)
class Label:
    """What was the matter with an episode, and from which day on (None: not known or nothing)."""

    condition: str
    onset: float | None

    @property
    def infected(self) -> bool:
        """Whether the condition counts as infection."""
        return self.condition in INFECTIONS


@dataclass(frozen=True, slots=True)
class Scored:
    """One edition on one file. Per row `episode` (index), `day`, `score`, `rank` (of the level); per
    episode `infected`, `onset` (NaN), `condition`, `skin` (0 unknown)."""

    edition: str
    episode: NDArray[np.int64]
    day: Floats
    score: Floats
    rank: NDArray[np.int64]
    infected: Flags
    onset: Floats
    condition: NDArray[np.str_]
    skin: NDArray[np.int64]

    def highest(self) -> Floats:
        """(episodes) the highest score ever."""
        out = np.zeros(len(self.infected))
        np.maximum.at(out, self.episode, self.score)
        return out

    def top_level(self) -> NDArray[np.int64]:
        """(episodes) the rank of the highest level ever."""
        out = np.zeros(len(self.infected), dtype=np.int64)
        np.maximum.at(out, self.episode, self.rank)
        return out


def read_labels(path: Path) -> dict[str, Label]:
    """Episode -> label. Mismatch names the missing column or the value that is no number."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if missing := {"episode", "condition", "onset_day"} - set(reader.fieldnames or ()):
            raise Mismatch(f"labels lack the column {', '.join(sorted(missing))}")
        return {row["episode"]: _label(row) for row in reader}


def _label(row: dict[str, str]) -> Label:
    onset = (row["onset_day"] or "").strip()
    try:
        return Label(row["condition"].strip(), float(onset) if onset else None)
    except ValueError:
        raise Mismatch(f"onset_day {onset!r} of episode {row['episode']} is not a number") from None


def score(logs: Path, labels: dict[str, Label], edition: Edition) -> Scored:
    """Judge `logs` row by row and put the verdicts beside the labels. Mismatch: an episode has no label."""
    index: dict[str, int] = {}
    skin: list[int] = []
    rows: list[tuple[int, int, float, int]] = []
    for row, verdict in judged_rows(logs, edition):
        place = index.setdefault(row.episode, len(index))
        if place == len(skin):
            skin.append(row.facts.skin_type or 0)
        rows.append((place, row.report.day, verdict.probability, verdict.level.rank))
    return _scored(edition.name, index, skin, rows, labels)


def _scored(
    name: str,
    index: dict[str, int],
    skin: list[int],
    rows: list[tuple[int, int, float, int]],
    labels: dict[str, Label],
) -> Scored:
    if missing := [episode for episode in index if episode not in labels]:
        raise Mismatch(
            f"no label for episode {missing[0]}" + f" and {len(missing) - 1} more" * (len(missing) > 1)
        )
    found = [labels[episode] for episode in index]
    onset = [np.nan if label.onset is None else label.onset for label in found]
    return Scored(
        edition=name,
        episode=np.array([r[0] for r in rows], dtype=np.int64),
        day=np.array([r[1] for r in rows], dtype=np.float64),
        score=np.array([r[2] for r in rows]),
        rank=np.array([r[3] for r in rows], dtype=np.int64),
        infected=np.array([label.infected for label in found]),
        onset=np.array(onset),
        condition=np.array([label.condition for label in found]),
        skin=np.array(skin, dtype=np.int64),
    )


def area_under_curve(highest: Floats, infected: Flags) -> float:
    """Chance that an infected course ranks above one that is not; ties count half. NaN without both."""
    ill, well = np.sort(highest[infected]), np.sort(highest[~infected])
    if not len(ill) or not len(well):
        return float("nan")
    below = np.searchsorted(well, ill, "left") + np.searchsorted(well, ill, "right")
    return float(below.mean() / 2 / len(well))


def threshold(highest: Floats, infected: Flags, false_flags: float) -> float:
    """The score above which at most `false_flags` (0–1) of the courses without infection lie."""
    well = np.sort(highest[~infected])
    return float(well[max(0, int(np.ceil((1 - false_flags) * len(well))) - 1)]) if len(well) else float("nan")


def sensitivity(highest: Floats, among: Flags, above: float) -> float:
    """Share of the courses in `among` whose highest score lies above `above`; NaN when there is none."""
    return float((highest[among] > above).mean()) if among.any() else float("nan")


def delays(scored: Scored, above: float) -> Floats:
    """(episodes) days from onset to the first row above `above` on or after it; NaN when never."""
    onset = scored.onset[scored.episode]
    counted = (scored.score > above) & scored.infected[scored.episode] & (scored.day >= onset)
    first = np.full(len(scored.infected), np.inf)
    np.minimum.at(first, scored.episode[counted], scored.day[counted])
    return np.where(np.isfinite(first), first - scored.onset, np.nan)


def share_reaching(scored: Scored, level: Level, among: Flags) -> float:
    """Share of the courses in `among` that ever reach `level` or above."""
    return float((scored.top_level()[among] >= level.rank).mean()) if among.any() else float("nan")


def conditions(scored: Scored) -> Iterable[str]:
    """The conditions in the file, infections first."""
    names = sorted(set(scored.condition.tolist()))
    return sorted(names, key=lambda name: (name not in INFECTIONS, name))
