"""Going through rows that are due."""

import logging
from collections.abc import Callable, Iterable

log = logging.getLogger(__name__)


def each(what: str, ids: Iterable[int], act: Callable[[int], bool]) -> int:
    """Call `act` on every id; returns how often it said True. `what` names the work in the log.

    A row that fails is logged and left as it is, still due, so that it shows up as late: one poisoned
    row must not keep the others waiting.
    """
    done = 0
    for pk in ids:
        try:
            done += act(pk)
        except Exception:
            log.exception("%s of row %s failed", what, pk)
    return done
