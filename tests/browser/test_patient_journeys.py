"""Whole walks of a patient: other devices, lost sessions and answers, two tabs, keys alone, 400 % zoom."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Route, expect

from tests import cast
from tests.browser.thumb import DAY, Thumb, answer_calmly, choose, is_wider_than_its_window
from tests.servers.mail import Sink
from tracker import tokens
from tracker.models import Recovery, SignInLink, User
from tracker.services import people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Page]
SignIn = Callable[[Page, User], None]
TEXT = "Slept badly, left cheek itches"


def ask_for_a_code(page: Page, recovery: Recovery, sink: Sink) -> str:
    """From the sign-in page to the mail; returns the path of the link in it."""
    page.get_by_role("link", name="E-mail me a code").click()
    page.locator("[name=email]").fill(recovery.patient.user.email)
    page.get_by_role("button", name="Send the code").click()
    (mail,) = sink.wait_for(1)
    found = re.search(r"(/code/\S+/)", mail.body())
    assert found is not None
    return found[1]


def send(page: Page) -> None:
    page.get_by_role("button", name="Send for day").click()


def test_the_link_with_the_code_opened_on_another_device_shows_what_to_type(
    open_page: OpenPage, recovery: Recovery, sink: Sink
) -> None:
    here, elsewhere = open_page(scripts=False), open_page(scripts=False)
    here.goto("/today/")
    path = ask_for_a_code(here, recovery, sink)
    for _look in range(3):
        elsewhere.goto(path)
    code = elsewhere.locator(".code-shown").inner_text()
    elsewhere.goto("/today/")
    assert "/accounts/login/" in elsewhere.url
    here.locator("[name=code]").fill(code.lower().replace("-", ""))
    here.get_by_role("button", name="Sign in").click()
    expect(here.get_by_role("heading", level=1)).to_have_text("How is your skin today?")


def test_the_mailed_link_is_spent_by_the_button_and_not_by_looking(
    open_page: OpenPage, recovery: Recovery, now: datetime
) -> None:
    people.send_welcome(patient=recovery.patient, recovery=recovery, now=now)
    path = f"/start/{tokens.sign_in_token(SignInLink.objects.get())}/"
    here, elsewhere = open_page(scripts=False), open_page(scripts=False)
    for page in (elsewhere, elsewhere, here):
        page.goto(path)
    assert SignInLink.objects.get().used_at is None
    here.get_by_role("button", name="Continue").click()
    assert here.url.endswith("/today/")
    elsewhere.reload()
    assert elsewhere.get_by_role("button", name="Continue").count() == 0


def test_a_session_that_ends_under_a_half_filled_form_loses_no_word(
    open_page: OpenPage, recovery: Recovery, sign_in: SignIn, sink: Sink
) -> None:
    page = open_page(scripts=False)
    sign_in(page, recovery.patient.user)
    page.goto("/today/")
    answer_calmly(page, without="unwell")
    choose(page, "redness", "2")
    page.locator("details:has([name=note]) summary").click()
    page.locator("[name=note]").fill(TEXT)
    Session.objects.all().delete()
    send(page)
    assert "/accounts/login/" in page.url
    page.goto(ask_for_a_code(page, recovery, sink))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Your answers are still here")).to_be_visible()
    assert page.locator("[name=note]").input_value() == TEXT
    assert not recovery.check_ins.exists()
    choose(page, "unwell", "no")
    send(page)
    check_in = recovery.check_ins.get()
    assert (check_in.redness, check_in.note, check_in.unwell) == (2, TEXT, "no")


@pytest.mark.parametrize("arrived", [False, True])
def test_a_send_that_is_cut_off_is_kept_once_whether_it_arrived_or_not(
    open_page: OpenPage, recovery: Recovery, sign_in: SignIn, arrived: bool
) -> None:
    page = open_page(service_workers="block")
    sign_in(page, recovery.patient.user)

    def cut(route: Route) -> None:
        if route.request.method == "POST" and arrived:
            route.fetch(max_redirects=0)
        if route.request.method == "POST":
            route.abort()
        else:
            route.continue_()

    page.route("**/today/", cut)
    page.goto("/today/")
    answer_calmly(page)
    with page.expect_event("requestfailed"):
        send(page)
    page.wait_for_timeout(200)
    assert recovery.check_ins.count() == int(arrived)
    later = page.context.new_page()
    later.goto("/my-recovery/")
    expect(later.get_by_text("What waited is sent.")).to_be_visible()
    assert recovery.check_ins.get().redness == 0


def test_two_tabs_for_one_day_keep_both_and_say_the_newest(
    open_page: OpenPage, recovery: Recovery, sign_in: SignIn
) -> None:
    first = open_page(scripts=False)
    sign_in(first, recovery.patient.user)
    second = first.context.new_page()
    for page in (first, second):
        page.bring_to_front()
        page.goto("/today/")
        answer_calmly(page)
    choose(second, "redness", "2")
    for page in (first, second):
        page.bring_to_front()
        send(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Your answers are saved")
    assert [c.redness for c in recovery.check_ins.filter(day=DAY).order_by("pk")] == [0, 2]
    first.goto("/today/")
    expect(first.get_by_role("heading", level=1)).to_have_text(f"Day {DAY} is sent")
    first.get_by_role("link", name="What it means").click()
    assert first.url == second.url


def press_until(page: Page, wanted: str) -> None:
    """Tab to what matches `wanted`; every stop on the way can be seen to have the focus."""
    for _press in range(150):
        page.keyboard.press("Tab")
        stop = page.locator(":focus")
        if stop.count():
            style = stop.evaluate(
                "e => [e, e.closest('.tile'), e.nextElementSibling].filter(Boolean)"
                ".map((one) => getComputedStyle(one).outlineStyle + getComputedStyle(one).boxShadow)"
            )
            assert any(one != "nonenone" for one in style), stop.evaluate("e => e.outerHTML")
            if stop.evaluate("(e, wanted) => e.matches(wanted)", wanted):
                return
            if stop.evaluate("e => e.type === 'radio'"):
                page.keyboard.press("Space")
    raise AssertionError(f"no key leads to {wanted}")


def test_by_keys_alone_from_the_form_to_my_recovery(
    open_page: OpenPage, recovery: Recovery, sign_in: SignIn
) -> None:
    page = open_page()
    sign_in(page, recovery.patient.user)
    page.goto("/today/")
    press_until(page, "form.checkin [type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/result/")
    press_until(page, "main a[href='/my-recovery/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/my-recovery/")
    press_until(page, "main summary, main a")
    assert recovery.check_ins.get().redness == 0


def test_at_four_times_the_size_a_thumb_reaches_everything(
    open_page: OpenPage, recovery: Recovery, sign_in: SignIn
) -> None:
    cast.check_in(recovery, 3, cast.CALM | {"redness": 1})
    page = open_page(scripts=False, width=320, height=256)  # 1280 × 1024 at 400 %
    sign_in(page, recovery.patient.user)
    page.goto("/today/")
    thumb = Thumb(page)
    thumb.tap(".compare a:has-text('Same')")
    page.wait_for_url("**than=same**")
    assert not is_wider_than_its_window(page)
    for name in ("group_skin", "group_lumps", "group_self", "discharge_colour"):
        thumb.tap(f'.tile:has([name="{name}"][value="none"])')
    thumb.tap("button:has-text('Send for day')")
    page.wait_for_url("**/result/**")
    assert not is_wider_than_its_window(page)
    thumb.tap("main a.btn:has-text('My recovery')")
    page.wait_for_url("**/my-recovery/")
    assert not is_wider_than_its_window(page)
    assert recovery.check_ins.get(day=DAY).is_quick
