"""The list of protocols and editions."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import cast
from tests.views import desk
from tests.views.owner import office

pytestmark = pytest.mark.django_db


def test_it_shows_every_edition_with_its_state_and_sign_off() -> None:
    owner = office.owner(cast.make_clinic())
    cast.make_edition(owner.clinic, signed_off_by="Dr Ito", published_by=owner)
    office.draft(owner)
    shown = office.page(owner, "protocols")
    assert "Edition 1" in shown
    assert "12 Mar 2026" in shown
    assert "Dr Ito" in shown
    assert "awaiting clinical sign-off" in shown
    assert "in force" in shown
    assert "Go on with the draft" in shown


def test_it_counts_the_recoveries_that_stay_on_an_edition() -> None:
    owner = office.owner(cast.make_clinic())
    edition = cast.make_edition(owner.clinic)
    cast.make_recovery(owner.clinic, operator=owner, edition=edition)
    assert "1, 1 still followed" in office.page(owner, "protocols")


def test_it_shows_nothing_of_another_clinic() -> None:
    owner = office.owner(cast.make_clinic())
    cast.make_edition(cast.make_clinic("Linden"), signed_off_by="Dr Strange")
    assert "Dr Strange" not in office.page(owner, "protocols")


def test_it_stands_in_the_menu_of_owners_only() -> None:
    team = desk.team(cast.make_clinic())
    found = {
        role: reverse("protocols") in desk.text(desk.at(m).get("/clinic/team/")) for role, m in team.items()
    }
    assert found == {"owner": True, "clinician": False, "front_desk": False, "read_only": False}
    found = {
        role: reverse("insight") in desk.text(desk.at(m).get("/clinic/team/")) for role, m in team.items()
    }
    assert found == {"owner": True, "clinician": True, "front_desk": False, "read_only": True}


def test_it_asks_the_database_equally_often_for_few_and_many_editions() -> None:
    owner = office.owner(cast.make_clinic())
    client = desk.at(owner)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("protocols"))
        return len(seen)

    cast.make_edition(owner.clinic)
    queries()  # the first page of a session asks more
    few = queries()
    for _n in range(6):
        cast.make_edition(owner.clinic)
    assert queries() == few <= 10
