"""Taking back one's own last step."""

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


def test_the_last_step_can_be_taken_back(people: dict[str, Member], flag: Flag) -> None:
    assert "Undo my last step" in shown(people[Role.CLINICIAN], flag)
    assert "Undo my last step" not in shown(people[Role.OWNER], flag)
    assert desk.press(desk.at(people[Role.CLINICIAN]), "undo", flag).status_code == 302
    assert desk.state_of(flag) == Flag.State.OPEN
    assert desk.press(desk.at(people[Role.CLINICIAN]), "undo", flag).status_code == 409


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.READ_ONLY])
def test_who_may_not_act_cannot(people: dict[str, Member], flag: Flag, role: str) -> None:
    assert desk.press(desk.at(people[role]), "undo", flag).status_code == 403


def test_closing_asks_in_one_tap_whether_it_was_right(people: dict[str, Member], flag: Flag) -> None:
    client = desk.at(people[Role.CLINICIAN])
    desk.press(client, "contact", flag, result="spoke")
    desk.press(client, "resolve", flag, outcome="settled", disagreed="misread")
    assert Flag.objects.get(pk=flag.pk).disagreed == "misread"
