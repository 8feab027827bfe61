"""What grows with the number of recoveries: `python -m tests.bench.growth FOLDER WHAT`, at one size.

WHAT is `pages` or `sweeps`. Times them inside this process, without a web server, so that sizes can be
compared. Writes FOLDER/WHAT.json.
"""

import json
import random
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import django

PAGES = ("triage", "search", "recovery", "today")
TIMES = 40


def main(folder: Path, what: str) -> None:
    """Measure one size, and write it down: `pages`, or `sweeps`, which leaves its traces."""
    from django.utils import timezone

    from tests.bench.jobs import sizes
    from tests.bench.sweeping import NUMBERS, clinics, due, idle

    found: dict[str, Any] = {}
    if what == "pages":
        found = {name: _page(folder / f"{name}.tsv") for name in PAGES}
    else:
        now = timezone.now()
        found = {**sizes(), "idle": idle(now), "clinics": clinics(now), "due": due(now, NUMBERS)}
    (folder / f"{what}.json").write_text(json.dumps(found))


def _page(requests: Path) -> dict[str, float]:
    """Milliseconds of one answer: the middle, and what 19 of 20 stay under."""
    from django.test import Client

    client, lines = Client(HTTP_HOST="127.0.0.1"), requests.read_text().splitlines()
    random.Random(7).shuffle(lines)
    took = []
    for number in range(TIMES + 5):
        _method, path, cookie, _body = lines[number % len(lines)].split("\t")
        client.cookies.load(cookie)
        begun = time.perf_counter()
        answer = client.get(path)
        took.append((time.perf_counter() - begun) * 1000)
        assert answer.status_code == 200, (path, answer.status_code)
    taken = sorted(took[5:])  # the first ones build what the others find
    return {"p50": median(taken), "p95": taken[len(taken) * 19 // 20]}


if __name__ == "__main__":
    django.setup()
    main(Path(sys.argv[1]), sys.argv[2])
