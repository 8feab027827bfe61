"""The take-home card: real dates, what to look for on this skin, whom to ring, a code for the log."""

from typing import Any

import pytest
from django.test import Client

from tests import cast
from tracker.views.patient import cards

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def page(client: Client, **patient: Any) -> str:
    recovery = cast.make_recovery(patient=cast.make_patient(cast.make_clinic(), **patient))
    client.force_login(recovery.patient.user)
    response = client.get("/take-home/")
    assert response.status_code == 200
    return response.content.decode()


def test_it_gives_real_dates_from_the_timeline(client: Client) -> None:
    text = page(client)
    assert "Treated on Friday 6 March." in text
    assert "By Sunday 8 March, redness or darker colour should be fading." in text
    assert "<dt>Tuesday 10 March</dt>" in text


def test_it_says_whom_to_ring_and_when_they_answer(client: Client) -> None:
    text = page(client)
    assert 'href="tel:999"' in text
    assert 'href="tel:02079460000"' in text
    assert "Monday to Friday, 9:00 to 18:00" in text


@pytest.mark.parametrize(
    ("skin_type", "words"),
    [(1, "On light skin"), (4, "On brown skin"), (6, "darker, purple or grey. It can be hard to see.")],
)
def test_it_says_what_to_look_for_on_this_skin(client: Client, skin_type: int, words: str) -> None:
    text = page(client, skin_type=skin_type)
    assert words in text
    assert f"tone-of-{skin_type}" in text


def test_without_a_recorded_skin_type_it_words_it_for_everyone(client: Client) -> None:
    text = page(client, skin_type=None)
    assert "redder, darker, purple or greyer than your usual skin" in text
    assert "tone-of" not in text


def test_its_code_leads_to_the_daily_questions(client: Client) -> None:
    text = page(client)
    assert 'aria-label="Code that opens your daily questions"' in text
    code = cards.qr("http://127.0.0.1:8000/today/")
    assert code.path in text
    assert not any(code.rows[0])  # the quiet border that readers need


def test_it_names_nobody(client: Client) -> None:
    article = page(client).split('<article class="take-home">')[1].split("</article>")[0]
    assert "Ana" not in article
    assert "@" not in article


def test_without_a_treatment_there_is_no_card(client: Client) -> None:
    client.force_login(cast.make_patient(cast.make_clinic()).user)
    assert client.get("/take-home/").status_code == 404
