"""One question that the clinic has asked back."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import cast
from tracker.models import AskBack, CheckIn, Flag
from tracker.services import ask_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked() -> AskBack:
    """A question about spreading that goes out on day 7, in the morning."""
    flag = cast.make_flag(cast.make_recovery(), day=6)
    member = flag.recovery.treatment.operator
    return ask_back.ask_micro(flag=flag, member=member, sign="spreading", now=cast.NOW)


@pytest.fixture
def phone(asked: AskBack, time_machine: Any) -> Client:
    """The patient's browser, once the question is open."""
    time_machine.move_to(asked.opens_at + timedelta(minutes=1), tick=False)
    client = Client()
    client.force_login(asked.flag.recovery.patient.user)
    return client


def send(phone: Client, asked: AskBack, **said: Any) -> Any:
    """The form as the page sends it."""
    return phone.post(reverse("micro", args=[asked.pk]), {"submission_key": uuid.uuid4()} | said, follow=True)


def test_it_asks_one_thing_and_how_strong_it_is(phone: Client, asked: AskBack) -> None:
    page = phone.get(reverse("micro", args=[asked.pk])).content.decode()
    assert "Your clinic asks you one question" in page
    assert page.count("<fieldset") == 2
    assert " checked" not in page


def test_it_keeps_the_answer_and_says_what_to_do(phone: Client, asked: AskBack) -> None:
    page = send(phone, asked, answer="yes", level="2").content.decode()
    said = CheckIn.objects.get(kind=CheckIn.Kind.MICRO)
    assert (said.spreading, said.redness) == ("yes", 2)
    assert "Your answer is saved" in page
    assert "Your clinic looks by" in page or "Nobody has answered in time" in page


def test_it_needs_both_answers(phone: Client, asked: AskBack) -> None:
    assert send(phone, asked, answer="yes").status_code == 422
    assert not CheckIn.objects.filter(kind=CheckIn.Kind.MICRO).exists()


def test_it_is_not_open_before_its_time(phone: Client, asked: AskBack, time_machine: Any) -> None:
    time_machine.move_to(asked.opens_at - timedelta(minutes=1), tick=False)
    assert "One question comes later" in send(phone, asked, answer="no", level="0").content.decode()
    assert not CheckIn.objects.filter(kind=CheckIn.Kind.MICRO).exists()


def test_it_is_over_once_the_clinic_has_closed_the_flag(phone: Client, asked: AskBack) -> None:
    Flag.objects.update(state=Flag.State.RESOLVED, outcome="seen", resolved_at=cast.NOW)
    assert "This question is over" in phone.get(reverse("micro", args=[asked.pk])).content.decode()


def test_it_is_nobody_elses(phone: Client, asked: AskBack) -> None:
    other = cast.make_recovery(patient=cast.make_patient(asked.flag.clinic, "Jin Park"))
    phone.force_login(other.patient.user)
    assert phone.get(reverse("micro", args=[asked.pk])).status_code == 404
