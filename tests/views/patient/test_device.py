"""Today without a session: remembered devices, and answers that outlive a session."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from tests import cast
from tests.views.patient.answers import typed
from tracker.models import CheckIn, Recovery, RememberedDevice
from tracker.services import devices, people
from tracker.tokens import sign_in_token

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/?next="


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    """Thursday 12 March, day 6."""
    with time_machine.travel(cast.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def recovery() -> Recovery:
    recovery = cast.make_recovery()
    cast.check_in(recovery, 5, cast.CALM | {"redness": 3, "note": "Yesterday's words"})
    return recovery


@pytest.fixture
def device(client: Client, recovery: Recovery) -> Client:
    """A browser with the cookie and without a session."""
    client.cookies["device"] = devices.remember(user=recovery.patient.user, now=cast.NOW)
    return client


def text(client: Client, path: str = "/today/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def send(client: Client, **changes: Any) -> HttpResponse:
    return client.post("/today/", typed(**changes))  # type: ignore[return-value]


# --- how a device becomes one, and stops being one -------------------------------------------------


def continued(client: Client, recovery: Recovery, minutes: int = 0) -> HttpResponse:
    sent_at = cast.NOW + timedelta(minutes=minutes)
    people.send_welcome(patient=recovery.patient, recovery=recovery, now=sent_at)
    link = recovery.patient.user.sign_in_links.latest("pk")
    return client.post(f"/start/{sign_in_token(link)}/")  # type: ignore[return-value]


def test_continue_remembers_the_browser(client: Client, recovery: Recovery) -> None:
    response = continued(client, recovery)
    cookie = response.cookies["device"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 90 * 24 * 3600)
    known = RememberedDevice.objects.get()
    assert known.user == recovery.patient.user
    assert cookie.value not in known.token_hash


def test_signing_in_again_does_not_add_a_second_one(client: Client, recovery: Recovery) -> None:
    continued(client, recovery)
    client.session.flush()
    assert continued(client, recovery, minutes=5).status_code == 302
    assert RememberedDevice.objects.count() == 1


def test_a_member_is_never_remembered(client: Client, recovery: Recovery) -> None:
    member = recovery.treatment.operator
    client.post("/accounts/login/", {"login": member.user.email, "password": cast.PASSWORD})
    assert "device" not in client.cookies
    assert not RememberedDevice.objects.exists()


def test_signing_out_forgets_it(client: Client, recovery: Recovery) -> None:
    continued(client, recovery)
    client.post("/accounts/logout/")
    assert RememberedDevice.objects.get().revoked_at == cast.NOW
    assert client.get("/today/")["Location"].startswith(LOGIN)


@pytest.mark.parametrize("days", [89, 91])
def test_it_lasts_ninety_days(device: Client, recovery: Recovery, days: int) -> None:
    RememberedDevice.objects.update(created_at=cast.NOW - timedelta(days=days))
    assert device.get("/today/").status_code == (200 if days == 89 else 302)


def test_no_more_than_five_count(recovery: Recovery) -> None:
    for hour in range(7):
        devices.remember(user=recovery.patient.user, now=cast.NOW + timedelta(hours=hour))
    standing = RememberedDevice.objects.filter(revoked_at__isnull=True)
    assert standing.count() == 5
    assert min(d.created_at for d in standing) == cast.NOW + timedelta(hours=2)


@pytest.mark.parametrize("word", ["", "x", "a" * 4000])
def test_a_made_up_cookie_is_nobody(client: Client, recovery: Recovery, word: str) -> None:
    client.cookies["device"] = word
    assert client.get("/today/")["Location"].startswith(LOGIN)


# --- what it may do --------------------------------------------------------------------------------


def test_it_shows_the_empty_form_and_nothing_about_anybody(device: Client, recovery: Recovery) -> None:
    page = text(device)
    assert "Send for day 6" in page
    assert " checked" not in page
    for word in (recovery.patient.name, "Yesterday", recovery.patient.user.email, "Compared with"):
        assert word not in page
    assert "no-store" in device.get("/today/")["Cache-Control"]


def test_it_cannot_be_talked_into_the_quick_form(device: Client) -> None:
    assert "group_skin" not in text(device, "/today/?than=same")


def test_it_adds_a_check_in_and_gets_the_receipt(device: Client, recovery: Recovery) -> None:
    response = send(device)
    check_in = recovery.check_ins.get(day=6)
    assert response["Location"].startswith(f"/check-ins/{check_in.pk}/result/?receipt=")
    page = text(device, response["Location"])
    assert "Your answers are saved" in page
    assert "020 7946 0000" in page
    assert "Nothing in today" not in page
    assert RememberedDevice.objects.get().last_used_at == cast.NOW


def test_a_warning_sign_is_flagged_and_says_ring_today(device: Client, recovery: Recovery) -> None:
    response = send(device, discharge_colour="yellow", discharge_texture="thick")
    assert recovery.flags.get().is_urgent
    assert "Ring the clinic today" in text(device, response["Location"])


def test_the_receipt_is_for_that_entry_that_device_and_a_quarter_of_an_hour(
    device: Client, recovery: Recovery, noon: time_machine.Traveller
) -> None:
    address = send(device)["Location"]
    other = recovery.check_ins.get(day=5)
    assert device.get(address.replace("/result/", "/result/x", 1)).status_code == 404
    foreign = f"/check-ins/{other.pk}/result/?{address.partition('?')[2]}"
    assert device.get(foreign)["Location"].startswith("/accounts/login/")
    assert Client().get(address)["Location"].startswith("/accounts/login/")
    noon.move_to(cast.NOW + timedelta(minutes=16))
    assert device.get(address)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", ["/my-recovery/", "/reminders/", "/messages/", "/farewell/"])
def test_everything_else_needs_a_sign_in(device: Client, path: str) -> None:
    assert device.get(path)["Location"].startswith("/accounts/login/")


def test_a_forgotten_answer_is_asked_again(device: Client, recovery: Recovery) -> None:
    assert send(device, unwell=None).status_code == 422
    assert not recovery.check_ins.filter(day=6).exists()


def test_after_the_end_it_leads_to_the_sign_in(device: Client) -> None:
    Recovery.objects.update(state="tail")
    assert device.get("/today/")["Location"].startswith(LOGIN)


def test_a_device_may_fetch_a_token_and_a_stranger_may_not(device: Client) -> None:
    assert device.get("/fresh-token/").json()["owner"]
    assert Client().get("/fresh-token/").status_code == 302


# --- answers that outlive a session ----------------------------------------------------------------


def opened(client: Client, recovery: Recovery) -> dict[str, str]:
    """A filled form whose session then runs out."""
    client.force_login(recovery.patient.user)
    form = client.get("/today/").context["form"]
    filled = typed(opened_at=form.initial["opened_at"], redness=2, note="Slept well")
    client.session.flush()
    client.cookies.clear()
    return filled


def test_what_was_typed_comes_back_after_signing_in(client: Client, recovery: Recovery) -> None:
    filled = opened(client, recovery)
    assert client.post("/today/", filled)["Location"].startswith(LOGIN)
    assert not recovery.check_ins.filter(day=6).exists()
    client.force_login(recovery.patient.user)
    page = text(client)
    assert "Your answers are still here" in page
    assert "Slept well" in page
    client.post("/today/", filled)
    assert recovery.check_ins.get(day=6).note == "Slept well"
    assert "Your answers are still here" not in text(client, "/today/?day=again")


def test_a_form_without_its_token_is_kept_too(recovery: Recovery) -> None:
    client = Client(enforce_csrf_checks=True)
    filled = opened(client, recovery)
    response = client.post("/today/", filled, headers={"sec-fetch-site": "same-origin"})
    assert response["Location"] == "/today/"
    client.force_login(recovery.patient.user)
    assert "Slept well" in text(client)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", ""])
def test_another_site_puts_nothing_aside(recovery: Recovery, site: str) -> None:
    client = Client(enforce_csrf_checks=True)
    filled = opened(client, recovery)
    headers = {"sec-fetch-site": site, "origin": "https://evil.example"}
    assert client.post("/today/", filled, headers=headers).status_code == 403
    client.force_login(recovery.patient.user)
    assert "Slept well" not in text(client)


def test_nobody_else_gets_them(client: Client, recovery: Recovery) -> None:
    client.post("/today/", opened(client, recovery))
    other = cast.make_recovery(patient=cast.make_patient(recovery.clinic, "Ben Okri"))
    client.force_login(other.patient.user)
    assert "Slept well" not in text(client)


def test_after_half_an_hour_they_are_gone(
    client: Client, recovery: Recovery, noon: time_machine.Traveller
) -> None:
    client.post("/today/", opened(client, recovery))
    noon.move_to(cast.NOW + timedelta(minutes=31))
    client.force_login(recovery.patient.user)
    assert "Slept well" not in text(client)


def test_a_remembered_device_gets_them_back_without_signing_in(device: Client, recovery: Recovery) -> None:
    word = device.cookies["device"].value
    filled = opened(device, recovery)
    device.post("/today/", filled)
    device.cookies["device"] = word
    assert "Slept well" in text(device)
    send(device, submission_key=uuid.uuid4())
    assert CheckIn.objects.filter(day=6).count() == 1
    assert "Slept well" not in text(device)
