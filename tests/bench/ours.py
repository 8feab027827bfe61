"""The product's data and requests at size: `python -m tests.bench.ours FOLDER PATIENTS FLAGS SESSIONS`.

Writes FOLDER/<what>.tsv for `load.lua`. All patients are at one clinic: the hardest case for its list.
"""

import sys
import time
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django

PAGES = 200
"""So many different people's pages are asked for in turn."""


def main(folder: Path, patients: int, flags: int, sessions: int) -> None:
    """Migrate, seed, sign in, and write down the requests."""
    django.setup()
    from django.core.management import call_command

    from tracker.models import Clinic

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if not Clinic.objects.exists():
        begun = time.perf_counter()
        call_command("seed_demo", patients=patients, verbosity=0)
        (folder / "seeded.txt").write_text(str(time.perf_counter() - begun))
        clinic = _one_clinic()
        _flag(clinic, flags)
        _analyze()
    _write(folder, sessions)


CROWD = {
    "Patient": "name",
    "Screening": "patient__name",
    "Treatment": "patient__name",
    "Recovery": "patient__name",
    "CheckIn": "recovery__patient__name",
    "Assessment": "check_in__recovery__patient__name",
}
"""How each model with rows of the crowd leads to a name."""


def _one_clinic() -> int:
    """Everybody of the crowd under the last clinic's roof."""
    from django.apps import apps

    from tracker.models import Member, ProtocolEdition

    clinic = Member.objects.order_by("-pk")[0].clinic_id
    edition = ProtocolEdition.objects.filter(protocol__clinic=clinic).order_by("-pk")[0]
    for name, path in CROWD.items():
        rows = apps.get_model("tracker", name)._default_manager.filter(**{f"{path}__startswith": "Crowd"})
        more = {"edition": edition} if name == "Recovery" else {}
        rows.exclude(clinic=clinic).update(clinic=clinic, **more)
    return clinic


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


def _write(folder: Path, sessions: int) -> None:
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
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
