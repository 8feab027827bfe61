"""Simulated recoveries as model arrays, or as the CSV files that `replay` and `evaluate` read."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from tracker.healing.model.courses import SIGNS, Courses, expected_tables
from tracker.healing.model.expected import MODELLED, Floats
from tracker.healing.replay.rows import COLUMNS, SCORES
from tracker.healing.replay.rows import SIGNS as ASKED
from tracker.healing.simulation import Simulated
from tracker.healing.simulation.conditions import SIGN_COLUMNS

TREATED_ON = date(2025, 3, 3)
LABELS = ("episode", "condition", "onset_day")


def _signs(chunk: Simulated) -> Floats:
    """(rows, signs) in the model's order; signs that are not simulated are 0."""
    reported = chunk.answers.signs[chunk.answers.answered]
    out = np.zeros((len(reported), len(SIGNS)))
    for column, name in enumerate(SIGNS):
        if name in SIGN_COLUMNS:
            out[:, column] = reported[:, SIGN_COLUMNS.index(name)]
    out[:, SIGNS.index("clear")] = np.maximum(out[:, SIGNS.index("clear")], out[:, SIGNS.index("pus")])
    return out


def to_courses(chunk: Simulated) -> Courses:
    """The chunk as model arrays, days with a check-in only."""
    answers = chunk.answers
    normal, tables = expected_tables(chunk.people.facts)
    return Courses(
        start=np.concatenate([[0], np.cumsum(answers.answered.sum(axis=1))]).astype(np.int64),
        day=np.nonzero(answers.answered)[1].astype(np.int64),
        scores=answers.scores[answers.answered],
        signs=_signs(chunk),
        temperature=answers.temperature[answers.answered],
        normal=normal,
        tables=tables,
    )


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:g}"


def _treatment(chunk: Simulated, index: int) -> list[str]:
    facts, area = chunk.people.facts[index], chunk.people.facts[index].areas[0]
    depth, skin = f"{area.depth_mm:g}", "" if facts.skin_type is None else str(facts.skin_type)
    return [str(chunk.first + index), TREATED_ON.isoformat(), facts.device or "", depth, area.name, skin]


def log_rows(chunk: Simulated) -> Iterator[list[str]]:
    """One row per check-in, cells in the order of the replay columns."""
    answers = chunk.answers
    order = [MODELLED.index(name) for name in SCORES]
    asked = [SIGN_COLUMNS.index(name) for name in ASKED]
    pus, clear = SIGN_COLUMNS.index("pus"), SIGN_COLUMNS.index("clear")
    for index, day in zip(*np.nonzero(answers.answered), strict=True):
        said = answers.signs[index, day]
        discharge = "pus" if said[pus] else "clear" if said[clear] else "none"
        yield [
            *_treatment(chunk, int(index)),
            (TREATED_ON + timedelta(days=int(day))).isoformat(),
            *(_number(answers.scores[index, day, s]) for s in order),
            discharge,
            _number(answers.temperature[index, day]),
            *(str(int(said[s])) for s in asked),
        ]


def label_rows(chunk: Simulated) -> Iterator[list[str]]:
    """One row per recovery: episode, condition, day of onset or empty."""
    for index, (name, onset) in enumerate(zip(chunk.condition, chunk.onset, strict=True)):
        yield [str(chunk.first + index), str(name), _number(float(onset))]


def write(chunks: Iterable[Simulated], logs: Path, labels: Path) -> int:
    """Write both files, chunk by chunk; returns the number of check-ins. OSError when it cannot."""
    count = 0
    with (
        logs.open("w", encoding="utf-8", newline="") as log_file,
        labels.open("w", encoding="utf-8", newline="") as label_file,
    ):
        log, label = (csv.writer(f, lineterminator="\n") for f in (log_file, label_file))
        log.writerow(COLUMNS)
        label.writerow(LABELS)
        for chunk in chunks:
            found = list(log_rows(chunk))
            log.writerows(found)
            label.writerows(label_rows(chunk))
            count += len(found)
    return count
