"""Two clinicians on one flag, and a clinician against the tick: one transition, and no later step."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from tests import cast
from tests.cast import NOW
from tests.services.flags.acts import raised, verbs
from tests.services.racing import at_once
from tracker.healing.verdicts import Cause
from tracker.models import Flag, Member, Message, Recovery
from tracker.services import flags

pytestmark = pytest.mark.django_db(transaction=True)

HALF_PAST = NOW + timedelta(minutes=30)


def rounds(wanted: int) -> int:
    """As many as were promised where the product will run; SQLite lets one writer in at a time anyway."""
    return wanted if connection.vendor == "postgresql" else wanted // 10


def some(number: int) -> list[Flag]:
    """So many urgent flags of one clinic."""
    clinic = cast.make_clinic()
    cast.make_member(clinic)
    causes, found = list(Cause), []
    recovery: Recovery | None = None
    for place in range(number):
        if place % len(causes) == 0:
            patient = cast.make_patient(clinic, f"Patient {place}")
            recovery = cast.make_recovery(patient=patient)
        assert recovery is not None
        found.append(raised(recovery, None, cause=causes[place % len(causes)]))
    return found


def take(flag: Flag, member: Member) -> Flag:
    """One clinician's answer."""
    return flags.acknowledge(flag=flag, member=member, seen_check_in_id=None, now=HALF_PAST)


def test_one_of_two_clinicians_takes_it() -> None:
    found = some(rounds(200))
    first, second = (cast.make_member(found[0].clinic, name=f"Racer {n}") for n in "ab")
    for flag in found:
        results = at_once(
            partial(take, flag, first),
            partial(take, flag, second),
        )
        assert sorted(type(r).__name__ for r in results) == ["AlreadyTaken", "Flag"]
        assert verbs(flag) == ["opened", "acknowledged"]


def test_no_step_follows_an_answer() -> None:
    """The tick may win: then its step was opened before the answer. It never comes after."""
    found, won = some(rounds(500)), 0
    member = cast.make_member(found[0].clinic, name="Racer a")
    for flag in found:
        Flag.objects.exclude(pk=flag.pk).update(next_step_at=None)
        Flag.objects.filter(pk=flag.pk).update(next_step_at=HALF_PAST)
        results = at_once(
            partial(take, flag, member),
            lambda: flags.escalate_due(now=HALF_PAST),
        )
        assert not [r for r in results if isinstance(r, Exception)]
        assert verbs(flag) in (["opened", "acknowledged"], ["opened", "escalated", "acknowledged"])
        assert flags.escalate_due(now=HALF_PAST + timedelta(days=1)) == 0
        assert flag.steps.count() == len(verbs(flag)) - 1
        assert not flag.messages.filter(state=Message.State.PENDING).exists()
        won += flag.steps.count() == 2
    print(f"{len(found)} races, the tick was first in {won}")
