"""Fixtures for every test. What runs here is real: servers, workers, mail, browser.

    sink                    a mail server; the test process and its children send to it
    broker                  a private Valkey: .stop() .start() .kill() .freeze() .thaw() .forget_everything()
    celery_worker_process   a real worker on the test database, with broker and sink
    live_web                gunicorn on the test database, with sink, without worker and broker
    live_app                the whole product: web, worker, beat (ten times as fast), broker, sink
    sign_in                 sign_in(page, user): a browser page that is signed in at live_web or live_app
    violations              violations(page): accessibility faults that axe finds, as texts

Fixtures with child processes use a database whose rows are really committed and removed afterwards.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as project_settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from playwright.sync_api import Page

from tests import hazards
from tests.servers import browser
from tests.servers.broker import Broker
from tests.servers.live import LiveApp, LiveWeb
from tests.servers.mail import Sink
from tests.servers.outside import Outside
from tests.servers.processes import Process, environment_for_children, worker_process
from tracker.models import User

# the browser's driver runs an event loop in this thread, and Django takes any loop for a mistake
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# a busy machine is no finding: the first example pays for what is read once
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> None:
    """One round instead of a million; the format stays, so that a real web server takes them too."""
    PBKDF2PasswordHasher.iterations = 1


@pytest.fixture(scope="session")
def sink_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sink]:
    """One mail server for the run. Tests use `sink`."""
    sink = Sink(tmp_path_factory.mktemp("sink"))
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def sink(sink_server: Sink, settings: Any) -> Iterator[Sink]:
    """An empty mail server that this process sends to: `.messages()`, `.wait_for(n)`, `.answer(...)`."""
    sink_server.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink_server.port
    yield sink_server
    if not sink_server.is_running:
        sink_server.start()


@pytest.fixture
def broker() -> Iterator[Broker]:
    """A running, empty broker on the socket that the settings name."""
    broker = Broker()
    broker.start()
    broker.forget_everything()
    yield broker
    broker.stop()


@pytest.fixture
def outside() -> Iterator[Outside]:
    """An outside alarm at `.url`; told by workers that know it: `.wait()`, `.hears_nothing(seconds)`."""
    with Outside() as outside:
        yield outside


@pytest.fixture
def celery_worker_process(transactional_db: None, broker: Broker, sink: Sink) -> Iterator[Process]:
    """A real worker: `.kill()`, `.stop()`, `.start()`, `.freeze()`, `.pid`. There is no beat."""
    worker = worker_process(environment_for_children(EMAIL_URL=sink.url))
    worker.start()
    yield worker
    worker.stop()


@pytest.fixture
def live_web(transactional_db: None, sink: Sink) -> Iterator[LiveWeb]:
    """A real web server on the test database: `.url`, `.get(path)`."""
    with LiveWeb(sink) as web:
        yield web


@pytest.fixture
def live_app(transactional_db: None, broker: Broker, sink: Sink) -> Iterator[LiveApp]:
    """The whole product: `.url`, `.broker`, `.sink`, `.worker`, `.beat`, `.web`."""
    with LiveApp(broker, sink) as app:
        yield app


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium, without the errands it runs by itself."""
    switches = "no-sandbox disable-gpu disable-quic no-first-run disable-sync disable-dev-shm-usage"
    more = "disable-background-networking disable-component-update"
    arguments = [f"--{switch}" for switch in f"{switches} {more}".split()]
    return {**browser_type_launch_args, "executable_path": browser.require(), "args": arguments}


@pytest.fixture
def sign_in() -> Callable[[Page, User], None]:
    """Gives a browser page the session of a user, without walking through the form."""

    def sign_in(page: Page, user: User) -> None:
        client = Client()
        client.force_login(user)
        name = project_settings.SESSION_COOKIE_NAME
        page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "domain": "127.0.0.1", "path": "/"}]
        )

    return sign_in


@pytest.fixture
def violations() -> Callable[..., list[str]]:
    """What axe finds wrong with the page as it stands: one text per rule and element.

    `violations(page, colours=True)` asks nothing but its rules about colours.
    """

    def violations(page: Page, *, colours: bool = False) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(Axe().axe_script)
        options: dict[str, Any] = {"resultTypes": ["violations"]}
        options |= {"runOnly": ["color-contrast", "link-in-text-block"]} if colours else {}
        found = page.evaluate("(options) => axe.run(options)", options)["violations"]
        return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]

    return violations


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that prove a control of the hazard log say so."""
    hazards.mark(items)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Hazard, control, tests, result."""
    hazards.summed_up(terminalreporter, config)
