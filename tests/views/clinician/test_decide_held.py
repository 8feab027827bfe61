"""Deciding about an alert that a restore held back."""

import pytest
from django.urls import reverse

from tests import cast
from tests.views import desk
from tests.views.clinician.restored import restored
from tracker.models import AuditEntry, Flag, Message, Role

pytestmark = [pytest.mark.django_db, pytest.mark.control("C-65")]


@pytest.mark.parametrize(("act", "state"), [("send", "pending"), ("drop", "dropped"), ("", "dropped")])
def test_it_sends_only_when_told_and_only_once(act: str, state: str) -> None:
    people = desk.team(cast.make_clinic())
    message = restored(people[Role.OWNER].clinic)
    client, address = desk.at(people[Role.CLINICIAN]), reverse("decide_held", args=[message.pk])
    said = desk.seen(Flag.objects.get()) | {"act": act}
    client.post(address, said)
    assert Message.objects.get().state == state
    assert "Somebody has decided that already." in desk.text(client.post(address, said, follow=True))
    assert AuditEntry.objects.filter(verb__endswith="_message", subject=f"message:{message.pk}").count() == 1
