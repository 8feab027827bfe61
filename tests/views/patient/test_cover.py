"""When nobody covers, the wording changes by itself and says what to do instead."""

from datetime import UTC, datetime, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import cast
from tracker.models import Flag
from tracker.services import flags, rota

pytestmark = pytest.mark.django_db

SATURDAY = datetime(2026, 3, 14, 12, tzinfo=UTC)
NOBODY = "Nobody is at the clinic now. They open on Monday 16 March at 09:00."


@pytest.fixture
def flag(time_machine: Any) -> Flag:
    """An urgent flag of Saturday noon."""
    time_machine.move_to(SATURDAY, tick=False)
    return cast.make_flag(cast.make_recovery(), day=8)


def page(flag: Flag) -> str:
    """What the patient reads about the whole course."""
    client = Client()
    client.force_login(flag.recovery.patient.user)
    return " ".join(client.get(reverse("my_recovery")).content.decode().split())


def test_it_says_when_somebody_is_there_again_and_whom_to_ring_until_then(flag: Flag) -> None:
    shown = page(flag)
    assert NOBODY in shown
    assert "ring your out-of-hours service. In an emergency ring 999." in shown


def test_it_says_nothing_of_it_while_somebody_is_on_duty(flag: Flag) -> None:
    member = flag.recovery.treatment.operator
    rota.add_shift(member=member, by=member, weekday=5, starts=time(8), ends=time(20), now=SATURDAY)
    assert "Nobody is at the clinic" not in page(flag)


def test_it_says_nothing_of_it_while_the_clinic_is_open(flag: Flag, time_machine: Any) -> None:
    time_machine.move_to(datetime(2026, 3, 16, 9, 30, tzinfo=UTC), tick=False)
    assert "Nobody is at the clinic" not in page(flag)


def test_it_says_nothing_of_it_once_somebody_has_looked(flag: Flag) -> None:
    member, seen = flag.recovery.treatment.operator, flag.recovery.check_ins.get().pk
    flags.acknowledge(flag=flag, member=member, seen_check_in_id=seen, now=SATURDAY)
    assert "Nobody is at the clinic" not in page(flag)
