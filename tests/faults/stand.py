"""The whole product on servers of its own, to be broken at will; and patients who have something to say."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from http.client import HTTPException
from pathlib import Path
from typing import Any

import psycopg
from django.db import OperationalError, connection, connections
from django.utils import timezone

from aftercare import environment
from aftercare.supervisor import Part
from tests import cast
from tests.journeys.person import Page, Person
from tests.servers.broker import Broker
from tests.servers.live import LiveApp, LiveWeb
from tests.servers.mail import Sink
from tests.servers.ports import free_port
from tests.servers.postgres import SAFE_FROM_KILLS, USER, make
from tests.servers.processes import Process
from tracker.models import CheckIn, Message, Recovery

Record = Callable[[str, object], None]
"""pytest's `record_property`: a row of docs/reliability.md, and the figure for it."""

Wrap = Callable[[Sequence[str]], list[str]]
"""Another command line for a process."""

KEPT = ("django_migrations", "django_content_type", "auth_permission")
"""Tables that no test fills."""


class Database(Process):
    """A PostgreSQL whose commits survive its own death."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        super().__init__(make(folder, port, SAFE_FROM_KILLS))
        self.url = f"postgres://{USER}@127.0.0.1:{port}/postgres"

    def stop_at_once(self) -> None:
        """Immediate stop: every connection is cut, nothing is finished."""
        os.kill(self.pid, signal.SIGQUIT)
        self.stop()

    def cut_connections(self) -> int:
        """End every other connection, whatever it is doing. Returns how many."""
        with psycopg.connect(self.url, autocommit=True) as wire:
            found = wire.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            ).fetchone()
        return int(found[0]) if found else 0


@contextmanager
def speaking_to(url: str) -> Iterator[None]:
    """Django in this process, and every child, uses the database at `url` meanwhile."""
    before = connections["default"]
    asked = os.environ.get("DATABASE_URL")
    os.environ["DATABASE_URL"] = url
    try:
        said = connections.configure_settings({"default": environment.database(Path(), "command")})
        said["default"]["OPTIONS"].pop("pool", None)
        known, connections.settings = connections.settings, said
        connections["default"] = connections.create_connection("default")
        yield
    finally:
        connections["default"].close()
        connections["default"], connections.settings = before, known
        os.environ.pop("DATABASE_URL") if asked is None else os.environ.update(DATABASE_URL=asked)


class Stand(LiveApp):
    """Database, broker, mail server, web, worker and beat, each of which a test may stop, kill or freeze."""

    def __init__(self, folder: Path, database: Database | None = None, **more: str) -> None:
        self.database = database
        broker, sink = Broker(folder), Sink(folder / "sink")
        super().__init__(broker, sink, REDIS_URL=f"redis+socket://{broker.socket}", **more)

    def processes(self) -> list[Process]:
        """What to start, in order."""
        return [self.sink, self.broker, *super().processes()]

    @contextmanager
    def with_workers(self, wrapped: Wrap = list, **changed: str) -> Iterator[None]:
        """Worker and beat run with another environment meanwhile, and the worker by another command."""
        before = self.worker, self.beat
        try:
            for process in before:
                process.kill()
            part = self.worker.part
            self.worker = Process(Part(**{**vars(part), "argv": wrapped(part.argv)}), changed)
            self.beat = Process(self.beat.part, changed)
            for process in (self.worker, self.beat):
                process.start()
            yield
        finally:
            for process in (self.worker, self.beat):
                if process.is_running:
                    process.kill()
            self.worker, self.beat = before

    def ticking(self, scale: str) -> AbstractContextManager[None]:
        """At this pace: "1" is the product's."""
        return self.with_workers(AFTERCARE_TICK_SCALE=scale)

    def __exit__(self, *details: Any) -> None:
        """Nothing in it is worth a polite end."""
        for process in (self.beat, self.worker):
            if process.is_running:
                process.kill()
        super().__exit__(*details)

    def revive(self) -> int:
        """Start worker and beat again if they ended by themselves, as the supervisor would; how many did."""
        died = [process for process in (self.worker, self.beat) if process.has_died]
        for process in died:
            process.stop()
            process.start()
        return len(died)

    def calm(self) -> None:
        """Everything runs, nothing is left of what was before."""
        if self.database is not None and not self.database.is_running:
            self.database.start()
        connection.close()
        self.sink.clear()
        self.revive()
        for process in self.processes():
            if not process.is_running:
                process.start()
        self.broker.forget_everything()
        empty_tables()
        self.sink.clear()


