"""Taking a closing back."""

from typing import Any

import pytest

from tests import cast
from tests.views import desk
from tracker.models import Flag, FlagEvent, Member, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(time_machine: Any) -> dict[str, Member]:
    """The team of the clinic, at noon of day 6."""
    time_machine.move_to(cast.NOW, tick=False)
    return desk.team(cast.make_clinic())


@pytest.fixture
def closed(people: dict[str, Member]) -> Flag:
    """An urgent flag that was closed after a contact."""
    flag = desk.flagged(people[Role.OWNER].clinic)
    desk.press(desk.at(people[Role.CLINICIAN]), "contact", flag, result="spoke", outcome="settled")
    return flag


def test_it_opens_the_flag_again_and_keeps_its_history(people: dict[str, Member], closed: Flag) -> None:
    response = desk.press(desk.at(people[Role.OWNER]), "reopen", closed)
    assert response.status_code == 302
    assert desk.state_of(closed) == Flag.State.OPEN
    verbs = list(FlagEvent.objects.filter(flag=closed).values_list("verb", flat=True))
    assert verbs[-2:] == ["resolved", "reopened"]
    page = desk.text(desk.at(people[Role.OWNER]).get(response.url))
    assert "Reopened by Dr Dunn" in page
    assert "Closed by Dr Cole: Looked at: healing as expected" in page


def test_it_is_offered_only_for_what_is_closed(people: dict[str, Member], closed: Flag) -> None:
    client = desk.at(people[Role.CLINICIAN])
    address = f"/clinic/recoveries/{closed.recovery_id}/"
    assert "Reopen<" in desk.text(client.get(address))
    desk.press(client, "reopen", closed)
    assert "Reopen<" not in desk.text(client.get(address))


def test_an_open_flag_cannot_be_reopened(people: dict[str, Member], closed: Flag) -> None:
    client = desk.at(people[Role.CLINICIAN])
    desk.press(client, "reopen", closed)
    response = desk.press(client, "reopen", closed)
    assert response.status_code == 409
    assert FlagEvent.objects.filter(flag=closed, verb="reopened").count() == 1


def test_it_is_refused_for_another_patient(people: dict[str, Member], closed: Flag) -> None:
    other = cast.make_patient(people[Role.OWNER].clinic, "Jin Park")
    response = desk.press(desk.at(people[Role.CLINICIAN]), "reopen", closed, patient=other.pk)
    assert response.status_code == 409
    assert desk.state_of(closed) == Flag.State.RESOLVED


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.READ_ONLY])
def test_who_may_not_act_cannot(people: dict[str, Member], closed: Flag, role: str) -> None:
    assert desk.press(desk.at(people[role]), "reopen", closed).status_code == 403
    assert desk.state_of(closed) == Flag.State.RESOLVED
