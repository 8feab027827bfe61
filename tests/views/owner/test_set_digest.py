"""Switching the morning digest: one's own, and for an owner anybody's."""

import pytest
from django.urls import reverse

from tests import cast
from tests.views import desk
from tracker.models import AuditEntry, Member, Role

pytestmark = pytest.mark.django_db


def switch(by: Member, of: Member, wants: str) -> int:
    answer = desk.at(by).post(reverse("set_digest", args=[of.pk]), {"wants": wants})
    of.refresh_from_db()
    return int(answer.status_code)


def test_each_switches_their_own_and_an_owner_everybodys() -> None:
    team = desk.team(cast.make_clinic())
    owner, clinician = team[Role.OWNER], team[Role.CLINICIAN]
    assert switch(clinician, clinician, "no") == 302
    assert not Member.objects.get(pk=clinician.pk).wants_digest
    assert switch(owner, clinician, "yes") == 302
    assert clinician.wants_digest
    assert switch(clinician, owner, "no") == 403
    assert owner.wants_digest
    entries = AuditEntry.objects.filter(verb="choose_digest").order_by("pk")
    assert [(entry.actor, entry.detail["wants"]) for entry in entries] == [
        (clinician.user, False),
        (owner.user, True),
    ]


def test_the_team_page_offers_each_their_own_switch() -> None:
    team = desk.team(cast.make_clinic())
    addresses = {role: reverse("set_digest", args=[member.pk]) for role, member in team.items()}
    shown = desk.text(desk.at(team[Role.CLINICIAN]).get(reverse("team")))
    assert [role for role, address in addresses.items() if address in shown] == [Role.CLINICIAN]
    shown = desk.text(desk.at(team[Role.OWNER]).get(reverse("team")))
    assert {role for role, address in addresses.items() if address in shown} == {Role.OWNER, Role.CLINICIAN}
    assert "Switch off" in shown
