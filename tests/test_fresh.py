"""How long a sign-in lets somebody read, what may still be added then, and what survives its end."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests import cast
from tests.views.patient.answers import typed
from tracker.models import Recovery
from tracker.services import devices

pytestmark = pytest.mark.django_db

MINUTE, HOUR = 60, 3600
LOGIN = "/accounts/login/?next="
Clock = time_machine.Traveller


@pytest.fixture(autouse=True)
def clock() -> Iterator[Clock]:
    with time_machine.travel(cast.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def recovery(client: Client) -> Recovery:
    """A patient signed in on a browser that nobody has remembered, here for the first time."""
    recovery = cast.make_recovery()
    cast.check_in(recovery, 5, cast.CALM | {"redness": 2})
    client.force_login(recovery.patient.user)
    client.get("/my-recovery/")
    return recovery


@pytest.fixture
def remembered(client: Client, recovery: Recovery) -> Client:
    client.cookies["device"] = devices.remember(user=recovery.patient.user, now=cast.NOW)
    return client


def reads(client: Client, path: str = "/my-recovery/") -> bool:
    return client.get(path).status_code == 200


def test_half_an_hour_away_ends_a_patients_reading(client: Client, recovery: Recovery, clock: Clock) -> None:
    clock.shift(30 * MINUTE)
    assert reads(client)
    clock.shift(31 * MINUTE)
    response = client.get("/my-recovery/")
    assert response.headers["Location"] == f"{LOGIN}/my-recovery/"
    assert "Clear-Site-Data" not in response.headers  # entries may wait on the phone
    assert not reads(client)


def test_twelve_hours_end_it_for_whoever_never_stops(
    client: Client, recovery: Recovery, clock: Clock
) -> None:
    for _ in range(24):
        clock.shift(30 * MINUTE)
        assert reads(client)
    clock.shift(MINUTE)
    assert not reads(client)
    client.force_login(recovery.patient.user)
    assert reads(client)


@pytest.mark.parametrize(("away", "stays"), [(8 * HOUR, True), (8 * HOUR + MINUTE, False)])
def test_a_team_keeps_its_list_through_a_shift(client: Client, clock: Clock, away: int, stays: bool) -> None:
    client.force_login(cast.make_member(cast.make_clinic()).user)
    assert reads(client, "/clinic/")
    clock.shift(away)
    assert reads(client, "/clinic/") == stays
    clock.shift(4 * HOUR + MINUTE)
    assert not reads(client, "/clinic/")


def test_the_clocks_start_with_the_first_request_and_again_with_a_sign_in(
    client: Client, clock: Clock
) -> None:
    member = cast.make_member(cast.make_clinic())
    client.force_login(member.user)
    clock.shift(20 * HOUR)
    assert reads(client, "/clinic/")
    clock.shift(7 * HOUR)
    assert reads(client, "/clinic/")
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"login": member.user.email, "password": cast.PASSWORD})
    clock.shift(6 * HOUR)
    assert reads(client, "/clinic/")


def test_being_here_is_written_down_once_a_minute(
    client: Client, recovery: Recovery, clock: Clock, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3):
        client.get("/service-worker.js")
    clock.shift(MINUTE)
    with django_assert_num_queries(6):  # the session, in a savepoint
        client.get("/service-worker.js")


# --- adding ----------------------------------------------------------------------------------------


def test_a_remembered_device_still_adds_and_sees_what_adding_shows(
    remembered: Client, recovery: Recovery, clock: Clock
) -> None:
    clock.shift(2 * HOUR)
    assert reads(remembered, "/help/")
    assert "Compared with yesterday" in remembered.get("/today/").content.decode()
    sent = remembered.post("/today/", typed(redness=3))
    assert recovery.check_ins.get(day=6).redness == 3
    assert reads(remembered, sent.headers["Location"])
    page = remembered.get("/today/").content.decode()
    assert "Day 6 is sent" in page
    assert "What you sent" not in page
    assert f"{LOGIN}/today/" in page


def test_the_result_is_for_what_was_just_sent(remembered: Client, recovery: Recovery, clock: Clock) -> None:
    clock.shift(2 * HOUR)
    older = recovery.check_ins.get(day=5)
    type(older).objects.filter(pk=older.pk).update(recorded_at=cast.NOW)
    assert remembered.get(f"/check-ins/{older.pk}/result/").headers["Location"].startswith(LOGIN)
    address = remembered.post("/today/", typed()).headers["Location"]
    clock.shift(15 * MINUTE)
    assert remembered.get(address).headers["Location"].startswith(LOGIN)


@pytest.mark.parametrize("path", ["/messages/", "/take-home.pdf", "/reminders/", "/accounts/2fa/"])
def test_everything_else_ends_the_sign_in(
    remembered: Client, recovery: Recovery, clock: Clock, path: str
) -> None:
    clock.shift(HOUR)
    assert remembered.get(path).headers["Location"].startswith(LOGIN)
    assert "_auth_user_id" not in remembered.session
    assert reads(remembered, "/today/")  # as a device without a sign-in


def test_the_page_to_sign_in_can_be_reached(remembered: Client, recovery: Recovery, clock: Clock) -> None:
    clock.shift(HOUR)
    assert reads(remembered, f"{LOGIN}/today/")


def test_a_browser_that_is_not_remembered_adds_nothing(
    client: Client, recovery: Recovery, clock: Clock
) -> None:
    opened = client.get("/today/").context["form"].initial["opened_at"]
    clock.shift(HOUR)
    sent = client.post("/today/", typed(opened_at=opened, note="Slept well"))
    assert sent.headers["Location"] == f"{LOGIN}/today/"
    assert not recovery.check_ins.filter(day=6).exists()
    client.force_login(recovery.patient.user)
    assert "Slept well" in client.get("/today/").content.decode()


# --- what survives ---------------------------------------------------------------------------------


def test_a_form_left_open_still_saves(recovery: Recovery, clock: Clock) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(recovery.patient.user)
    client.cookies["device"] = devices.remember(user=recovery.patient.user, now=cast.NOW)
    found = re.search(r'csrfmiddlewaretoken" value="(\w+)"', client.get("/today/").content.decode())
    assert found
    clock.shift(2 * HOUR)
    assert not reads(client)  # another tab has ended the sign-in
    sent = client.post("/today/", {**typed(), "csrfmiddlewaretoken": found[1]})
    assert "receipt=" in sent.headers["Location"]
    assert recovery.check_ins.filter(day=6).count() == 1


def test_words_for_the_clinic_come_back_to_their_writer_alone(
    client: Client, recovery: Recovery, clock: Clock
) -> None:
    clock.shift(HOUR)
    assert client.post("/messages/", {"text": "Behind the ear"}).headers["Location"] == f"{LOGIN}/messages/"
    assert not recovery.notes.exists()
    client.force_login(recovery.patient.user)
    assert "Behind the ear" in client.get("/messages/").content.decode()
    assert "Behind the ear" not in client.get("/messages/").content.decode()
    assert not recovery.notes.exists()
    clock.shift(HOUR)
    client.post("/messages/", {"text": "Behind the ear"})
    other = cast.make_recovery(patient=cast.make_patient(recovery.clinic, "Ben Okri"))
    client.force_login(other.patient.user)
    assert "Behind the ear" not in client.get("/messages/").content.decode()


def test_a_clinicians_letter_comes_back_on_the_page_where_it_was_written(
    client: Client, recovery: Recovery, clock: Clock
) -> None:
    page, member = f"/clinic/recoveries/{recovery.pk}/", recovery.treatment.operator
    client.force_login(member.user)
    client.get(page)
    clock.shift(9 * HOUR)
    said = {"text": "Keep it dry", "patient": recovery.patient_id}
    sent = client.post(f"{page}notes/", said, headers={"referer": f"http://testserver{page}"})
    assert sent.headers["Location"] == f"{LOGIN}{page}"
    client.force_login(member.user)
    assert "Keep it dry</textarea>" in client.get(page).content.decode()
    assert not recovery.notes.exists()


def test_a_correction_comes_back_as_it_was_typed(client: Client, recovery: Recovery, clock: Clock) -> None:
    path = f"/check-ins/{recovery.check_ins.get().pk}/amend/"
    clock.shift(HOUR)
    client.post(path, typed(note="It was the left cheek"))
    client.force_login(recovery.patient.user)
    assert "It was the left cheek" in client.get(path).content.decode()
    assert recovery.check_ins.count() == 1


def test_a_tap_that_has_no_page_of_its_own_leads_back_to_where_it_was(
    client: Client, recovery: Recovery, clock: Clock
) -> None:
    clock.shift(HOUR)
    sent = client.post("/messages/call-back/", headers={"referer": "http://testserver/messages/"})
    assert sent.headers["Location"] == f"{LOGIN}/messages/"
    assert not recovery.call_backs.exists()
