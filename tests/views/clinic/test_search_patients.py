"""Looking for a patient."""

import pytest

from tests import cast
from tests.views import desk
from tracker.models import Role

pytestmark = pytest.mark.django_db
SEARCH = "/clinic/patients/search/"


def test_it_only_takes_posts() -> None:
    people = desk.team(cast.make_clinic())
    assert desk.at(people[Role.FRONT_DESK]).get(SEARCH, {"name": "Ana"}).status_code == 405


def test_a_name_too_long_to_be_one_finds_everybody() -> None:
    people = desk.team(cast.make_clinic())
    cast.make_patient(people[Role.OWNER].clinic, "Ana Sousa")
    client = desk.at(people[Role.FRONT_DESK])
    client.post(SEARCH, {"name": "x" * 121})
    assert "Ana Sousa" in desk.text(client.get("/clinic/patients/"))


def test_it_is_not_there_for_patients() -> None:
    patient = cast.make_patient(cast.make_clinic())
    client = desk.at(cast.make_member(patient.clinic))
    client.force_login(patient.user)
    assert client.post(SEARCH, {"name": "Ana"}).status_code == 404
