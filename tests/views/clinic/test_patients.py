"""The clinic's patients."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.views import desk
from tracker.models import Member, Role

pytestmark = pytest.mark.django_db
URL = "/clinic/patients/"
SEARCH = "/clinic/patients/search/"


@pytest.fixture
def people(time_machine: Any) -> dict[str, Member]:
    """The team of the clinic, at noon of day 6."""
    time_machine.move_to(cast.NOW, tick=False)
    return desk.team(cast.make_clinic())


def test_it_lists_everybody_by_name_with_phone_and_day(people: dict[str, Member]) -> None:
    clinic = people[Role.OWNER].clinic
    cast.make_patient(clinic, "Zoe")
    cast.make_recovery(clinic, patient=cast.make_patient(clinic, "Ana"))
    page = desk.text(desk.at(people[Role.FRONT_DESK]).get(URL))
    assert page.index("Ana") < page.index("Zoe")
    assert "+44 7700 900123" in page
    assert "Day 6 of 14" in page
    assert "none now" in page


def test_it_finds_how_a_name_begins_and_keeps_names_out_of_addresses(people: dict[str, Member]) -> None:
    clinic = people[Role.OWNER].clinic
    for name in ("Ana Sousa", "Jin Park", "Eva Anand", "Mariana Lund"):
        cast.make_patient(clinic, name)
    client = desk.at(people[Role.CLINICIAN])
    response = client.post(SEARCH, {"name": " ana "})
    assert response.status_code == 302
    assert response["Location"] == URL
    page = desk.text(client.get(URL))
    assert "Ana Sousa" in page
    assert "Eva Anand" in page
    assert "Mariana Lund" not in page
    assert "Jin Park" not in page
    assert "Found for “ana”" in page


def test_it_shows_everybody_again_on_demand(people: dict[str, Member]) -> None:
    cast.make_patient(people[Role.OWNER].clinic, "Ana Sousa")
    client = desk.at(people[Role.CLINICIAN])
    client.post(SEARCH, {"name": "nobody"})
    assert "Nobody by that name" in desk.text(client.get(URL))
    client.post(SEARCH, {"name": ""})
    assert "Ana Sousa" in desk.text(client.get(URL))


def test_it_says_how_to_begin_when_there_is_nobody(people: dict[str, Member]) -> None:
    page = desk.text(desk.at(people[Role.CLINICIAN]).get(URL))
    assert "No patients yet" in page
    assert "/clinic/patients/new/" in page


def test_it_offers_nothing_to_add_to_who_may_not(people: dict[str, Member]) -> None:
    assert "/clinic/patients/new/" not in desk.text(desk.at(people[Role.READ_ONLY]).get(URL))


def test_it_finds_nobody_of_another_clinic(people: dict[str, Member]) -> None:
    cast.make_patient(cast.make_clinic("Larkspur"), "Ana Sousa")
    client = desk.at(people[Role.OWNER])
    client.post(SEARCH, {"name": "ana"})
    assert "Ana Sousa" not in desk.text(client.get(URL))


def test_it_pages_and_asks_the_database_as_often_for_many(people: dict[str, Member]) -> None:
    clinic = people[Role.OWNER].clinic
    cast.make_recovery(clinic, patient=cast.make_patient(clinic, "First"))
    client = desk.at(people[Role.CLINICIAN])
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    for i in range(55):
        cast.make_recovery(clinic, patient=cast.make_patient(clinic, f"Person {i:02}"))
    with CaptureQueriesContext(connection) as lots:
        page = client.get(URL)
    assert len(lots) == len(few) <= 9
    assert "Page 1 of 2" in desk.text(page)
    assert "Person 54" in desk.text(client.get(URL, {"page": "2"}))
