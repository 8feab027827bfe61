"""Calendar arithmetic per time zone. Pure: no clock, no database.

Instants are aware datetimes and come back in UTC; days are dates in a named zone. A local time that
a clock change skips means the first valid moment after it; one that happens twice means the first.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

ONE_DAY = timedelta(days=1)
KEPT_OFFLINE = timedelta(days=3)
"""How long an entry may wait on a device and still count for the day it was written on."""


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every zone name that may be stored."""
    return frozenset(available_timezones() - {"localtime", "Factory"})


def local_date(instant: datetime, zone: str) -> date:
    """The date on the wall calendar in `zone` at `instant`."""
    return instant.astimezone(ZoneInfo(zone)).date()


def written_at(captured_at: datetime | None, *, now: datetime) -> datetime:
    """When an entry was written: the device's word if it waited for up to `KEPT_OFFLINE`, else `now`.

    A clock that is ahead of ours, or further back, is not believed: then the arrival counts.
    """
    if captured_at is None or not now - KEPT_OFFLINE <= captured_at <= now:
        return now
    return captured_at


def local_instant(day: date, at: time, zone: str) -> datetime:
    """The instant at which the wall clock in `zone` shows `at` on `day`."""
    tz = ZoneInfo(zone)
    instant = datetime.combine(day, at, tz).astimezone(UTC)
    if instant.astimezone(tz).replace(tzinfo=None) == datetime.combine(day, at):
        return instant
    return _end_of_gap(datetime.combine(day, at), tz)


def _end_of_gap(wall: datetime, tz: ZoneInfo) -> datetime:
    """First valid moment after a wall time that was skipped."""
    before = wall.replace(tzinfo=tz, fold=1).astimezone(UTC)
    after = wall.replace(tzinfo=tz, fold=0).astimezone(UTC)
    low, high = min(before, after), max(before, after)
    offset = low.astimezone(tz).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(tz).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def next_reminder(
    *,
    after: datetime,
    zone: str,
    at: time,
    not_before: date | None = None,
    last_day: date | None = None,
    weekdays: Collection[int] = range(7),
) -> datetime | None:
    """The next instant later than `after` at which the wall clock in `zone` shows `at`.

    `not_before` is the first local day allowed (a pause), `last_day` the last; `weekdays` are those
    allowed, 0 Monday … 6 Sunday. None when the last day is over, or no weekday is allowed. One per
    local day by construction, also when the clocks change.
    """
    if not weekdays:
        return None
    day = local_date(after, zone)
    if not_before is not None and not_before > day:
        day = not_before
    due = _within(day, at, zone)
    while due is None or due <= after or day.weekday() not in weekdays:
        day += ONE_DAY
        due = _within(day, at, zone)
    return due if last_day is None or day <= last_day else None


def _within(day: date, at: time, zone: str) -> datetime | None:
    """The instant of `at` that still lies on `day`; None when the zone skips the whole day.

    Greenland skips the last hour of a day each spring: then the day's last minute stands for it.
    """
    due = local_instant(day, at, zone)
    if local_date(due, zone) == day:
        return due
    due -= timedelta(minutes=1)
    return due if local_date(due, zone) == day else None


def silent_at(*, last_heard: date, days: int, zone: str) -> datetime:
    """When `days` whole local days have passed without a word since `last_heard`."""
    return local_instant(last_heard + timedelta(days=days + 1), time(0, 0), zone)


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours in `zone`: spans of (weekday 0–6, opens, closes), and closed days."""

    zone: str
    spans: tuple[tuple[int, time, time], ...] = ()
    closed: frozenset[date] = frozenset()

    def on(self, day: date) -> list[tuple[datetime, datetime]]:
        """The open spans of one local day, as instants."""
        if day in self.closed:
            return []
        return [
            (local_instant(day, opens, self.zone), local_instant(day, closes, self.zone))
            for weekday, opens, closes in self.spans
            if weekday == day.weekday()
        ]

    def from_instant(self, now: datetime, within_days: int = 60) -> Iterator[tuple[datetime, datetime]]:
        """Open spans from `now` on, the running one cut at `now`."""
        first = local_date(now, self.zone)
        for ahead in range(within_days):
            for opens, closes in self.on(first + ahead * ONE_DAY):
                if closes > now:
                    yield max(opens, now), closes

    def open_at(self, now: datetime) -> bool:
        """Whether the clinic is open at `now`."""
        return any(opens <= now < closes for opens, closes in self.on(local_date(now, self.zone)))


def promised_by(*, now: datetime, hours: Hours, minutes: int) -> datetime:
    """The instant by which `minutes` of opening time have passed.

    With no opening hours at all (or none within 60 days) the clock runs round the clock: a promise
    always has an end.
    """
    left = timedelta(minutes=minutes)
    for opens, closes in hours.from_instant(now):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    return now + timedelta(minutes=minutes)


def next_opening(*, now: datetime, hours: Hours) -> datetime | None:
    """When the clinic next opens; `now` while it is open, None without opening hours."""
    return next((opens for opens, _ in hours.from_instant(now)), None)
