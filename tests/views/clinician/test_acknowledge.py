"""Taking a flag."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests import cast
from tests.views import desk
from tracker.models import Flag, FlagEvent, Member, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, Member]:
    """The team of the clinic."""
    return desk.team(cast.make_clinic())


@pytest.fixture
def flag(people: dict[str, Member]) -> Flag:
    """An open urgent flag."""
    return desk.flagged(people[Role.OWNER].clinic)


def test_it_makes_the_flag_mine_and_shows_its_page(people: dict[str, Member], flag: Flag) -> None:
    response = desk.press(desk.at(people[Role.CLINICIAN]), "acknowledge", flag)
    assert response.status_code == 302
    assert response.url == reverse("recovery", args=[flag.recovery_id])
    flag.refresh_from_db()
    assert flag.state == Flag.State.ACKNOWLEDGED
    assert flag.owner == people[Role.CLINICIAN]
    assert flag.next_step_at is None


def test_the_second_of_two_sees_who_was_first_and_when(people: dict[str, Member], flag: Flag) -> None:
    first, second = desk.at(people[Role.OWNER]), desk.at(people[Role.CLINICIAN])
    desk.press(first, "acknowledge", flag)
    response = desk.press(second, "acknowledge", flag)
    assert response.status_code == 409
    taken = Flag.objects.get(pk=flag.pk)
    assert taken.owner == people[Role.OWNER]
    assert taken.acknowledged_at is not None
    assert "Dr Dunn took this at " in desk.text(response)
    assert FlagEvent.objects.filter(flag=flag, verb="acknowledged").count() == 1


def test_pressing_it_twice_is_once(people: dict[str, Member], flag: Flag) -> None:
    client = desk.at(people[Role.CLINICIAN])
    assert [desk.press(client, "acknowledge", flag).status_code for _ in range(2)] == [302, 302]
    assert FlagEvent.objects.filter(flag=flag, verb="acknowledged").count() == 1


def test_it_is_refused_when_the_patient_has_written_since(people: dict[str, Member], flag: Flag) -> None:
    stale = desk.seen(flag)
    desk.later_entry(flag.recovery)
    client = desk.at(people[Role.CLINICIAN])
    response = client.post(reverse("acknowledge", args=[flag.pk]), stale)
    assert response.status_code == 409
    assert "The patient has sent something since you opened this page." in desk.text(response)
    assert desk.state_of(flag) == Flag.State.OPEN


def test_it_is_refused_when_the_form_is_about_another_patient(people: dict[str, Member], flag: Flag) -> None:
    other = cast.make_patient(people[Role.OWNER].clinic, "Jin Park")
    response = desk.press(desk.at(people[Role.CLINICIAN]), "acknowledge", flag, patient=other.pk)
    assert response.status_code == 409
    assert "That form belonged to another patient" in desk.text(response)
    assert desk.state_of(flag) == Flag.State.OPEN


def test_it_is_refused_without_a_patient(people: dict[str, Member], flag: Flag) -> None:
    response = desk.press(desk.at(people[Role.CLINICIAN]), "acknowledge", flag, patient="")
    assert response.status_code == 422
    assert desk.state_of(flag) == Flag.State.OPEN


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.READ_ONLY])
def test_who_may_not_act_cannot(people: dict[str, Member], flag: Flag, role: str) -> None:
    assert desk.press(desk.at(people[role]), "acknowledge", flag).status_code == 403
    assert desk.state_of(flag) == Flag.State.OPEN


@pytest.mark.parametrize("verb", ["acknowledge", "contact", "resolve", "reopen"])
def test_no_address_of_a_flag_acts_by_get(people: dict[str, Member], flag: Flag, verb: str) -> None:
    before = Flag.objects.values().get(pk=flag.pk)
    assert desk.at(people[Role.CLINICIAN]).get(reverse(verb, args=[flag.pk])).status_code == 405
    assert Flag.objects.values().get(pk=flag.pk) == before


@pytest.mark.parametrize("verb", ["acknowledge", "contact", "resolve", "reopen"])
def test_another_clinics_flag_is_as_missing_as_none(people: dict[str, Member], verb: str) -> None:
    theirs = desk.flagged(cast.make_clinic("Larkspur"), "Not Mine")
    client = desk.at(people[Role.OWNER])
    stranger = desk.press(client, verb, theirs, result="spoke", outcome="settled")
    missing = client.post(reverse(verb, args=[999999]), desk.seen(theirs))
    assert stranger.status_code == missing.status_code == 404
    assert stranger.content == missing.content
    assert desk.state_of(theirs) == Flag.State.OPEN


def test_who_left_the_clinic_cannot_act_any_more(people: dict[str, Member], flag: Flag) -> None:
    client = desk.at(people[Role.CLINICIAN])
    Member.objects.filter(pk=people[Role.CLINICIAN].pk).update(is_active=False)
    assert desk.press(client, "acknowledge", flag).status_code == 404


def test_a_form_from_elsewhere_without_its_token_is_refused(people: dict[str, Member], flag: Flag) -> None:
    client = desk.at(people[Role.CLINICIAN])
    client.handler.enforce_csrf_checks = True
    assert desk.press(client, "acknowledge", flag).status_code == 403
    assert desk.state_of(flag) == Flag.State.OPEN


def test_a_raised_flag_can_be_taken_anew(people: dict[str, Member], flag: Flag) -> None:
    desk.press(desk.at(people[Role.OWNER]), "acknowledge", flag)
    Flag.objects.filter(pk=flag.pk).update(state="open", raised_at=cast.NOW + timedelta(hours=1))
    assert desk.press(desk.at(people[Role.CLINICIAN]), "acknowledge", flag).status_code == 302
    assert Flag.objects.get(pk=flag.pk).owner == people[Role.CLINICIAN]
