"""Background work at size, timed inside one process: `python -m tests.bench.jobs WHAT FOLDER [SINK_PORT]`.

WHAT is `sweeps`, `mail` or `bytes`. Prints one JSON object.
"""

import json
import smtplib
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import django

DUE = 1000
"""So many reminders are due at once."""


def sweeps() -> dict[str, Any]:
    """Milliseconds of each sweep's decision: with nothing due, and with 10 and 100 reminders due."""
    from django.utils import timezone

    from tracker.models import CheckIn, Recovery
    from tracker.services import (
        ask_back,
        assessing,
        cover_check,
        delivery,
        digest,
        flags,
        recoveries,
        reminders,
    )

    now = timezone.now()
    Recovery.objects.filter(next_reminder_at__lte=now).update(next_reminder_at=now + timedelta(days=1))
    # thousands of entries came in without a worker: what they wait for is not what is measured
    CheckIn.objects.filter(assessed_at__isnull=True).update(assessed_at=now)
    named: dict[str, Callable[[], object]] = {
        "assess": lambda: assessing.assess_pending(now=now),
        "deliver": lambda: delivery.deliver_due(clock=lambda: now),
        "escalate": lambda: flags.escalate_due(now=now),
        "come back": lambda: flags.come_back_due(now=now),
        "remind": lambda: reminders.queue_due(now=now),
        "nudge": lambda: reminders.queue_nudges(now=now),
        "silence": lambda: recoveries.read_silence(now=now),
        "end": lambda: recoveries.end_due(now=now),
        "missed questions": lambda: ask_back.note_missed(now=now),
        "digest": lambda: digest.send_due(now=now),
        "cover": lambda: cover_check.send_due(now=now),
    }
    found: dict[str, Any] = {"open": Recovery.objects.filter(state="open").count(), "idle": {}, "due": {}}
    for name, sweep in named.items():
        sweep()  # whatever the seed left due, and the first connection
        found["idle"][name] = min(_timed(sweep) for _ in range(5)) * 1000
    for count in (10, 100):
        _make_due(count, now)
        found["due"][count] = _timed(named["remind"]) * 1000
    return found


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


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
    """Rows and bytes per table with its indexes (PostgreSQL), and per recovery."""
    from django.apps import apps
    from django.db import connection

    from tracker.models import Recovery

    tables = [model._meta.db_table for model in apps.get_app_config("tracker").get_models()]
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                f'SELECT count(*), pg_relation_size(%s), pg_indexes_size(%s) FROM "{table}"',
                [table, table],
            )
            rows, data, indexes = cursor.fetchone()
            if rows:
                found[table.removeprefix("tracker_")] = [rows, data, indexes]
    return {"recoveries": Recovery.objects.count(), "tables": found}


if __name__ == "__main__":
    django.setup()
    what, more = sys.argv[1], sys.argv[3:]
    answer = {"sweeps": sweeps, "bytes": sizes}.get(what) or (lambda: mail(int(more[0])))
    (Path(sys.argv[2]) / f"{what}.json").write_text(json.dumps(answer()))
