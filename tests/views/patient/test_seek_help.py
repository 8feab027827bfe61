"""When to seek help: open to everyone, with the number where it is known."""

import pytest
from django.test import Client

from tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def page(client: Client) -> str:
    response = client.get("/help/")
    assert response.status_code == 200
    return response.content.decode()


def test_it_is_open_to_everyone_and_names_no_clinic(client: Client) -> None:
    cast.make_recovery()
    text = page(client)
    assert "Rosewater" not in text
    assert "112 in Europe" in text


def test_it_has_each_level_once_and_the_most_urgent_first(client: Client) -> None:
    text = page(client)
    places = [text.index(f'class="card care care-{kind}"') for kind in ("emergency", "today", "tell")]
    assert places == sorted(places)
    assert text.count('class="card care ') == 3


def test_a_patient_sees_the_numbers_and_hours_of_their_clinic(client: Client) -> None:
    client.force_login(cast.make_recovery().patient.user)
    text = page(client)
    assert 'href="tel:999"' in text
    assert 'href="tel:02079460000"' in text
    assert "Monday to Friday, 9:00 to 18:00" in text


def test_a_patient_before_the_first_treatment_sees_them_too(client: Client) -> None:
    client.force_login(cast.make_patient(cast.make_clinic()).user)
    assert 'href="tel:02079460000"' in page(client)


def test_a_member_of_a_clinic_can_read_it(client: Client) -> None:
    client.force_login(cast.make_member(cast.make_clinic()).user)
    assert "When to seek help" in page(client)
