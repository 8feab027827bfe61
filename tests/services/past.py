"""Recoveries that are over, as a clinic has them after some months."""

import uuid
from datetime import timedelta
from typing import Any

from tests import cast
from tracker.models import CheckIn, Clinic, Farewell, Member, Recovery

TURNING: tuple[dict[str, Any], ...] = tuple(
    cast.CALM | {"warmth": w, "pain": p, "redness": r}
    for w, p, r in ((2, 1, 2), (1, 1, 1), (1, 0, 1), (0, 0, 0), (2, 2, 2), (3, 2, 3))
)
"""Calms down, then turns on day 4."""


def over(recovery: Recovery, *days: dict[str, Any], medicines: str = "") -> Recovery:
    """End a recovery after one check-in per entry of `days` (calm ones where an entry is empty)."""
    for day, answers in enumerate(days):
        cast.check_in(recovery, day, answers or cast.CALM)
    Recovery.objects.filter(pk=recovery.pk).update(state=Recovery.State.ENDED)
    if medicines:
        said_at = cast.at_noon(recovery, 14) + timedelta(days=1)
        Farewell.objects.create(recovery=recovery, said_at=said_at, medicines=medicines)
    recovery.refresh_from_db()
    return recovery


def quiet_ones(clinic: Clinic, count: int, *, days: int = 6, **answers: Any) -> list[Recovery]:
    """Recoveries of one patient in a row, all over, none ever flagged."""
    operator = Member.objects.filter(clinic=clinic).first() or cast.make_member(clinic)
    patient = clinic.patients.first() or cast.make_patient(clinic)
    made = [
        cast.make_recovery(
            patient=patient, operator=operator, started_on=cast.STARTED - timedelta(days=20 + n)
        )
        for n in range(count)
    ]
    rows = [_row(recovery, day, cast.CALM | answers) for recovery in made for day in range(days)]
    CheckIn.objects.bulk_create(rows)
    Recovery.objects.filter(pk__in=[r.pk for r in made]).update(state=Recovery.State.ENDED)
    return made


def _row(recovery: Recovery, day: int, answers: dict[str, Any]) -> CheckIn:
    at = cast.at_noon(recovery, day)
    local = recovery.started_on + timedelta(days=day)
    fixed = {"zone": "Europe/London", "recorded_at": at, "assess_after": at, "assessed_at": at}
    return CheckIn(
        clinic_id=recovery.clinic_id,
        recovery=recovery,
        submission_key=uuid.uuid4(),
        day=day,
        local_date=local,
        **fixed | answers,
    )
