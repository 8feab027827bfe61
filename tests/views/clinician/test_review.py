"""Reviewing calm recoveries, one or many at once."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import cast
from tests.views import desk
from tracker.models import Member, Recovery, Role
from tracker.services import assessing

pytestmark = pytest.mark.django_db
CALM = "/clinic/recoveries/?show=calm"


@pytest.fixture
def people(time_machine: Any) -> dict[str, Member]:
    """The team of the clinic, at noon of day 6."""
    time_machine.move_to(cast.NOW, tick=False)
    return desk.team(cast.make_clinic())


def calm(people: dict[str, Member], name: str) -> Recovery:
    clinic = people[Role.OWNER].clinic
    recovery = cast.make_recovery(clinic, patient=cast.make_patient(clinic, name))
    cast.check_in(recovery, 5, now=cast.at_noon(recovery, 5))
    assessing.assess_pending(now=cast.NOW)
    return recovery


def boxes(page: str) -> list[str]:
    """What the ticked boxes of the page would send."""
    return re.findall(r'type="checkbox" name="row" value="([^"]*)"', page)


def test_the_ticked_ones_leave_the_list_and_can_be_taken_back(people: dict[str, Member]) -> None:
    first, second = calm(people, "Tom Vale"), calm(people, "Una Vale")
    client = desk.at(people[Role.CLINICIAN])
    rows = boxes(desk.text(client.get(CALM)))
    assert len(rows) == 2
    page = desk.text(client.post(reverse("review"), {"row": rows, "next": CALM}, follow=True))
    assert "2 reviewed." in page
    assert "Every calm recovery has been reviewed" in page
    assert "Undo my last review (2)" in page
    one = desk.text(client.get(reverse("recovery", args=[first.pk])))
    assert "by Dr Cole; nothing new since." in one
    undone = {"row": [f"{first.pk}:", f"{second.pk}:"], "next": CALM}
    assert "Taken back." in desk.text(client.post(reverse("undo_review"), undone, follow=True))
    assert Recovery.objects.filter(reviewed_at=None).count() == 2


def test_the_flagged_are_not_offered_and_left_out_when_sent_all_the_same(people: dict[str, Member]) -> None:
    flag = desk.flagged(people[Role.OWNER].clinic)
    assessing.assess_pending(now=cast.NOW)
    client = desk.at(people[Role.CLINICIAN])
    assert "Ana Sousa" not in desk.text(client.get(CALM))
    row = f"{flag.recovery_id}:{desk.seen(flag)['seen']}"
    page = desk.text(client.post(reverse("review"), {"row": [row]}, follow=True))
    assert "1 was left out" in page
    assert Recovery.objects.get().reviewed_at is None
    assert "Mark as reviewed" not in desk.text(client.get(reverse("recovery", args=[flag.recovery_id])))


def test_one_with_news_since_the_page_was_opened_is_left_out(people: dict[str, Member]) -> None:
    recovery = calm(people, "Tom Vale")
    client = desk.at(people[Role.CLINICIAN])
    rows = boxes(desk.text(client.get(CALM)))
    cast.check_in(recovery, 6, now=cast.NOW)
    assessing.assess_pending(now=cast.NOW)
    assert "1 was left out" in desk.text(client.post(reverse("review"), {"row": rows}, follow=True))


@pytest.mark.parametrize("rows", [[], ["nonsense"], ["1:x"]])
def test_it_asks_for_a_tick(people: dict[str, Member], rows: list[str]) -> None:
    response = desk.at(people[Role.CLINICIAN]).post(reverse("review"), {"row": rows}, follow=True)
    assert "Tick somebody first." in desk.text(response)


def test_the_front_desk_gets_the_plain_list_and_no_box(people: dict[str, Member]) -> None:
    calm(people, "Tom Vale")
    page = desk.text(desk.at(people[Role.FRONT_DESK]).get(CALM))
    assert boxes(page) == []
    assert "Calm and not reviewed" not in page
    assert boxes(desk.text(desk.at(people[Role.READ_ONLY]).get(CALM))) == []


def test_it_asks_the_database_as_often_for_many_as_for_few(people: dict[str, Member]) -> None:
    client = desk.at(people[Role.CLINICIAN])
    calm(people, "First One")
    client.get(CALM)
    with CaptureQueriesContext(connection) as few:
        client.get(CALM)
    for i in range(12):
        calm(people, f"Person {i}")
    with CaptureQueriesContext(connection) as lots:
        client.get(CALM)
    assert len(lots) == len(few) <= 10
