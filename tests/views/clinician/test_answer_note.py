"""Answering what a patient wrote."""

from typing import Any

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


def about(recovery: Recovery) -> dict[str, Any]:
    """What the form of a fresh page carries."""
    newest = recovery.check_ins.order_by("-pk").values_list("pk", flat=True).first()
    return {"patient": recovery.patient_id, "seen": newest or ""}


def test_a_page_that_missed_news_is_refused_and_keeps_the_words(
    recovery: Recovery, people: dict[str, Member]
) -> None:
    stale = about(recovery)
    cast.check_in(recovery, 5)
    client, url = desk.at(people[Role.CLINICIAN]), reverse("answer_note", args=[recovery.pk])
    response = client.post(url, stale | {"text": "All is well."})
    assert response.status_code == 409
    assert "All is well.</textarea>" in desk.text(response)
    assert not Note.objects.exists()
    assert client.post(url, about(recovery) | {"text": "All is well."}).status_code == 302


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
    client.post(reverse("answer_note", args=[recovery.pk]), {"text": "Yes, it is."} | about(recovery))
    assert Note.objects.get(from_patient=False).text == "Yes, it is."
    assert Message.objects.get(kind="note").to_user == recovery.patient.user
    assert "Wrote, not read yet." not in desk.text(client.get(reverse("triage")))
    page = desk.text(client.get(reverse("recovery", args=[recovery.pk])))
    assert "Dr Cole" in page


def test_an_empty_answer_says_so_and_sends_nothing(recovery: Recovery, people: dict[str, Member]) -> None:
    client = desk.at(people[Role.CLINICIAN])
    response = client.post(
        reverse("answer_note", args=[recovery.pk]), {"text": ""} | about(recovery), follow=True
    )
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
