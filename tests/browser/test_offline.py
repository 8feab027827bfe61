"""The network cut in the middle: what was typed waits on the device and is sent once."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route, ViewportSize, expect

from tests import cast
from tests.browser.thumb import answer_calmly, choose, is_wider_than_its_window
from tests.servers.live import LiveWeb
from tracker.models import Recovery

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[Page, object], None]
Violations = Callable[[Page], list[str]]
PHONE: ViewportSize = {"width": 360, "height": 740}
DAY = 4
KEPT = "Kept on this device. The clinic has not seen it yet."
ONE_WAITS = "1 entry waits to be sent"
SENT = "What waited is sent."


@pytest.fixture
def device(browser: Browser, live_web: LiveWeb) -> Iterator[BrowserContext]:
    """A small phone with scripts on."""
    context = browser.new_context(viewport=PHONE, base_url=live_web.url)
    yield context
    context.close()


@pytest.fixture
def page(device: BrowserContext, recovery: Recovery, sign_in: SignIn) -> Page:
    """Signed in, with the form open and the shell kept."""
    page = device.new_page()
    sign_in(page, recovery.patient.user)
    page.goto("/today/")
    wait_for_the_shell(page)
    return page


def wait_for_the_shell(page: Page) -> None:
    """Until the worker keeps the shell and serves this page; the page's own policy forbids `eval`."""
    for _try in range(100):
        if page.evaluate("navigator.serviceWorker.controller !== null"):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the worker never took over")


def send(page: Page) -> None:
    page.locator("form.checkin [type=submit]").click()


def kept_on(page: Page) -> int:
    """How many entries the device holds, waiting or not."""
    return int(
        page.evaluate(
            """() => new Promise((resolve) => {
                const opening = indexedDB.open("check-ins", 1);
                opening.onsuccess = () => {
                    const counting = opening.result.transaction("entries").objectStore("entries").count();
                    counting.onsuccess = () => { opening.result.close(); resolve(counting.result); };
                };
            })"""
        )
    )


def test_with_a_connection_it_is_sent_at_once_and_nothing_stays(page: Page, recovery: Recovery) -> None:
    answer_calmly(page)
    send(page)
    page.wait_for_url("**/result/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your answers are saved")
    page.wait_for_load_state("networkidle")
    assert kept_on(page) == 0
    assert recovery.check_ins.get().captured_at is None


def test_cut_in_the_middle_it_waits_visibly_and_is_sent_once(
    device: BrowserContext, page: Page, recovery: Recovery
) -> None:
    answer_calmly(page)
    device.set_offline(True)
    send(page)
    expect(page.get_by_text(KEPT)).to_be_visible()
    expect(page.get_by_text(ONE_WAITS)).to_be_visible()
    assert not recovery.check_ins.exists()
    device.set_offline(False)
    expect(page.get_by_text(SENT)).to_be_visible()
    check_in = recovery.check_ins.get()
    assert check_in.captured_at is not None
    assert check_in.captured_at <= check_in.recorded_at
    assert (check_in.day, check_in.is_late) == (DAY, False)
    assert kept_on(page) == 0
    page.get_by_role("link", name="See what it means").click()
    page.wait_for_url(f"**/check-ins/{check_in.pk}/result/")


def test_it_is_sent_when_a_page_is_opened_again(
    device: BrowserContext, page: Page, recovery: Recovery
) -> None:
    answer_calmly(page)
    device.set_offline(True)
    send(page)
    expect(page.get_by_text(ONE_WAITS)).to_be_visible()
    page.close()
    device.set_offline(False)
    later = device.new_page()
    later.goto("/my-recovery/")
    expect(later.get_by_text(SENT)).to_be_visible()
    assert recovery.check_ins.count() == 1


def test_two_tabs_send_it_once(device: BrowserContext, page: Page, recovery: Recovery) -> None:
    other = device.new_page()
    other.goto("/my-recovery/")
    answer_calmly(page)
    device.set_offline(True)
    send(page)
    expect(page.get_by_text(ONE_WAITS)).to_be_visible()
    device.set_offline(False)
    expect(page.get_by_text(ONE_WAITS)).to_be_hidden()
    other.reload()
    expect(other.locator("#offline")).to_be_hidden()
    assert recovery.check_ins.count() == 1


def test_the_kept_form_opens_without_a_connection_and_its_entry_arrives(
    device: BrowserContext, page: Page, recovery: Recovery
) -> None:
    device.set_offline(True)
    page.goto("/today/")
    expect(page.get_by_role("heading", level=1)).to_have_text("No connection")
    assert "Rosewater" not in page.content()
    assert "Ana" not in page.content()
    assert page.locator('a[href="tel:999"]').count() == 2
    answer_calmly(page)
    choose(page, "eye_symptoms", "yes")
    send(page)
    expect(page.get_by_text(KEPT)).to_be_visible()
    device.set_offline(False)
    expect(page.get_by_text(SENT)).to_be_visible()
    check_in = recovery.check_ins.get()
    assert (check_in.day, check_in.eye_symptoms) == (DAY, "yes")
    assert recovery.flags.get().level == "urgent"


