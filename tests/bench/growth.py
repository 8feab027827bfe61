"""What grows with the number of recoveries: `python -m tests.bench.growth FOLDER`, at one size.

Times pages and sweeps inside this process, without a web server, so that sizes can be compared. Writes
FOLDER/growth.json.
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


def main(folder: Path) -> None:
    """Measure one size, and write it down."""
    from django.db import connection

    from tests.bench.jobs import sweeps
    from tracker.models import Recovery

    found: dict[str, Any] = {"recoveries": Recovery.objects.count()}
    found["pages"] = {name: _page(folder / f"{name}.tsv") for name in PAGES}
    found["sweeps"] = sum(sweeps()["idle"].values())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        found["bytes"] = cursor.fetchone()[0]
    (folder / "growth.json").write_text(json.dumps(found))


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
    main(Path(sys.argv[1]))
