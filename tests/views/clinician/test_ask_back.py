"""Asking the patient back."""

from typing import Any

import pytest
from django.urls import reverse

from tests import cast
from tests.views import desk
from tracker.models import AskBack, Flag, Member, Role

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


@pytest.mark.parametrize("sign", ["", "warmth"])
def test_the_patient_is_asked_back(people: dict[str, Member], flag: Flag, sign: str) -> None:
    client = desk.at(people[Role.CLINICIAN])
    assert desk.press(client, "ask_back", flag, sign=sign, hours=12).status_code == 302
    assert AskBack.objects.get().sign == sign
    page = shown(people[Role.OWNER], flag)
    assert ("One question goes out" if sign else "an answer is awaited by") in page


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.READ_ONLY])
def test_who_may_not_act_cannot(people: dict[str, Member], flag: Flag, role: str) -> None:
    assert desk.press(desk.at(people[role]), "ask_back", flag).status_code == 403
