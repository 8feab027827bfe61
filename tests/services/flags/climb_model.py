"""The climb as arithmetic on minutes: what the database, the locks and the sweeps must equal."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

STEPS = (0, 30, 60)
"""Minutes of the default steps; the last one repeats."""
REPEAT, UNFINISHED = 60, 240


@dataclass(frozen=True)
class Fate:
    """An urgent flag opened at minute `opened`, taken at the minutes `taken` and closed at `closed`.

    None means never. Whoever acts, acts before the tick of that minute. Taking it while somebody has it
    changes nothing.
    """

    opened: int
    taken: tuple[int, ...] = ()
    closed: int | None = None


def steps(fate: Fate, ticks: Sequence[int]) -> Iterator[tuple[int, int]]:
    """(number of the step, minute at which it was opened), with ticks only at the minutes `ticks`."""
    number, place = 1, 1
    due: int | None = fate.opened + STEPS[1]
    back: int | None = None
    yield number, fate.opened
    awake: Collection[int] = frozenset(ticks)
    for minute in range(fate.opened, max(ticks) + 1):
        if minute == fate.closed:
            return
        if minute in fate.taken and back is None:
            due, back = None, minute + UNFINISHED
        if minute not in awake:
            continue
        if back is not None and minute >= back:
            number, place, due, back = number + 1, 1, minute + STEPS[1], None
            yield number, minute
        elif due is not None and minute >= due:
            number, due = number + 1, minute + _until_next(place)
            place = min(place + 1, len(STEPS) - 1)
            yield number, minute


def _until_next(place: int) -> int:
    return STEPS[place + 1] - STEPS[place] if place + 1 < len(STEPS) else REPEAT
