"""`python -m tests.bench.million [--sizes N,N,…] [--times N] [--out FOLDER]`: growth up to a million.

PostgreSQL only. Each size is seeded in a database of its own; the largest is then copied inside the database
until it is there `--times` over. With the defaults that is a million recoveries, nearly all open, with twelve
million check-ins: about half an hour and 40 GB of disk. Writes FOLDER/growth.md and FOLDER/growth.svg.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftercare.settings")
_own = tempfile.TemporaryDirectory(prefix="aftercare-bench-")
os.environ["AFTERCARE_VAR"] = _own.name

import django  # noqa: E402
import psycopg  # noqa: E402

django.setup()

from tests.bench import growing, servers  # noqa: E402
from tests.servers.mail import Sink  # noqa: E402
from tests.servers.postgres import DURABLE, postgres  # noqa: E402

LONGEST = 23
"""Days since the treatment run from 1 to this under a protocol of 24: twelve entries each in the middle."""

FLAGS, SESSIONS = 100, 200
"""Of the smallest size 101 people are at the clinic that is measured: as many flags fill a page."""


def main() -> None:
    """Read the options, measure, write."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.million")
    parser.add_argument("--sizes", type=_sizes, default=[160, 10_000, 100_000])
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3, help="of the pages, every size in turn")
    parser.add_argument("--out", type=Path, default=None, help="a folder; without it, it is printed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aftercare-bench-") as folder, postgres(DURABLE) as url:
        sink = Sink(Path(folder) / "sink")
        sink.start()
        try:
            found = measure(options, Path(folder), url, sink.url)
        finally:
            sink.stop()
    text = growing.text(found)
    if options.out is None:
        sys.stdout.write(text)
        return
    (options.out / "growth.json").write_text(json.dumps(found))
    (options.out / "growth.md").write_text(text)
    (options.out / "growth.svg").write_text(growing.drawn(found))


def _sizes(text: str) -> list[int]:
    return sorted(int(word) for word in text.split(","))


def measure(options: argparse.Namespace, folder: Path, url: str, email: str) -> list[dict[str, Any]]:
    """Seed, multiply, then everything of every size, pages first: the sweeps leave their traces."""
    places: dict[str, servers.Place] = {}
    found: dict[str, dict[str, Any]] = {}
    server = url.rpartition("/")[0]
    for size in options.sizes:
        name = f"of_{size}"
        _ask(url, f"CREATE DATABASE {name}")
        places[name] = servers.ours(folder / name, f"{server}/{name}", email)
        flags = max(FLAGS, size // 20)
        places[name].run("tests.bench.ours", *map(str, (places[name].folder, size, flags, SESSIONS, LONGEST)))
        found[name] = {"seeding": float((places[name].folder / "seeded.txt").read_text())}
        _ask(f"{server}/{name}", "VACUUM ANALYZE")
        _say(name, found[name])
    if options.times > 1:
        name = f"of_{options.sizes[-1] * options.times}"
        places[name] = servers.ours(folder / name, f"{server}/{name}", email)
        found[name] = _multiplied(name, places, options.times, url)
        _say(name, found[name])
    for _ in range(options.rounds):
        for name, place in places.items():
            found[name].setdefault("rounds", []).append(_growth(place, "pages"))
            _say(name, found[name]["rounds"][-1])
    for name, place in places.items():
        found[name] |= _growth(place, "sweeps")
        _say(name, found[name])
    return list(found.values())


def _multiplied(name: str, places: dict[str, servers.Place], times: int, url: str) -> dict[str, Any]:
    """The largest size many times over in a database of its own. Raises SystemExit when it is not true."""
    base, place = list(places.values())[-2:]
    begun = time.perf_counter()
    _ask(url, f"CREATE DATABASE {name} TEMPLATE {base.environment['DATABASE_URL'].rpartition('/')[2]}")
    (place.folder / "marks.json").write_text((base.folder / "marks.json").read_text())
    # a cut would only mean to begin again
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        _ask(url, f"ALTER SYSTEM SET {setting} = off")
    _ask(url, "SELECT pg_reload_conf()")
    place.run("tests.bench.multiplying", str(place.folder), str(times), str(SESSIONS))
    _ask(url, "ALTER SYSTEM RESET ALL")
    _ask(url, "SELECT pg_reload_conf()")
    _ask(url, "CHECKPOINT")
    found = json.loads((place.folder / "multiplied.json").read_text())
    if found["orphans"] or found["faults"]:
        sys.exit(f"not a true database: {found}")
    return {**found, "seeding": time.perf_counter() - begun}


def _growth(place: servers.Place, what: str) -> dict[str, Any]:
    place.run("tests.bench.growth", str(place.folder), what)
    return dict(json.loads((place.folder / f"{what}.json").read_text()))


def _ask(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def _say(name: str, found: dict[str, Any]) -> None:
    print(name, json.dumps(found), file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
