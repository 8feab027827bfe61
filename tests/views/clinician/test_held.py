"""The alerts that a restore held back."""

import pytest
from django.urls import reverse

from tests import cast
from tests.views import desk
from tests.views.clinician.restored import restored
from tracker.models import Role

pytestmark = [pytest.mark.django_db, pytest.mark.control("C-65")]


def test_it_lists_every_held_alert_with_its_flag() -> None:
    people = desk.team(cast.make_clinic())
    message = restored(people[Role.OWNER].clinic)
    page = desk.text(desk.at(people[Role.CLINICIAN]).get(reverse("held")))
    assert f"Written 11 March, 12:00 to {message.to_email}." in page
    assert "Never send it" in page
    assert "Never send it" not in desk.text(desk.at(people[Role.READ_ONLY]).get(reverse("held")))


def test_every_page_of_the_clinic_says_that_data_is_missing() -> None:
    people = desk.team(cast.make_clinic())
    restored(people[Role.OWNER].clinic)
    for name in ("triage", "patients", "team", "rota", "insight", "protocols", "held"):
        assert "Restored from a backup of 12 March 2026, 09:00." in desk.text(
            desk.at(people[Role.OWNER]).get(reverse(name))
        )
    neighbour = cast.make_member(cast.make_clinic("Linden"), Role.OWNER, "Other Owner")
    assert "Restored from" not in desk.text(desk.at(neighbour).get(reverse("triage")))
