"""What one cell of a log file says, or ValueError with the problem in words."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from math import isfinite

from tracker.healing.replay.areas import AREA_NAMES
from tracker.healing.symptoms import SCALE_MAX, Answer, Discharge
from tracker.healing.treatments import DEVICES

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def calendar_day(text: str) -> date:
    """A calendar day, year first; nothing looser, so that no day is read as a month."""
    if not DAY.fullmatch(text):
        raise ValueError("is not a date like 2026-03-31")
    return date.fromisoformat(text)


def number(text: str, low: float, high: float) -> float:
    """A finite number from `low` to `high`."""
    try:
        value = float(text)
    except ValueError:
        raise ValueError("is not a number") from None
    if not isfinite(value) or not low <= value <= high:
        raise ValueError(f"is not between {low:g} and {high:g}")
    return value


def whole(text: str, low: int, high: int) -> int:
    """A whole number; `2.0` counts as one, as spreadsheets write it next to empty cells."""
    value = number(text, low, high)
    if value != int(value):
        raise ValueError("is not a whole number")
    return int(value)


def one_of(names: Sequence[str]) -> Callable[[str], str]:
    """A reader of one of `names`, in any case."""

    def read(text: str) -> str:
        """The name in lower case, or ValueError."""
        if text.lower() not in names:
            raise ValueError(f"is not one of {', '.join(names)}")
        return text.lower()

    return read


def areas(text: str) -> tuple[str, ...]:
    """One area, or several joined by ";" or "+"."""
    names = [name.strip().lower() for name in re.split("[;+]", text)]
    for name in names:
        if name not in AREA_NAMES:
            raise ValueError(f"is not a known area; known: {', '.join(sorted(AREA_NAMES))}")
    return tuple(dict.fromkeys(AREA_NAMES[name] for name in names))


def depth(text: str) -> float:
    """Needle depth in millimetres."""
    return number(text, 0.05, 10.0)


def temperature(text: str) -> float:
    """Body temperature in °C; a value in °F is refused."""
    return number(text, 30.0, 45.0)


def score(text: str) -> int:
    """A symptom on the 0–4 scale."""
    return whole(text, 0, SCALE_MAX)


def skin(text: str) -> int:
    """Fitzpatrick type 1–6."""
    return whole(text, 1, 6)


def sign(text: str) -> Answer:
    """1 for yes, 0 for no."""
    return Answer.YES if whole(text, 0, 1) else Answer.NO


device = one_of(DEVICES)
_fluid = one_of([d.value for d in Discharge])


def discharge(text: str) -> Discharge:
    """What comes out of the skin."""
    return Discharge(_fluid(text))
