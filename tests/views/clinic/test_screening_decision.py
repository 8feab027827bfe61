"""What speaks against treating, and the decision about it."""

from typing import Any

import pytest

from tests import cast
from tests.views import desk
from tracker.healing import screening as questions
from tracker.models import AuditEntry, Member, Role, Screening
from tracker.services import treatments

pytestmark = pytest.mark.django_db
ALL_NO = {question.key: "no" for question in questions.questions()}


@pytest.fixture
def people(time_machine: Any) -> dict[str, Member]:
    """The team of the clinic, at noon of day 6."""
    time_machine.move_to(cast.NOW, tick=False)
    return desk.team(cast.make_clinic())


def screened(people: dict[str, Member], **answers: str) -> Screening:
    return treatments.record_screening(
        patient=cast.make_patient(people[Role.OWNER].clinic),
        member=people[Role.CLINICIAN],
        answers=ALL_NO | answers,
        now=cast.NOW,
    )


def opened(people: dict[str, Member], found: Screening) -> str:
    return desk.text(desk.at(people[Role.CLINICIAN]).get(f"/clinic/screenings/{found.pk}/"))


def decide(people: dict[str, Member], found: Screening, role: str = Role.CLINICIAN, **said: str) -> Any:
    fresh = desk.fresh(found.patient)
    return desk.at(people[role]).post(f"/clinic/screenings/{found.pk}/", fresh | said)


def test_it_stops_with_the_reason_and_offers_no_way_around_the_decision(people: dict[str, Member]) -> None:
    page = opened(people, screened(people, cold_sore_now="yes"))
    assert "This speaks against treating" in page
    assert "Needles spread the cold sore virus over the treated skin." in page
    assert "Record the decision" in page
    assert "/treatment/" not in page


def test_a_caution_warns_and_lets_go_on(people: dict[str, Member]) -> None:
    found = screened(people, diabetes="yes")
    page = opened(people, found)
    assert "Take care" in page
    assert f"/clinic/screenings/{found.pk}/treatment/" in page
    assert "Record the decision" not in page


def test_a_grave_question_nobody_asked_needs_a_decision_too(people: dict[str, Member]) -> None:
    page = opened(people, screened(people, pregnancy=""))
    assert "Not everything was asked" in page
    assert "Are you pregnant, or could you be?" in page
    assert "Ask again" in page
    assert "/treatment/" not in page


def test_going_on_is_kept_with_reason_person_and_time(people: dict[str, Member]) -> None:
    found = screened(people, keloid="yes")
    response = decide(people, found, decision="go_on", reason="Old acne scar, flat")
    assert response.url == f"/clinic/screenings/{found.pk}/treatment/"
    found.refresh_from_db()
    assert (found.decision, found.decision_reason) == ("go_on", "Old acne scar, flat")
    assert (found.decided_by, found.decided_at) == (people[Role.CLINICIAN], cast.NOW)
    assert AuditEntry.objects.get(verb="decide_screening").actor == people[Role.CLINICIAN].user
    page = opened(people, found)
    assert "Treat all the same" in page
    assert "Old acne scar, flat" in page


def test_postponing_leads_back_to_the_patient_and_closes_the_way(people: dict[str, Member]) -> None:
    found = screened(people, cold_sore_now="yes")
    response = decide(people, found, decision="postpone", reason="In two weeks")
    assert response.url == f"/clinic/patients/{found.patient_id}/"
    assert "/treatment/" not in opened(people, found)
    client = desk.at(people[Role.CLINICIAN])
    assert client.get(f"/clinic/screenings/{found.pk}/treatment/").status_code == 302


def test_it_asks_for_a_reason(people: dict[str, Member]) -> None:
    found = screened(people, keloid="yes")
    assert decide(people, found, decision="go_on", reason="  ").status_code == 422
    assert Screening.objects.get().decision == ""


def test_a_decision_stands_as_it_was_made(people: dict[str, Member]) -> None:
    found = screened(people, keloid="yes")
    decide(people, found, decision="postpone", reason="First")
    response = decide(people, found, Role.OWNER, decision="go_on", reason="Second")
    assert response.status_code == 302
    found.refresh_from_db()
    assert (found.decision, found.decision_reason) == ("postpone", "First")


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.READ_ONLY])
def test_only_who_may_record_may_decide(people: dict[str, Member], role: str) -> None:
    found = screened(people, keloid="yes")
    assert decide(people, found, role, decision="go_on", reason="Fine").status_code == 403
    assert Screening.objects.get().decision == ""


def test_another_clinics_screening_is_missing(people: dict[str, Member]) -> None:
    found = screened(desk.team(cast.make_clinic("Larkspur")), keloid="yes")
    assert decide(people, found, decision="go_on", reason="Fine").status_code == 404
    assert Screening.objects.get().decision == ""
