"""Load from wrk on loopback."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.servers.browser import require_load

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


def warm_up(url: str, requests: Path) -> None:
    """Send requests for two seconds, whatever comes back."""
    command = [require_load(), "-t1", "-c4", "-d2s", "--timeout", "20s", "-s", str(SCRIPT), url]
    subprocess.run([*command, "--", str(requests), "1"], stdout=subprocess.DEVNULL, check=True)


def burst(url: str, requests: Path, *, seconds: float, clients: int = 8, seed: int = 0) -> Run:
    """Send the requests of a file for some seconds from `clients` at once. Raises Refused.

    A machine so busy that no answer came is given longer.
    """
    for longer in (1, 5, 25):
        count, micros, broken, refused, *percentiles = _sent(url, requests, seconds * longer, clients, seed)
        if refused or broken:
            raise Refused(f"{requests.name}: {count:.0f} answers, {refused:.0f} refused, {broken:.0f} broken")
        if count:
            p50, p95, p99 = (value / 1000 for value in percentiles)
            return Run(rate=count / (micros / 1e6), p50=p50, p95=p95, p99=p99)
    raise Refused(f"{requests.name}: no answer within {seconds * 25:g} s")


def _sent(url: str, requests: Path, seconds: float, clients: int, seed: int) -> list[float]:
    command = [
        require_load(),
        "-t1",
        f"-c{clients}",
        f"-d{seconds:g}s",
        "--timeout",
        "20s",
        "-s",
        str(SCRIPT),
    ]
    done = subprocess.run(
        [*command, url, "--", str(requests), str(seed)], capture_output=True, text=True, check=False
    )
    found = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    if not found:
        raise Refused(f"wrk said nothing: {done.stdout[-500:]} {done.stderr[-500:]}")
    return [float(word) for word in found[0]]
