"""Makes the demo: clinics, teams, every course, and on request a crowd."""

import random
from datetime import datetime, time, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from tracker.demo import crowd, past
from tracker.demo.courses import COURSES
from tracker.demo.people import HOUSES, PASSWORD, House, Person
from tracker.demo.walk import Walk
from tracker.models import Clinic, Member, Message, OpeningHours, Patient, Role, User
from tracker.services import carers, people, protocols, recoveries

OPENED_AGO = timedelta(days=400)
INVITED_BEFORE = timedelta(days=7)
STILL_NEWS = timedelta(hours=4)
"""Mails younger than this go out when the product starts; older ones never do."""


def seed(*, now: datetime, patients: int = 0, random_seed: int = 1) -> int:
    """Make what is missing of the demo, then calm patients until there are `patients`. All or nothing.

    Dated around `now`; the same seed at the same time gives the same demo. Returns how many
    patients the demo clinics have.
    """
    # hashing is slow on purpose, and this password is no secret: once is enough
    password = make_password(PASSWORD)
    with transaction.atomic():
        for house in HOUSES:
            if not Clinic.objects.filter(name=house.name, is_demo=True).exists():
                _settle(house, password, random.Random(f"{random_seed} {house.name}"), now)
        recoveries.read_silence(now=now)
        recoveries.end_due(now=now)
        _let_the_past_rest(now)
        there = Patient.objects.filter(clinic__is_demo=True).count()
        _let_them_be_known()
        crowd.fill(more=max(0, patients - there), password=password, now=now)
    return max(there, patients)


def _settle(house: House, password: str, chance: random.Random, now: datetime) -> None:
    """One clinic with its team, and every patient's course."""
    clinic = _open(house, now - OPENED_AGO)
    team = {
        name: _hire(clinic, role, name, User(email=house.email(name), password=password))
        for role, names in house.team.items()
        for name in names
    }
    treats = team[house.team[Role.CLINICIAN][0]]
    desk = team[house.team[Role.FRONT_DESK][0]]
    for person in house.patients:
        course = COURSES[person.course]
        patient = _invite(person, desk, now - timedelta(days=course.today) - INVITED_BEFORE)
        if person.carer:
            carers.agree(
                patient=patient, name=person.carer, phone=_phone(person.carer), now=patient.created_at
            )
        Walk(patient=patient, member=treats, course=course, chance=chance, now=now).go()
    if house is HOUSES[0]:
        edition = protocols.create_standard(clinic=clinic, now=now)
        past.fill(member=treats, edition=edition, now=now)


def _open(house: House, at: datetime) -> Clinic:
    clinic = Clinic.objects.create(
        name=house.name,
        phone=house.phone,
        emergency_number="999",
        inbox_email=f"desk@{house.domain}",
        is_demo=True,
        created_at=at,
    )
    hours = ((day, time(9), time(13 if day == 5 else 18)) for day in range(6))
    OpeningHours.objects.bulk_create(
        OpeningHours(clinic=clinic, weekday=day, opens=opens, closes=closes) for day, opens, closes in hours
    )
    protocols.create_standard(clinic=clinic, now=at)
    return clinic


def _hire(clinic: Clinic, role: str, name: str, user: User) -> Member:
    user.save(force_insert=True)
    return Member.objects.create(user=user, clinic=clinic, role=role, name=name)


def _invite(person: Person, desk: Member, at: datetime) -> Patient:
    return people.invite_patient(
        member=desk,
        name=person.name,
        email=person.email,
        phone=_phone(person.name),
        birth_year=person.born,
        skin_type=person.skin_type,
        timezone=person.timezone,
        now=at,
    )


def _phone(name: str) -> str:
    """A number out of those kept free for stories."""
    return "+44 7700 900" + str(100 + sum(map(ord, name)) % 900)


def _let_them_be_known() -> None:
    """Whoever has an entry has signed in."""
    wrote = Patient.objects.filter(clinic__is_demo=True, recoveries__check_ins__isnull=False)
    User.objects.filter(pk__in=wrote.values("user"), proven_email="").update(proven_email=F("email"))


def _let_the_past_rest(now: datetime) -> None:
    """Nobody gets mail today about what the demo says happened last week."""
    old = Message.objects.filter(
        clinic__is_demo=True, state=Message.State.PENDING, created_at__lt=now - STILL_NEWS
    )
    old.update(state=Message.State.DROPPED, reason="demo")
