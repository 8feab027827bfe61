"""Answering what a patient wrote."""

import pytest
from django.urls import reverse

from tests import cast
from tests.views import desk
from tracker.models import Member, Message, Note, Recovery, Role
from tracker.services import threads

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, Member]:
    return desk.team(cast.make_clinic())


@pytest.fixture
def recovery(people: dict[str, Member]) -> Recovery:
    return cast.make_recovery(people[Role.OWNER].clinic)


def wrote(recovery: Recovery, text: str = "Is this normal?") -> Note:
    user = recovery.patient.user
    return threads.write_note(recovery=recovery, author=user, from_patient=True, text=text, now=cast.NOW)


def test_the_list_shows_who_wrote_and_the_page_shows_what(
    recovery: Recovery, people: dict[str, Member]
) -> None:
    wrote(recovery, "It itches")
    client = desk.at(people[Role.CLINICIAN])
    first = desk.text(client.get(reverse("triage")))
    assert "Wrote, not read yet." in first
    assert "It itches" not in first
    page = desk.text(client.get(reverse("recovery", args=[recovery.pk])))
    assert "It itches" in page
    assert "1 unread" in page


def test_an_answer_takes_the_person_off_the_list(recovery: Recovery, people: dict[str, Member]) -> None:
    wrote(recovery)
    client = desk.at(people[Role.CLINICIAN])
    client.post(reverse("answer_note", args=[recovery.pk]), {"text": "Yes, it is."})
    assert Note.objects.get(from_patient=False).text == "Yes, it is."
    assert Message.objects.get(kind="note").to_user == recovery.patient.user
    assert "Wrote, not read yet." not in desk.text(client.get(reverse("triage")))
    page = desk.text(client.get(reverse("recovery", args=[recovery.pk])))
    assert "Dr Cole" in page


def test_an_empty_answer_says_so_and_sends_nothing(recovery: Recovery, people: dict[str, Member]) -> None:
    client = desk.at(people[Role.CLINICIAN])
    response = client.post(reverse("answer_note", args=[recovery.pk]), {"text": ""}, follow=True)
    assert "Please write something first." in desk.text(response)
    assert not Note.objects.exists()


@pytest.mark.parametrize("role", [Role.READ_ONLY, Role.FRONT_DESK])
def test_who_may_not_act_may_not_write(recovery: Recovery, people: dict[str, Member], role: str) -> None:
    response = desk.at(people[role]).post(reverse("answer_note", args=[recovery.pk]), {"text": "Hello"})
    assert response.status_code == 403
    assert not Note.objects.exists()


def test_the_front_desk_sees_who_wrote_without_a_way_to_the_words(
    recovery: Recovery, people: dict[str, Member]
) -> None:
    wrote(recovery, "It itches")
    text = desk.text(desk.at(people[Role.FRONT_DESK]).get(reverse("triage")))
    assert "Wrote, not read yet." in text
    assert reverse("recovery", args=[recovery.pk]) not in text
