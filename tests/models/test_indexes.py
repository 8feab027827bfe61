"""What sweeps and the sign-in look for has an index: it must not grow with everything that is there."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from tests import cast
from tests.cast import NOW
from tracker.models import Patient, Recovery, User

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="asks PostgreSQL how it would look"),
]

LOOKS = {
    "recovery_over": lambda: Recovery.objects.may_be_over(NOW),
    "patient_synthetic": lambda: Patient.objects.filter(is_synthetic=True, user__email="a@example.org"),
    "user_by_email": lambda: User.objects.filter(email__iexact="Ana@Example.org"),
}


@pytest.mark.parametrize("index", LOOKS)
def test_it_is_found_by_its_index(index: str) -> None:
    clinic = cast.make_clinic()
    users = User.objects.bulk_create(User(email=f"{number}@mail.example") for number in range(2000))
    who = {"clinic": clinic, "phone": "1", "birth_year": 1990, "timezone": "UTC", "created_at": NOW}
    Patient.objects.bulk_create(Patient(user=user, name="A", **who) for user in users)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SET LOCAL enable_seqscan = off")  # no recoveries here
    rows: QuerySet[Any] = LOOKS[index]()  # type: ignore[no-untyped-call]
    assert index in rows.explain()
