"""Finds Chromium and wrk, or installs them where the run may. Missing is a failure, never a skip."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HELP = "No browser found. Install Chromium, or name one: CHROMIUM=/path/to/chromium make test"


def find() -> str | None:
    """The browser's path: the one that `CHROMIUM` names, else the first on the PATH."""
    if named := os.environ.get("CHROMIUM"):
        return named
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def require() -> str:
    """The browser's path. Ends the run with a clear message when there is none."""
    return find() or _installed("chromium", find) or sys.exit(HELP)


def require_load() -> str:
    """The path of wrk, which brings the load of the bench. Ends the run with a message without it."""
    return _wrk() or _installed("wrk", _wrk) or sys.exit("No wrk found. Debian: apt-get install wrk")


def _wrk() -> str | None:
    return shutil.which("wrk")


def _installed(package: str, find: Callable[[], str | None]) -> str | None:
    """Install a Debian package where the run may; what `find` says after that."""
    if os.getuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {package} for the tests.", flush=True)
        for step in (["update"], ["install", "--yes", "--no-install-recommends", package]):
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run(["apt-get", *step], stdout=subprocess.DEVNULL, env=environment, check=False)
    return find()
