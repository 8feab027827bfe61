"""Judging everything again, timed: `python -m tests.bench.replaying FOLDER RECOVERIES`.

The first RECOVERIES of the crowd are taken to be over and replayed under a draft: by one process, then by
two, each doing what a Celery worker does, part by part. Beside it the same rows read raw, and judging alone.
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import django

WORK = "work"


def main(folder: Path, recoveries: int) -> None:
    """Measure, and write FOLDER/replay.json."""
    from tracker.models import Recovery

    crowd = Recovery.objects.filter(patient__name__startswith="Crowd").order_by("pk")
    keys = list(crowd.values_list("pk", flat=True)[:recoveries])
    Recovery.objects.filter(pk__in=keys).update(state=Recovery.State.TAIL)
    draft, owner = _draft(keys[0])
    raw, check_ins = _raw(keys)
    found: dict[str, Any] = {"recoveries": len(keys), "check_ins": check_ins, "raw": raw}
    found["judging"] = _judging(draft, keys[: min(2000, len(keys))]) * len(keys) / min(2000, len(keys))
    found["one"], found["megabytes"] = _by(1, draft, owner)
    found["two"], _ = _by(2, draft, owner)
    (folder / "replay.json").write_text(json.dumps(found))


def _draft(recovery: int) -> tuple[Any, Any]:
    from django.utils import timezone

    from tracker.models import Member, Recovery
    from tracker.services import protocols

    edition = Recovery.objects.get(pk=recovery).edition
    owner = Member.objects.filter(clinic=edition.protocol.clinic_id)[0]
    return protocols.start_draft(protocol=edition.protocol, member=owner, now=timezone.now()), owner


def _raw(keys: list[int]) -> tuple[float, int]:
    """Seconds of reading every answer of these recoveries into one array, and how many check-ins they are."""
    import numpy as np
    from django.db import connection

    from tracker.healing.symptoms import SYMPTOMS

    with connection.cursor() as cursor:
        start = time.perf_counter()
        cursor.execute(
            f"SELECT recovery_id, day, {', '.join(SYMPTOMS)} FROM tracker_checkin"
            " WHERE recovery_id BETWEEN %s AND %s ORDER BY recovery_id, id",
            [keys[0], keys[-1]],
        )
        rows = np.array(cursor.fetchall(), dtype=float)
        return time.perf_counter() - start, len(rows)


def _judging(draft: Any, keys: list[int]) -> float:
    """Seconds of judging these recoveries under both editions, once they are read."""
    from tracker.healing import comparing
    from tracker.services import judging, protocols, replays

    rows = replays.past_recoveries(clinic_id=draft.protocol.clinic_id).filter(pk__in=keys)
    rows = rows.select_related("treatment__screening", "treatment__patient")
    pasts = replays._pasts(list(rows.prefetch_related("treatment__areas")))
    in_force = protocols.current_edition(clinic_id=draft.protocol.clinic_id)
    assert in_force is not None
    rules = judging.rules_of(draft), judging.rules_of(in_force)
    spent = 0.0
    for start in range(0, len(pasts), replays.PART):
        part = pasts[start : start + replays.PART]
        begun = time.perf_counter()
        list(comparing.compare(*rules, part))
        spent += time.perf_counter() - begun
    return spent


def _by(count: int, draft: Any, owner: Any) -> tuple[float, float]:
    """Seconds from asking to the finished replay with so many processes, and the largest one's megabytes."""
    from django.utils import timezone

    from tracker.models import ReplayRun
    from tracker.services import replays

    ReplayRun.objects.all().delete()
    run = replays.ask(draft=draft, member=owner, now=timezone.now())
    argv = [sys.executable, "-m", "tests.bench.replaying", WORK]
    working = [
        subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(count)
    ]
    for one in working:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    begun = time.perf_counter()
    for one in working:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    said = [one.communicate()[0] for one in working]
    took = time.perf_counter() - begun
    run.refresh_from_db()
    assert run.finished_at
    assert not run.failed
    return took, max(float(megabytes) for megabytes in said)


def work() -> None:
    """Do parts until none is left, as a worker does; print the megabytes it took at most."""
    from django.utils import timezone

    from tracker.healing import infection
    from tracker.models import ReplayRun
    from tracker.services import replays

    infection.edition_named(infection.CURRENT)  # its tables, which a worker has read already
    print("ready", flush=True)
    sys.stdin.readline()
    while ReplayRun.objects.filter(finished_at__isnull=True).exists():
        if not replays.run_due(now=timezone.now()):
            time.sleep(0.05)  # the other one cuts it, or does the last part
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == WORK:
        work()
    else:
        main(Path(sys.argv[1]), int(sys.argv[2]))
