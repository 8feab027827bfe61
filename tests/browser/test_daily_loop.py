"""The daily loop by thumb on a small phone: few taps, nothing lost, other devices, other days."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, ViewportSize

from tests import cast
from tests.servers.live import LiveWeb
from tracker.models import Recovery

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
    """Day 4 in UTC, answered on day 3."""
    clinic = cast.make_clinic(timezone="UTC")
    patient = cast.make_patient(clinic, timezone="UTC")
    recovery = cast.make_recovery(clinic, patient=patient, started_on=(now - timedelta(days=DAY)).date())
    cast.check_in(recovery, 3, cast.CALM | {"redness": 1, "tightness": 2})
    return recovery


@pytest.fixture
def phone(browser: Browser, live_web: LiveWeb) -> Iterator[Page]:
    """A small phone with scripts off."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, base_url=live_web.url)
    yield context.new_page()
    context.close()


class Thumb:
    """Taps what can be seen, and counts. A target smaller than 44 px is no target."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def tap(self, selector: str) -> None:
        """One tap in the middle of the target."""
        target = self.page.locator(selector)
        target.scroll_into_view_if_needed()
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 43.9, selector
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.taps += 1


def test_an_uneventful_day_is_at_most_nine_taps(
    phone: Page, recovery: Recovery, sign_in: SignIn, tmp_path: Path
) -> None:
    sign_in(phone, recovery.patient.user)
    phone.goto("/today/")
    thumb = Thumb(phone)
    thumb.tap(".compare a:has-text('Same')")
    phone.wait_for_load_state()
    phone.screenshot(path=tmp_path / "quick.png", full_page=True)
    for group in ("skin", "lumps", "self"):
        thumb.tap(f'.tile:has([name="group_{group}"][value="none"])')
    thumb.tap('.tile:has([name="discharge_colour"][value="none"])')
    thumb.tap("button:has-text('Send for day')")
    phone.wait_for_url("**/result/**")
    check_in = recovery.check_ins.get(day=DAY)
    print(f"{thumb.taps} taps, {check_in.seconds_taken} s")
    assert thumb.taps <= 9
    assert (check_in.is_quick, check_in.redness, check_in.tightness) == (True, 1, 2)
    assert (check_in.blisters, check_in.discharge_colour) == ("no", "none")


def test_a_level_is_changed_in_its_line_and_keeps_every_other_answer(
    phone: Page, recovery: Recovery, sign_in: SignIn
) -> None:
    sign_in(phone, recovery.patient.user)
    phone.goto("/today/?than=same")
    thumb = Thumb(phone)
    thumb.tap('.tile:has([name="group_skin"][value="none"])')
    line = phone.locator("#div_id_warmth summary")
    assert line.inner_text().split()[:2] == ["Warmth", "None"] or "None" in line.inner_text()
    line.click()
    thumb.tap('.tile:has([name="warmth"][value="2"])')
    assert "Clear" in line.inner_text()
    for group in ("lumps", "self"):
        thumb.tap(f'.tile:has([name="group_{group}"][value="none"])')
    thumb.tap('.tile:has([name="discharge_colour"][value="none"])')
    thumb.tap("button:has-text('Send for day')")
    phone.wait_for_url("**/result/**")
    check_in = recovery.check_ins.get(day=DAY)
    assert (check_in.warmth, check_in.redness, check_in.blisters) == (2, 1, "no")


def test_single_signs_open_only_when_a_group_is_not_clean(
    phone: Page, recovery: Recovery, sign_in: SignIn
) -> None:
    sign_in(phone, recovery.patient.user)
    phone.goto("/today/?than=same")
    sign = phone.locator("#div_id_blisters")
    assert not sign.is_visible()
    Thumb(phone).tap('.tile:has([name="group_skin"][value="some"])')
    assert sign.is_visible()
    assert phone.locator("#div_id_blisters input").count() == 3
    assert phone.locator("#div_id_blisters input:checked").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_quick_page_is_accessible_and_fits(
    browser: Browser,
    live_web: LiveWeb,
    recovery: Recovery,
    sign_in: SignIn,
    violations: Violations,
    scheme: str,
    width: int,
) -> None:
    look = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "base_url": live_web.url}
    context = browser.new_context(**look)  # type: ignore[arg-type]
    page = context.new_page()
    sign_in(page, recovery.patient.user)
    found: dict[str, list[str]] = {}
    for path in ("/today/", "/today/?than=better"):
        page.goto(path)
        for group in page.locator('[value="some"]').all():
            group.check()
        for summary in page.locator("main summary:visible").all():
            summary.click()
        faults = violations(page)
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        faults += ["wider than the window"] if wide else []
        found |= {path: faults} if faults else {}
    context.close()
    assert found == {}