def empty_tables() -> None:
    """No rows; numbers go on counting, so that an old mail is not taken for a new one."""
    names = [name for name in connection.introspection.table_names() if name not in KEPT]
    for _ in range(5):
        try:
            with connection.cursor() as cursor:
                for statement in _emptying(names):
                    cursor.execute(statement)
            return
        except OperationalError:  # a sweep was in the middle of them
            time.sleep(0.2)
    raise TimeoutError("the tables could not be emptied")


def _emptying(names: list[str]) -> list[str]:
    if connection.vendor == "postgresql":
        return [f"TRUNCATE {', '.join(names)}"]
    return ["PRAGMA foreign_keys = OFF", *(f"DELETE FROM {name}" for name in names)]


def make_recoveries(count: int, day: int = 5) -> list[Recovery]:
    """Patients of one clinic, treated `day` days ago; nobody is reminded of anything meanwhile."""
    clinic = cast.make_clinic(timezone=cast.noon_zone(timezone.now()))
    operator = cast.make_member(clinic, "owner", "Olga Reyes")
    started_on = timezone.now().date() - timedelta(days=day)
    for number in range(count):
        patient = cast.make_patient(
            clinic, "Ana Sousa", email=f"p{number}@mail.example", timezone="UTC", reminders_on=False
        )
        cast.make_recovery(patient=patient, operator=operator, started_on=started_on)
    return list(Recovery.objects.select_related("patient__user").order_by("pk"))


def post(app: LiveWeb, recovery: Recovery, answers: dict[str, Any] | None = None) -> Page:
    """One patient answers today's questions at the running product."""
    patient = Person(app, recovery.patient.user)
    page = patient.open("/today/")
    return patient.send(page, {"temperature": "37.1", **(cast.PUS if answers is None else answers)})


def insistently(
    patient: Person, seconds: float = 60.0, failures: list[object] | None = None, **answers: Any
) -> Page:
    """As `post`, but whoever gets no answer sends the same form again. The page that said "saved"."""
    give_up_at = time.monotonic() + seconds
    page = None
    while time.monotonic() < give_up_at:
        try:
            page = page or _opened(patient)
            told = patient.send(page, {"temperature": "37.1", **cast.PUS, **answers})
            if told.url.endswith("/result/"):
                return told
            failed: object = told.status
        except (OSError, LookupError, HTTPException) as error:
            failed = error
        if failures is not None:
            failures.append(failed)
        time.sleep(0.2)
    raise TimeoutError("no check-in was confirmed")


def patients(app: LiveWeb, count: int) -> list[Person]:
    """So many signed-in patients of `make_recoveries`."""
    return [Person(app, recovery.patient.user) for recovery in make_recoveries(count)]


def _opened(patient: Person) -> Page:
    page = patient.open("/today/")
    if page.status != 200:
        raise LookupError(page.status)
    return page


def calmly(app: LiveWeb, recovery: Recovery) -> Page:
    """As `post`, and the page must say that the answers were saved."""
    told = post(app, recovery)
    assert told.url.endswith("/result/"), told.text
    return told


def all_done() -> bool:
    """Everything is judged, and no mail waits."""
    waiting = Message.objects.filter(state=Message.State.PENDING).exists()
    return not waiting and not CheckIn.objects.filter(assessed_at=None).exists()


def told_saved(page: Page) -> int:
    """The check-in that a result page is about."""
    return int(page.url.rstrip("/").split("/")[-2])


def lost_and_doubled() -> tuple[int, int]:
    """Check-ins without an assessment, and check-ins with more than one."""
    unjudged = CheckIn.objects.filter(assessments=None).count()
    return unjudged, sum(c.assessments.count() > 1 for c in CheckIn.objects.all())


def percentile(values: list[float], share: float) -> float:
    """The value that `share` (0…1) of all do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
