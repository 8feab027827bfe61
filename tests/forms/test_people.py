"""The form that adds a patient."""

from datetime import date

import pytest

from tracker.forms.people import SKIN_TYPES, InvitePatientForm

ANA = {
    "name": "Ana",
    "email": "ana@mail.example",
    "phone": "020 7946 0000",
    "birth_year": "1991",
    "timezone": "Europe/London",
}


def form(**said: str) -> InvitePatientForm:
    return InvitePatientForm(ANA | said, today=date(2026, 3, 12), zone="Europe/London")


@pytest.mark.parametrize("phone", ["020 7946 0000", "+351 910 000 000", "(030) 123-456", "0049/30.1234"])
def test_it_takes_numbers_as_people_write_them(phone: str) -> None:
    assert form(phone=phone).is_valid()


@pytest.mark.parametrize("phone", ["", "12", "ask reception", "+", "javascript:alert(1)"])
def test_it_refuses_what_cannot_be_rung(phone: str) -> None:
    assert "phone" in form(phone=phone).errors


@pytest.mark.parametrize(("year", "fine"), [("1899", False), ("1900", True), ("2026", True), ("2027", False)])
def test_the_birth_year_lies_in_the_past(year: str, fine: bool) -> None:
    assert form(birth_year=year).is_valid() is fine


def test_six_skin_types_are_said_in_words_and_none_is_presumed() -> None:
    assert [value for value, _words in SKIN_TYPES] == list("123456")
    assert form()["skin_type"].field.initial == ""
    said = form()
    assert said.is_valid()
    assert said.cleaned_data["skin_type"] is None


def test_the_clinics_zone_is_the_first_choice_and_every_zone_can_be_chosen() -> None:
    fresh = InvitePatientForm(today=date(2026, 3, 12), zone="Europe/Lisbon")
    assert fresh["timezone"].value() == "Europe/Lisbon"
    assert form(timezone="Pacific/Apia").is_valid()
    assert not form(timezone="localtime").is_valid()
