"""Putting a flag aside."""

from typing import Any

import pytest
from django.urls import reverse

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


def shown(member: Member, flag: Flag) -> str:
    """The page of the flag's recovery."""
    return desk.text(desk.at(member).get(reverse("recovery", args=[flag.recovery_id])))


def test_it_is_put_aside_with_a_reason_and_shown_so(people: dict[str, Member], flag: Flag) -> None:
    client = desk.at(people[Role.CLINICIAN])
    assert desk.press(client, "snooze", flag, hours=4, reason="").status_code == 422
    assert desk.press(client, "snooze", flag, hours=72, reason="away").status_code == 422
    assert desk.press(client, "snooze", flag, hours=4, reason="rings at four").status_code == 302
    assert "“rings at four”" in shown(people[Role.OWNER], flag)


def test_nothing_urgent_is_put_aside_before_somebody_has_it(people: dict[str, Member], flag: Flag) -> None:
    client = desk.at(people[Role.CLINICIAN])
    desk.press(client, "undo", flag)
    response = desk.press(client, "snooze", flag, hours=4, reason="later")
    assert response.status_code == 409
    assert "Take it first" in desk.text(response)


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.READ_ONLY])
def test_who_may_not_act_cannot(people: dict[str, Member], flag: Flag, role: str) -> None:
    assert desk.press(desk.at(people[role]), "snooze", flag).status_code == 403
