"""Two releases side by side: the code before the newest migration and today's, on one database, under load.

The earlier one is taken from the repository's history, so without history nothing is tried.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import pytest

from aftercare.supervisor import Part
from tests.faults.crowd import log_all, soon_done, spread, tally
from tests.faults.report import ROOT
from tests.faults.stand import Database, Record, Stand, speaking_to
from tests.journeys.person import Page, Person
from tests.servers.live import LiveApp, LiveWeb
from tests.servers.processes import environment_for_children, wait_until

pytestmark = [pytest.mark.one_machine, pytest.mark.full]

COUNT = 60
PAUSE = 0.2
"""Seconds that each of four clients rests before a request: 20 requests a second at most."""

PREPARE = """
import json, sys
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0, interactive=False)
call_command("createcachetable", verbosity=0)
from tests.faults.stand import make_recoveries
from tests.journeys.person import Person
people = make_recoveries(int(sys.argv[1]))
print(json.dumps([Person(None, recovery.patient.user).cookie for recovery in people]))
"""
"""Run by the earlier release, which alone knows its tables: patients, and the cookies of their browsers."""


def git(*words: str) -> str:
    """What git says; "" when it fails."""
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def earlier(tmp_path: Path) -> tuple[str, Path]:
    """The commit before the newest migration, and its files."""
    newest = git("log", "-1", "--format=%H", "--diff-filter=A", "--", "tracker/migrations")
    before = git("rev-parse", "--verify", "--quiet", f"{newest}^") if newest else ""
    if not before:
        pytest.skip("there is no history here: the commit before the newest migration is not known")
    folder = tmp_path / "earlier"
    folder.mkdir()
    archive = subprocess.run(["git", "archive", before], cwd=ROOT, capture_output=True, check=True)
    subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
    return before, folder


@pytest.fixture
def database(django_db_blocker: Any) -> Iterator[Database]:
    """An empty one; nothing of today's has touched it."""
    with tempfile.TemporaryDirectory(prefix="aftercare-pg-") as folder:
        database = Database(Path(folder))
        database.start()
        with django_db_blocker.unblock(), speaking_to(database.url):
            yield database
        database.stop()


def run_in(folder: Path, *words: str) -> str:
    """Run Python in a release's folder; what it prints."""
    environment = {**os.environ, **environment_for_children(PYTHONPATH=str(folder))}
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def release(folder: Path, like: Stand) -> LiveApp:
    """Another release's web, worker and beat, on the same broker and mail server."""
    app = LiveApp(like.broker, like.sink, REDIS_URL=like.environment["REDIS_URL"], PYTHONPATH=str(folder))
    for process in app.processes():
        argv = ["sh", "-c", 'cd "$0" && exec "$@"', str(folder), *process.part.argv]
        process.part = Part(**{**vars(process.part), "argv": argv})
    return app


class Front(LiveWeb):
    """The proxy in front: each request goes to one of the web servers that are in use."""

    def __init__(self, *servers: LiveWeb) -> None:
        self.servers = list(servers)
        self.slowest = 0.0
        self.asked: Counter[LiveWeb] = Counter()
        self.may_send = 0
        self._lock = Lock()

    @property
    def url(self) -> str:  # type: ignore[override]
        """One of them."""
        chosen = random.choice(self.servers)
        self.asked[chosen] += 1
        return chosen.url

    def lets_send(self) -> bool:
        """Whether one more form may be sent before the next step is done: the patients must last."""
        with self._lock:
            if self.may_send == 0:
                return False
            self.may_send -= 1
            return True

    def allow(self, number: int) -> None:
        """So many more."""
        with self._lock:
            self.may_send += number


class Routed(Person):
    """A browser that knows only the proxy."""

    web: Front

    def send(self, page: Page, answers: Mapping[str, object], action: str = "") -> Page:
        """Whoever may not send yet looks at the page again, so that there is always load."""
        while not self.web.lets_send():
            page = self.open("/today/")
            if page.status != 200:
                raise LookupError(page.status)
        return super().send(page, answers, action)

    def _ask(self, path: str, fields: Mapping[str, str] | None) -> Page:
        time.sleep(PAUSE)
        page = super()._ask(urlsplit(path).path, fields)
        self.web.slowest = max(self.web.slowest, page.took)
        return page


def test_two_releases_side_by_side_lose_nothing_and_show_no_error(
    earlier: tuple[str, Path], database: Database, tmp_path: Path, record_property: Record
) -> None:
    commit, folder = earlier
    cookies = json.loads(run_in(folder, "-c", PREPARE, str(COUNT)))
    new = Stand(tmp_path / "new")
    old = release(folder, new)
    front = Front(old)
    people = [Routed(front) for _ in cookies]
    for person, cookie in zip(people, cookies, strict=True):
        person.cookie = cookie

    def both() -> None:
        start(new)
        front.servers = [old, new]

    def new_alone() -> None:
        front.servers = [new]
        stop(old)

    def back() -> None:
        start(old)
        front.servers = [old]
        stop(new)
        front.allow(COUNT)  # also for forms that must be sent again

    share = COUNT // 6
    front.allow(2 * share)

    def then_on(step: Callable[[], None]) -> Callable[[], None]:
        def done() -> None:
            step()
            front.allow(share)

        return done

    def migrate() -> None:
        assert "Applying tracker." in run_in(ROOT, "manage.py", "migrate", "--no-input")

    steps = [then_on(step) for step in (migrate, both, new_alone, back)]
    errors: list[object] = []
    new.sink.start()
    new.broker.start()
    try:
        start(old)
        assert Path(f"/proc/{old.web.pid}/cwd").resolve() == folder
        confirmed = log_all(people, list(zip(spread(COUNT, 4), steps, strict=True)), failures=errors)
        wait_until(soon_done, 90, "everything judged and sent")
        found = tally(new, confirmed)
    finally:
        for process in (*old.processes(), *reversed(new.processes())):
            if process.is_running:
                process.kill()
    for row in ("P-13", "F-45"):
        record_property(
            row,
            f"the release of {commit[:10]} and this one, forth and back, "
            f"{front.asked[old]} and {front.asked[new]} requests: {len(errors)} pages failed, slowest "
            f"{front.slowest:.1f} s; {found}",
        )
    assert errors == []
    assert found.faults(repeats=0, slowest=90) == []


def start(app: LiveApp) -> None:
    """Web, worker and beat of a release."""
    for process in (app.web, app.worker, app.beat):
        process.start()


def stop(app: LiveApp) -> None:
    """As a roll-out does: politely."""
    for process in (app.beat, app.web, app.worker):
        process.stop()
