"""All urgent flags with how long each step took."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import cast
from tests.views import desk
from tests.views.clinician.test_delivery_trail import travelled
from tracker.models import Flag, Member

pytestmark = pytest.mark.django_db


def page(member: Member) -> tuple[str, int]:
    client = desk.at(member)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        shown = desk.text(client.get(reverse("delivery_trails")))
    return shown, len(asked)


def test_it_says_how_long_each_step_took_and_leaves_out_what_was_not_urgent() -> None:
    flag = travelled()
    desk.flagged(flag.clinic, "Bea Okafor")
    Flag.objects.filter(recovery__patient__name="Bea Okafor").update(rank=2)
    shown, _queries = page(flag.clinic.members.get())
    assert "31 s" in shown
    assert "5 min" in shown
    assert "Bea Okafor" not in shown


def test_it_asks_the_database_as_often_for_many_as_for_one() -> None:
    clinic = cast.make_clinic()
    desk.flagged(clinic)
    member = clinic.members.get()
    _shown, one = page(member)
    for name in ("Bea Okafor", "Carol Hughes", "Dina Rahman"):
        desk.flagged(clinic, name)
    shown, many = page(member)
    assert "4 flags" in shown
    assert many == one


def test_without_urgent_flags_it_says_so() -> None:
    assert "No flag has been urgent" in page(cast.make_member(cast.make_clinic()))[0]
