"""Load from wrk on loopback."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).with_name("load.lua")


@dataclass(frozen=True, slots=True)
class Run:
    """What one burst measured: answers per second, and milliseconds per answer."""

    rate: float
    p50: float
    p95: float
    p99: float


class Refused(Exception):
    """An answer was an error: the figures would be about something else."""


def wrk() -> str:
    """The generator's path. Ends the run with a clear message when there is none."""
    if found := shutil.which("wrk"):
        return found
    sys.exit("No wrk found. Debian: apt-get install wrk")


def warm_up(url: str, requests: Path) -> None:
    """Send requests for two seconds, whatever comes back."""
    command = [wrk(), "-t1", "-c4", "-d2s", "--timeout", "20s", "-s", str(SCRIPT), url]
    subprocess.run([*command, "--", str(requests), "1"], stdout=subprocess.DEVNULL, check=True)


def burst(url: str, requests: Path, *, seconds: float, clients: int = 8, seed: int = 0) -> Run:
    """Send the requests of a file for some seconds from `clients` at once. Raises Refused."""
    command = [wrk(), "-t1", f"-c{clients}", f"-d{seconds:g}s", "--timeout", "20s", "-s", str(SCRIPT), url]
    done = subprocess.run(
        [*command, "--", str(requests), str(seed)], capture_output=True, text=True, check=False
    )
    found = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    if not found:
        raise Refused(f"wrk said nothing: {done.stdout[-500:]} {done.stderr[-500:]}")
    count, micros, broken, refused = (int(word) for word in found[0][:4])
    if refused or broken or not count:
        raise Refused(f"{requests.name}: {count} answers, {refused} refused, {broken} broken")
    p50, p95, p99 = (float(word) / 1000 for word in found[0][4:])
    return Run(rate=count / (micros / 1e6), p50=p50, p95=p95, p99=p99)
