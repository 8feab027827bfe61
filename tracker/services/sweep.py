"""Going through rows that are due."""

import logging
import time
from collections.abc import Callable, Iterable

log = logging.getLogger(__name__)

BUDGET = 12.0
"""Seconds after which a sweep leaves the rest to the next one: with one slow row on top still shorter than
the time limit of the job that sweeps."""


def each(what: str, ids: Iterable[int], act: Callable[[int], bool]) -> int:
    """Call `act` on every id; returns how often it said True. `what` names the work in the log.

    A row that fails is logged and left as it is, still due, so that it shows up as late: one poisoned
    row must not keep the others waiting. After BUDGET the rest is left, still due.
    """
    done, started = 0, time.monotonic()
    for pk in ids:
        if time.monotonic() - started > BUDGET:
            log.warning("%s: more is due than one sweep can do", what)
            break
        try:
            done += act(pk)
        except Exception:
            log.exception("%s of row %s failed", what, pk)
    return done
