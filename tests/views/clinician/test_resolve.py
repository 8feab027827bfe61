"""Closing a flag."""

from typing import Any

import pytest
from django.urls import reverse

from tests import cast
from tests.views import desk
from tracker.models import Flag, Member, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(time_machine: Any) -> dict[str, Member]:
    """The team of the clinic, at noon of day 6."""
    time_machine.move_to(cast.NOW, tick=False)
    return desk.team(cast.make_clinic())


@pytest.fixture
def flag(people: dict[str, Member]) -> Flag:
    """An open urgent flag."""
    return desk.flagged(people[Role.OWNER].clinic)


def resolve(people: dict[str, Member], flag: Flag, role: str = Role.CLINICIAN, **said: Any) -> Any:
    return desk.press(desk.at(people[role]), "resolve", flag, **said)


def test_an_urgent_flag_is_not_closed_without_a_contact(people: dict[str, Member], flag: Flag) -> None:
    response = resolve(people, flag, outcome="settled", note="Looks fine to me")
    assert response.status_code == 409
    page = desk.text(response)
    assert f'id="flag{flag.pk}_resolve_outcome_error"' in page
    assert "First record that you reached the patient, or that you tried." in page
    assert "Looks fine to me" in page
    assert desk.state_of(flag) == Flag.State.OPEN


def test_it_is_closed_after_a_contact_with_outcome_person_and_time(
    people: dict[str, Member], flag: Flag
) -> None:
    desk.press(desk.at(people[Role.CLINICIAN]), "contact", flag, result="spoke")
    response = resolve(people, flag, Role.OWNER, outcome="treated", note="Flucloxacillin")
    assert response.status_code == 302
    closed = Flag.objects.get(pk=flag.pk)
    assert closed.state == Flag.State.RESOLVED
    assert (closed.outcome, closed.outcome_note) == ("treated", "Flucloxacillin")
    assert (closed.resolved_by, closed.resolved_at) == (people[Role.OWNER], cast.NOW)
    page = desk.text(desk.at(people[Role.OWNER]).get(response.url))
    assert "Treatment started (antibiotic or antiviral): “Flucloxacillin”" in page
    assert "by Dr Dunn" in page


def test_it_leaves_the_list_of_today(people: dict[str, Member], flag: Flag) -> None:
    desk.press(desk.at(people[Role.CLINICIAN]), "contact", flag, result="spoke", outcome="settled")
    assert "Nobody needs a clinician now" in desk.text(desk.at(people[Role.CLINICIAN]).get(reverse("triage")))


def test_a_flag_to_review_needs_no_contact(people: dict[str, Member], flag: Flag) -> None:
    Flag.objects.filter(pk=flag.pk).update(rank=2)
    page = desk.text(desk.at(people[Role.CLINICIAN]).get(reverse("recovery", args=[flag.recovery_id])))
    assert "Close without a contact" in page
    assert resolve(people, flag, outcome="settled").status_code == 302
    assert desk.state_of(flag) == Flag.State.RESOLVED


def test_an_urgent_flag_is_not_offered_for_closing_before_a_contact(
    people: dict[str, Member], flag: Flag
) -> None:
    page = desk.text(desk.at(people[Role.CLINICIAN]).get(reverse("recovery", args=[flag.recovery_id])))
    assert "An urgent flag closes only after a recorded contact." in page
    assert f'action="{reverse("resolve", args=[flag.pk])}"' not in page


def test_it_needs_an_outcome(people: dict[str, Member], flag: Flag) -> None:
    desk.press(desk.at(people[Role.CLINICIAN]), "contact", flag, result="spoke")
    assert resolve(people, flag, outcome="").status_code == 422
    assert resolve(people, flag, outcome="whatever").status_code == 422
    assert desk.state_of(flag) == Flag.State.CONTACTED


def test_a_stale_page_closes_nothing(people: dict[str, Member], flag: Flag) -> None:
    desk.press(desk.at(people[Role.CLINICIAN]), "contact", flag, result="spoke")
    stale = desk.seen(flag)
    desk.later_entry(flag.recovery)
    client = desk.at(people[Role.CLINICIAN])
    response = client.post(reverse("resolve", args=[flag.pk]), stale | {"outcome": "settled"})
    assert response.status_code == 409
    assert "The patient has sent something since" in desk.text(response)
    assert desk.state_of(flag) == Flag.State.CONTACTED


def test_closing_what_is_closed_says_so(people: dict[str, Member], flag: Flag) -> None:
    desk.press(desk.at(people[Role.CLINICIAN]), "contact", flag, result="spoke", outcome="settled")
    response = resolve(people, flag, Role.OWNER, outcome="referred")
    assert response.status_code == 409
    assert Flag.objects.get(pk=flag.pk).outcome == "settled"


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.READ_ONLY])
def test_who_may_not_act_cannot(people: dict[str, Member], flag: Flag, role: str) -> None:
    Flag.objects.filter(pk=flag.pk).update(rank=2)
    assert resolve(people, flag, role, outcome="settled").status_code == 403
    assert desk.state_of(flag) == Flag.State.OPEN
