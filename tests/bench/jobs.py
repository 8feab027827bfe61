"""Background work at size, timed inside one process: `python -m tests.bench.jobs WHAT FOLDER [SINK_PORT]`.

WHAT is `sweeps`, `mail` or `bytes`. Prints one JSON object.
"""

import json
import smtplib
import sys
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import django

DUE = 1000
"""So many reminders are due at once."""


def sweeps() -> dict[str, Any]:
    """Milliseconds of each sweep with nothing due, and with 10 and 100 reminders due."""
    from django.utils import timezone

    from tests.bench.sweeping import idle, milliseconds
    from tracker.models import Recovery
    from tracker.services import reminders

    now = timezone.now()
    found: dict[str, Any] = {
        "open": Recovery.objects.filter(state="open").count(),
        "idle": idle(now),
        "due": {},
    }
    for count in (10, 100):
        _make_due(count, now)
        found["due"][count] = milliseconds(lambda: reminders.queue_due(now=now))
    return found


def _make_due(count: int, now: datetime) -> None:
    from tracker.models import Recovery

    some = Recovery.objects.filter(state="open", messages__isnull=True).order_by("pk").values("pk")[:count]
    Recovery.objects.filter(pk__in=list(some.values_list("pk", flat=True))).update(next_reminder_at=now)


def mail(port: int) -> dict[str, Any]:
    """Reminders a second from due rows to the sink, a plain loop beside it, and an urgent one among them."""
    from django.core.mail import get_connection
    from django.utils import timezone

    from tracker import emails
    from tracker.models import Message
    from tracker.services import delivery, reminders

    Message.objects.filter(state="pending").update(state="dropped", reason="bench")
    _make_due(DUE, timezone.now())
    start = time.perf_counter()
    queued = reminders.queue_due(now=timezone.now())
    queueing = time.perf_counter() - start
    accepted = 0
    urgent = _Urgent()
    while True:
        urgent.post_after(accepted, DUE // 4)
        sent = delivery.deliver_due(clock=timezone.now)
        accepted += sent
        if not sent:
            break
    took = time.perf_counter() - start
    newest = Message.objects.filter(kind="reminder", state="sent").order_by("-pk")[:200]
    messages = [emails.build(m).message() for m in newest.select_related("clinic", "to_user")]
    built = [b"\r\n".join(message.as_bytes().splitlines()) for message in messages]
    with smtplib.SMTP("127.0.0.1", port) as plain:
        begun = time.perf_counter()
        for number in range(DUE):
            plain.sendmail("a@example.org", ["b@example.org"], built[number % len(built)])
        plain_took = time.perf_counter() - begun
    get_connection().close()
    return {
        "queued": queued,
        "accepted": accepted,
        "queue_seconds": queueing,
        "rate": accepted / took,
        "plain_rate": DUE / plain_took,
        "urgent_seconds": urgent.waited(),
    }


class _Urgent:
    """One alert that is written while reminders go out, and carried by a job of its own."""

    def __init__(self) -> None:
        self.posted = False
        self.thread: threading.Thread | None = None
        self.seconds: float | None = None

    def post_after(self, accepted: int, least: int) -> None:
        """Post it once enough reminders have gone."""
        if self.posted or accepted < least:
            return
        self.posted = True
        self.thread = threading.Thread(target=self._go)
        self.thread.start()

    def _go(self) -> None:
        from django.db import connection
        from django.utils import timezone

        from tracker.models import Flag, Message
        from tracker.services import delivery, messages

        flag = Flag.objects.filter(state="open").select_related("clinic").order_by("pk")[0]
        now = timezone.now()
        messages.post(
            clinic_id=flag.clinic_id,
            kind=Message.Kind.FLAG_ALERT,
            key=f"bench:{now.timestamp()}",
            to_email="clinician@example.org",
            flag=flag,
            is_urgent=True,
            now=now,
        )
        begun = time.perf_counter()
        delivery.deliver_due(clock=timezone.now, limit=1)
        sent = Message.objects.filter(is_urgent=True, state="sent", dedupe_key__startswith="bench:")
        self.seconds = time.perf_counter() - begun if sent.exists() else None
        connection.close()

    def waited(self) -> float | None:
        """Seconds from its row to the sink; None when it did not arrive."""
        if self.thread:
            self.thread.join()
        return self.seconds


def sizes() -> dict[str, Any]:
    """Rows, bytes and bytes of indexes by table (PostgreSQL), and bytes of the whole database."""
    from django.apps import apps
    from django.db import connection

    from tracker.models import Recovery

    tables = [model._meta.db_table for model in apps.get_app_config("tracker").get_models()]
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                f'SELECT count(*), pg_table_size(%s), pg_indexes_size(%s) FROM "{table}"',
                [table, table],
            )
            rows, data, indexes = cursor.fetchone()
            if rows:
                found[table.removeprefix("tracker_")] = [rows, data, indexes]
        cursor.execute("SELECT pg_database_size(current_database())")
        whole = cursor.fetchone()[0]
    return {"recoveries": Recovery.objects.count(), "tables": found, "bytes": whole}


if __name__ == "__main__":
    django.setup()
    what, more = sys.argv[1], sys.argv[3:]
    answer = {"sweeps": sweeps, "bytes": sizes}.get(what) or (lambda: mail(int(more[0])))
    (Path(sys.argv[2]) / f"{what}.json").write_text(json.dumps(answer()))
