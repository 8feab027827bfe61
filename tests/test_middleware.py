"""Who the signed-in person is, on every request."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils import timezone, translation

from tests import cast
from tracker.middleware import whoami

pytestmark = pytest.mark.django_db

Seen = dict[str, Any]


def through(user: Any, answer: Callable[[], HttpResponse] = HttpResponse) -> tuple[Seen, HttpResponse]:
    """What a view sees while it answers `user`, and the answer as it leaves."""
    seen: Seen = {}

    def view(request: HttpRequest) -> HttpResponse:
        seen["member"] = getattr(request, "member") or None  # noqa: B009
        seen["patient"] = getattr(request, "patient") or None  # noqa: B009
        seen["zone"], seen["language"] = timezone.get_current_timezone_name(), translation.get_language()
        return answer()

    request = HttpRequest()
    request.user, request.session = user, SessionStore()
    return seen, whoami(view)(request)


def test_it_knows_a_member_and_shows_the_clinics_time() -> None:
    member = cast.make_member(cast.make_clinic(timezone="America/New_York"))
    seen, _ = through(member.user)
    assert (seen["member"], seen["patient"], seen["zone"]) == (member, None, "America/New_York")


def test_it_knows_a_patient_and_shows_their_own_time() -> None:
    patient = cast.make_patient(cast.make_clinic(), timezone="Pacific/Auckland")
    seen, _ = through(patient.user)
    assert (seen["member"], seen["patient"], seen["zone"]) == (None, patient, "Pacific/Auckland")


def test_it_leaves_strangers_alone() -> None:
    seen, response = through(AnonymousUser())
    assert (seen["member"], seen["patient"], seen["zone"]) == (None, None, "UTC")
    assert "Cache-Control" not in response.headers


def test_it_leaves_no_zone_behind_for_the_next_request() -> None:
    patient = cast.make_patient(cast.make_clinic(), timezone="Pacific/Auckland")
    through(patient.user)
    assert timezone.get_current_timezone_name() == "UTC"


def test_it_speaks_the_persons_language() -> None:
    user = cast.make_user("ana@mail.example", language="de")
    with translation.override("en"):
        seen, _ = through(user)
    assert seen["language"] == "de"


def test_it_lets_nobody_keep_a_signed_in_page() -> None:
    _, response = through(cast.make_user("ana@mail.example"))
    assert response.headers["Cache-Control"] == "no-store"


def test_it_respects_a_page_that_says_itself_how_long_it_keeps() -> None:
    def kept() -> HttpResponse:
        return HttpResponse(headers={"Cache-Control": "private, max-age=60"})

    _, response = through(cast.make_user("ana@mail.example"), kept)
    assert response.headers["Cache-Control"] == "private, max-age=60"


def test_it_asks_who_somebody_is_once_per_request(django_assert_max_num_queries: Any) -> None:
    patient = cast.make_recovery().patient
    with django_assert_max_num_queries(2):
        through(patient.user)


def test_a_patients_page_asks_for_person_and_recovery_in_one_go(
    client: Client, django_assert_num_queries: Any
) -> None:
    recovery = cast.make_recovery()
    client.force_login(recovery.patient.user)
    client.get("/manifest.webmanifest")  # the first request starts the clock of the sign-in
    # session, person, recovery with patient and clinic; that the person works nowhere came with the person
    with django_assert_num_queries(3):
        client.get("/service-worker.js")


def test_it_clears_the_device_of_whoever_signs_out(client: Client) -> None:
    client.force_login(cast.make_recovery().patient.user)
    assert "Clear-Site-Data" not in client.get("/today/").headers
    left = client.post("/accounts/logout/")
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in client.get("/accounts/login/").headers
