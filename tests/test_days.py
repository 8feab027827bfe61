"""Calendar arithmetic: every zone there is, both clock changes, and promises in opening hours."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import days

WEEK = tuple((weekday, time(9), time(18)) for weekday in range(5))
LONDON = days.Hours(zone="Europe/London", spans=WEEK)


def at(text: str) -> datetime:
    """An instant in UTC from "2026-03-12 17:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def instants(first: str, last: str) -> st.SearchStrategy[datetime]:
    """Any moment between two."""
    return st.integers(int(at(first).timestamp()), int(at(last).timestamp())).map(
        lambda seconds: datetime.fromtimestamp(seconds, UTC)
    )


def reminders(zone: str, wall: time, first: date, last: date) -> Iterator[datetime]:
    """Each reminder from the one before, as the sweep walks them."""
    due = days.next_reminder(after=datetime.combine(first, time(0), UTC), zone=zone, at=wall, last_day=last)
    while due is not None:
        yield due
        due = days.next_reminder(after=due, zone=zone, at=wall, last_day=last)


@cache
def clocks(first: date, last: date) -> list[str]:
    """One zone for each way in which a clock runs between two days: many zones are names of the same."""
    hours = [
        datetime.combine(first, time(0), UTC) + timedelta(hours=6 * n) for n in range((last - first).days * 4)
    ]
    found: dict[tuple[timedelta | None, ...], str] = {}
    for zone in sorted(days.zone_names()):
        tz = ZoneInfo(zone)
        found.setdefault(tuple(hour.astimezone(tz).utcoffset() for hour in hours), zone)
    return list(found.values())


@pytest.mark.parametrize("wall", [time(0), time(1, 30), time(2, 30), time(23, 59)], ids=str)
def test_it_reminds_once_on_every_local_day_of_three_years_in_every_zone(wall: time) -> None:
    first, last = date(2025, 1, 1), date(2027, 12, 31)
    zones = clocks(first, last)
    assert len(zones) > 60
    for zone in zones:
        local = [days.local_date(due, zone) for due in reminders(zone, wall, first, last)]
        expected = [local[0] + timedelta(days=n) for n in range((last - local[0]).days + 1)]
        assert local == expected, zone
        assert local[0] <= first + days.ONE_DAY, zone


def test_it_keeps_the_chosen_wall_time_through_both_clock_changes() -> None:
    london = ZoneInfo("Europe/London")
    due = list(reminders("Europe/London", time(18), date(2026, 3, 27), date(2026, 3, 31)))
    due += reminders("Europe/London", time(18), date(2026, 10, 23), date(2026, 10, 27))
    assert {d.astimezone(london).time() for d in due} == {time(18)}
    assert len(due) == 10


def test_it_moves_a_skipped_wall_time_to_the_first_valid_moment() -> None:
    assert days.local_instant(date(2026, 3, 29), time(1, 30), "Europe/London") == at("2026-03-29 01:00")
    assert days.local_instant(date(2026, 3, 8), time(2, 30), "America/New_York") == at("2026-03-08 07:00")


def test_it_takes_the_first_of_a_wall_time_that_comes_twice() -> None:
    assert days.local_instant(date(2026, 10, 25), time(1, 30), "Europe/London") == at("2026-10-25 00:30")


def test_it_handles_a_shift_of_half_an_hour() -> None:
    assert days.local_instant(date(2026, 10, 4), time(2, 15), "Australia/Lord_Howe") == at("2026-10-03 15:30")


def test_it_reminds_in_the_last_minute_of_a_day_whose_last_hour_is_skipped() -> None:
    due = days.next_reminder(after=at("2026-03-28 22:00"), zone="America/Nuuk", at=time(23, 30))
    assert due == at("2026-03-29 00:59")
    assert days.local_date(at("2026-03-29 00:59"), "America/Nuuk") == date(2026, 3, 28)
    assert days.local_date(at("2026-03-29 01:00"), "America/Nuuk") == date(2026, 3, 29)


