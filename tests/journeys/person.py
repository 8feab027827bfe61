"""Somebody at a browser without scripts: opens pages, fills in forms, presses buttons. Real HTTP."""

import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.conf import settings
from django.test import Client

from tests.servers.live import LiveWeb
from tracker.models import User


@dataclass
class Form:
    """A form as the page shows it: where it goes and what it carries unseen."""

    action: str
    hidden: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self.found.append(Form(given.get("action", "")))
        elif tag == "input" and given.get("type") == "hidden" and self.found:
            self.found[-1].hidden[given.get("name", "")] = given.get("value", "")


@dataclass(frozen=True)
class Page:
    """What came back, and how long it took in seconds."""

    url: str
    status: int
    text: str
    took: float

    def form(self, action: str = "") -> Form:
        """The first form that goes to `action` ("" for the page itself)."""
        parser = _Forms()
        parser.feed(self.text)
        return next(f for f in parser.found if f.action.endswith(action) and (action or not f.action))


class Person:
    """A signed-in user of the running product."""

    def __init__(self, web: LiveWeb, user: User | None = None) -> None:
        self.web, self.cookie = web, ""
        if user is not None:
            client = Client()
            client.force_login(user)
            name = settings.SESSION_COOKIE_NAME
            self.cookie = f"{name}={client.cookies[name].value}"

    def open(self, path: str) -> Page:
        """Look at a page."""
        return self._ask(path, None)

    def send(self, page: Page, answers: Mapping[str, object], action: str = "") -> Page:
        """Fill in a form of the page and press its button; the page one is led to."""
        form = page.form(action)
        words = {name: str(value) for name, value in answers.items() if value is not None}
        return self._ask(form.action or page.url, form.hidden | words)

    def _ask(self, path: str, fields: Mapping[str, str] | None) -> Page:
        data = None if fields is None else urllib.parse.urlencode(fields).encode()
        request = urllib.request.Request(urllib.parse.urljoin(self.web.url, path), data)
        request.add_header("Cookie", self.cookie)
        started = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                status, text, url = response.status, response.read().decode(), response.url
        except urllib.error.HTTPError as refusal:
            status, text, url = refusal.code, refusal.read().decode(), refusal.url
        return Page(url, status, text, time.monotonic() - started)
