"""What to expect: where the person stands, what is usual, what to do today and what comes when."""

import pytest
from django.test import Client

from tests import cast
from tracker.models import Recovery

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def page(client: Client, recovery: Recovery) -> str:
    client.force_login(recovery.patient.user)
    response = client.get("/what-to-expect/")
    assert response.status_code == 200
    return response.content.decode()


def test_it_says_which_day_it_is_and_what_is_usual_today_and_tomorrow(
    client: Client, recovery: Recovery
) -> None:
    text = page(client, recovery)
    assert "Day 6 of 14 · Thursday 12 March" in text
    assert "Today, day 6:" in text
    assert "Tomorrow, day 7:" in text


def test_it_dates_what_to_do_and_what_comes_next(client: Client, recovery: Recovery) -> None:
    text = page(client, recovery)
    assert "Use a plain moisturiser without perfume." in text
    assert "Until Friday 13 March." in text
    assert "<dt>Saturday 14 March</dt>" in text


def test_it_names_the_edition_the_patient_was_given(client: Client, recovery: Recovery) -> None:
    assert "Instructions aftercare-1, given to you on Friday 6 March." in page(client, recovery)


def test_while_a_clinician_is_asked_to_look_nothing_calming_stands_there(client: Client) -> None:
    flag = cast.make_flag(cast.make_recovery())
    text = page(client, flag.recovery)
    assert "What is usual" not in text
    assert text.index("Ring the clinic today") < text.index("<h2>Today</h2>")


def test_before_the_first_treatment_it_says_so(client: Client) -> None:
    client.force_login(cast.make_patient(cast.make_clinic()).user)
    assert "No treatment yet" in client.get("/what-to-expect/").content.decode()


def test_it_leads_to_the_card(client: Client, recovery: Recovery) -> None:
    assert 'href="/take-home/"' in page(client, recovery)
