"""The patient's pages in a real browser: by thumb, by keyboard, without scripts, in every light."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, ViewportSize

from tests import cast
from tests.servers.live import LiveWeb
from tracker import tokens
from tracker.healing import symptoms
from tracker.models import CheckIn, Recovery, SignInLink
from tracker.services import people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[Page, object], None]
Violations = Callable[[Page], list[str]]
PHONE: ViewportSize = {"width": 360, "height": 740}
DAY = 4


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def recovery(live_web: LiveWeb, now: datetime) -> Recovery:
    """Day 4 in UTC, whatever day it is."""
    clinic = cast.make_clinic(timezone="UTC")
    patient = cast.make_patient(clinic, timezone="UTC")
    return cast.make_recovery(clinic, patient=patient, started_on=(now - timedelta(days=DAY)).date())


@pytest.fixture
def phone(browser: Browser, live_web: LiveWeb) -> Iterator[Page]:
    """A small phone with scripts off."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, base_url=live_web.url)
    yield context.new_page()
    context.close()


def choose(page: Page, name: str, value: str) -> None:
    """Tap one tile."""
    page.locator(f'input[name="{name}"][value="{value}"]').check()


def answer_calmly(page: Page, *, without: str = "") -> int:
    """Tap the calm answer of every question but one; returns the number of taps."""
    answers = {**dict.fromkeys(symptoms.SYMPTOMS, "0"), **dict.fromkeys(symptoms.SIGNS, "no")}
    answers["discharge_colour"] = "none"
    answers.pop(without, None)
    for name, value in answers.items():
        choose(page, name, value)
    return len(answers)


def is_wider_than_its_window(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


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


def test_a_whole_day_can_be_told_by_keyboard(
    browser: Browser, live_web: LiveWeb, recovery: Recovery, sign_in: SignIn
) -> None:
    page = browser.new_page(viewport=PHONE)
    sign_in(page, recovery.patient.user)
    page.goto(f"{live_web.url}/today/")
    for _press in range(120):
        page.keyboard.press("Tab")
        kind = page.evaluate("document.activeElement.type")
        if kind == "radio":
            page.keyboard.press("Space")
        if kind == "submit":
            page.keyboard.press("Enter")
            break
    page.wait_for_url("**/result/")
    assert recovery.check_ins.get().redness == 0
    page.close()


def test_an_error_takes_the_focus(
    browser: Browser, live_web: LiveWeb, recovery: Recovery, sign_in: SignIn
) -> None:
    page = browser.new_page(viewport=PHONE)
    sign_in(page, recovery.patient.user)
    page.goto(f"{live_web.url}/today/")
    page.get_by_role("button", name="Send for day").click()
    page.wait_for_selector(".error-summary")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.title().startswith("Error:")
    page.close()


def test_the_zone_of_the_device_is_offered(
    browser: Browser, live_web: LiveWeb, recovery: Recovery, sign_in: SignIn
) -> None:
    page = browser.new_page(viewport=PHONE, timezone_id="Asia/Kathmandu")
    sign_in(page, recovery.patient.user)
    page.goto(f"{live_web.url}/reminders/")
    offer = page.get_by_role("button", name="Kat")
    offer.click()
    assert page.locator("#id_timezone").input_value() in ("Asia/Kathmandu", "Asia/Katmandu")
    assert not offer.is_visible()
    page.close()


def pages_of(recovery: Recovery, now: datetime) -> list[tuple[str, bool]]:
    """Every patient page in its states, as (path, signed in)."""
    for day in range(3):
        cast.check_in(recovery, day, cast.CALM | {"redness": 3 - day, "note": "Slept badly"})
    calm = cast.check_in(recovery, 3, now=now)
    cast.check_in(recovery, 3, cast.CALM | {"redness": 1}, now=now, amends=calm.pk)
    worrying = cast.check_in(recovery, DAY, cast.CALM | {"eye_symptoms": "yes", "blisters": "yes"}, now=now)
    link = SignInLink.objects.create(
        user=recovery.patient.user, created_at=now, expires_at=now + timedelta(hours=1)
    )
    old = SignInLink.objects.create(user=recovery.patient.user, created_at=now, expires_at=now)
    return [
        ("/today/", True),
        ("/today/?day=again", True),
        (f"/check-ins/{calm.pk}/result/", True),
        (f"/check-ins/{worrying.pk}/result/", True),
        (f"/check-ins/{worrying.pk}/amend/", True),
        ("/my-recovery/", True),
        ("/what-to-expect/", True),
        ("/take-home/", True),
        ("/reminders/", True),
        ("/help/", True),
        ("/help/", False),
        (f"/start/{tokens.sign_in_token(link)}/", False),
        (f"/start/{tokens.sign_in_token(old)}/", False),
        (f"/unsubscribe/{tokens.unsubscribe_token(recovery.patient)}/", False),
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_every_page_is_accessible_and_fits(
    browser: Browser,
    live_web: LiveWeb,
    recovery: Recovery,
    now: datetime,
    sign_in: SignIn,
    violations: Violations,
    scheme: str,
    width: int,
) -> None:
    look = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "base_url": live_web.url}
    known, stranger = browser.new_context(**look), browser.new_context(**look)  # type: ignore[arg-type]
    signed_in, anyone = known.new_page(), stranger.new_page()
    sign_in(signed_in, recovery.patient.user)
    found: dict[str, list[str]] = {}
    for path, needs_sign_in in pages_of(recovery, now):
        page = signed_in if needs_sign_in else anyone
        response = page.goto(path)
        assert response is not None
        assert response.status == 200, path
        for summary in page.locator("main summary:visible").all():
            summary.click()
        faults = violations(page)
        faults += ["wider than the window"] if is_wider_than_its_window(page) else []
        found |= {path: faults} if faults else {}
    known.close()
    stranger.close()
    assert found == {}


def test_the_first_load_of_the_form_is_light(
    browser: Browser, live_web: LiveWeb, recovery: Recovery, sign_in: SignIn
) -> None:
    page, sizes = browser.new_page(viewport=PHONE), list[int]()
    sign_in(page, recovery.patient.user)
    page.on("response", lambda response: sizes.append(len(response.body())))
    page.goto(f"{live_web.url}/today/", wait_until="networkidle")
    page.close()
    assert len(sizes) <= 6
    assert sum(sizes) <= 70_000  # uncompressed; over the wire it is less than half
