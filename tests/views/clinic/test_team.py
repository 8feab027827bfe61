"""The clinic's own page."""

import pytest

from tests import cast
from tests.views import desk
from tracker.models import Closure, Member, Role

pytestmark = pytest.mark.django_db
URL = "/clinic/team/"


@pytest.fixture
def people() -> dict[str, Member]:
    """The team of the clinic."""
    return desk.team(cast.make_clinic())


@pytest.mark.parametrize("role", list(Role))
def test_it_shows_every_member_who_works_there_and_as_what(people: dict[str, Member], role: str) -> None:
    cast.make_member(cast.make_clinic("Larkspur"), name="Dr Stranger")
    page = desk.text(desk.at(people[role]).get(URL))
    for shown in ("Dr Dunn", "Owner", "Kim Reed", "Front desk", "dr.cole@rosewater.example"):
        assert shown in page
    assert "Dr Stranger" not in page


def test_it_shows_hours_numbers_and_closures(people: dict[str, Member]) -> None:
    Closure.objects.create(clinic=people[Role.OWNER].clinic, day="2099-12-25", reason="Christmas")
    page = desk.text(desk.at(people[Role.FRONT_DESK]).get(URL))
    assert "<dt>Monday</dt><dd>09:00 to 18:00</dd>" in page
    assert "<dt>Sunday</dt><dd>closed</dd>" in page
    assert "020 7946 0000" in page
    assert "told to ring 999." in page
    assert "Fri 25 Dec 2099" in page


def test_it_says_that_the_protocol_awaits_sign_off(people: dict[str, Member]) -> None:
    cast.make_edition(people[Role.OWNER].clinic)
    page = desk.text(desk.at(people[Role.OWNER]).get(URL))
    assert "Standard 1, rules-1" in page
    assert "awaiting clinical sign-off" in page


def test_it_names_who_signed_off_the_newest_edition(people: dict[str, Member]) -> None:
    cast.make_edition(people[Role.OWNER].clinic, signed_off_by="Prof. Ames")
    page = desk.text(desk.at(people[Role.OWNER]).get(URL))
    assert "Prof. Ames" in page
    assert "awaiting clinical sign-off" not in page


def test_it_says_when_no_protocol_is_published(people: dict[str, Member]) -> None:
    assert "No protocol is published" in desk.text(desk.at(people[Role.OWNER]).get(URL))


def test_it_marks_who_left(people: dict[str, Member]) -> None:
    Member.objects.filter(name="Nell Ray").update(is_active=False)
    assert "Read only <span" in desk.text(desk.at(people[Role.OWNER]).get(URL))


def test_every_page_of_a_demo_clinic_says_so() -> None:
    real, demo = cast.make_clinic(), cast.make_clinic("Linden", is_demo=True)
    shown = {each: desk.text(desk.at(cast.make_member(each)).get(URL)) for each in (real, demo)}
    assert "Demo. Not for clinical use" in shown[demo]
    assert "Demo. Not for clinical use" not in shown[real]
