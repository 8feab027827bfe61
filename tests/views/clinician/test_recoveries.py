"""The list of every recovery."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.views import desk
from tracker.models import Member, Role

pytestmark = pytest.mark.django_db
URL = "/clinic/recoveries/"


@pytest.fixture
def people(time_machine: Any) -> dict[str, Member]:
    """The team of the clinic, at noon of day 6."""
    time_machine.move_to(cast.NOW, tick=False)
    return desk.team(cast.make_clinic())


def well(people: dict[str, Member], name: str) -> None:
    recovery = cast.make_recovery(
        people[Role.OWNER].clinic, patient=cast.make_patient(people[Role.OWNER].clinic, name)
    )
    cast.check_in(recovery, 6, now=cast.NOW)


def test_it_lists_who_is_followed_with_their_day_and_newest_level(people: dict[str, Member]) -> None:
    well(people, "Tom Vale")
    page = desk.text(desk.at(people[Role.READ_ONLY]).get(URL))
    assert "Tom Vale" in page
    assert "Day 6 of 14" in page
    assert "Pen · face 1.25 mm" in page
    assert "On course" in page


def test_it_marks_those_with_an_open_flag(people: dict[str, Member]) -> None:
    desk.flagged(people[Role.OWNER].clinic)
    assert "flag open" in desk.text(desk.at(people[Role.CLINICIAN]).get(URL))


def test_it_shows_only_the_silent_on_demand(people: dict[str, Member]) -> None:
    well(people, "Tom Vale")
    cast.make_recovery(
        people[Role.OWNER].clinic, patient=cast.make_patient(people[Role.OWNER].clinic, "Eva Lindt")
    )
    page = desk.text(desk.at(people[Role.CLINICIAN]).get(URL, {"show": "silent"}))
    assert "Eva Lindt" in page
    assert "Nothing heard since the treatment 6 days ago" in page
    assert "Tom Vale" not in page


def test_it_shows_the_front_desk_names_and_days_only(people: dict[str, Member]) -> None:
    desk.flagged(people[Role.OWNER].clinic)
    page = desk.text(desk.at(people[Role.FRONT_DESK]).get(URL))
    assert "Ana Sousa" in page
    assert "Day 6 of 14" in page
    for clinical in ("Pen", "1.25", "flag open", "Urgent", "On course"):
        assert clinical not in page


def test_it_says_what_begins_a_recovery_when_there_is_none(people: dict[str, Member]) -> None:
    page = desk.text(desk.at(people[Role.CLINICIAN]).get(URL))
    assert "No recovery is being followed" in page
    assert "Everybody has written lately" in desk.text(
        desk.at(people[Role.CLINICIAN]).get(URL + "?show=silent")
    )


def test_it_lists_nobody_of_another_clinic(people: dict[str, Member]) -> None:
    cast.make_recovery(cast.make_clinic("Larkspur"))
    assert "Ana Sousa" not in desk.text(desk.at(people[Role.OWNER]).get(URL))


def test_it_asks_the_database_as_often_for_many_as_for_few(people: dict[str, Member]) -> None:
    client = desk.at(people[Role.CLINICIAN])
    well(people, "First One")
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    for i in range(60):
        well(people, f"Person {i}")
    with CaptureQueriesContext(connection) as lots:
        page = client.get(URL)
    assert len(lots) == len(few) <= 8
    assert "Page 1 of 2" in desk.text(page)
    assert "Page 2 of 2" in desk.text(client.get(URL, {"page": "2"}))
