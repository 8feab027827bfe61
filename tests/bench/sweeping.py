"""Every job that beat starts: what it costs when nothing is due, and when some is.

What is due is made so by setting the clocks of rows that no other measure has used.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

Sweep = Callable[[], object]
NUMBERS = (10, 100, 1000)
"""So many rows are due at once."""


def sweeps(now: datetime) -> dict[str, Sweep]:
    """By name, as `tracker.tasks` calls them; and how a sign-in finds its person among all."""
    from tracker.models import User
    from tracker.services import (
        ask_back,
        canary,
        cover_check,
        digest,
        drill,
        flags,
        health,
        recoveries,
        reminders,
        repairs,
        sealing,
    )

    return {
        "assess": lambda: repairs.assess(now=now),
        "deliver": lambda: repairs.deliver(clock=lambda: now),
        "escalate": lambda: repairs.escalate(now=now),
        "come back": lambda: flags.come_back_due(now=now),
        "pass on": lambda: flags.pass_on_due(now=now),
        "remind": lambda: reminders.queue_due(now=now),
        "nudge": lambda: reminders.queue_nudges(now=now),
        "silence": lambda: recoveries.read_silence(now=now),
        "end": lambda: recoveries.end_due(now=now),
        "missed questions": lambda: ask_back.note_missed(now=now),
        "digest": lambda: digest.send_due(now=now),
        "cover": lambda: cover_check.send_due(now=now),
        "drills": lambda: drill.end_due(now=now),
        "proof": lambda: canary.prove(now=now) + canary.prune(now=now),
        "state": lambda: health.state(now=now),
        "seal": lambda: sealing.seal(now=now),
        "(an address)": lambda: User.objects.filter(email__iexact="Crowd-000007@mail.example").exists(),
    }


def milliseconds(work: Sweep) -> float:
    """How long it takes once."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def idle(now: datetime) -> dict[str, float]:
    """Milliseconds of each with nothing due, best of five."""
    from tracker.models import CheckIn, Recovery

    Recovery.objects.filter(next_reminder_at__lte=now).update(next_reminder_at=now + timedelta(days=1))
    # entries that came in without a worker: what they wait for is not what is measured
    CheckIn.objects.filter(assessed_at__isnull=True).update(assessed_at=now)
    found = {}
    for name, sweep in sweeps(now).items():
        while sweep() and name in DUE:  # whatever the seed left due, and the first connection
            pass
        found[name] = min(milliseconds(sweep) for _ in range(5))
    return found


def clinics(now: datetime) -> dict[str, list[float]]:
    """Milliseconds of the jobs that go through all clinics: when it is time, and once more."""
    from tracker.models import Clinic
    from tracker.services import cover_check, digest, quality

    Clinic.objects.update(next_digest_at=None)
    morning, evening = (now.replace(hour=hour, minute=0) for hour in (9, 19))
    jobs: dict[str, Sweep] = {
        "digest": lambda: digest.send_due(now=morning),
        "cover": lambda: cover_check.send_due(now=evening),
        "quality sample": lambda: quality.draw_due(now=now),
    }
    found = {name: [milliseconds(job) for _ in range(2)] for name, job in jobs.items()}
    return {"clinics": [Clinic.objects.count()], **found}


def due(now: datetime, numbers: Sequence[int]) -> dict[str, list[list[float]]]:
    """By sweep [rows that were due and done, milliseconds until none was left], for each number."""
    recoveries, taken, untaken = _open_recoveries(), _flags("acknowledged"), _flags("open")
    rows = {"escalate": untaken, "come back": taken, "missed questions": taken}
    found: dict[str, list[list[float]]] = {}
    named = sweeps(now)
    for number in numbers:
        for name, make in DUE.items():
            make(list(islice(rows.get(name, recoveries), number)), now)
            begun, done = time.perf_counter(), 0
            while some := int(named[name]()):  # type: ignore[call-overload]
                done += some
            found.setdefault(name, []).append([done, (time.perf_counter() - begun) * 1000])
    return found


