"""The daily loop by thumb on a small phone: few taps, nothing lost, other devices, other days."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests import cast
from tests.browser.thumb import DAY, Thumb
from tracker.models import Recovery

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[Page, object], None]


@pytest.fixture
def recovery(recovery: Recovery) -> Recovery:
    """Answered on day 3, so that day 4 may be told shortly."""
    cast.check_in(recovery, 3, cast.CALM | {"redness": 1, "tightness": 2})
    return recovery


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