def test_the_numbers_open_without_a_connection(device: BrowserContext, page: Page) -> None:
    page.goto("/help/")
    page.wait_for_load_state("networkidle")
    device.set_offline(True)
    page.goto("/help/")
    expect(page.locator('a[href="tel:999"]')).to_be_visible()
    expect(page.locator('a[href="tel:02079460000"]')).to_be_visible()
    expect(page.get_by_text("Monday to Friday, 9:00 to 18:00")).to_be_visible()


def test_a_session_that_ran_out_keeps_the_answers_until_the_person_is_back(
    device: BrowserContext, page: Page, recovery: Recovery, sign_in: SignIn
) -> None:
    answer_calmly(page)
    device.clear_cookies()
    send(page)
    expect(page.get_by_text("You are signed out. Your answers wait on this device.")).to_be_visible()
    assert not recovery.check_ins.exists()
    sign_in(page, recovery.patient.user)
    page.goto("/my-recovery/")
    expect(page.get_by_text(SENT)).to_be_visible()
    assert recovery.check_ins.count() == 1


def test_a_token_that_has_changed_meanwhile_is_renewed(
    page: Page, recovery: Recovery, sign_in: SignIn
) -> None:
    answer_calmly(page)
    sign_in(page, recovery.patient.user)  # a new session: the token in the form is no longer good
    send(page)
    page.wait_for_url("**/result/")
    assert recovery.check_ins.count() == 1


def test_nobody_sends_what_another_person_wrote(
    device: BrowserContext, page: Page, recovery: Recovery, sign_in: SignIn, now: datetime
) -> None:
    neighbour = cast.make_patient(recovery.clinic, "Ben Okri", timezone="UTC")
    theirs = cast.make_recovery(patient=neighbour, started_on=(now - timedelta(days=2)).date())
    answer_calmly(page)
    device.set_offline(True)
    send(page)
    expect(page.get_by_text(ONE_WAITS)).to_be_visible()
    page.close()
    device.set_offline(False)
    other = device.new_page()
    sign_in(other, neighbour.user)
    other.goto("/my-recovery/")
    other.wait_for_load_state("networkidle")
    expect(other.locator("#offline")).to_be_hidden()
    assert not theirs.check_ins.exists()
    assert not recovery.check_ins.exists()
    assert kept_on(other) == 1


def test_what_the_clinic_does_not_take_is_said_and_not_tried_for_ever(
    device: BrowserContext, page: Page, recovery: Recovery
) -> None:
    answer_calmly(page)
    device.set_offline(True)
    send(page)
    expect(page.get_by_text(ONE_WAITS)).to_be_visible()
    recovery.started_on += timedelta(days=DAY)  # the form's day lies in the future now
    recovery.save(update_fields=["started_on"])
    device.set_offline(False)
    expect(page.get_by_text("1 entry could not be taken.")).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("#offline")).to_be_hidden()
    assert kept_on(page) == 0


