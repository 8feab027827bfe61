"""The daily questions, laid out once for everybody who has answered nothing yet."""

import re
import uuid

import pytest
from crispy_forms.utils import render_crispy_form
from django.template import Context

from tracker.forms.checkin import CheckInForm
from tracker.templatetags.questions import check_in_questions

UNSEEN = re.compile(r'<input type="hidden"[^>]*>')


def _fresh(**answers: object) -> CheckInForm:
    return CheckInForm(near_eye=True, initial={"submission_key": uuid.uuid4(), "day": 3, **answers})


def _visible(html: str) -> str:
    return re.sub(r"\s+", "", UNSEEN.sub("", html))


def test_an_empty_form_looks_as_when_it_is_laid_out_anew() -> None:
    form = _fresh()
    said, anew = check_in_questions(Context(), form), render_crispy_form(form)
    assert _visible(said) == _visible(anew)
    assert sorted(UNSEEN.findall(said)) == sorted(UNSEEN.findall(anew))


def test_each_form_keeps_its_own_key_and_day() -> None:
    first, second = _fresh(), _fresh()
    for form in (first, second):
        assert str(form.initial["submission_key"]) in check_in_questions(Context(), form)


def test_the_question_about_the_eyes_is_asked_of_those_who_need_it_only() -> None:
    without = CheckInForm(near_eye=False, initial={"day": 3})
    assert "eye_symptoms" in check_in_questions(Context(), _fresh())
    assert "eye_symptoms" not in check_in_questions(Context(), without)


@pytest.mark.parametrize(("name", "value"), [("redness", 0), ("warmth", 3), ("note", "By the window")])
def test_nobody_elses_answers_are_ever_shown(name: str, value: object) -> None:
    form = _fresh(**{name: value})
    said = check_in_questions(Context(), form)
    assert _visible(said) == _visible(render_crispy_form(form))
    assert _visible(check_in_questions(Context(), _fresh())) != _visible(said)


def test_what_was_typed_comes_back_with_its_errors() -> None:
    typed = CheckInForm({"day": "3", "temperature": "hot"}, near_eye=True)
    assert not typed.is_valid()
    assert "hot" in check_in_questions(Context(), typed)


def test_a_late_entry_is_asked_about_its_day() -> None:
    said = check_in_questions(Context({"late": True, "day_name": "Monday"}), _fresh())
    assert "On Monday" in said
