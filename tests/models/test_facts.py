"""Rows as the rules read them."""

import itertools
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from tests import cast
from tests.cast import CALM
from tracker.healing import symptoms
from tracker.healing.symptoms import Answer, Discharge
from tracker.models import (
    CAUSE_LABELS,
    Closure,
    DischargeColour,
    DischargeTexture,
    SignAnswer,
    TreatedArea,
    User,
)
from tracker.models.treatments import Treatment

pytestmark = pytest.mark.django_db


def report_of(answers: dict[str, Any]) -> symptoms.Report:
    kept = cast.check_in(cast.make_recovery(), 6, answers)
    kept.refresh_from_db()
    return kept.report()


def test_it_reports_every_answer_under_its_own_name() -> None:
    scores = {name: n % 5 for n, name in enumerate(symptoms.SYMPTOMS)}
    signs = dict.fromkeys(symptoms.SIGNS, "unsure") | {"unwell": "yes", "blisters": "no"}
    report = report_of(scores | signs | {"temperature_c": Decimal("38.05")})
    assert report.scores == scores
    assert report.signs == {name: Answer(value) for name, value in signs.items()}
    assert report.temperature_c == 38.05
    assert (report.day, report.late, report.quick) == (6, False, False)


def test_it_reports_what_was_not_answered_as_unknown() -> None:
    report = report_of({})
    assert set(report.scores.values()) == {None}
    assert set(report.signs.values()) == {None}
    assert (report.discharge, report.temperature_c) == (None, None)


@pytest.mark.parametrize(
    ("colour", "texture", "found"),
    [
        ("none", "", Discharge.NONE),
        ("clear", "thin", Discharge.CLEAR),
        ("yellow", "thin", Discharge.UNCLEAR),
        ("clear", "thick", Discharge.UNCLEAR),
        ("green", "thick", Discharge.PUS),
        ("unsure", "unsure", Discharge.UNCLEAR),
    ],
)
def test_it_reads_discharge_by_the_two_part_rule(colour: str, texture: str, found: Discharge) -> None:
    report = report_of(CALM | {"discharge_colour": colour, "discharge_texture": texture})
    assert report.discharge is found


def test_it_offers_the_answers_that_the_rules_know() -> None:
    assert set(SignAnswer.values) == {answer.value for answer in Answer}
    both = itertools.product(DischargeColour.values, DischargeTexture.values)
    assert {symptoms.classify_discharge(colour, texture) for colour, texture in both} == set(Discharge)


def test_it_has_a_name_for_every_cause() -> None:
    from tracker.healing.verdicts import Cause

    assert set(CAUSE_LABELS) == set(Cause)


def treated(**fields: Any) -> Treatment:
    clinic = cast.make_clinic()
    return cast.make_treatment(cast.make_patient(clinic), cast.make_member(clinic), **fields)


def test_it_tells_the_rules_what_changes_healing() -> None:
    treatment = treated(device="rf", with_prp=True, with_acid=True, session_number=3)
    TreatedArea.objects.create(treatment=treatment, area="neck", depth_mm="0.50")
    facts = treatment.facts()
    assert (facts.device, facts.session_number, facts.skin_type, facts.age) == ("rf", 3, 3, 35)
    assert facts.adjuncts == {"prp", "vitamin_c_or_acid"}
    assert [(area.name, area.depth_mm) for area in facts.areas] == [("face", 1.25), ("neck", 0.5)]


@pytest.mark.parametrize(("answer", "known"), [("yes", True), ("no", False), ("unsure", None), (None, None)])
def test_it_takes_not_asked_and_not_sure_for_unknown(answer: str | None, known: bool | None) -> None:
    keys = ("anticoagulants", "herpes_history", "immunosuppression")
    facts = treated(answers={} if answer is None else dict.fromkeys(keys, answer)).facts()
    assert (facts.blood_thinners, facts.cold_sores, facts.immunosuppressed) == (known, known, known)


def test_it_knows_when_a_clinic_is_open() -> None:
    clinic = cast.make_clinic()
    Closure.objects.create(clinic=clinic, day=date(2026, 12, 25))
    hours = clinic.hours()
    assert hours.zone == "Europe/London"
    assert hours.spans == tuple((day, time(9), time(18)) for day in range(5))
    assert hours.closed == {date(2026, 12, 25)}


def test_it_finds_a_user_whatever_the_case_of_the_address() -> None:
    user = User.objects.create_user("  Ana.Sousa@Mail.Example ")
    assert user.email == "ana.sousa@mail.example"
    assert User.objects.get_by_natural_key("ANA.SOUSA@mail.example") == user
    assert not user.has_usable_password()


def test_it_counts_days_from_the_treatment() -> None:
    recovery = cast.make_recovery()
    assert [recovery.day_on(d) for d in (date(2026, 3, 6), date(2026, 3, 12), date(2026, 3, 5))] == [0, 6, -1]


def test_it_writes_nothing_clinical_into_its_name() -> None:
    recovery = cast.make_recovery()
    kept = cast.check_in(recovery, 6, CALM | {"note": "SECRET"})
    assert "SECRET" not in f"{kept} {recovery} {recovery.treatment} {recovery.treatment.screening}"
