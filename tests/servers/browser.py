"""Finds a Chromium, or installs one where the run may. Missing is a failure, never a skip."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HELP = "No browser found. Install Chromium, or name one: CHROMIUM=/path/to/chromium make test"


def find() -> str | None:
    """The browser's path: the one that `CHROMIUM` names, else the first on the PATH."""
    if named := os.environ.get("CHROMIUM"):
        return named
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def require() -> str:
    """The browser's path. Ends the run with a clear message when there is none."""
    if path := find():
        return path
    if os.getuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests.", flush=True)
        for step in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run(["apt-get", *step], stdout=subprocess.DEVNULL, env=environment, check=False)
        if path := find():
            return path
    sys.exit(HELP)
