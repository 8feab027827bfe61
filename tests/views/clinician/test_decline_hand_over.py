"""Leaving with a colleague what was offered."""

from typing import Any

import pytest

from tests import cast
from tests.views import desk
from tracker.models import Flag, Member, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(time_machine: Any) -> dict[str, Member]:
    """The team of the clinic, at noon of day 6."""
    time_machine.move_to(cast.NOW, tick=False)
    return desk.team(cast.make_clinic())


@pytest.fixture
def flag(people: dict[str, Member]) -> Flag:
    """An urgent flag that the clinician has taken."""
    flag = desk.flagged(people[Role.OWNER].clinic)
    desk.press(desk.at(people[Role.CLINICIAN]), "acknowledge", flag)
    return flag


def test_it_stays_when_the_colleague_declines(people: dict[str, Member], flag: Flag) -> None:
    desk.press(desk.at(people[Role.CLINICIAN]), "hand_over", flag, to=people[Role.OWNER].pk)
    desk.press(desk.at(people[Role.OWNER]), "decline_hand_over", flag)
    assert Flag.objects.get(pk=flag.pk).owner == people[Role.CLINICIAN]


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.READ_ONLY])
def test_who_may_not_act_cannot(people: dict[str, Member], flag: Flag, role: str) -> None:
    assert desk.press(desk.at(people[role]), "decline_hand_over", flag).status_code == 403
