"""Sending the sign-in link again."""

from datetime import timedelta
from typing import Any

import pytest

from tests import cast
from tests.views import desk
from tracker.models import AuditEntry, Member, Message, Patient, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(time_machine: Any) -> dict[str, Member]:
    """The team of the clinic, at noon of day 6."""
    time_machine.move_to(cast.NOW, tick=False)
    return desk.team(cast.make_clinic())


@pytest.fixture
def patient(people: dict[str, Member]) -> Patient:
    """A patient with a recovery."""
    return cast.make_recovery(people[Role.OWNER].clinic).patient


def url(patient: Patient) -> str:
    return f"/clinic/patients/{patient.pk}/welcome/"


def test_it_posts_a_mail_with_a_new_link(people: dict[str, Member], patient: Patient) -> None:
    response = desk.at(people[Role.FRONT_DESK]).post(url(patient), follow=True)
    assert "A new sign-in link is on its way." in desk.text(response)
    mail = Message.objects.get(kind="welcome")
    assert mail.to_email == patient.user.email
    assert mail.recovery == patient.recoveries.get()
    assert AuditEntry.objects.get(verb="send_welcome").actor == people[Role.FRONT_DESK].user


def test_pressing_it_again_at_once_sends_nothing_and_says_so(
    people: dict[str, Member], patient: Patient, time_machine: Any
) -> None:
    client = desk.at(people[Role.FRONT_DESK])
    client.post(url(patient))
    response = client.post(url(patient), follow=True)
    assert "A link was sent a moment ago." in desk.text(response)
    assert Message.objects.filter(kind="welcome").count() == 1
    time_machine.move_to(cast.NOW + timedelta(minutes=3), tick=False)
    client.post(url(patient))
    assert Message.objects.filter(kind="welcome").count() == 2


def test_it_sends_nothing_by_get_nor_for_who_may_not(people: dict[str, Member], patient: Patient) -> None:
    assert desk.at(people[Role.OWNER]).get(url(patient)).status_code == 405
    assert desk.at(people[Role.READ_ONLY]).post(url(patient)).status_code == 403
    assert not Message.objects.filter(kind="welcome").exists()


def test_another_clinics_patient_is_missing(people: dict[str, Member]) -> None:
    theirs = cast.make_patient(cast.make_clinic("Larkspur"))
    assert desk.at(people[Role.OWNER]).post(url(theirs)).status_code == 404
    assert not Message.objects.exists()
