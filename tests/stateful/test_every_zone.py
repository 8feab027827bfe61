"""Reminders in every time zone there is, over three years: each local day has one, at the chosen time."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from tracker import days

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
LENGTH = 3 * 365 + 1
AROUND = timedelta(days=3)


@cache
def weeks(zone: str) -> tuple[datetime, ...]:
    """Where to look: three days before every change of the clock, and before one ordinary day.

    Between two changes every day is like the one before, so that a walk around each shows all there is.
    """
    tz = ZoneInfo(zone)
    noons = [FIRST + timedelta(days=number) for number in range(LENGTH)]
    offsets = [noon.astimezone(tz).utcoffset() for noon in noons]
    changed = [noons[n] for n in range(1, LENGTH) if offsets[n] != offsets[n - 1]]
    return tuple(noon - AROUND for noon in [FIRST + AROUND, *changed])


def walked(start: datetime, wall: time, zone: str) -> Iterator[datetime]:
    now = start
    while (found := days.next_reminder(after=now, zone=zone, at=wall)) and found < start + 2 * AROUND:
        yield found
        now = found


def shown(day: date, wall: time, tz: ZoneInfo) -> bool:
    """Whether the wall clock shows `wall` on `day` at all."""
    there = datetime.combine(day, wall, tz)
    return there.astimezone(UTC).astimezone(tz).replace(tzinfo=None) == datetime.combine(day, wall)


@pytest.mark.control("C-29")
@pytest.mark.parametrize("wall", [time(0), time(1, 30), time(2, 30), time(23, 59)], ids=str)
def test_each_local_day_has_one_reminder_at_the_chosen_time(wall: time) -> None:
    looked = moved = 0
    for zone in sorted(days.zone_names()):
        tz = ZoneInfo(zone)
        for start in weeks(zone):
            found = [instant.astimezone(tz) for instant in walked(start, wall, zone)]
            dates = [instant.date() for instant in found]
            assert dates == [dates[0] + timedelta(days=n) for n in range(len(dates))], (zone, start)
            assert len(dates) >= 5, (zone, start)
            for instant in found:
                looked += 1
                if shown(instant.date(), wall, tz):
                    assert instant.time().replace(tzinfo=None) == wall, (zone, instant)
                else:
                    moved += 1
    print(f"{looked} days, {moved} on which the clock skips {wall}")
    assert looked > 10_000
