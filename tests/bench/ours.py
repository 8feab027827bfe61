"""The product's data and requests: `python -m tests.bench.ours FOLDER PATIENTS FLAGS SESSIONS [LONGEST]`.

Writes FOLDER/<what>.tsv for `load.lua`, and FOLDER/marks.json: the keys before the crowd came. All patients
are at one clinic: the hardest case for its list. Days since the treatment run from 1 to LONGEST.
"""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import django

PAGES = 200
"""So many different people's pages are asked for in turn."""


def main(folder: Path, patients: int, flags: int, sessions: int, longest: int = 6) -> None:
    """Migrate, seed, sign in, and write down the requests."""
    django.setup()
    from django.core.management import call_command

    from tests.bench.multiplying import marks
    from tracker.models import Clinic, Member

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if not Clinic.objects.exists():
        begun = time.perf_counter()
        call_command("seed_demo", stdout=StringIO())
        (folder / "marks.json").write_text(json.dumps(marks()))
        with _one_clinic(longest):
            call_command("seed_demo", patients=patients, add=True, stdout=StringIO())
        (folder / "seeded.txt").write_text(str(time.perf_counter() - begun))
        _flag(Member.objects.order_by("-pk")[0].clinic_id, flags)
        _analyze()
    write(folder, sessions)


@contextmanager
def _one_clinic(longest: int) -> Iterator[None]:
    """The crowd's clinics are opened, and everybody goes to the last one; its protocol asks long enough."""
    from django.db.models.signals import pre_save

    from tracker.demo import crowd
    from tracker.demo.courses import COURSES, Course
    from tracker.models import ProtocolEdition

    calm, places = COURSES["calm"], crowd._places
    days = {name: marks.rstrip("-").ljust(longest, "0") for name, marks in calm.scores().items()}
    course = Course(calm.story, "\n".join(f"{name} {marks}-" for name, marks in days.items()))

    def last(count: int, *more: Any) -> list[Any]:
        return places(max(count, 3), *more)[-1:] * count  # the first two are the demo's own

    def long_enough(instance: ProtocolEdition, **_: Any) -> None:
        instance.monitoring_days = max(instance.monitoring_days, longest + 1)

    pre_save.connect(long_enough, sender=ProtocolEdition)
    try:
        with patch.multiple(crowd, _places=last, LONGEST=longest, COURSES={"calm": course}):
            yield
    finally:
        pre_save.disconnect(long_enough, sender=ProtocolEdition)


def _flag(clinic: int, count: int) -> None:
    """Open flags spread over the recoveries: one in ten urgent, a third taken."""
    from django.utils import timezone

    from tracker.models import Flag, Member, Recovery

    now, member = timezone.now(), Member.objects.filter(clinic=clinic)[0]
    recoveries = Recovery.objects.filter(clinic=clinic, patient__name__startswith="Crowd").order_by("pk")
    step = max(1, recoveries.count() // count)
    Flag.objects.bulk_create(
        (
            Flag(
                clinic_id=clinic,
                recovery=recovery,
                cause="infection",
                rank=3 if number % 10 == 0 else 2,
                state="acknowledged" if number % 3 == 0 else "open",
                owner=member if number % 3 == 0 else None,
                acknowledged_at=now if number % 3 == 0 else None,
                edition="rules-1",
                reasons=[],
                newest_check_in=recovery.check_ins.order_by("-day").first(),
                opened_at=now - timedelta(minutes=number % 600),
                raised_at=now,
                promised_by=now + timedelta(minutes=number % 600),
                next_step_at=None if number % 3 == 0 else now + timedelta(days=1),
            )
            for number, recovery in enumerate(islice(recoveries.iterator(), 0, None, step))
            if number < count
        ),
        batch_size=1000,
    )


def _analyze() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def write(folder: Path, sessions: int) -> None:
    """Sign people in, and write down what they ask for."""
    from django.conf import settings
    from django.utils import timezone

    from tests.bench.sessions import open_sessions
    from tracker.models import CheckIn, Flag, Member, Recovery

    cookie = settings.SESSION_COOKIE_NAME
    clinician = Member.objects.order_by("-pk")[0]
    going = Recovery.objects.filter(patient__name__startswith="Crowd", state="open").select_related(
        "patient__user"
    )
    mine = list(going.order_by("pk")[:sessions])
    cookies = open_sessions([recovery.patient.user for recovery in mine], cookie)
    today = timezone.now().date()
    _save(folder, "post", (_post(r, today, c) for r, c in zip(mine, cookies, strict=True)))
    few = list(zip(mine, cookies, strict=True))[:PAGES]
    last = {c.recovery_id: c.pk for c in CheckIn.objects.filter(recovery__in=mine[:PAGES]).order_by("day")}
    _save(folder, "today", (f"GET\t/today/\t{c}\t" for _, c in few))
    _save(folder, "result", (f"GET\t/check-ins/{last[r.pk]}/result/\t{c}\t" for r, c in few))
    _save(folder, "my_recovery", (f"GET\t/my-recovery/\t{c}\t" for _, c in few))
    member_cookie = open_sessions([clinician.user], cookie)[0]
    flagged = (
        Flag.objects.filter(clinic=clinician.clinic_id).order_by("pk").values_list("recovery", flat=True)
    )
    _save(folder, "triage", [f"GET\t/clinic/\t{member_cookie}\t"])
    _save(folder, "recovery", (f"GET\t/clinic/recoveries/{pk}/\t{member_cookie}\t" for pk in flagged[:PAGES]))
    # what is searched for is kept in the session, so every name has a session of its own
    names = [recovery.patient.name for recovery, _ in few[:20]]
    searching = [open_sessions([clinician.user], cookie, searched_name=name)[0] for name in names]
    _save(folder, "search", (f"GET\t/clinic/patients/\t{cookie}\t" for cookie in searching))


def _save(folder: Path, name: str, lines: Any) -> None:
    (folder / f"{name}.tsv").write_text("\n".join(lines) + "\n")


def _post(recovery: Any, today: Any, cookie: str) -> str:
    from tests.bench.sessions import TOKEN
    from tracker.healing.symptoms import SIGNS, SYMPTOMS

    answers = dict.fromkeys(SYMPTOMS, "0") | dict.fromkeys(SIGNS, "no")
    typed = {
        "csrfmiddlewaretoken": TOKEN,
        "day": (today - recovery.started_on).days,
        **answers,
        "discharge_colour": "none",
        "temperature": "",
        "note": "",
    }
    return f"POST\t/today/\t{cookie}\tsubmission_key={{key}}&{urlencode(typed)}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
