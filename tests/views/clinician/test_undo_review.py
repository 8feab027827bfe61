"""Taking a review back."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests import cast
from tests.views import desk
from tracker.models import Recovery, Role

pytestmark = pytest.mark.django_db


def test_it_is_too_late_after_ten_minutes(time_machine: Any) -> None:
    time_machine.move_to(cast.NOW, tick=False)
    people = desk.team(cast.make_clinic())
    recovery = cast.make_recovery(people[Role.OWNER].clinic)
    at = cast.NOW - timedelta(minutes=11)
    Recovery.objects.update(reviewed_at=at, reviewed_by=people[Role.CLINICIAN])
    client = desk.at(people[Role.CLINICIAN])
    assert "Undo" not in desk.text(client.get(reverse("recovery", args=[recovery.pk])))
    back = client.post(reverse("undo_review"), {"row": [f"{recovery.pk}:"]}, follow=True)
    assert "That is too long ago" in desk.text(back)
    assert Recovery.objects.get().reviewed_at == at