def test_it_has_no_reminder_on_a_day_that_a_zone_skipped() -> None:
    local = [
        days.local_date(due, "Pacific/Apia")
        for due in reminders("Pacific/Apia", time(12), date(2011, 12, 28), date(2012, 1, 1))
    ]
    assert date(2011, 12, 30) not in local
    assert local == sorted(set(local))
    assert local[-1] == date(2012, 1, 1)


def test_it_ends_reminders_after_the_last_day() -> None:
    ask: dict[str, Any] = {"zone": "Europe/London", "at": time(18), "last_day": date(2026, 3, 12)}
    assert days.next_reminder(after=at("2026-03-12 17:59"), **ask) == at("2026-03-12 18:00")
    assert days.next_reminder(after=at("2026-03-12 18:00"), **ask) is None


def test_it_waits_for_the_end_of_a_pause() -> None:
    due = days.next_reminder(
        after=at("2026-03-12 12:00"), zone="Europe/London", at=time(18), not_before=date(2026, 3, 15)
    )
    assert due == at("2026-03-15 18:00")


@given(
    zone=st.sampled_from(sorted(days.zone_names())),
    now=instants("2000-01-01 00:00", "2037-01-01 00:00"),
    wall=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
)
def test_it_finds_the_next_reminder_within_two_days_and_never_in_the_past(
    zone: str, now: datetime, wall: time
) -> None:
    due = days.next_reminder(after=now, zone=zone, at=wall)
    assert due is not None
    # 50 h: the chosen time may just be over, and a zone may skip most of a day
    assert now < due <= now + timedelta(hours=50)
    shown = due.astimezone(ZoneInfo(zone))
    assert shown.time() >= wall or shown.fold == 0


def test_it_calls_silent_after_whole_local_days_without_a_word() -> None:
    silent = days.silent_at(last_heard=date(2026, 3, 10), days=2, zone="America/Los_Angeles")
    assert silent == at("2026-03-13 07:00")


def test_it_promises_within_opening_hours() -> None:
    assert days.promised_by(now=at("2026-03-12 12:00"), hours=LONDON, minutes=60) == at("2026-03-12 13:00")


def test_it_carries_a_promise_over_the_weekend() -> None:
    friday = at("2026-03-13 17:30")
    assert days.promised_by(now=friday, hours=LONDON, minutes=60) == at("2026-03-16 09:30")


def test_it_passes_over_a_closed_day() -> None:
    hours = days.Hours(zone="Europe/London", spans=WEEK, closed=frozenset({date(2026, 3, 16)}))
    assert days.promised_by(now=at("2026-03-13 17:30"), hours=hours, minutes=60) == at("2026-03-17 09:30")


@pytest.mark.parametrize("spans", [(), ((0, time(9), time(9, 1)),)])
def test_it_gives_every_promise_an_end(spans: tuple[tuple[int, time, time], ...]) -> None:
    hours = days.Hours(zone="Europe/London", spans=spans)
    now = at("2026-03-12 12:00")
    assert days.promised_by(now=now, hours=hours, minutes=480) == now + timedelta(hours=8)


@given(
    now=instants("2026-01-01 00:00", "2026-12-31 00:00"),
    minutes=st.integers(1, 3000),
)
def test_it_never_promises_a_longer_wait_later_sooner(now: datetime, minutes: int) -> None:
    sooner = days.promised_by(now=now, hours=LONDON, minutes=minutes)
    later = days.promised_by(now=now + timedelta(minutes=10), hours=LONDON, minutes=minutes)
    assert now + timedelta(minutes=minutes) <= sooner <= later


def test_it_knows_when_the_clinic_opens_next() -> None:
    assert days.next_opening(now=at("2026-03-12 12:00"), hours=LONDON) == at("2026-03-12 12:00")
    assert days.next_opening(now=at("2026-03-14 12:00"), hours=LONDON) == at("2026-03-16 09:00")
    assert days.next_opening(now=at("2026-03-14 12:00"), hours=days.Hours(zone="Europe/London")) is None


def test_it_is_open_from_the_first_minute_to_the_last() -> None:
    asked = ["08:59", "09:00", "17:59", "18:00"]
    assert [LONDON.open_at(at(f"2026-03-12 {t}")) for t in asked] == [False, True, True, False]
