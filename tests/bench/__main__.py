"""`python -m tests.bench [--patients N] [--rounds N] [--seconds S] [--out FILE]`: measure, and write it down.

With the defaults it takes about half an hour and 4 GB of disk.
"""

import argparse
import json
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftercare.settings")
_own = tempfile.TemporaryDirectory(prefix="aftercare-bench-")
os.environ["AFTERCARE_VAR"] = _own.name

import django  # noqa: E402
import psycopg  # noqa: E402

django.setup()

from aftercare import environment, onemachine  # noqa: E402
from tests.bench import load, report, servers  # noqa: E402
from tests.bench.size import memory, starts  # noqa: E402
from tests.servers import browser  # noqa: E402
from tests.servers.mail import Sink  # noqa: E402
from tests.servers.postgres import DURABLE, postgres  # noqa: E402
from tests.servers.processes import wait_until  # noqa: E402

BARE = ("hello", "form", "page", "top")
OURS = ("post", "today", "result", "my_recovery", "recovery", "triage", "search")
FEW = 160
"""People in the small database; 101 of them at the clinic that is compared, 100 with a flag: a full page."""


@dataclass
class Measured:
    """Everything one run of the bench found, by database."""

    options: argparse.Namespace
    bursts: dict[str, dict[str, list[load.Run]]] = field(default_factory=lambda: defaultdict(dict))
    few: dict[str, dict[str, list[load.Run]]] = field(default_factory=lambda: defaultdict(dict))
    with_worker: dict[str, list[load.Run]] = field(default_factory=dict)
    jobs: dict[str, dict[str, object]] = field(default_factory=lambda: defaultdict(dict))
    memory: dict[str, dict[str, float]] = field(default_factory=dict)
    starts: dict[str, float] = field(default_factory=dict)


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[dict[str, str]]:
    """A database for ours at size, ours with few, and the bare project, on one server."""
    names = ("ours", "few", "bare")
    if kind == "SQLite":
        yield {name: f"sqlite:///{folder}/{name}.sqlite3" for name in names}
        return
    with postgres(DURABLE) as url:
        wait_until(lambda: _takes_questions(url), what="PostgreSQL")
        with psycopg.connect(url, autocommit=True) as connection:
            for name in names:
                connection.execute(f"CREATE DATABASE {name}")
        yield {name: url.rpartition("/")[0] + f"/{name}" for name in names}


def _takes_questions(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def on(kind: str, folder: Path, measured: Measured) -> None:
    """Measure everything on one kind of database."""
    options = measured.options
    folder.mkdir()
    with ExitStack() as stack:
        sink = Sink(folder / "sink")
        sink.start()
        stack.callback(sink.stop)
        urls = stack.enter_context(databases(kind, folder))
        ours = servers.ours(folder / "ours", urls["ours"], sink.url)
        few = servers.ours(folder / "few", urls["few"], sink.url)
        bare = servers.bare(folder / "bare", urls["bare"])
        _seed(ours, options.patients, options.sessions)
        _seed(few, FEW, 100)
        bare.run("tests.bench.bare.prepare", str(bare.folder), str(options.sessions), str(options.rows))
        _web(kind, ours, few, bare, measured)
        for what in ("sweeps", "mail", *(["bytes"] if kind == "PostgreSQL" else [])):
            ours.run("tests.bench.jobs", what, str(ours.folder), str(sink.port))
            measured.jobs[kind][what] = json.loads((ours.folder / f"{what}.json").read_text())
        if kind == "PostgreSQL":
            ours.run("tests.bench.replaying", str(ours.folder), str(options.patients // 5))
            measured.jobs[kind]["replay"] = json.loads((ours.folder / "replay.json").read_text())


def _seed(place: servers.Place, patients: int, sessions: int) -> None:
    """Fill a database; one in twenty has an open flag, and a page of the list is full."""
    flags = max(100, patients // 20)
    place.run("tests.bench.ours", str(place.folder), str(patients), str(flags), str(sessions))


def _web(kind: str, ours: servers.Place, few: servers.Place, bare: servers.Place, measured: Measured) -> None:
    broker = onemachine.broker(environment.broker_socket(ours.folder), ours.folder / "broker")
    with ExitStack() as stack:
        stack.enter_context(servers.running(broker, ours))
        at = {place: stack.enter_context(servers.web(place)) for place in (ours, bare)}
        sides = [(bare, name) for name in BARE] + [(ours, name) for name in OURS]
        for place, name in sides:  # templates and connections, which the first request pays for
            load.warm_up(at[place][0], place.requests(name))
        _rounds(sides, at, measured, measured.bursts[kind])
        with servers.running(onemachine.worker(), ours) as worker:
            measured.with_worker[kind] = [_burst(ours, "post", at, measured, 99)]
            measured.memory[kind] = {"web": memory(at[ours][1]), "worker": memory(worker.pid)}
    with ExitStack() as stack:
        at = {place: stack.enter_context(servers.web(place)) for place in (ours, few)}
        for name in ("triage", "search"):
            for place in (few, ours):
                load.warm_up(at[place][0], place.requests(name))
        for number in range(measured.options.rounds):
            for name in ("triage", "search"):
                for place, side in ((few, "few"), (ours, "many")):
                    runs = measured.few[kind].setdefault(f"{name} {side}", [])
                    runs.append(_burst(place, name, at, measured, number))


def _rounds(
    sides: list[tuple[servers.Place, str]],
    at: dict[servers.Place, tuple[str, int]],
    measured: Measured,
    into: dict[str, list[load.Run]],
) -> None:
    """Every burst once per round, neighbours close together, so that a slow moment hits both."""
    for number in range(measured.options.rounds):
        for place, name in sides:
            into.setdefault(name, []).append(_burst(place, name, at, measured, number))
            print(f"  {name}: {into[name][-1].rate:.0f}/s", flush=True)


def _burst(
    place: servers.Place, name: str, at: dict[servers.Place, tuple[str, int]], measured: Measured, number: int
) -> load.Run:
    seconds = measured.options.seconds
    return load.burst(at[place][0], place.requests(name), seconds=seconds, seed=number * 1000 + 17)


def main() -> None:
    """Read the options, measure, write the report."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--patients", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=100_000, help="of the bare list")
    parser.add_argument("--sessions", type=int, default=10_000, help="people who are signed in")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--kinds", default="PostgreSQL,SQLite")
    parser.add_argument("--starts", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--out", type=Path, default=None, help="the report; without it, it is printed")
    options = parser.parse_args()
    browser.require_load()
    measured = Measured(options)
    with tempfile.TemporaryDirectory(prefix="aftercare-bench-") as folder:
        for kind in options.kinds.split(","):
            print(kind, flush=True)
            on(kind, Path(folder) / kind.lower(), measured)
            _tell(measured)  # half an hour is long: what is known by now is not lost
        if options.starts:
            measured.starts = starts(Path(folder) / "start")
    _tell(measured)


def _tell(measured: Measured) -> None:
    text, out = report.text(measured), measured.options.out
    if out:
        out.write_text(text)
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
