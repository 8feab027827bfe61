"""Gathers the rows of each episode, in bounded memory, wherever they stand in the file.

Most files keep an episode together: then one pass is enough, and one episode is held at a time. An
episode that comes back later sends the file through the second way: rows are dealt by episode into
temporary files, each small enough to hold, and the judged rows merged back into file order.
"""

import csv
import heapq
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from zlib import crc32

from tracker.healing.replay.rows import COLUMNS, Line, Malformed, Row, Where, read_lines, read_row, read_rows

BUCKET_BYTES = 16 * 1024 * 1024
MAX_BUCKETS = 200

Judged = tuple[int, list[str]]
"""Position in the file, cells of the output row."""

Judge = Callable[[Iterable[list[Row]]], Iterator[Judged]]
"""Episodes -> judged rows; within each episode in file order, episodes in the order given."""


class Scattered(Exception):
    """An episode came back after another one had begun."""


def check_treatment(rows: list[Row]) -> list[Row]:
    """`rows` of one episode. Malformed when they disagree about the day of the treatment."""
    first = rows[0]
    for row in rows:
        if row.treated_on != first.treated_on:
            problem = f"{row.treated_on} differs from {first.treated_on} on line {first.line}, same episode"
            raise Malformed(row.line, "treated_on", problem)
    return rows


def together(path: Path) -> Iterator[list[Row]]:
    """The episodes of a file that keeps each in one piece. Scattered when one comes back.

    Holds one episode, and a number for each episode seen.
    """
    seen: set[int] = set()
    for episode, rows in groupby(read_rows(path), key=lambda row: row.episode):
        mark = hash(episode)
        if mark in seen:
            raise Scattered(episode)
        seen.add(mark)
        yield check_treatment(list(rows))


def scattered(path: Path, judge: Judge) -> Iterator[Judged]:
    """The judged rows of any file, in file order. Holds a bucket of some megabytes; the rest is on disk."""
    count = min(MAX_BUCKETS, 1 + path.stat().st_size // BUCKET_BYTES)
    with TemporaryDirectory() as folder:
        dealt = [Path(folder) / f"rows-{n}.csv" for n in range(count)]
        judged = [Path(folder) / f"judged-{n}.csv" for n in range(count)]
        _deal(path, dealt)
        for source, target in zip(dealt, judged, strict=True):
            _judge_bucket(source, target, judge)
        yield from heapq.merge(*(_read_judged(each) for each in judged), key=lambda item: item[0])


def _deal(path: Path, buckets: list[Path]) -> None:
    """Check each row and write it to the bucket of its episode, position and line first."""
    files = [bucket.open("w", encoding="utf-8", newline="") for bucket in buckets]
    try:
        writers = [csv.writer(file) for file in files]
        for position, line in enumerate(read_lines(path)):
            episode = read_row(line, position).episode
            cells = [line.cells[line.where[name]] for name in COLUMNS]
            writers[crc32(episode.encode()) % len(files)].writerow([position, line.number, *cells])
    finally:
        for file in files:
            file.close()


def _judge_bucket(source: Path, target: Path, judge: Judge) -> None:
    """Judge one bucket, held in memory, and write its rows in file order."""
    where = Where({name: index for index, name in enumerate(COLUMNS)})
    episodes: dict[str, list[Row]] = {}
    with source.open(encoding="utf-8", newline="") as file:
        for position, number, *cells in csv.reader(file):
            row = read_row(Line(cells, where, int(number)), int(position))
            episodes.setdefault(row.episode, []).append(row)
    judged = sorted(judge(check_treatment(rows) for rows in episodes.values()))
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([position, *cells] for position, cells in judged)


def _read_judged(path: Path) -> Iterator[Judged]:
    """The judged rows of one bucket, as they were written."""
    with path.open(encoding="utf-8", newline="") as file:
        for position, *cells in csv.reader(file):
            yield int(position), cells
