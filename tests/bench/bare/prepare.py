"""Tables, people, sessions and rows for the bare views.

`python -m tests.bench.bare.prepare FOLDER SESSIONS ROWS` writes form.tsv, page.tsv, top.tsv and hello.tsv
there, for `load.lua`.
"""

import random
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import django


def main(folder: Path, sessions: int, rows: int) -> None:
    """Everything the bare views need."""
    django.setup()
    from django.core.management import call_command

    call_command("migrate", "auth", verbosity=0)  # before the tables that point at it
    call_command("migrate", run_syncdb=True, verbosity=0)
    from tests.bench.bare.models import NUMBERS, Episode
    from tests.bench.sessions import open_sessions

    people = _people(sessions)
    cookies = open_sessions(people, cookie="sessionid")
    answers = "&".join(f"{name}=1" for name in NUMBERS)
    token = "b" * 32
    form = [
        f"POST\t/form/\t{cookie}; csrftoken={token}\tcsrfmiddlewaretoken={token}&day=3&note=&{answers}"
        for cookie in cookies
    ]
    (folder / "form.tsv").write_text("\n".join(form) + "\n")
    for name in ("page", "top", "hello"):
        lines = [f"GET\t/{name}/\t{cookie}\t" for cookie in cookies[:50]]
        (folder / f"{name}.tsv").write_text("\n".join(lines) + "\n")
    chance = random.Random(1)
    Episode._default_manager.bulk_create(
        (
            Episode(
                clinic=1,
                name=f"Episode {number:06}",
                day=number % 14,
                score=chance.random(),
                started_on=date(2026, 1, 1 + number % 28),
                heard_at=datetime(2026, 1, 1, number % 24, tzinfo=UTC),
            )
            for number in range(rows)
        ),
        batch_size=2000,
    )


def _people(count: int) -> list[object]:
    from django.contrib.auth.models import User

    named = (User(username=f"bench-{number}", password=f"!bench{number:034}") for number in range(count))
    return list(User.objects.bulk_create(named, batch_size=2000))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
