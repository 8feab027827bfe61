"""Recording a try to reach the patient, and closing the flag with it."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from tests import cast
from tests.views import desk
from tracker.models import ContactAttempt, Flag, Member, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(time_machine: Any) -> dict[str, Member]:
    """The team of the clinic, at noon of day 6."""
    time_machine.move_to(cast.NOW, tick=False)
    return desk.team(cast.make_clinic())


@pytest.fixture
def flag(people: dict[str, Member]) -> Flag:
    """An urgent flag that the clinician has taken."""
    flag = desk.flagged(people[Role.OWNER].clinic)
    desk.press(desk.at(people[Role.CLINICIAN]), "acknowledge", flag)
    return flag


def contact(people: dict[str, Member], flag: Flag, role: str = Role.CLINICIAN, **said: Any) -> Any:
    return desk.press(desk.at(people[role]), "contact", flag, **said)


def test_it_keeps_what_came_of_it_and_who_tried(people: dict[str, Member], flag: Flag) -> None:
    response = contact(people, flag, result="spoke", note="Comes in at four")
    assert response.status_code == 302
    attempt = ContactAttempt.objects.get(flag=flag)
    assert (attempt.result, attempt.note, attempt.by) == ("spoke", "Comes in at four", people[Role.CLINICIAN])
    assert attempt.at == cast.NOW
    assert desk.state_of(flag) == Flag.State.CONTACTED


def test_no_answer_does_not_count_as_reached_and_asks_when_to_try_again(
    people: dict[str, Member], flag: Flag
) -> None:
    contact(people, flag, result="no_answer", next_try_on="2026-03-13")
    assert ContactAttempt.objects.get(flag=flag).next_try_on == date(2026, 3, 13)
    assert desk.state_of(flag) == Flag.State.ACKNOWLEDGED
    page = desk.text(desk.at(people[Role.CLINICIAN]).get(reverse("recovery", args=[flag.recovery_id])))
    assert "Next try Fri 13 Mar." in page


def test_it_closes_the_flag_in_the_same_step(people: dict[str, Member], flag: Flag) -> None:
    contact(people, flag, result="booked", outcome="seen", note="Today at four")
    closed = Flag.objects.get(pk=flag.pk)
    assert (closed.state, closed.outcome) == (Flag.State.RESOLVED, "seen")
    assert closed.contact_attempts.get().note == "Today at four"


def test_an_urgent_flag_is_not_closed_by_a_call_nobody_answered(
    people: dict[str, Member], flag: Flag
) -> None:
    response = contact(people, flag, result="no_answer", outcome="settled", note="Rang twice")
    assert response.status_code == 409
    page = desk.text(response)
    assert "First record that you reached the patient" in page
    assert "Rang twice" in page
    assert desk.state_of(flag) == Flag.State.ACKNOWLEDGED
    assert not ContactAttempt.objects.exists()


def test_a_stale_page_is_refused_and_keeps_what_was_typed(people: dict[str, Member], flag: Flag) -> None:
    stale = desk.seen(flag)
    desk.later_entry(flag.recovery)
    client = desk.at(people[Role.CLINICIAN])
    address = reverse("contact", args=[flag.pk])
    response = client.post(address, stale | {"result": "spoke", "note": "Feels better"})
    assert response.status_code == 409
    page = desk.text(response)
    assert "Nothing was saved: read the newest entry" in page
    assert "Feels better" in page
    assert not ContactAttempt.objects.exists()
    newest = desk.seen(flag)["seen"]
    form = page[page.index(f'action="{address}"') :].split("</form>")[0]
    assert f'name="seen" value="{newest}"' in form


def test_the_refused_form_goes_through_once_the_new_entry_was_shown(
    people: dict[str, Member], flag: Flag
) -> None:
    desk.later_entry(flag.recovery)
    assert contact(people, flag, result="spoke").status_code == 302


def test_it_is_refused_for_another_patient_and_forgets_what_was_typed(
    people: dict[str, Member], flag: Flag
) -> None:
    other = cast.make_patient(people[Role.OWNER].clinic, "Jin Park")
    response = contact(people, flag, result="spoke", note="About Jin", patient=other.pk)
    assert response.status_code == 409
    assert "That form belonged to another patient" in desk.text(response)
    assert "About Jin" not in desk.text(response)
    assert not ContactAttempt.objects.exists()


def test_it_asks_for_a_result_next_to_the_question(people: dict[str, Member], flag: Flag) -> None:
    response = contact(people, flag, note="Hm")
    assert response.status_code == 422
    page = desk.text(response)
    assert "There is a problem" in page
    assert f'href="#flag{flag.pk}_contact_result_0"' in page
    assert f'id="flag{flag.pk}_contact_result_0"' in page
    assert "Hm" in page


def test_it_knows_no_next_try_in_the_past(people: dict[str, Member], flag: Flag) -> None:
    response = contact(people, flag, result="no_answer", next_try_on="2026-03-11")
    assert response.status_code == 422
    assert "Choose today or a later day." in desk.text(response)


def test_a_closed_flag_takes_no_more_contacts(people: dict[str, Member], flag: Flag) -> None:
    contact(people, flag, result="spoke", outcome="settled")
    response = contact(people, flag, Role.OWNER, result="spoke")
    assert response.status_code == 409
    assert "Somebody has changed this flag meanwhile." in desk.text(response)
    assert ContactAttempt.objects.count() == 1


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.READ_ONLY])
def test_who_may_not_act_cannot(people: dict[str, Member], flag: Flag, role: str) -> None:
    assert contact(people, flag, role, result="spoke").status_code == 403
    assert not ContactAttempt.objects.exists()
