"""Going through rows that are due."""

import logging
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time, timedelta
from time import monotonic

from django.db.models import QuerySet

from tracker import days
from tracker.models import Clinic

log = logging.getLogger(__name__)

BUDGET = 12.0
"""Seconds after which a sweep leaves the rest to the next one: with one slow row on top still shorter than
the time limit of the job that sweeps."""


def each(what: str, ids: Iterable[int], act: Callable[[int], bool], started: float | None = None) -> int:
    """Call `act` on every id; returns how often it said True. `what` names the work in the log.

    A row that fails is logged and left as it is, still due, so that it shows up as late: one poisoned
    row must not keep the others waiting. After BUDGET the rest is left, still due; it counts from `started`
    on the clock of `time.monotonic`, without one from now.
    """
    done, started = 0, monotonic() if started is None else started
    for pk in ids:
        if monotonic() - started > BUDGET:
            log.warning("%s: more is due than one sweep can do", what)
            break
        try:
            done += act(pk)
        except Exception:
            log.exception("%s of row %s failed", what, pk)
    return done


TOGETHER = 50
"""So many rows are taken in one transaction."""


def together(what: str, ids: Sequence[int], act: Callable[[Sequence[int]], int]) -> int:
    """Call `act` on some ids at a time; returns the sum of what it said.

    Where some fail together each is tried by itself, as in `each`. After BUDGET the rest is left, still due.
    """
    done, started = 0, monotonic()
    for first in range(0, len(ids), TOGETHER):
        some = ids[first : first + TOGETHER]
        if monotonic() - started > BUDGET:
            log.warning("%s: more is due than one sweep can do", what)
            break
        try:
            done += act(some)
        except Exception:
            log.warning("%s of %s rows failed together: one by one", what, len(some), exc_info=True)
            done += each(what, some, lambda pk: bool(act([pk])), started)
    return done


def clinics_after(
    *, start: time, length: timedelta, now: datetime, among: QuerySet[Clinic] | None = None
) -> list[int]:
    """Ids of clinics where it is less than `length` after `start`, by their own clocks. One query.

    Each time in another order: where there are more than one sweep can do, every one has its turn.
    """
    zones: dict[str, list[int]] = defaultdict(list)
    clinics = Clinic.objects.all() if among is None else among
    for pk, zone in clinics.values_list("pk", "timezone"):
        zones[zone].append(pk)
    found = [pk for zone, ids in zones.items() if _is_after(start, length, zone, now) for pk in ids]
    random.shuffle(found)
    return found


def _is_after(start: time, length: timedelta, zone: str, now: datetime) -> bool:
    try:
        begun = days.local_instant(days.local_date(now, zone), start, zone)
    except (KeyError, ValueError, OSError):  # its clinics fail one by one, and are logged
        return True
    return begun <= now < begun + length
