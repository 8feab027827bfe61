"""Many flags, answered at random, while the system stands still now and then: none is forgotten."""

import os
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests import cast
from tests.cast import NOW
from tests.services.flags.acts import raised
from tests.services.flags.climb_model import Fate, steps
from tracker.healing.verdicts import Cause
from tracker.models import EscalationStep, Flag, Member
from tracker.services import flags, sweep

pytestmark = pytest.mark.django_db

LAST = 330
"""Minutes the clock runs: past the first return of what was taken early."""


def how_many() -> int:
    """Fewer in every build than the thousand that `make faults` asks for."""
    return int(os.environ.get("CLIMB_FLAGS", "200"))


@pytest.fixture(autouse=True)
def _a_sweep_that_takes_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands still meanwhile: here nothing is left to the next tick."""
    monkeypatch.setattr(sweep, "BUDGET", float("inf"))


def at(minute: int) -> datetime:
    """The instant of a minute."""
    return NOW + timedelta(minutes=minute)


def ticks(dice: random.Random) -> list[int]:
    """Every minute, except while everything was being restarted."""
    found, minute = [], 0
    while minute <= LAST:
        found.append(minute)
        minute += dice.randint(5, 25) if dice.random() < 0.05 else 1
    return found


def fate(dice: random.Random) -> Fate:
    """Some are never answered, some taken once or twice, some closed."""
    opened = dice.randint(0, 60)
    taken = tuple(sorted(dice.sample(range(opened, LAST), dice.choice((0, 1, 1, 2)))))
    closed = dice.randint(taken[0] + 1, LAST) if taken and dice.random() < 0.4 else None
    return Fate(opened, taken, closed)


@pytest.fixture
def member() -> Member:
    """Whoever answers."""
    return cast.make_member(cast.make_clinic())


def opened(fates: list[Fate], member: Member) -> Iterator[tuple[int, Flag]]:
    """A flag for every fate, as many on one recovery as there are causes."""
    causes = list(Cause)
    for place, one in enumerate(fates):
        if place % len(causes) == 0:
            patient = cast.make_patient(member.clinic, f"Patient {place}")
            recovery = cast.make_recovery(patient=patient, operator=member)
        cause = causes[place % len(causes)]
        yield place, raised(recovery, None, cause=cause, now=at(one.opened))


def act(minute: int, fates: list[Fate], table: dict[int, Flag], member: Member) -> None:
    """Everything that people do in one minute."""
    for place, one in enumerate(fates):
        if minute not in (*one.taken, one.closed):
            continue
        said: dict[str, Any] = {
            "flag": table[place],
            "member": member,
            "seen_check_in_id": None,
            "now": at(minute),
        }
        if minute == one.closed:
            flags.record_contact(**said, result="spoke")
            flags.resolve(**said, outcome="advised")
        else:
            flags.acknowledge(**said)


def run(fates: list[Fate], awake: list[int], member: Member) -> set[tuple[int, int, int]]:
    """(place of the flag, number of the step, minute) as the database has it afterwards."""
    table = dict(opened(fates, member))
    for minute in range(LAST + 1):
        act(minute, fates, table, member)
        if minute in awake:
            flags.come_back_due(now=at(minute), limit=10_000)
            flags.escalate_due(now=at(minute), limit=10_000)
    places = {flag.pk: place for place, flag in table.items()}
    return {
        (places[step.flag_id], step.number, round((step.opened_at - NOW).total_seconds() / 60))
        for step in EscalationStep.objects.all()
    }


@pytest.mark.parametrize("seed", [7])
def test_it_climbs_exactly_as_the_model_says(member: Member, seed: int) -> None:
    dice = random.Random(seed)
    fates = [fate(dice) for _ in range(how_many())]
    awake = ticks(dice)
    expected = {
        (place, number, minute)
        for place, one in enumerate(fates)
        for number, minute in steps(one, [m for m in awake if m >= one.opened])
    }
    found = run(fates, awake, member)
    print(f"{len(fates)} flags, {len(awake)} ticks of {LAST + 1}, {len(found)} steps")
    assert found == expected
    assert len(found) > 4 * len(fates)
    assert {step.number for step in EscalationStep.objects.all()} >= {1, 2, 3, 4, 5, 6}
