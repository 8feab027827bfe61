"""Many more calm patients, written in bulk: for trying the product at size."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from tracker import days
from tracker.demo import evenings
from tracker.demo.courses import COURSES
from tracker.healing.screening import questions
from tracker.healing.verdicts import Verdict
from tracker.models import (
    Assessment,
    CheckIn,
    Clinic,
    Member,
    Patient,
    ProtocolEdition,
    Recovery,
    Role,
    Screening,
    TreatedArea,
    Treatment,
    User,
)
from tracker.services import protocols, reminders

PER_CLINIC = 500
BATCH = 2000
LONGEST = 6
"""Days since the treatment run from 1 to this; each has an entry for every day before today."""

ZONE = "Europe/London"


@dataclass(frozen=True, slots=True)
class Place:
    """A clinic of the crowd, who treats there, and what its recoveries run on."""

    clinic: Clinic
    member: Member
    edition: ProtocolEdition


def fill(*, more: int, password: str, now: datetime) -> None:
    """Add `more` patients, PER_CLINIC to a clinic, opening demo clinics as needed.

    `password` is the hash that the new clinics' clinicians get.
    """
    first = User.objects.filter(email__startswith="crowd-").count()
    places = _places(-(-(first + more) // PER_CLINIC), password, now)
    for start in range(first, first + more, BATCH):
        numbers = range(start, min(start + BATCH, first + more))
        _write([(number, places[number // PER_CLINIC]) for number in numbers], now)


def _places(count: int, password: str, now: datetime) -> list[Place]:
    clinics = list(Clinic.objects.filter(is_demo=True).order_by("pk"))
    while len(clinics) < count:
        clinics.append(_open(len(clinics) + 1, password, now))
    return [_place(clinic) for clinic in clinics]


def _open(number: int, password: str, now: datetime) -> Clinic:
    """A clinic without opening hours: its promises run round the clock."""
    domain = f"clinic-{number}.example"
    clinic = Clinic.objects.create(
        name=f"Demo clinic {number}",
        phone="020 7946 0099",
        inbox_email=f"desk@{domain}",
        is_demo=True,
        created_at=now,
    )
    user = User.objects.create(email=f"clinician@{domain}", password=password)
    Member.objects.create(user=user, clinic=clinic, role=Role.CLINICIAN, name=f"Clinician {number}")
    protocols.create_standard(clinic=clinic, now=now)
    return clinic


def _place(clinic: Clinic) -> Place:
    edition = protocols.current_edition(clinic_id=clinic.pk)
    if edition is None:
        raise RuntimeError(f"clinic {clinic.pk} has no protocol")
    return Place(clinic, clinic.members.filter(role=Role.CLINICIAN).order_by("pk")[0], edition)


def _write(crowd: Sequence[tuple[int, Place]], now: datetime) -> None:
    """One batch of patients with everything that belongs to them."""
    users = User.objects.bulk_create(
        User(email=f"crowd-{number:06}@mail.example", password=f"!crowd{number:034}") for number, _ in crowd
    )
    patients = Patient.objects.bulk_create(
        Patient(
            clinic=place.clinic,
            user=user,
            name=f"Crowd {number:06}",
            phone="+44 7700 900000",
            birth_year=1985,
            skin_type=number % 6 + 1,
            timezone=ZONE,
            created_at=now,
        )
        for (number, place), user in zip(crowd, users, strict=True)
    )
    treatments = _treatments(crowd, patients, now)
    recoveries = Recovery.objects.bulk_create(
        _recovery(place, treatment, now) for (_, place), treatment in zip(crowd, treatments, strict=True)
    )
    _check_ins(recoveries, days.local_date(now, ZONE) - days.ONE_DAY)


def _treatments(
    crowd: Sequence[tuple[int, Place]], patients: Sequence[Patient], now: datetime
) -> list[Treatment]:
    answers = {question.key: "no" for question in questions()}
    today = days.local_date(now, ZONE)
    at = [_noon(today - timedelta(days=number % LONGEST + 1)) for number, _ in crowd]
    rows = list(zip(crowd, patients, at, strict=True))
    screenings = Screening.objects.bulk_create(
        Screening(clinic=p.clinic, patient=patient, answers=answers, asked_at=when, asked_by=p.member)
        for (_, p), patient, when in rows
    )
    treatments = Treatment.objects.bulk_create(
        Treatment(
            clinic=p.clinic,
            patient=patient,
            screening=screening,
            treated_at=when,
            device="pen",
            passes=3,
            operator=p.member,
            created_at=when,
        )
        for ((_, p), patient, when), screening in zip(rows, screenings, strict=True)
    )
    TreatedArea.objects.bulk_create(
        TreatedArea(treatment=treatment, area="face", depth_mm=Decimal("1.25")) for treatment in treatments
    )
    return treatments


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def _recovery(place: Place, treatment: Treatment, now: datetime) -> Recovery:
    """As `services.recoveries.start` and the entries up to yesterday would have left it."""
    started = days.local_date(treatment.treated_at, ZONE)
    heard = days.local_date(now, ZONE) - days.ONE_DAY
    recovery = Recovery(
        clinic=place.clinic,
        patient=treatment.patient,
        treatment=treatment,
        edition=place.edition,
        started_on=started,
        ends_on=started + timedelta(days=place.edition.monitoring_days),
        last_check_in_on=heard,
        silent_at=days.silent_at(last_heard=heard, days=place.edition.silence_days, zone=ZONE),
    )
    recovery.next_reminder_at = reminders.next_for(recovery, now=now)
    return recovery


def _check_ins(recoveries: Sequence[Recovery], heard: date) -> None:
    """Every day before today, judged. Entries and verdicts depend on the day and the facts alone."""
    rows = [
        (_entry(recovery, day), recovery)
        for recovery in recoveries
        for day in range(recovery.day_on(heard) + 1)
    ]
    CheckIn.objects.bulk_create([entry for entry, _ in rows], batch_size=BATCH)
    Assessment.objects.bulk_create(
        [_assessment(entry, recovery) for entry, recovery in rows], batch_size=BATCH
    )


def _entry(recovery: Recovery, day: int) -> CheckIn:
    on = recovery.started_on + timedelta(days=day)
    at = _noon(on) + timedelta(hours=7)
    return CheckIn(
        clinic_id=recovery.clinic_id,
        recovery=recovery,
        submission_key=UUID(int=recovery.pk << 16 | day),
        day=day,
        local_date=on,
        zone=ZONE,
        recorded_at=at,
        assessed_at=at,
        assess_after=at,
        **_answers(day),
    )


@cache
def _answers(day: int) -> dict[str, Any]:
    return evenings.answers(COURSES["calm"], day)


def _assessment(entry: CheckIn, recovery: Recovery) -> Assessment:
    verdict = _verdict(recovery.patient.skin_type, entry.day, recovery.edition.rules)
    return Assessment(
        clinic_id=entry.clinic_id,
        check_in=entry,
        edition=verdict.edition,
        level=verdict.level,
        cause=verdict.cause,
        probability=verdict.probability,
        against=[reason.as_dict() for reason in verdict.against],
        clears=[reason.as_dict() for reason in verdict.clears],
        assessed_at=entry.recorded_at,
    )


@cache
def _verdict(skin_type: int | None, day: int, edition: str) -> Verdict:
    return evenings.verdict(COURSES["calm"], skin_type, day, edition)
