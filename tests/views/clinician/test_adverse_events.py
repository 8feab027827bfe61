"""The clinic's list of harm, narrowed by the address."""

import pytest
from django.urls import reverse

from tests import cast
from tests.services.test_harm import SAID
from tests.views import desk
from tracker.models import Member
from tracker.services import harm

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(db: None) -> Member:
    clinic = cast.make_clinic()
    for name, severity in (("Ana Sousa", "mild"), ("Bea Okafor", "severe")):
        flag = desk.flagged(clinic, name)
        harm.record(flag=flag, member=clinic.members.get(), said=SAID | {"severity": severity}, now=cast.NOW)
    return clinic.members.get()


def page(member: Member, query: str = "") -> str:
    return desk.text(desk.at(member).get(reverse("adverse_events") + query))


def test_it_lists_all_and_narrows(member: Member) -> None:
    assert "2 records" in page(member)
    narrowed = page(member, "?severity=severe&outcome=going_on")
    assert "Bea Okafor" in narrowed
    assert "Ana Sousa" not in narrowed
    assert "?severity=severe&amp;outcome=going_on" in narrowed
    assert "No record is like that" in page(member, "?reportable=yes")


def test_what_it_does_not_know_narrows_nothing(member: Member) -> None:
    assert "2 records" in page(member, "?severity=awful&page=x")


def test_an_empty_list_says_where_a_record_begins() -> None:
    other = cast.make_member(cast.make_clinic("Linden"))
    assert "No harm has been recorded" in page(other)