def test_after_a_refused_form_nothing_is_on_its_way(page: Page, recovery: Recovery) -> None:
    answer_calmly(page, without="unwell")
    send(page)
    expect(page.locator(".error-summary")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert kept_on(page) == 0
    choose(page, "unwell", "no")
    send(page)
    page.wait_for_url("**/result/")
    assert recovery.check_ins.count() == 1


def test_only_the_shell_lies_in_the_caches(page: Page, recovery: Recovery) -> None:
    answer_calmly(page)
    send(page)
    page.wait_for_url("**/result/")
    page.goto("/my-recovery/")
    held = page.evaluate(
        """async () => {
            const found = [];
            for (const name of await caches.keys()) {
                const cache = await caches.open(name);
                for (const request of await cache.keys())
                    found.push([new URL(request.url).pathname, await (await cache.match(request)).text()]);
            }
            return found;
        }"""
    )
    paths = {path for path, _text in held}
    assert {path for path in paths if not path.startswith("/static/")} == {"/help/", "/offline/"}
    assert not any(word in text for _path, text in held for word in ("Ana", "Rosewater", "7946"))
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_signing_out_clears_the_device(device: BrowserContext, page: Page) -> None:
    answer_calmly(page)
    device.set_offline(True)
    send(page)
    expect(page.get_by_text(ONE_WAITS)).to_be_visible()
    device.set_offline(False)
    expect(page.get_by_text(SENT)).to_be_visible()
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/")
    assert page.evaluate("indexedDB.databases().then((found) => found.length)") == 0
    assert page.evaluate("caches.keys().then((found) => found.length)") == 0


def dialogs(page: Page) -> list[str]:
    """The kinds of dialog that the page has shown; each is accepted."""
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    return asked


def test_leaving_a_half_filled_form_warns_and_an_untouched_one_does_not(page: Page) -> None:
    asked = dialogs(page)
    page.goto("/my-recovery/")
    page.goto("/today/")
    assert asked == []
    choose(page, "redness", "1")
    page.get_by_role("link", name="Reminders").first.click()
    page.wait_for_url("**/reminders/")
    assert asked == ["beforeunload"]


def test_nothing_stands_between_a_person_and_the_numbers(page: Page) -> None:
    asked = dialogs(page)
    choose(page, "redness", "1")
    page.get_by_role("link", name="Help", exact=True).click()
    page.wait_for_url("**/help/")
    assert asked == []


def old_worker(route: Route) -> None:
    """The worker as an earlier version of the product served it."""
    served = route.fetch()
    route.fulfill(response=served, body=served.text().replace('const VERSION = "', 'const VERSION = "old-'))


def kept_versions(page: Page) -> list[bool]:
    """Of each kept shell, whether it is the old one."""
    names = page.evaluate("caches.keys()")
    return sorted(name.startswith("shell-old-") for name in names)


def test_a_new_version_waits_for_a_half_filled_form_and_comes_with_the_next_page(
    device: BrowserContext, recovery: Recovery, sign_in: SignIn
) -> None:
    device.route("**/service-worker.js", old_worker)
    page = device.new_page()
    sign_in(page, recovery.patient.user)
    page.goto("/today/")
    wait_for_the_shell(page)
    assert kept_versions(page) == [True]
    choose(page, "redness", "1")
    page.locator("details:has(#id_note) summary").click()
    page.locator("#id_note").fill("Half a senten")
    page.evaluate("window.stillHere = true")
    device.unroute("**/service-worker.js")
    page.evaluate(
        """async () => {
            const found = await navigator.serviceWorker.getRegistration();
            const waits = new Promise((done) => found.addEventListener("updatefound", () =>
                found.installing.addEventListener("statechange", (event) =>
                    event.target.state === "installed" && setTimeout(done, 200))));
            await found.update();
            await waits;
        }"""
    )
    assert page.evaluate("window.stillHere && document.getElementById('id_redness_1').checked")
    expect(page.locator("#id_note")).to_have_value("Half a senten")
    assert kept_versions(page) == [False, True]  # the new one is ready and waits
    page.close()
    later = device.new_page()
    later.goto("/help/")
    for _try in range(50):
        if kept_versions(later) == [False]:
            break
        later.wait_for_timeout(100)
    assert kept_versions(later) == [False]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_kept_pages_are_accessible_and_fit(
    browser: Browser,
    live_web: LiveWeb,
    recovery: Recovery,
    sign_in: SignIn,
    violations: Violations,
    scheme: str,
    width: int,
) -> None:
    look = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "base_url": live_web.url}
    device = browser.new_context(**look)  # type: ignore[arg-type]
    page = device.new_page()
    sign_in(page, recovery.patient.user)
    page.goto("/today/")
    wait_for_the_shell(page)
    device.set_offline(True)
    for path in ("/help/", "/today/"):
        page.goto(path)
        assert violations(page) == [], path
        assert not is_wider_than_its_window(page)
    answer_calmly(page)
    send(page)
    expect(page.get_by_text(KEPT)).to_be_visible()
    assert violations(page) == []
    device.close()


def on_the_wire(page: Page, path: str) -> tuple[int, int]:
    """Requests and bytes, headers and compression included, as the browser's own instruments count them."""
    session, counted = page.context.new_cdp_session(page), [0, 0]

    def count(event: dict[str, float]) -> None:
        counted[0] += 1
        counted[1] += int(event["encodedDataLength"])

    session.send("Network.enable")
    session.on("Network.loadingFinished", count)
    page.goto(path, wait_until="load")
    page.wait_for_load_state("networkidle")
    session.detach()
    return counted[0], counted[1]


def test_the_form_is_light_the_first_time_and_lighter_the_second(
    browser: Browser, live_web: LiveWeb, recovery: Recovery, sign_in: SignIn
) -> None:
    # without the worker, whose own requests these instruments do not see: the most that can go over the wire
    device = browser.new_context(viewport=PHONE, base_url=live_web.url, service_workers="block")
    page = device.new_page()
    sign_in(page, recovery.patient.user)
    first, again = on_the_wire(page, "/today/"), on_the_wire(page, "/today/")
    device.close()
    print(f"first {first}, again {again}")
    assert first[0] <= 6
    assert first[1] <= 60_000
    assert again[1] <= 15_000


def test_the_card_prints_on_one_page(page: Page) -> None:
    page.goto("/take-home/")
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
