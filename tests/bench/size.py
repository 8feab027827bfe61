"""Memory of running processes, and how long a start takes."""

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.servers.ports import free_port


def _family(pid: int) -> list[int]:
    """A process and all that came from it (Linux)."""
    children = [
        int(child)
        for one in Path(f"/proc/{pid}/task").glob("*/children")
        for child in one.read_text().split()
    ]
    return [pid, *(found for child in children for found in _family(child))]


def _proportional(pid: int) -> float:
    """MB of memory that a process holds, shared pages divided among their holders."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1e3


def memory(pid: int) -> float:
    """MB of proportional set size of the largest process of a family."""
    return max(map(_proportional, _family(pid)))


def starts(folder: Path) -> dict[str, float]:
    """Seconds from `up` to the first page, first and second time, and MB of the whole run."""
    found = {}
    for name in ("first", "second"):
        port = free_port()
        environment = {
            **os.environ,
            "AFTERCARE_VAR": str(folder),
            "DJANGO_SETTINGS_MODULE": "aftercare.settings",
        }
        begun = time.perf_counter()
        run = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", str(port)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _first_page(f"http://127.0.0.1:{port}/accounts/login/", run)
            found[name] = time.perf_counter() - begun
            time.sleep(5)
            found["memory"] = sum(map(_proportional, _family(run.pid)))
        finally:
            run.terminate()
            run.wait(timeout=60)
    return found


def _first_page(url: str, run: "subprocess.Popen[bytes]") -> None:
    """Ask until it answers. Raises RuntimeError when the run ended."""
    while run.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=20):
                return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"the run ended with {run.returncode}")
