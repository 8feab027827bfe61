"""Reminders against a small model that looks at the wall clock every minute: each wanted day has its one."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests import cast
from tests.stateful.few import few
from tracker.models import Message, Recovery
from tracker.services import reminders

MINUTE, TICK = timedelta(minutes=1), timedelta(minutes=30)
ZONES = ("America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia")
"""The first changes its clock on the third day."""
WALLS = (time(0), time(1, 30), time(2, 30), time(9), time(23, 59))


class Reminded(RuleBasedStateMachine):
    """Model: the local days on which the wall clock came to the chosen time while a reminder was wanted."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.recovery = cast.make_recovery()
        self.patient = self.recovery.patient
        self.now = datetime.combine(cast.STARTED, time(13), UTC)
        self.answered: set[date] = set()
        self.expected: set[date] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize(zone=st.sampled_from(ZONES), wall=st.sampled_from(WALLS))
    def begin(self, zone: str, wall: time) -> None:
        self._choose(timezone=zone, reminder_at=wall)

    def _choose(self, **changed: object) -> None:
        said = {
            "reminders_on": self.patient.reminders_on,
            "reminder_at": self.patient.reminder_at,
            "timezone": self.patient.timezone,
            "paused_until": self.patient.reminders_paused_until,
        }
        reminders.choose(
            patient=self.patient,
            actor=self.patient.user,
            now=self.now,
            **(said | changed),  # type: ignore[arg-type]
        )

    def local(self, instant: datetime) -> datetime:
        return instant.astimezone(ZoneInfo(self.patient.timezone))

    @rule(wall=st.sampled_from(WALLS))
    def another_time(self, wall: time) -> None:
        self._choose(reminder_at=wall)

    @rule(on=st.booleans())
    def stopped_or_wanted(self, on: bool) -> None:
        self._choose(reminders_on=on)

    @rule(length=st.integers(0, 3))
    def pause(self, length: int) -> None:
        until = self.local(self.now).date() + timedelta(days=length)
        self._choose(paused_until=until if length else None)

    @rule()
    def answer(self) -> None:
        today = self.local(self.now).date()
        if today > self.recovery.started_on:
            day = self.recovery.day_on(today)
            cast.check_in(Recovery.objects.get(pk=self.recovery.pk), day, now=self.now)
            self.answered.add(today)

    @rule(ticks=st.integers(1, 60))
    def time_goes_on(self, ticks: int) -> None:
        for _ in range(ticks):
            for _ in range(TICK // MINUTE):
                before, self.now = self.now, self.now + MINUTE
                self._look_at_the_clock(before)
            reminders.queue_due(now=self.now)

    def _look_at_the_clock(self, before: datetime) -> None:
        shown = self.local(self.now)
        day = shown.date()
        chosen = datetime.combine(day, self.patient.reminder_at)
        came = self.local(before).replace(tzinfo=None) < chosen <= shown.replace(tzinfo=None)
        paused = self.patient.reminders_paused_until
        within = self.recovery.started_on < day <= self.recovery.ends_on
        wanted = self.patient.reminders_on and (paused is None or paused <= day)
        if came and not shown.fold and within and wanted and day not in self.answered:
            self.expected.add(day)

    @invariant()
    def each_expected_day_has_one_and_no_other_has(self) -> None:
        sent = Message.objects.filter(kind=Message.Kind.REMINDER, recovery=self.recovery)
        found = list(sent.values_list("local_day", flat=True))
        assert len(found) == len(set(found))
        assert set(found) == self.expected


@pytest.mark.django_db
@pytest.mark.control("C-29")
def test_each_day_has_its_one_reminder_whatever_people_choose() -> None:
    run_state_machine_as_test(Reminded, settings=few(14))
