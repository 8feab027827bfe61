"""Offering a flag to a colleague."""

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


def test_it_changes_hands_when_the_colleague_accepts(people: dict[str, Member], flag: Flag) -> None:
    owner, clinician = people[Role.OWNER], people[Role.CLINICIAN]
    assert desk.press(desk.at(clinician), "hand_over", flag, to=owner.pk).status_code == 302
    assert "Dr Dunn was asked to take it over." in shown(clinician, flag)
    assert "A colleague asks you to take this over." in shown(owner, flag)
    assert desk.press(desk.at(clinician), "accept_hand_over", flag).status_code == 409
    assert desk.press(desk.at(owner), "accept_hand_over", flag).status_code == 302
    assert Flag.objects.get(pk=flag.pk).owner == owner


def test_it_is_offered_to_nobody_who_cannot_act(people: dict[str, Member], flag: Flag) -> None:
    response = desk.press(desk.at(people[Role.CLINICIAN]), "hand_over", flag, to=people[Role.FRONT_DESK].pk)
    assert response.status_code == 422
    assert Flag.objects.get(pk=flag.pk).offered_to is None


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.READ_ONLY])
def test_who_may_not_act_cannot(people: dict[str, Member], flag: Flag, role: str) -> None:
    assert desk.press(desk.at(people[role]), "hand_over", flag).status_code == 403
