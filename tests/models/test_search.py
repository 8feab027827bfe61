"""Finding a patient by how a name begins and by the year of birth."""

import pytest
from django.db import connection

from tests import cast
from tracker.models import Patient, User, search

pytestmark = pytest.mark.django_db

PEOPLE = {
    "Ana Sousa": 1991,
    "Bo Lindqvist-Harrington": 1984,
    "María del Carmen García": 1991,
    "Mariana Lund": 2000,
    "Sou": 1970,
}


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("sou", {"Ana Sousa", "Sou"}),
        ("ANA SO", {"Ana Sousa"}),
        ("ana", {"Ana Sousa"}),
        ("harr", {"Bo Lindqvist-Harrington"}),
        ("Lindqvist-H", {"Bo Lindqvist-Harrington"}),
        ("garc", {"María del Carmen García"}),
        ("1991", {"Ana Sousa", "María del Carmen García"}),
        ("ana 1991", {"Ana Sousa"}),
        ("ana 1990", set()),
        ("María del", {"María del Carmen García"}),
        ("%", set()),
        ("", set(PEOPLE)),
    ],
)
def test_it_finds_by_the_beginning_of_any_word_and_by_the_year(typed: str, names: set[str]) -> None:
    clinic = cast.make_clinic()
    for number, (name, year) in enumerate(PEOPLE.items()):
        cast.make_patient(clinic, name, birth_year=year, email=f"{number}@mail.example")
    assert set(search.found(Patient.objects.all(), typed).values_list("name", flat=True)) == names


def test_an_index_answers_for_every_word() -> None:
    clinic = cast.make_clinic()
    users = User.objects.bulk_create(User(email=f"{number}@mail.example") for number in range(3000))
    who = {"clinic": clinic, "phone": "1", "birth_year": 1990, "timezone": "UTC", "created_at": cast.NOW}
    Patient.objects.bulk_create(
        Patient(user=u, name=f"A{u.pk} B{u.pk} C{u.pk} D{u.pk}", **who) for u in users
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tracker_patient")
    plan = search.found(Patient.objects.filter(clinic=clinic), "b1234").explain()
    for number in range(search.WORDS):
        assert f"patient_by_word_{number}" in plan
