"""Taking a word away from a recovery."""

import pytest
from django.urls import reverse

from tests import cast
from tests.views import desk
from tracker.models import AuditEntry, Recovery, Role

pytestmark = pytest.mark.django_db


def test_it_takes_one_away_and_leaves_the_others() -> None:
    people = desk.team(cast.make_clinic())
    recovery = cast.make_recovery(people[Role.OWNER].clinic)
    Recovery.objects.update(tags=["vip", "ring-friday"])
    client = desk.at(people[Role.CLINICIAN])
    page = desk.text(client.get(reverse("recovery", args=[recovery.pk])))
    assert "Take away vip" in page
    for _twice in range(2):
        client.post(reverse("untag", args=[recovery.pk]), desk.fresh(recovery.patient) | {"tag": "vip"})
    assert Recovery.objects.get().tags == ["ring-friday"]
    assert AuditEntry.objects.filter(verb="remove_tag").count() == 1
