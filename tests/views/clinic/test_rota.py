"""The rota: everybody sees it, the owner changes it, gaps stand out."""

from datetime import time, timedelta
from typing import Any

import pytest

from tests import cast
from tests.views import desk
from tracker.models import Member, Role, Shift
from tracker.services import cover_check, rota

pytestmark = pytest.mark.django_db
URL = "/clinic/rota/"


@pytest.fixture
def people(time_machine: Any) -> dict[str, Member]:
    """The team, on a Thursday noon."""
    time_machine.move_to(cast.NOW, tick=False)
    return desk.team(cast.make_clinic())


def test_the_owner_adds_and_removes(people: dict[str, Member]) -> None:
    client, who = desk.at(people[Role.OWNER]), people[Role.CLINICIAN]
    said = {"member": who.pk, "weekday": 3, "starts": "09:00", "ends": "18:00"}
    assert client.post(f"{URL}add/", said).status_code == 302
    shift = Shift.objects.get()
    assert (shift.member, shift.weekday, shift.ends) == (who, 3, time(18))
    assert "On duty now: Dr Cole" in desk.text(client.get(URL))
    assert client.post(f"{URL}add/", said | {"ends": "08:00"}).status_code == 422
    assert client.post(f"{URL}{shift.pk}/remove/").status_code == 302
    assert not Shift.objects.exists()


@pytest.mark.parametrize("role", list(Role))
def test_everybody_sees_the_gaps(people: dict[str, Member], role: str) -> None:
    owner = people[Role.OWNER]
    for day in (3, 4, 0, 1):
        rota.add_shift(member=owner, by=owner, weekday=day, starts=time(8), ends=time(19), now=cast.NOW)
    page = desk.text(desk.at(people[role]).get(URL))
    assert page.count("<li>Wed 18 Mar, 09:00–18:00</li>") == 1
    assert "Thu 12 Mar" not in page
    assert ("Add a shift" in page) is (role == Role.OWNER)


def test_it_says_that_the_owners_were_told_this_evening(people: dict[str, Member], time_machine: Any) -> None:
    page = desk.at(people[Role.FRONT_DESK])
    assert "Each evening from 18:00 the owners are told" in desk.text(page.get(URL))
    time_machine.move_to(cast.NOW + timedelta(hours=7), tick=False)
    cover_check.send_due(now=cast.NOW + timedelta(hours=7))
    assert "The owners were told of the coming gaps by e-mail at 19:00." in desk.text(page.get(URL))


def test_the_owner_names_a_deputy(people: dict[str, Member]) -> None:
    owner, who = people[Role.OWNER], people[Role.CLINICIAN]
    desk.at(owner).post(f"{URL}deputies/{who.pk}/", {"deputy": owner.pk})
    assert Member.objects.get(pk=who.pk).deputy == owner
    desk.at(owner).post(f"{URL}deputies/{who.pk}/", {"deputy": who.pk})
    assert Member.objects.get(pk=who.pk).deputy == owner
    desk.at(owner).post(f"{URL}deputies/{who.pk}/", {"deputy": ""})
    assert Member.objects.get(pk=who.pk).deputy is None
