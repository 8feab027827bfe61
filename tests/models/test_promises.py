"""The constraint is the promise: what the database itself refuses, whatever the code above forgets."""

import uuid
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from tests import cast
from tests.cast import NOW, PUS
from tracker.models import (
    AskBack,
    Assessment,
    AuditSeal,
    CallBack,
    CheckIn,
    Closure,
    EscalationStep,
    Farewell,
    Flag,
    Member,
    Message,
    OpeningHours,
    Patient,
    Protocol,
    ProtocolEdition,
    Recovery,
    ReplayPart,
    ReplayRun,
    Screening,
    Shift,
    TreatedArea,
    User,
)

pytestmark = pytest.mark.django_db

Break = Callable[[Recovery], Any]


@pytest.fixture
def recovery() -> Recovery:
    """A recovery with an assessed check-in, a flag and a message."""
    recovery = cast.make_recovery()
    kept = cast.check_in(recovery, 6, PUS)
    Assessment.objects.create(
        clinic=recovery.clinic,
        check_in=kept,
        edition="rules-1",
        level="urgent",
        probability=1,
        assessed_at=NOW,
    )
    Closure.objects.create(clinic=recovery.clinic, day=date(2026, 12, 25))
    Farewell.objects.create(recovery=recovery, said_at=NOW, medicines="none")
    CallBack.objects.create(clinic=recovery.clinic, recovery=recovery, asked_at=NOW, promised_by=NOW)
    AskBack.objects.create(
        flag=recovery.flags.get(),
        asked_at=NOW,
        opens_at=NOW,
        due_at=NOW + timedelta(hours=12),
    )
    operator = recovery.treatment.operator
    Shift.objects.create(clinic=recovery.clinic, member=operator, weekday=0, starts=time(9), ends=time(18))
    run = ReplayRun.objects.create(
        clinic=recovery.clinic,
        draft=recovery.edition,
        against=recovery.edition,
        asked_by=operator,
        asked_at=NOW,
    )
    ReplayPart.objects.create(run=run, first=1, last=2)
    AuditSeal.objects.create(first=1, last=2, count=2, sealed_at=NOW, digest="a")
    return recovery


def copy(model: type[models.Model], **fields: Any) -> Break:
    """Write the newest row of `model` a second time."""

    def again(_: Recovery) -> None:
        row = model._default_manager.order_by("-pk")[0]
        row.pk = None
        for name, value in fields.items():
            setattr(row, name, value)
        row.save(force_insert=True)

    return again


def change(model: type[models.Model], **fields: Any) -> Break:
    """Change every row of `model`."""
    return lambda _: model._default_manager.update(**fields)


BREAKS: dict[str, Break] = {
    "user_email_once": lambda r: User.objects.create(email=r.patient.user.email.upper()),
    "member_once_per_clinic": copy(Member),
    "patient_once_per_clinic": copy(Patient),
    "patient_skin_type_1_to_6": change(Patient, skin_type=7),
    "patient_birth_year_plausible": change(Patient, birth_year=1850),
    "opening_hours_weekday": change(OpeningHours, weekday=7),
    "opening_hours_close_after_open": change(OpeningHours, closes=time(8)),
    "opening_hours_once": copy(OpeningHours),
    "closure_once_a_day": copy(Closure),
    "protocol_name_once": copy(Protocol),
    "protocol_edition_once": copy(ProtocolEdition),
    "screening_decision_has_reason_and_person": change(Screening, decision="go_on"),
    "treated_area_once": copy(TreatedArea),
    "treated_area_depth_plausible": change(TreatedArea, depth_mm="4.5"),
    "check_in_once_per_key": copy(CheckIn),
    "check_in_temperature_plausible": change(CheckIn, temperature_c=99),
    "check_in_day_from_0": change(CheckIn, day=-1),
    **{
        f"check_in_{name}_0_to_4": change(CheckIn, **{name: 5})
        for name in (
            [
                "redness",
                "swelling",
                "warmth",
                "pain",
                "itching",
                "tightness",
                "flaking",
                "dryness",
                "bruising",
                "bleeding",
            ]
        )
    },
    "assessment_once_per_edition": copy(Assessment),
    "assessment_probability_0_to_1": change(Assessment, probability=1.01),
    "flag_one_open_per_cause": copy(Flag),
    "flag_rank_1_to_3": change(Flag, rank=0),
    "flag_resolved_has_outcome": change(Flag, state="resolved"),
    "escalation_step_once": copy(EscalationStep),
    "farewell_felt_looked_after_1_to_5": change(Farewell, felt_looked_after=6),
    "farewell_easy_to_use_1_to_5": change(Farewell, easy_to_use=0),
    "farewell_knew_when_to_ring_1_to_5": change(Farewell, knew_when_to_ring=6),
    "call_back_one_open": copy(CallBack),
    "ask_back_one_waiting": copy(AskBack),
    "ask_back_due_after_opening": change(AskBack, due_at=NOW),
    "replay_part_once": copy(ReplayPart),
    "shift_weekday": change(Shift, weekday=7),
    "shift_ends_after": change(Shift, ends=time(8)),
    "audit_seal_one_next": copy(AuditSeal, first=3, last=4, digest="b"),
}


def named_constraints() -> set[str]:
    from django.apps import apps

    tables = apps.get_app_config("tracker").get_models()
    return {constraint.name for table in tables for constraint in table._meta.constraints}


def test_it_shows_every_named_promise_below() -> None:
    assert named_constraints() == set(BREAKS)


@pytest.mark.parametrize("name", BREAKS)
def test_it_is_kept_by_the_database(name: str, recovery: Recovery) -> None:
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        BREAKS[name](recovery)
    # SQLite names the columns of a broken unique constraint, PostgreSQL always the constraint
    assert name in str(refusal.value) or connection.vendor == "sqlite"


def test_it_is_wanted_once_by_its_key(recovery: Recovery) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        copy(Message)(recovery)
    copy(Message, dedupe_key="another")(recovery)


def test_it_has_one_recovery_per_treatment(recovery: Recovery) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        copy(Recovery)(recovery)


@pytest.mark.parametrize(
    "allowed",
    [
        change(Flag, state="resolved", outcome="seen", resolved_at=NOW),
        copy(Flag, cause="silence"),
        copy(CheckIn, submission_key=uuid.UUID(int=1)),
        copy(Assessment, edition="rules-2"),
        change(CheckIn, temperature_c=None, redness=None, pain=4),
        change(Patient, skin_type=None),
        copy(CallBack, handled_at=NOW),
        copy(AskBack, sign="spreading"),
        copy(AskBack, missed_at=NOW),
    ],
)
def test_it_promises_no_more_than_it_says(allowed: Break, recovery: Recovery) -> None:
    allowed(recovery)


def test_it_deletes_nothing_clinical_by_accident(recovery: Recovery) -> None:
    for row in (recovery, recovery.patient, recovery.clinic, recovery.check_ins.get(), recovery.treatment):
        with pytest.raises(models.ProtectedError):
            row.delete()
    assert recovery.ends_on - recovery.started_on == timedelta(days=14)
