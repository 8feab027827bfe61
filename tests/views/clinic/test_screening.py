"""The questions before a treatment."""

from typing import Any

import pytest

from tests import cast
from tests.views import desk
from tracker.healing import screening as questions
from tracker.models import Member, Patient, Role, Screening

pytestmark = pytest.mark.django_db
ALL_NO = {question.key: "no" for question in questions.questions()}


@pytest.fixture
def people(time_machine: Any) -> dict[str, Member]:
    """The team of the clinic, at noon of day 6."""
    time_machine.move_to(cast.NOW, tick=False)
    return desk.team(cast.make_clinic())


@pytest.fixture
def patient(people: dict[str, Member]) -> Patient:
    """A patient who was not treated yet."""
    return cast.make_patient(people[Role.OWNER].clinic)


def ask(people: dict[str, Member], patient: Patient, answers: dict[str, str], role: str = "clinician") -> Any:
    return desk.at(people[role]).post(
        f"/clinic/patients/{patient.pk}/screening/", desk.fresh(patient) | answers
    )


def test_it_asks_every_question_with_nothing_chosen_and_the_reason_at_hand(
    people: dict[str, Member], patient: Patient
) -> None:
    page = desk.at(people[Role.CLINICIAN]).get(f"/clinic/patients/{patient.pk}/screening/")
    text = desk.text(page)
    for question in questions.questions():
        assert text.count(f'name="{question.key}"') == 4
    assert "checked" not in text
    assert "Needles spread the cold sore virus over the treated skin." in text


def test_nothing_against_it_leads_straight_to_the_record(people: dict[str, Member], patient: Patient) -> None:
    response = ask(people, patient, ALL_NO)
    found = Screening.objects.get()
    assert response.url == f"/clinic/screenings/{found.pk}/treatment/"
    assert found.answers == ALL_NO
    assert found.asked_by == people[Role.CLINICIAN]


@pytest.mark.parametrize(
    "answer",
    [{"cold_sore_now": "yes"}, {"keloid": "unsure"}, {"pregnancy": "not_asked"}, {"diabetes": "yes"}],
)
def test_whatever_raises_something_leads_to_the_decision_page(
    people: dict[str, Member], patient: Patient, answer: dict[str, str]
) -> None:
    response = ask(people, patient, ALL_NO | answer)
    assert response.url == f"/clinic/screenings/{Screening.objects.get().pk}/"


def test_not_asked_and_left_out_are_kept_alike_and_never_as_no(
    people: dict[str, Member], patient: Patient
) -> None:
    left_out = {key: said for key, said in ALL_NO.items() if key != "keloid"}
    ask(people, patient, left_out | {"pregnancy": "not_asked"})
    answers = Screening.objects.get().answers
    assert "keloid" not in answers
    assert "pregnancy" not in answers


def test_it_refuses_an_answer_that_was_not_offered(people: dict[str, Member], patient: Patient) -> None:
    assert ask(people, patient, ALL_NO | {"keloid": "maybe"}).status_code == 422
    assert not Screening.objects.exists()


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.READ_ONLY])
def test_who_may_not_record_cannot_ask(people: dict[str, Member], patient: Patient, role: str) -> None:
    assert ask(people, patient, ALL_NO, role).status_code == 403
    assert not Screening.objects.exists()


def test_another_clinics_patient_is_missing(people: dict[str, Member]) -> None:
    theirs = cast.make_patient(cast.make_clinic("Larkspur"))
    assert ask(people, theirs, ALL_NO).status_code == 404
    assert not Screening.objects.exists()
