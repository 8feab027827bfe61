"""The servers under load: ours as shipped, and the bare project under the same web server."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from aftercare import onemachine
from aftercare.supervisor import Part, listen
from tests.servers.processes import Process


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A folder with its database: everything that belongs to one side of a comparison."""

    name: str
    folder: Path
    environment: Mapping[str, str]

    def run(self, *arguments: str) -> None:
        """Run a Python module here. Raises subprocess.CalledProcessError."""
        environment = {**os.environ, **self.environment}
        subprocess.run([sys.executable, "-m", *arguments], env=environment, check=True)

    def requests(self, name: str) -> Path:
        """The file of requests that this name stands for."""
        return self.folder / f"{name}.tsv"


def ours(folder: Path, database: str, email: str) -> Place:
    """The product on a database of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    return Place(
        "ours",
        folder,
        {
            "DJANGO_SETTINGS_MODULE": "aftercare.settings",
            "AFTERCARE_VAR": str(folder),
            "DATABASE_URL": database,
            "EMAIL_URL": email,
            "SITE_URL": "http://127.0.0.1",
        },
    )


def bare(folder: Path, database: str) -> Place:
    """The bare project on a database of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = {"DJANGO_SETTINGS_MODULE": "tests.bench.bare.settings"}
    return Place("bare", folder, {**settings, "AFTERCARE_VAR": str(folder), "DATABASE_URL": database})


@contextmanager
def web(place: Place) -> Iterator[tuple[str, int]]:
    """Gunicorn with the product's own options; gives its address and process id."""
    sock = listen("127.0.0.1", 0)
    part = onemachine.web(sock)
    if place.name == "bare":
        argv = [word.replace("aftercare.wsgi", "tests.bench.bare.wsgi") for word in part.argv]
        part = replace(part, argv=argv, ready=lambda: _answers(sock.getsockname()[1]))
    process = Process(part, place.environment)
    process.start()
    try:
        yield f"http://127.0.0.1:{sock.getsockname()[1]}", process.pid
    finally:
        process.stop()
        sock.close()


def _answers(port: int) -> bool:
    from aftercare.supervisor import answers

    return answers(("127.0.0.1", port), b"GET /hello/ HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n", 20)


@contextmanager
def running(part: Part, place: Place) -> Iterator[Process]:
    """One more process of the product, for as long as it is needed."""
    process = Process(part, place.environment)
    process.start()
    try:
        yield process
    finally:
        process.stop()
