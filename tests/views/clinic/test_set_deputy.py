"""Only the owner names a deputy."""

from typing import Any

import pytest

from tests import cast
from tests.views import desk
from tracker.models import Member, Role, Shift

pytestmark = pytest.mark.django_db
URL = "/clinic/rota/"


@pytest.fixture
def people(time_machine: Any) -> dict[str, Member]:
    """The team, on a Thursday noon."""
    time_machine.move_to(cast.NOW, tick=False)
    return desk.team(cast.make_clinic())


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.FRONT_DESK, Role.READ_ONLY])
def test_nobody_else_does(people: dict[str, Member], role: str) -> None:
    assert desk.at(people[role]).post(f"{URL}deputies/1/").status_code == 403
    assert not Shift.objects.exists()


def test_it_is_not_done_by_get(people: dict[str, Member]) -> None:
    assert desk.at(people[Role.OWNER]).get(f"{URL}deputies/1/").status_code == 405
