"""Taking note of a restore."""

import pytest
from django.urls import reverse

from tests import cast
from tests.views import desk
from tests.views.clinician.restored import restored
from tracker.models import AuditEntry, Restore, Role

pytestmark = [pytest.mark.django_db, pytest.mark.control("C-65")]


def test_the_line_goes_away_for_everybody_and_the_audit_keeps_who_noted_it() -> None:
    people = desk.team(cast.make_clinic())
    restored(people[Role.OWNER].clinic)
    client = desk.at(people[Role.CLINICIAN])
    assert "Restored from a backup" in desk.text(client.get(reverse("triage")))
    client.post(reverse("note_restore"))
    for member in people.values():
        assert "Restored from a backup" not in desk.text(desk.at(member).get(reverse("triage")))
    assert Restore.objects.get().noted_by == people[Role.CLINICIAN]
    assert AuditEntry.objects.filter(verb="note_restore").count() == 1
