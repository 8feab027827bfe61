"""The people of the demo's past, what was done to them, and their recoveries, written in bulk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from tracker.demo.past_courses import CALM, ODD, SKIN
from tracker.healing.screening import questions
from tracker.models import (
    Member,
    Patient,
    ProtocolEdition,
    Recovery,
    Screening,
    TreatedArea,
    Treatment,
    User,
)
from tracker.services import reminders

COUNT, NEWEST, APART = 40, 35, 3
"""How many; how many days ago the newest was treated; days between one treatment and the next."""

BORN, PHONE = 1986, "+44 7700 900050"
FIRST = ("Alma", "Bruna", "Celia", "Dora", "Edith", "Freya", "Gina", "Hope", "Ida", "Jana")
LAST = ("Archer", "Bauer", "Castro", "Doyle")


@dataclass(frozen=True, slots=True)
class Past:
    """One of them: its number, whose course it plays, and the rows it has so far."""

    number: int
    course: int
    recovery: Recovery

    def at(self, day: int, hour: int = 19) -> datetime:
        """An hour of a day of the recovery."""
        return datetime.combine(self.recovery.started_on + timedelta(days=day), time(hour), UTC)


def recoveries(member: Member, edition: ProtocolEdition, today: date, now: datetime) -> list[Past]:
    numbers = range(COUNT)
    users = User.objects.bulk_create(
        User(email=f"{FIRST[n % 10]}.{LAST[n // 10]}@mail.example".lower(), password=f"!past{n:034}")
        for n in numbers
    )
    started = [today - timedelta(days=NEWEST + n * APART) for n in numbers]
    at = [datetime.combine(day, time(11), UTC) for day in started]
    patients = Patient.objects.bulk_create(
        Patient(
            clinic=member.clinic,
            user=user,
            name=f"{FIRST[n % 10]} {LAST[n // 10]}",
            phone=PHONE,
            birth_year=BORN,
            skin_type=SKIN[_course(n)],
            timezone=member.clinic.timezone,
            created_at=at[n],
        )
        for n, user in zip(numbers, users, strict=True)
    )
    treatments = _treatments(member, patients, at)
    rows = zip(patients, treatments, started, strict=True)
    made = Recovery.objects.bulk_create(
        _recovery(edition, patient, treatment, day, today, now) for patient, treatment, day in rows
    )
    return [Past(n, _course(n), recovery) for n, recovery in enumerate(made)]


def _treatments(member: Member, patients: Sequence[Patient], at: Sequence[datetime]) -> list[Treatment]:
    asked = {question.key: "no" for question in questions()}
    rows = list(zip(patients, at, strict=True))
    clinic = member.clinic
    screenings = Screening.objects.bulk_create(
        Screening(clinic=clinic, patient=patient, answers=asked, asked_at=when, asked_by=member)
        for patient, when in rows
    )
    treatments = Treatment.objects.bulk_create(
        Treatment(
            clinic=clinic,
            patient=patient,
            screening=screening,
            treated_at=when,
            device="pen",
            passes=3,
            operator=member,
            created_at=when,
        )
        for (patient, when), screening in zip(rows, screenings, strict=True)
    )
    depth = Decimal("1.25")
    TreatedArea.objects.bulk_create(TreatedArea(treatment=t, area="face", depth_mm=depth) for t in treatments)
    return treatments


def _recovery(
    edition: ProtocolEdition,
    patient: Patient,
    treatment: Treatment,
    started: date,
    today: date,
    now: datetime,
) -> Recovery:
    """Over; the last late question may still come."""
    last = started + timedelta(days=edition.tail_days[-1])
    is_ended = last < today
    recovery = Recovery(
        clinic_id=patient.clinic_id,
        patient=patient,
        treatment=treatment,
        edition=edition,
        started_on=started,
        ends_on=started + timedelta(days=edition.monitoring_days),
        last_check_in_on=started + timedelta(days=13),
        state=Recovery.State.ENDED if is_ended else Recovery.State.TAIL,
        ended_at=datetime.combine(last, time(3), UTC) if is_ended else None,
        end_reason="over" if is_ended else "",
        next_tail_on=None if is_ended else last,
    )
    recovery.next_reminder_at = None if is_ended else reminders.next_for(recovery, now=now)
    return recovery


def _course(number: int) -> int:
    return ODD.get(number, number % CALM)
