"""One record: completed later, with what it said before below."""

from typing import Any

import pytest
import time_machine
from django.urls import reverse

from tests import cast
from tests.services.test_harm import SAID
from tests.views import desk
from tracker.models import AdverseEvent, Member, Role
from tracker.services import harm

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(db: None) -> AdverseEvent:
    flag = desk.flagged(cast.make_clinic())
    return harm.record(flag=flag, member=flag.clinic.members.get(), said=SAID, now=cast.NOW)


def send(event: AdverseEvent, **said: Any) -> str:
    form = SAID | desk.fresh(event.recovery.patient) | said
    with time_machine.travel(cast.NOW, tick=False):
        client = desk.at(event.recorded_by)
        return desk.text(client.post(reverse("adverse_event", args=[event.pk]), form, follow=True))


def test_a_change_shows_what_stood_before(event: AdverseEvent) -> None:
    shown = send(event, outcome="lasting", description="Pus, a small scar")
    event.refresh_from_db()
    assert event.outcome == "lasting"
    assert "What it said earlier" in shown
    assert "Outcome:</span> Still going on" in shown
    assert "What happened:</span> Pus on the cheek" in shown
    assert "Nothing was different" in send(event, outcome="lasting", description="Pus, a small scar")


def test_a_form_of_another_patient_changes_nothing(event: AdverseEvent) -> None:
    assert "another patient" in send(event, outcome="lasting", patient=0)
    event.refresh_from_db()
    assert event.outcome == "going_on"


def test_whoever_may_only_read_gets_no_form(event: AdverseEvent) -> None:
    reader: Member = cast.make_member(event.clinic, Role.READ_ONLY, "Nell Ray")
    shown = desk.text(desk.at(reader).get(reverse("adverse_event", args=[event.pk])))
    assert "Pus on the cheek" in shown
    assert "N-77" in shown
    assert 'name="severity"' not in shown
