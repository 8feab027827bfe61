"""Many more calm patients, written in bulk: for trying the product at size."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from itertools import product
from typing import Any

from django.db.models import F, QuerySet

from tracker import days
from tracker.demo import copies, evenings
from tracker.demo.courses import COURSES
from tracker.healing.screening import questions
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
from tracker.services import protocols, recoveries, reminders

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
    newest = Recovery.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    places = _places(-(-(first + more) // PER_CLINIC), password, now)
    for start in range(first, first + more, BATCH):
        numbers = range(start, min(start + BATCH, first + more))
        _write([(number, places[number // PER_CLINIC]) for number in numbers], now)
    _tell(Recovery.objects.filter(pk__gt=newest), days.local_date(now, ZONE) - days.ONE_DAY)


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
    addresses = [f"crowd-{number:06}@mail.example" for number, _ in crowd]
    users = User.objects.bulk_create(
        User(email=address, proven_email=address, password=f"!crowd{number:034}")
        for address, (number, _) in zip(addresses, crowd, strict=True)
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
    Recovery.objects.bulk_create(
        _recovery(place, treatment, now) for (_, place), treatment in zip(crowd, treatments, strict=True)
    )


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
    recovery.over_at = recoveries.over_at(recovery, now=now)
    return recovery


def _tell(recoveries: QuerySet[Recovery], heard: date) -> None:
    """Every day before today, judged. Entries and verdicts depend on the day and the facts alone."""
    own: dict[str, Any] = {"clinic": F("clinic"), "recovery": F("pk")}
    for started in recoveries.order_by().values_list("started_on", flat=True).distinct():
        group = recoveries.filter(started_on=started)
        for day in range(group[0].day_on(heard) + 1):
            key = copies.Key(F("pk") * 2**16 + day)
            copies.insert(_entry(group[0], day), group, **own, submission_key=key)
    told = CheckIn.objects.filter(recovery__in=recoveries)
    own = {"clinic": F("clinic"), "check_in": F("pk"), "assessed_at": F("recorded_at")}
    for rules in recoveries.order_by().values_list("edition__rules", flat=True).distinct():
        for day, skin_type in product(range(LONGEST), range(1, 7)):
            rows = told.filter(
                day=day, recovery__patient__skin_type=skin_type, recovery__edition__rules=rules
            )
            copies.insert(Assessment(**_verdict(skin_type, day, rules)), rows, **own)


def _entry(recovery: Recovery, day: int) -> CheckIn:
    on = recovery.started_on + timedelta(days=day)
    at = _noon(on) + timedelta(hours=7)
    return CheckIn(
        clinic_id=recovery.clinic_id,
        recovery=recovery,
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


@cache
def _verdict(skin_type: int | None, day: int, edition: str) -> dict[str, Any]:
    """By the names of Assessment's fields."""
    verdict = evenings.verdict(COURSES["calm"], skin_type, day, edition)
    return {
        "edition": verdict.edition,
        "level": verdict.level,
        "cause": verdict.cause,
        "probability": verdict.probability,
        **verdict.grounds(),
    }
