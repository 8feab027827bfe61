"""Recording a session."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests import cast
from tests.views import desk
from tracker.healing import screening as questions
from tracker.models import Member, Message, ProtocolEdition, Recovery, Role, Screening, Treatment
from tracker.services import treatments

pytestmark = pytest.mark.django_db
ALL_NO = {question.key: "no" for question in questions.questions()}
SESSION = {
    "device": "pen",
    "area_face": "on",
    "depth_face": "1.5",
    "area_neck": "on",
    "depth_neck": "1",
    "passes": "4",
    "end_point": "pinpoint",
    "duration_minutes": "35",
    "numbing_cream": "Lidocaine 4 %",
    "product_1": "Hyaluronic serum",
    "lot_1": "HA-2231",
    "expires_1": "2027-03-01",
    "with_prp": "on",
    "room": "2",
    "treated_on": "2026-03-12",
    "treated_time": "11:30",
    "note": "",
}


@pytest.fixture
def people(time_machine: Any) -> dict[str, Member]:
    """The team of a clinic with a protocol, at noon of day 6."""
    time_machine.move_to(cast.NOW, tick=False)
    clinic = cast.make_clinic()
    cast.make_edition(clinic)
    return desk.team(clinic)


def screened(people: dict[str, Member], name: str = "Ana Sousa", **answers: str) -> Screening:
    return treatments.record_screening(
        patient=cast.make_patient(people[Role.OWNER].clinic, name),
        member=people[Role.CLINICIAN],
        answers=ALL_NO | answers,
        now=cast.NOW,
    )


def record(people: dict[str, Member], found: Screening, role: str = Role.CLINICIAN, **said: str) -> Any:
    fresh = desk.fresh(found.patient)
    return desk.at(people[role]).post(f"/clinic/screenings/{found.pk}/treatment/", SESSION | fresh | said)


def test_it_keeps_the_session_starts_the_recovery_and_writes_to_the_patient(
    people: dict[str, Member],
) -> None:
    response = record(people, screened(people))
    recovery = Recovery.objects.get()
    assert response.url == f"/clinic/recoveries/{recovery.pk}/"
    treatment = recovery.treatment
    assert (treatment.device, treatment.passes, treatment.end_point) == ("pen", 4, "pinpoint")
    assert {a.area: a.depth_mm for a in treatment.areas.all()} == {"face": Decimal("1.5"), "neck": Decimal(1)}
    product = treatment.products.get()
    assert (product.name, product.lot, product.expires_on) == (
        "Hyaluronic serum",
        "HA-2231",
        date(2027, 3, 1),
    )
    assert (treatment.with_prp, treatment.with_acid, treatment.room) == (True, False, "2")
    assert treatment.operator == people[Role.CLINICIAN]
    mail = Message.objects.get()
    assert (mail.kind, mail.to_email) == ("welcome", "ana.sousa@mail.example")


def test_its_time_is_the_clinics_wall_clock(people: dict[str, Member], time_machine: Any) -> None:
    summer = datetime(2026, 7, 1, 12, tzinfo=UTC)
    time_machine.move_to(summer, tick=False)
    record(people, screened(people), treated_on="2026-07-01", treated_time="11:30")
    assert Treatment.objects.get().treated_at == datetime(2026, 7, 1, 10, 30, tzinfo=UTC)


def test_the_next_session_is_filled_in_from_the_last(people: dict[str, Member]) -> None:
    record(people, screened(people))
    found = screened(people, "Jin Park")
    page = desk.text(desk.at(people[Role.CLINICIAN]).get(f"/clinic/screenings/{found.pk}/treatment/"))
    assert "Filled in from your last session: check each line." in page
    for filled in (
        'value="1.5"',
        'value="Lidocaine 4 %"',
        'value="HA-2231"',
        'value="2027-03-01"',
        'value="4"',
    ):
        assert filled in page
    ticked = (
        page.split('id="id_area_face"')[0].rsplit("<input", 1)[1] + page.split('id="id_area_face"')[1][:20]
    )
    assert "checked" in ticked
    assert 'value="2026-03-12"' in page
    assert 'value="12:00"' in page


def test_a_routine_session_needs_nothing_but_save(people: dict[str, Member]) -> None:
    record(people, screened(people))
    found = screened(people, "Jin Park")
    page = desk.at(people[Role.CLINICIAN]).get(f"/clinic/screenings/{found.pk}/treatment/")
    form = page.context["form"]
    as_shown = {name: form[name].value() for name in form.fields}
    ticked = {n: v for n, v in as_shown.items() if v not in (None, "", False)}
    response = desk.at(people[Role.CLINICIAN]).post(
        f"/clinic/screenings/{found.pk}/treatment/", ticked | desk.fresh(found.patient)
    )
    assert response.status_code == 302
    assert Recovery.objects.filter(patient__name="Jin Park").exists()


def test_one_clinicians_last_session_is_not_anothers_default(people: dict[str, Member]) -> None:
    record(people, screened(people))
    found = screened(people, "Jin Park")
    page = desk.text(desk.at(people[Role.OWNER]).get(f"/clinic/screenings/{found.pk}/treatment/"))
    assert "Filled in from your last session" not in page


def test_saving_twice_starts_one_recovery(people: dict[str, Member]) -> None:
    found = screened(people)
    assert record(people, found).url == record(people, found).url
    assert Recovery.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"depth_face": ""}, "Enter the needle depth of this area in mm."),
        ({"depth_face": "5"}, "less than or equal to 4"),
        ({"depth_face": "deep"}, "Enter a number."),
        ({"device": ""}, "This field is required."),
        ({"treated_time": "12:01"}, "This lies in the future."),
        ({"treated_on": "2026-03-13"}, "This lies in the future."),
        ({"passes": "0"}, "greater than or equal to 1"),
    ],
)
def test_it_says_what_is_wrong_and_keeps_the_rest(
    people: dict[str, Member], wrong: dict[str, str], said: str
) -> None:
    response = record(people, screened(people), **wrong)
    assert response.status_code == 422
    page = desk.text(response)
    assert said in page
    assert "There is a problem" in page
    assert 'value="HA-2231"' in page
    assert not Treatment.objects.exists()


def test_it_needs_an_area(people: dict[str, Member]) -> None:
    found = screened(people)
    said = {k: v for k, v in SESSION.items() if not k.startswith(("area_", "depth_"))}
    said |= desk.fresh(found.patient)
    response = desk.at(people[Role.CLINICIAN]).post(f"/clinic/screenings/{found.pk}/treatment/", said)
    assert response.status_code == 422
    assert "Choose at least one area." in desk.text(response)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_screening_that_says_stop_leads_to_the_decision_first(
    people: dict[str, Member], method: str
) -> None:
    found = screened(people, cold_sore_now="yes")
    client = desk.at(people[Role.CLINICIAN])
    response = getattr(client, method)(f"/clinic/screenings/{found.pk}/treatment/", SESSION)
    assert response.url == f"/clinic/screenings/{found.pk}/"
    assert not Treatment.objects.exists()


def test_it_records_after_the_decision_to_go_on(people: dict[str, Member]) -> None:
    found = screened(people, keloid="yes")
    treatments.decide_screening(
        screening=found, member=people[Role.OWNER], decision="go_on", reason="Flat scar", now=cast.NOW
    )
    assert record(people, found).status_code == 302
    assert Recovery.objects.count() == 1


def test_a_clinic_without_a_protocol_is_told_so(people: dict[str, Member]) -> None:
    ProtocolEdition.objects.update(status="draft")
    found = screened(people)
    response = desk.at(people[Role.CLINICIAN]).post(
        f"/clinic/screenings/{found.pk}/treatment/", SESSION | desk.fresh(found.patient), follow=True
    )
    assert "Your clinic has no published protocol yet. Nothing was saved" in desk.text(response)
    assert not Treatment.objects.exists()


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.READ_ONLY])
def test_who_may_not_record_cannot(people: dict[str, Member], role: str) -> None:
    assert record(people, screened(people), role).status_code == 403
    assert not Treatment.objects.exists()


def test_another_clinics_screening_is_missing(people: dict[str, Member]) -> None:
    theirs = screened(desk.team(cast.make_clinic("Larkspur")))
    assert record(people, theirs).status_code == 404
    assert not Treatment.objects.exists()
