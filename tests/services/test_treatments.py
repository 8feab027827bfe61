"""From the screening to the recovery it starts."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests import cast
from tests.cast import NOW
from tracker.healing import infection
from tracker.healing import screening as healing
from tracker.models import (
    AuditEntry,
    Clinic,
    Member,
    Message,
    Patient,
    ProtocolEdition,
    Recovery,
    Role,
    Screening,
    Treatment,
)
from tracker.services import people, protocols, treatments
from tracker.services.treatments import Details, ProductUsed

pytestmark = pytest.mark.django_db

CLEAR = {question.key: "no" for question in healing.questions()}
SERUM = ProductUsed("Hyaluronic serum", "H-2207", date(2027, 1, 31))


@pytest.fixture
def clinic() -> Clinic:
    clinic = cast.make_clinic()
    protocols.create_standard(clinic=clinic, now=NOW - timedelta(days=100))
    return clinic


@pytest.fixture
def member(clinic: Clinic) -> Member:
    return cast.make_member(clinic)


@pytest.fixture
def patient(clinic: Clinic) -> Patient:
    return cast.make_patient(clinic)


def screen(patient: Patient, member: Member, **answers: str) -> Screening:
    return treatments.record_screening(patient=patient, member=member, answers=CLEAR | answers, now=NOW)


def treat(screening: Screening, member: Member, **changes: Any) -> Recovery:
    now = changes.pop("now", NOW)
    fields: dict[str, Any] = {"treated_at": now - timedelta(hours=1), "device": "pen", "passes": 3}
    return treatments.record_treatment(
        screening=screening,
        member=member,
        areas=changes.pop("areas", {"face": Decimal("1.25")}),
        products=changes.pop("products", [SERUM]),
        details=Details(**fields | changes),
        now=now,
    )


def go_on(screening: Screening, member: Member, decision: str = "go_on") -> Screening:
    return treatments.decide_screening(
        screening=screening, member=member, decision=decision, reason="Dry and healed, looked at", now=NOW
    )


# --- screening -------------------------------------------------------------------------------------


def test_it_keeps_answers_as_given_and_leaves_out_what_nobody_asked(patient: Patient, member: Member) -> None:
    screening = treatments.record_screening(
        patient=patient,
        member=member,
        answers={"pregnancy": "no", "keloid": "unsure", "diabetes": ""},
        note="in a hurry",
        now=NOW,
    )
    screening.refresh_from_db()
    assert screening.answers == {"pregnancy": "no", "keloid": "unsure"}
    assert (screening.clinic, screening.asked_by, screening.note) == (patient.clinic, member, "in a hurry")
    assert AuditEntry.objects.get().detail == {}


def test_it_refuses_questions_and_answers_it_does_not_know(patient: Patient, member: Member) -> None:
    for answers, error in (({"horoscope": "no"}, KeyError), ({"pregnancy": "perhaps"}, ValueError)):
        with pytest.raises(error):
            treatments.record_screening(patient=patient, member=member, answers=answers, now=NOW)
    assert not Screening.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_decision_needs_a_clinician_and_a_reason(patient: Patient, member: Member) -> None:
    screening = screen(patient, member, cold_sore_now="yes")
    for role in (Role.FRONT_DESK, Role.READ_ONLY):
        with pytest.raises(treatments.NotAClinician):
            go_on(screening, cast.make_member(patient.clinic, role, f"Not a clinician {role}"))
    with pytest.raises(ValueError, match="reason"):
        treatments.decide_screening(
            screening=screening, member=member, decision="go_on", reason="  ", now=NOW
        )
    screening.refresh_from_db()
    assert screening.decision == ""


def test_a_decision_is_kept_with_its_person_and_never_changed(patient: Patient, member: Member) -> None:
    screening = go_on(screen(patient, member, cold_sore_now="yes"), member, "postpone")
    assert (screening.decision, screening.decided_by, screening.decided_at) == ("postpone", member, NOW)
    with pytest.raises(treatments.AlreadyDecided):
        go_on(screening, member)
    screening.refresh_from_db()
    assert screening.decision == "postpone"
    assert AuditEntry.objects.filter(verb="decide_screening").count() == 1


# --- treatment -------------------------------------------------------------------------------------


def test_it_writes_the_session_and_starts_the_recovery(patient: Patient, member: Member) -> None:
    recovery = treat(
        screen(patient, member),
        member,
        areas={"face": Decimal("1.25"), "neck": Decimal("0.75")},
        end_point="pinpoint",
        numbing_cream="Lidocaine 5 %",
        room="2",
    )
    treatment = recovery.treatment
    assert [(a.area, a.depth_mm) for a in treatment.areas.all()] == [
        ("face", Decimal("1.25")),
        ("neck", Decimal("0.75")),
    ]
    product = treatment.products.get()
    assert (product.name, product.lot, product.expires_on) == (SERUM.name, SERUM.lot, SERUM.expires_on)
    assert (treatment.operator, treatment.session_number, treatment.end_point) == (member, 1, "pinpoint")
    assert (recovery.started_on, recovery.state) == (NOW.date(), "open")
    assert recovery.ends_on == NOW.date() + timedelta(days=14)
    assert AuditEntry.objects.filter(verb="record_treatment", actor=member.user).count() == 1


def test_it_tells_the_patient_in_the_same_transaction(patient: Patient, member: Member) -> None:
    recovery = treat(screen(patient, member), member)
    message = Message.objects.get()
    assert (message.kind, message.recovery, message.to_user) == ("welcome", recovery, patient.user)
    assert message.link is not None


def test_a_patient_invited_a_moment_ago_gets_one_mail(patient: Patient, member: Member) -> None:
    people.send_welcome(patient=patient, recovery=None, now=NOW - timedelta(seconds=30))
    treat(screen(patient, member), member)
    assert Message.objects.count() == 1


@pytest.mark.parametrize("answer", ["yes", "unsure"])
def test_it_refuses_while_an_answer_says_stop(patient: Patient, member: Member, answer: str) -> None:
    screening = screen(patient, member, cold_sore_now=answer)
    assert treatments.needs_decision(screening)
    with pytest.raises(treatments.NeedsDecision):
        treat(screening, member)
    assert not Treatment.objects.exists()
    assert not Message.objects.exists()


def test_it_refuses_when_a_stopping_question_was_not_asked(patient: Patient, member: Member) -> None:
    screening = treatments.record_screening(patient=patient, member=member, answers={}, now=NOW)
    with pytest.raises(treatments.NeedsDecision):
        treat(screening, member)


def test_it_goes_on_after_a_clinician_decided_so(patient: Patient, member: Member) -> None:
    screening = go_on(screen(patient, member, cold_sore_now="yes"), member)
    assert treat(screening, member).treatment.screening == screening


def test_it_reads_the_decision_as_it_stands_in_the_database(patient: Patient, member: Member) -> None:
    stale = screen(patient, member, cold_sore_now="yes")
    go_on(Screening.objects.get(pk=stale.pk), member)
    assert stale.decision == ""
    assert treat(stale, member).patient == patient


def test_it_does_not_go_on_after_a_decision_to_postpone(patient: Patient, member: Member) -> None:
    for answers in ({}, {"cold_sore_now": "yes"}):
        screening = go_on(screen(patient, member, **answers), member, "postpone")
        with pytest.raises(treatments.NeedsDecision):
            treat(screening, member)


def test_care_alone_does_not_stop(patient: Patient, member: Member) -> None:
    recovery = treat(screen(patient, member, herpes_history="yes", anticoagulants="yes"), member)
    facts = recovery.treatment.facts()
    assert (facts.cold_sores, facts.blood_thinners, facts.immunosuppressed) == (True, True, False)


def test_saving_twice_starts_one_recovery(patient: Patient, member: Member) -> None:
    screening = screen(patient, member)
    first = treat(screening, member)
    assert treat(screening, member, device="rf", now=NOW + timedelta(seconds=3)) == first
    assert Treatment.objects.get().device == "pen"
    assert Message.objects.count() == 1


def test_only_owners_and_clinicians_record(patient: Patient, member: Member) -> None:
    screening = screen(patient, member)
    with pytest.raises(treatments.NotAClinician):
        treat(screening, cast.make_member(patient.clinic, Role.FRONT_DESK, "Fay Desk"))
    assert treat(screening, cast.make_member(patient.clinic, Role.OWNER, "Olu Owner"))


def test_it_refuses_a_session_without_area_or_in_the_future(patient: Patient, member: Member) -> None:
    screening = screen(patient, member)
    wrong: list[dict[str, Any]] = [{"areas": {}}, {"treated_at": NOW + timedelta(minutes=1)}]
    for changes in wrong:
        with pytest.raises(ValueError, match="session"):
            treat(screening, member, **changes)
    assert not Treatment.objects.exists()


def test_it_refuses_where_no_protocol_is_published_and_keeps_nothing() -> None:
    member = cast.make_member(cast.make_clinic("Birch"))
    patient = cast.make_patient(member.clinic)
    cast.make_edition(member.clinic, status="draft", published_at=None)
    with pytest.raises(treatments.NoProtocol):
        treat(screen(patient, member), member)
    assert not Treatment.objects.exists()


def test_it_counts_sessions_and_runs_on_the_newest_edition(patient: Patient, member: Member) -> None:
    first = treat(screen(patient, member), member)
    newer = cast.make_edition(patient.clinic, monitoring_days=21)
    second = treat(screen(patient, member), member, now=NOW + timedelta(days=28))
    assert (first.treatment.session_number, second.treatment.session_number) == (1, 2)
    assert second.edition == newer
    assert (first.edition.number, second.ends_on - second.started_on) == (1, timedelta(days=21))


def test_day_0_is_the_patients_own_day(clinic: Clinic, member: Member) -> None:
    patient = cast.make_patient(clinic, timezone="Pacific/Auckland")
    assert treat(screen(patient, member), member).started_on == NOW.date() + timedelta(days=1)


# --- defaults and the standard protocol --------------------------------------------------------------


def test_the_form_starts_from_what_the_member_used_last(patient: Patient, member: Member) -> None:
    assert treatments.last_used(member) == {}
    treat(screen(patient, member), member, device="rf", areas={"neck": Decimal("2.00")}, room="1")
    treat(
        screen(patient, member),
        member,
        areas={"scalp": Decimal("0.50")},
        room="2",
        with_prp=True,
        now=NOW + timedelta(days=1),
    )
    found = treatments.last_used(member)
    assert (found["device"], found["room"], found["passes"], found["with_prp"]) == ("pen", "2", 3, True)
    assert found["areas"] == {"scalp": Decimal("0.50")}
    assert found["products"] == [SERUM]
    assert {"treated_at", "note"}.isdisjoint(found)
    colleague = cast.make_member(patient.clinic, name="Dr Other")
    assert treatments.last_used(colleague) == {}


def test_defaults_never_come_from_another_clinic(patient: Patient, member: Member) -> None:
    treat(screen(patient, member), member)
    elsewhere = Member.objects.create(
        user=member.user, clinic=cast.make_clinic("Birch"), role=Role.CLINICIAN, name=member.name
    )
    assert treatments.last_used(elsewhere) == {}


def test_the_standard_protocol_is_made_once_with_todays_rules(clinic: Clinic) -> None:
    edition = ProtocolEdition.objects.get()
    assert (edition.rules, edition.status) == (infection.CURRENT, "published")
    assert protocols.create_standard(clinic=clinic, now=NOW) == edition
    assert ProtocolEdition.objects.count() == 1
