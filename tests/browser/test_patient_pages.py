"""The daily form in a real browser: by thumb, by keyboard, without scripts."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.thumb import DAY, PHONE, answer_calmly, choose
from tracker import tokens
from tracker.models import CheckIn, Recovery, SignInLink
from tracker.services import people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[Page, object], None]
OpenPage = Callable[..., Page]


def test_from_the_mail_to_the_receipt_without_scripts(
    phone: Page, recovery: Recovery, now: datetime, tmp_path: Path
) -> None:
    people.send_welcome(patient=recovery.patient, recovery=recovery, now=now)
    phone.goto(f"/start/{tokens.sign_in_token(SignInLink.objects.get())}/")
    phone.get_by_role("button", name="Continue").click()
    assert phone.url.endswith("/today/")
    phone.screenshot(path=tmp_path / "today.png", full_page=True)
    taps = answer_calmly(phone)
    phone.get_by_role("button", name=f"Send for day {DAY}").click()
    assert phone.get_by_role("heading", level=1).inner_text() == "Your answers are saved"
    assert taps + 1 <= 19
    check_in = recovery.check_ins.get()
    assert check_in.seconds_taken is not None
    assert check_in.seconds_taken < 30
    assert (tmp_path / "today.png").stat().st_size > 10_000


def test_a_forgotten_answer_loses_nothing_without_scripts(
    phone: Page, recovery: Recovery, sign_in: SignIn
) -> None:
    sign_in(phone, recovery.patient.user)
    phone.goto("/today/")
    answer_calmly(phone, without="unwell")
    phone.get_by_role("button", name="Send for day").click()
    assert not CheckIn.objects.exists()
    phone.get_by_role("link", name="Feeling seriously ill: please choose").click()
    assert phone.url.endswith("#id_unwell_0")
    choose(phone, "unwell", "no")
    phone.get_by_role("button", name="Send for day").click()
    assert recovery.check_ins.get().unwell == "no"


def test_thick_or_thin_is_asked_only_when_something_comes_out(
    phone: Page, recovery: Recovery, sign_in: SignIn
) -> None:
    sign_in(phone, recovery.patient.user)
    phone.goto("/today/")
    texture = phone.locator("#div_id_discharge_texture")
    assert not texture.is_visible()
    choose(phone, "discharge_colour", "yellow")
    assert texture.is_visible()
    choose(phone, "discharge_colour", "none")
    assert not texture.is_visible()


def test_what_a_step_means_opens_without_scripts(phone: Page, recovery: Recovery, sign_in: SignIn) -> None:
    sign_in(phone, recovery.patient.user)
    phone.goto("/today/")
    assert not phone.get_by_text("Hot to the touch.").is_visible()
    phone.locator("#div_id_warmth summary").click()
    assert phone.get_by_text("Hot to the touch.").is_visible()


def test_the_form_is_less_than_three_small_phone_screens(
    phone: Page, recovery: Recovery, sign_in: SignIn
) -> None:
    sign_in(phone, recovery.patient.user)
    phone.goto("/today/")
    box = phone.get_by_role("button", name="Send for day").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 2.9 * PHONE["height"]


def test_every_answer_is_as_large_as_a_thumb(phone: Page, recovery: Recovery, sign_in: SignIn) -> None:
    sign_in(phone, recovery.patient.user)
    phone.goto("/today/")
    tiles = phone.locator(".checkin .tile:visible, .checkin summary:visible, .checkin button")
    boxes = [tile.bounding_box() for tile in tiles.all()]
    assert len(boxes) > 70
    assert [b for b in boxes if b is None or b["height"] < 43.9 or b["width"] < 43.9] == []


def test_an_error_takes_the_focus(open_page: OpenPage, recovery: Recovery, sign_in: SignIn) -> None:
    page = open_page()
    sign_in(page, recovery.patient.user)
    page.goto("/today/")
    page.get_by_role("button", name="Send for day").click()
    page.wait_for_selector(".error-summary")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.title().startswith("Error:")


def test_the_zone_of_the_device_is_offered(open_page: OpenPage, recovery: Recovery, sign_in: SignIn) -> None:
    page = open_page(timezone_id="Asia/Kathmandu")
    sign_in(page, recovery.patient.user)
    page.goto("/reminders/")
    offer = page.get_by_role("button", name="Kat")
    offer.click()
    assert page.locator("#id_timezone").input_value() in ("Asia/Kathmandu", "Asia/Katmandu")
    assert not offer.is_visible()