def _open_recoveries() -> Iterator[int]:
    from tracker.models import Recovery

    rows = Recovery.objects.filter(patient__name__startswith="Crowd", state="open", flags=None)
    return rows.order_by("pk").values_list("pk", flat=True).iterator()


def _flags(state: str) -> Iterator[int]:
    from tracker.models import Flag

    rows = Flag.objects.filter(state=state, recovery__patient__name__startswith="Crowd")
    return rows.order_by("-pk").values_list("pk", flat=True).iterator()


def _reminders(ids: list[int], now: datetime) -> None:
    from tracker.models import Recovery

    Recovery.objects.filter(pk__in=ids).update(next_reminder_at=now)


def _nudges(ids: list[int], now: datetime) -> None:
    """As if the day's first mail had gone out some hours ago."""
    from tracker import days
    from tracker.models import Message, Recovery

    Message.objects.bulk_create(
        Message(
            clinic_id=recovery.clinic_id,
            kind="reminder",
            dedupe_key=f"reminder:{recovery.pk}:{days.local_date(now, recovery.patient.timezone)}",
            to_email="first@example.org",
            recovery=recovery,
            state="sent",
            created_at=now,
            due_at=now,
            sent_at=now,
        )
        for recovery in Recovery.objects.filter(pk__in=ids).select_related("patient")
    )
    Recovery.objects.filter(pk__in=ids).update(nudge_at=now)


def _mails(ids: list[int], now: datetime) -> None:
    """Reminders in the outbox, and nothing else."""
    from tracker.models import Message
    from tracker.services import reminders

    Message.objects.filter(state="pending").update(state="dropped", reason="bench")
    _reminders(ids, now)
    reminders.queue_due(now=now)


def _silences(ids: list[int], now: datetime) -> None:
    """After a worrying day: each becomes a flag."""
    from tracker.models import Recovery

    Recovery.objects.filter(pk__in=ids).update(silent_at=now, level="review")


def _ends(ids: list[int], now: datetime) -> None:
    """Half of them after their daily part, half after the last late question."""
    from tracker.models import Recovery

    daily, late = ids[::2], ids[1::2]
    Recovery.objects.filter(pk__in=daily).update(ends_on=now.date() - timedelta(days=2), over_at=now)
    Recovery.objects.filter(pk__in=late).update(state="tail", silent_at=None, over_at=now)


def _entries(ids: list[int], now: datetime) -> None:
    """The newest entry of each has not been judged."""
    from django.db.models import Max

    from tracker.models import Assessment, CheckIn

    newest = CheckIn.objects.filter(recovery__in=ids).values("recovery").annotate(newest=Max("pk"))
    entries = CheckIn.objects.filter(pk__in=list(newest.values_list("newest", flat=True)))
    Assessment.objects.filter(check_in__in=entries).delete()
    entries.update(assessed_at=None, assess_after=now, recorded_at=now)


def _steps(ids: list[int], now: datetime) -> None:
    from tracker.models import Flag

    Flag.objects.filter(pk__in=ids).update(next_step_at=now)


def _returns(ids: list[int], now: datetime) -> None:
    from tracker.models import Flag

    Flag.objects.filter(pk__in=ids).update(comes_back_at=now)


def _questions(ids: list[int], now: datetime) -> None:
    from tracker.models import AskBack

    hour = timedelta(hours=1)
    AskBack.objects.bulk_create(
        AskBack(flag_id=pk, asked_at=now - 3 * hour, opens_at=now - 2 * hour, due_at=now - hour) for pk in ids
    )


DUE: dict[str, Callable[[list[int], datetime], None]] = {
    "remind": _reminders,
    "nudge": _nudges,
    "deliver": _mails,
    "silence": _silences,
    "end": _ends,
    "assess": _entries,
    "escalate": _steps,
    "come back": _returns,
    "missed questions": _questions,
}
"""By the name of a sweep: makes these recoveries, or flags, due for it."""
