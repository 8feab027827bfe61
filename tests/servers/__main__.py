"""Servers for a whole test run, from the command line."""

import os
import subprocess
import sys

from tests.servers import browser
from tests.servers.postgres import postgres


def main(arguments: list[str]) -> int:
    """Do what the arguments say; the exit code is that of the command that was run."""
    match arguments:
        case ["browser"]:
            browser.require()
            browser.require_load()
            return 0
        case ["postgres", *command] if command:
            with postgres() as url:
                return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}).returncode
        case _:
            sys.exit("usage: python -m tests.servers browser | postgres COMMAND…")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
