"""The daily form: what it reads, what it refuses, and that it never answers for anyone."""

import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests.views.patient.answers import typed
from tracker.forms.checkin import SCALE_LINES, SIGN_LINES, CheckInForm, read_temperature
from tracker.healing import symptoms


def filled(*, near_eye: bool = True, **changes: Any) -> CheckInForm:
    return CheckInForm(typed(**changes), near_eye=near_eye)


def test_it_reads_a_whole_calm_day() -> None:
    form = filled()
    assert form.is_valid(), form.errors
    answers = form.answers()
    assert answers["redness"] == 0
    assert answers["flaking"] == 1
    assert answers["unwell"] == "no"
    assert answers["discharge_colour"] == "none"
    assert answers["temperature_c"] is None


@pytest.mark.parametrize(
    ("written", "celsius"),
    [
        ("37.2", "37.20"),
        ("38,3", "38.30"),
        ("38,3 °C", "38.30"),
        ("38.3c", "38.30"),
        ("101", "38.33"),
        ("101 °F", "38.33"),
        ("100.4F", "38.00"),
        ("98,6", "37.00"),
        (" 36.6 ", "36.60"),
        ("34", "34.00"),
        ("43", "43.00"),
    ],
)
def test_it_reads_a_temperature_as_people_type_it(written: str, celsius: str) -> None:
    assert read_temperature(written) == Decimal(celsius)


def test_it_takes_no_temperature_for_none() -> None:
    assert read_temperature("  ") is None


@pytest.mark.parametrize(
    "written", ["33.9", "43.1", "380", "200 F", "warm", "37.2.1", "-38", "37 38", "101 C", "38 F"]
)
def test_it_refuses_a_temperature_nobody_has(written: str) -> None:
    with pytest.raises(ValidationError):
        read_temperature(written)


def test_it_says_beside_the_field_what_is_wrong_with_a_temperature() -> None:
    form = filled(temperature="3.8")
    assert not form.is_valid()
    assert list(form.errors) == ["temperature"]
    assert "37.2" in form.errors["temperature"][0]


@pytest.mark.parametrize("name", [*symptoms.SYMPTOMS, *symptoms.SIGNS, "discharge_colour"])
def test_it_asks_again_for_every_question_left_open(name: str) -> None:
    form = CheckInForm(typed(**{name: None}), near_eye=True)
    assert not form.is_valid()
    assert list(form.errors) == [name]


def test_it_names_the_question_in_the_error() -> None:
    form = filled(warmth=None)
    assert form.errors["warmth"] == ["Warmth: please choose"]


def test_it_wants_the_texture_of_what_comes_out() -> None:
    form = filled(discharge_colour="yellow")
    assert list(form.errors) == ["discharge_texture"]


def test_it_reads_colour_and_texture_together() -> None:
    answers = filled(discharge_colour="yellow", discharge_texture="thick")
    assert answers.is_valid()
    assert answers.answers()["discharge_texture"] == "thick"


def test_it_forgets_a_texture_when_nothing_comes_out() -> None:
    form = filled(discharge_colour="none", discharge_texture="thick")
    assert form.is_valid()
    assert form.answers()["discharge_texture"] == ""


def test_it_asks_about_the_eyes_only_near_the_eyes() -> None:
    near, far = CheckInForm(near_eye=True), CheckInForm(near_eye=False)
    assert "eye_symptoms" in near.fields
    assert "eye_symptoms" not in far.fields


def test_it_leaves_an_unasked_question_unknown() -> None:
    form = filled(near_eye=False, eye_symptoms=None)
    assert form.is_valid()
    assert "eye_symptoms" not in form.answers()


def test_it_preselects_nothing() -> None:
    assert " checked" not in CheckInForm(near_eye=True).as_p()


def test_it_has_five_worded_steps_and_a_sentence_for_each() -> None:
    form = CheckInForm(near_eye=True)
    for name in symptoms.SYMPTOMS:
        field = form.fields[name]
        assert [value for value, _word in field.choices] == ["0", "1", "2", "3", "4"]  # type: ignore[attr-defined]
        assert len(set(field.anchors.values())) == 5  # type: ignore[attr-defined]


def test_it_knows_a_line_for_every_question() -> None:
    assert set(SCALE_LINES) == set(symptoms.SYMPTOMS)
    assert set(SIGN_LINES) == set(symptoms.SIGNS)


def test_it_never_lets_redness_stand_alone() -> None:
    assert "darker" in str(SCALE_LINES["redness"])


def test_it_refuses_a_score_off_the_scale() -> None:
    assert not filled(pain="5").is_valid()


def test_it_refuses_a_note_too_long_to_be_read() -> None:
    assert filled(note="a" * 500).is_valid()
    assert list(filled(note="a" * 501).errors) == ["note"]


def test_it_needs_a_key_to_know_a_repeat() -> None:
    assert "submission_key" in filled(submission_key="").errors
    assert filled(submission_key=str(uuid.uuid4())).is_valid()
