"""One web server for all browser tests, and a patient with a phone.

live_web      the same server for every test, on rows that are new for each
recovery      day 4 in UTC, whatever day it is; nothing answered yet
open_page     open_page(scripts=…, width=…, height=…, scheme=…): a page in a browser of its own
phone         a small phone with scripts off
faults        faults(page): what is wrong with a page on a phone and a desk, in light and dark
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from tests import cast
from tests.browser.thumb import DAY, is_wider_than_its_window
from tests.servers.live import LiveWeb
from tests.servers.mail import Sink
from tracker.models import Recovery

LOOKED_AT, NARROWEST = (1280, 360), 320  # 320 is a desk's 1280 at 400 %


@pytest.fixture(scope="package")
def web_server(django_db_setup: None, sink_server: Sink) -> Iterator[LiveWeb]:
    """Started once: it keeps nothing between requests but what is in the database."""
    with LiveWeb(sink_server) as web:
        yield web


@pytest.fixture
def live_web(transactional_db: None, sink: Sink, web_server: LiveWeb) -> LiveWeb:
    """The shared server on an empty database."""
    return web_server


@pytest.fixture
def now() -> datetime:
    """The real time: the web server is another process."""
    return timezone.now()


@pytest.fixture
def recovery(live_web: LiveWeb, now: datetime) -> Recovery:
    """Day 4 in UTC, whatever day it is."""
    clinic = cast.make_clinic(timezone="UTC")
    patient = cast.make_patient(clinic, timezone="UTC")
    return cast.make_recovery(clinic, patient=patient, started_on=(now - timedelta(days=DAY)).date())


@pytest.fixture
def open_page(browser: Browser, live_web: LiveWeb) -> Iterator[Callable[..., Page]]:
    """A page in a browser of its own: the cookies of no other page."""
    contexts: list[BrowserContext] = []

    def open_page(
        *, scripts: bool = True, width: int = 360, height: int = 740, scheme: str = "light", **more: Any
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=scripts,
            reduced_motion="reduce",  # no colour is caught between two lights
            base_url=live_web.url,
            **more,
        )
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    """A small phone with scripts off."""
    return open_page(scripts=False)


@pytest.fixture
def faults(violations: Callable[..., list[str]]) -> Callable[[Page], list[str]]:
    """What is wrong with a page on a phone and a desk, in light and dark; whatever folds is opened first.

    Light and dark differ in colours alone, so that in the dark axe is asked about nothing else.
    """

    def faults(page: Page) -> list[str]:
        page.evaluate("document.querySelectorAll('main details').forEach((part) => { part.open = true; })")
        found = []
        for width in LOOKED_AT:
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme="light")
            found += [f"{width} light: {fault}" for fault in violations(page)]
            page.emulate_media(color_scheme="dark")
            found += [f"{width} dark: {fault}" for fault in violations(page, colours=True)]
        for width in (*LOOKED_AT, NARROWEST):
            page.set_viewport_size({"width": width, "height": 800})
            found += [f"wider than {width}"] if is_wider_than_its_window(page) else []
        return found

    return faults
