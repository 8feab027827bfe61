"""Judges a whole file of logs with one edition of the rules: what would have been said, row by row.

Causal: a row is judged with the rows of its episode logged on earlier days, those of the same day
that stand above it, and itself; never with anything later. Where the rows of an episode are out of
date order, the dates decide, not the place in the file. One output row per input row, in input order.
"""

import csv
import gc
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile

from tracker.healing.infection import Course, Edition
from tracker.healing.replay.batches import Judged, Scattered, check_treatment, scattered, together
from tracker.healing.replay.rows import Malformed, Row, read_rows
from tracker.healing.replay.steps import Stepwise, stepwise
from tracker.healing.verdicts import Reason, Verdict

__all__ = ["OUTPUT", "Malformed", "judged_rows", "replay"]

OUTPUT = ("episode", "logged_on", "day", "probability", "level", "reasons")
BATCH = 2048
"""How many courses an edition is handed at once."""


def _prefixes(rows: list[Row]) -> Iterator[tuple[Row, Course]]:
    """Each row of an episode, in file order, with the course it may see."""
    ordered = sorted(rows, key=lambda row: (row.report.day, row.position))
    reports = [row.report for row in ordered]
    place = {row.position: index for index, row in enumerate(ordered)}
    for row in rows:
        yield row, (row.facts, reports[: place[row.position] + 1])


def _say(reasons: Iterable[Reason]) -> str:
    """Reasons in one cell: code and sentence each, parted by a bar."""
    return " | ".join([f"{reason.code}: {reason.text}" for reason in reasons])


def _cells(row: Row, verdict: Verdict) -> list[str]:
    """The output row of one log, in the order of `OUTPUT`."""
    probability = f"{verdict.probability:.6g}"
    day = str(row.report.day)
    return [row.episode, row.logged_on.isoformat(), day, probability, verdict.level, _say(verdict.reasons)]


def verdicts(episodes: Iterable[list[Row]], edition: Edition) -> Iterator[tuple[Row, Verdict]]:
    """Each row of `episodes` with its verdict, handed to the edition in batches that may span episodes."""
    if isinstance(edition, Stepwise):
        yield from stepwise(episodes, edition)
        return
    pairs = (pair for rows in episodes for pair in _prefixes(rows))
    while batch := list(islice(pairs, BATCH)):
        found = edition.judge_many([course for _row, course in batch])
        yield from ((row, verdict) for (row, _course), verdict in zip(batch, found, strict=True))


def judged(episodes: Iterable[list[Row]], edition: Edition) -> Iterator[Judged]:
    """The output rows of `episodes`."""
    for row, verdict in verdicts(episodes, edition):
        yield row.position, _cells(row, verdict)


def judged_rows(logs: Path, edition: Edition) -> Iterator[tuple[Row, Verdict]]:
    """Each row of `logs` with its verdict, episode by episode. Malformed when one cannot be read.

    Where an episode is scattered over the file, all rows are held in memory.
    """
    try:
        yield from list(verdicts(together(logs), edition))
    except Scattered:
        episodes: dict[str, list[Row]] = {}
        for row in read_rows(logs):
            episodes.setdefault(row.episode, []).append(row)
        yield from verdicts((check_treatment(rows) for rows in episodes.values()), edition)


def _write(rows: Iterable[Judged], out: Path) -> int:
    """Write all or nothing: to a neighbour of `out` first, renamed when complete. Returns the row count."""
    count = 0
    with NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=out.parent, prefix=f".{out.name}.", delete=False
    ) as file:
        try:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(OUTPUT)
            for _position, cells in rows:
                writer.writerow(cells)
                count += 1
            file.close()
            _readable(file.name)
            os.replace(file.name, out)
        except BaseException:
            file.close()
            with suppress(FileNotFoundError):
                os.unlink(file.name)
            raise
    return count


def _readable(path: str) -> None:
    """Give a temporary file the mode that a new file would have."""
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(path, 0o666 & ~mask)


@contextmanager
def _counting_only() -> Iterator[None]:
    """No search for reference cycles: rows and verdicts hold none, looking takes a quarter of the time."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()


def replay(logs: Path, out: Path, edition: Edition) -> int:
    """Judge every row of `logs` with `edition` and write `out`; returns the number of rows.

    Nothing is written unless every row can be read: Malformed names line and column, OSError what could
    not be opened. An existing `out` is replaced only at the end. Memory does not grow with the file,
    apart from some bytes per episode.
    """
    with _counting_only():
        try:
            return _write(judged(together(logs), edition), out)
        except Scattered:
            return _write(scattered(logs, lambda episodes: judged(episodes, edition)), out)
