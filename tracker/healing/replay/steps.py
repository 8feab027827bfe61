"""Hands whole courses to an edition that can judge every step of one at once."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, runtime_checkable

from tracker.healing.infection import Course
from tracker.healing.replay.rows import Row
from tracker.healing.verdicts import Verdict

CELLS = 12_000
"""How many check-ins, gaps at the end of shorter courses included, are handed over at once."""


@runtime_checkable
class Stepwise(Protocol):
    """An edition that also judges every step of a course."""

    @property
    def name(self) -> str:
        """The name that verdicts carry."""

    def judge_steps(self, courses: Sequence[Course]) -> list[list[Verdict]]:
        """Per course one verdict per report, each with the reports before it and itself."""


def _packs(episodes: Iterable[list[Row]]) -> Iterator[list[list[Row]]]:
    """Episodes in packs of bounded size, counted as if all were as long as the longest."""
    pack: list[list[Row]] = []
    longest = 0
    for rows in episodes:
        longest = max(longest, len(rows))
        if pack and longest * (len(pack) + 1) > CELLS:
            yield pack
            pack, longest = [], len(rows)
        pack.append(rows)
    if pack:
        yield pack


def _by_day(rows: list[Row]) -> list[Row]:
    """`rows` by day and place in the file: the same list where they stand so already, as in most files."""
    days = [row.report.day for row in rows]
    return rows if days == sorted(days) else sorted(rows, key=lambda row: (row.report.day, row.position))


def stepwise(episodes: Iterable[list[Row]], edition: Stepwise) -> Iterator[tuple[Row, Verdict]]:
    """Each row with its verdict: episodes in their order, rows in file order."""
    for pack in _packs(episodes):
        ordered = [_by_day(rows) for rows in pack]
        cases = [(rows[-1].facts, [row.report for row in rows]) for rows in ordered]
        for rows, steps, verdicts in zip(pack, ordered, edition.judge_steps(cases), strict=True):
            pairs = zip(steps, verdicts, strict=True)
            yield from pairs if steps is rows else sorted(pairs, key=lambda pair: pair[0].position)
