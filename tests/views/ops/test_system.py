"""How the product is doing, for the owner."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests import cast
from tests.views import desk
from tracker.models import Flag, Repair, Role
from tracker.services import drill, flags, health

pytestmark = pytest.mark.django_db

URL = "/clinic/system/"


def test_it_shows_each_part_with_its_age_and_what_is_not_well() -> None:
    owner = desk.team(cast.make_clinic())[Role.OWNER]
    now = timezone.now()
    health.beat(component=health.WORKER, now=now)
    health.beat(component=health.BEAT, now=now - timedelta(minutes=7))
    health.fail(component=health.OUTSIDE, error="URLError", now=now)
    page = desk.text(desk.at(owner).get(URL))
    assert "7 min ago" in page
    assert 'href="/clinic/urgent-flags/"' in page
    assert page.count("<strong>Not well</strong>") >= 2
    assert "never" in page


def test_it_shows_repairs_of_the_day_and_ever_and_what_is_not_set_up(settings: Any) -> None:
    settings.CANARY_EMAIL = settings.DEADMAN_URL = ""
    owner = desk.team(cast.make_clinic())[Role.OWNER]
    Repair.objects.create(kind="step", at=timezone.now() - timedelta(days=3), number=7)
    page = desk.text(desk.at(owner).get(URL))
    assert '<td class="num">0</td><td class="num">7</td>' in page
    assert "No proof is set up." in page
    assert "No outside alarm is set up" in page


def test_it_shows_the_clinics_own_drills_and_who_answered() -> None:
    clinic, other = cast.make_clinic(), cast.make_clinic("Linden")
    people, now = desk.team(clinic), timezone.now()
    stranger = cast.make_member(other, Role.OWNER, "Other Owner")
    for each in (clinic, other):
        cast.make_edition(each)
        drill.begin(clinic=each, now=now - timedelta(minutes=10))
    flag = Flag.objects.get(clinic=clinic)
    flags.acknowledge(
        flag=flag,
        member=people[Role.CLINICIAN],
        seen_check_in_id=flag.newest_check_in_id,
        now=now - timedelta(minutes=4),
    )
    assert "after 6.0 min by Dr Cole" in desk.text(desk.at(people[Role.OWNER]).get(URL))
    theirs = desk.text(desk.at(stranger).get(URL))
    assert "not yet" in theirs
    assert "Dr Cole" not in theirs


def test_other_pages_of_the_clinic_carry_the_line_too() -> None:
    owner = desk.team(cast.make_clinic())[Role.OWNER]
    now = timezone.now()
    for part in (health.BEAT, health.WORKER, health.MAIL, health.WATCH):
        health.beat(component=part, now=now)
    health.beat(component=health.PROOF, now=now - timedelta(minutes=4))
    page = desk.text(desk.at(owner).get("/clinic/team/"))
    assert "Everything is running." in page
    assert "Last proof from entry to mail: 4 min ago." in page
    health.fail(component=health.MAIL, error="TimeoutError", now=now)
    assert "strip broken" in desk.text(desk.at(owner).get("/clinic/patients/"))
