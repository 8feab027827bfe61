"""Saying that a patient was called."""

import pytest
from django.urls import reverse

from tests import cast
from tests.views import desk
from tracker.models import CallBack, Member, Recovery, Role
from tracker.services import threads

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, Member]:
    return desk.team(cast.make_clinic())


@pytest.fixture
def recovery(people: dict[str, Member]) -> Recovery:
    return cast.make_recovery(people[Role.OWNER].clinic)


def asked(recovery: Recovery) -> CallBack:
    return threads.ask_call_back(recovery=recovery, user=recovery.patient.user, now=cast.NOW)


def test_the_list_shows_the_wish_until_somebody_called(recovery: Recovery, people: dict[str, Member]) -> None:
    wish, client = asked(recovery), desk.at(people[Role.CLINICIAN])
    assert "Asked to be called." in desk.text(client.get(reverse("triage")))
    response = client.post(
        reverse("handle_call_back", args=[wish.pk]), desk.fresh(recovery.patient), follow=True
    )
    assert "Noted: called." in desk.text(response)
    assert "Asked to be called." not in desk.text(response)
    assert CallBack.objects.get().handled_by == people[Role.CLINICIAN]


def test_a_second_call_is_told_that_it_was_made(recovery: Recovery, people: dict[str, Member]) -> None:
    wish = asked(recovery)
    for role in (Role.OWNER, Role.CLINICIAN):
        path, said = reverse("handle_call_back", args=[wish.pk]), desk.fresh(recovery.patient)
        response = desk.at(people[role]).post(path, said, follow=True)
    assert "Somebody has called already." in desk.text(response)


def test_it_goes_back_to_the_page_it_came_from_and_nowhere_else(
    recovery: Recovery, people: dict[str, Member]
) -> None:
    wish, client = asked(recovery), desk.at(people[Role.CLINICIAN])
    path, fresh = reverse("handle_call_back", args=[wish.pk]), desk.fresh(recovery.patient)
    page = reverse("recovery", args=[recovery.pk])
    assert client.post(path, fresh | {"next": page})["Location"] == page
    assert client.post(path, fresh | {"next": "https://evil.example/"})["Location"] == reverse("triage")
