"""The cast of every test: two clinics, their people, and short ways to make what a test is about.

Plain functions over the models. Everything takes keyword overrides; nothing reads the clock: NOW is
a Thursday noon in London, six days after STARTED.
"""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tracker.models import (
    CheckIn,
    Clinic,
    Flag,
    Member,
    OpeningHours,
    Patient,
    Protocol,
    ProtocolEdition,
    Recovery,
    Role,
    Screening,
    TreatedArea,
    Treatment,
    User,
)
from tracker.services import checkins, recoveries

NOW = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
STARTED = date(2026, 3, 6)
PASSWORD = "correct horse battery staple"

CALM: dict[str, Any] = {
    "redness": 0,
    "swelling": 0,
    "warmth": 0,
    "pain": 0,
    "itching": 0,
    "tightness": 0,
    "flaking": 1,
    "dryness": 1,
    "bruising": 0,
    "bleeding": 0,
    "spreading": "no",
    "red_streaks": "no",
    "blisters": "no",
    "new_lump": "no",
    "swollen_glands": "no",
    "eye_symptoms": "no",
    "unwell": "no",
    "discharge_colour": "none",
}
"""A day on which nothing is wrong."""

PUS: dict[str, Any] = CALM | {"discharge_colour": "yellow", "discharge_texture": "thick", "warmth": 2}
"""A day with a hard sign."""


def make_clinic(name: str = "Rosewater", **fields: Any) -> Clinic:
    """A clinic open Monday to Friday, 9 to 18, London."""
    clinic = Clinic.objects.create(
        name=name,
        phone="020 7946 0000",
        emergency_number="999",
        inbox_email=f"inbox@{name.lower()}.example",
        **{"created_at": NOW - timedelta(days=400)} | fields,
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(clinic=clinic, weekday=day, opens=time(9), closes=time(18)) for day in range(5)
    )
    return clinic


def noon_zone(now: datetime) -> str:
    """A zone in which it is noon at `now`: where beat runs, no mail of morning or evening comes between."""
    west = now.astimezone(UTC).hour - 12
    return f"Etc/GMT{west:+d}"


def make_user(email: str, **fields: Any) -> User:
    """A user who can sign in with PASSWORD, and has signed in by a code once."""
    return User.objects.create_user(email, PASSWORD, **{"proven_email": email.lower()} | fields)


def make_member(clinic: Clinic, role: str = Role.CLINICIAN, name: str = "Dr Cole", **fields: Any) -> Member:
    """A member; the address is the name at the clinic."""
    email = f"{name.lower().replace(' ', '.')}@{clinic.name.lower()}.example"
    user = User.objects.filter(email=email).first() or make_user(email)
    return Member.objects.create(user=user, clinic=clinic, role=role, name=name, **fields)


def make_patient(clinic: Clinic, name: str = "Ana Sousa", **fields: Any) -> Patient:
    """A patient of skin type III in London."""
    email = fields.pop("email", f"{name.lower().replace(' ', '.')}@mail.example")
    user = User.objects.filter(email=email).first() or make_user(email)
    defaults = {
        "phone": "+44 7700 900123",
        "birth_year": 1991,
        "skin_type": 3,
        "timezone": "Europe/London",
        "created_at": NOW - timedelta(days=30),
    }
    return Patient.objects.create(clinic=clinic, user=user, name=name, **defaults | fields)


def make_edition(clinic: Clinic, **fields: Any) -> ProtocolEdition:
    """A published edition of the clinic's standard protocol."""
    protocol, _ = Protocol.objects.get_or_create(clinic=clinic, name="Standard")
    number = protocol.editions.count() + 1
    defaults = {"status": ProtocolEdition.Status.PUBLISHED, "published_at": NOW, "rules": "rules-1"}
    return ProtocolEdition.objects.create(protocol=protocol, number=number, **defaults | fields)


def make_treatment(patient: Patient, operator: Member, **fields: Any) -> Treatment:
    """A pen treatment of the face at 1.25 mm, screened with nothing against it."""
    depth, area = fields.pop("depth_mm", "1.25"), fields.pop("area", "face")
    screening = Screening.objects.create(
        clinic=patient.clinic,
        patient=patient,
        asked_at=NOW,
        asked_by=operator,
        answers=fields.pop("answers", {}),
    )
    at = datetime.combine(fields.pop("started_on", STARTED), time(11), UTC)
    treatment = Treatment.objects.create(
        clinic=patient.clinic,
        patient=patient,
        screening=screening,
        operator=operator,
        created_at=at,
        **{"treated_at": at, "device": "pen", "passes": 3} | fields,
    )
    TreatedArea.objects.create(treatment=treatment, area=area, depth_mm=depth)
    return treatment


def make_recovery(
    clinic: Clinic | None = None,
    *,
    patient: Patient | None = None,
    operator: Member | None = None,
    **fields: Any,
) -> Recovery:
    """A recovery that began on STARTED, with whoever is not given made on the way."""
    clinic = clinic or (patient.clinic if patient else make_clinic())
    operator = operator or Member.objects.filter(clinic=clinic).first() or make_member(clinic)
    patient = patient or make_patient(clinic)
    edition = (
        fields.pop("edition", None)
        or ProtocolEdition.objects.filter(protocol__clinic=clinic).first()
        or make_edition(clinic)
    )
    treatment = make_treatment(patient, operator, **fields)
    return recoveries.start(treatment=treatment, patient=patient, edition=edition, now=treatment.treated_at)


def at_noon(recovery: Recovery, day: int) -> datetime:
    """Noon UTC on a day of the recovery."""
    return datetime.combine(recovery.started_on + timedelta(days=day), time(12), UTC)


def check_in(recovery: Recovery, day: int, answers: dict[str, Any] | None = None, **fields: Any) -> CheckIn:
    """A check-in made at noon of its day, through the service; by default a calm one."""
    now = fields.pop("now", at_noon(recovery, day))
    submission = checkins.Submission(
        key=fields.pop("key", uuid.uuid4()), day=day, answers=CALM if answers is None else answers, **fields
    )
    return checkins.record_checkin(
        recovery=recovery, submission=submission, user=recovery.patient.user, now=now
    )


def make_flag(recovery: Recovery, **fields: Any) -> Flag:
    """An open urgent flag of a check-in with a hard sign on day 5."""
    check_in(recovery, fields.pop("day", 5), PUS)
    flag = recovery.flags.get()
    for name, value in fields.items():
        setattr(flag, name, value)
    flag.save()
    return flag
