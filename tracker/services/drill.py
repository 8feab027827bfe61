"""Fire drills: an urgent flag about nobody, on the real path, to learn how long a person takes to answer.

The mail is word for word the mail of a real alert: one that said "drill" would be answered late or never,
and would measure nothing. What it leads to says at once, before anything else, that nobody is ill.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from tracker.models import Clinic, Flag, Member, Message, Patient, ProtocolEdition, Recovery, Role
from tracker.services import audit, protocols, sweep, synthetic

NAME = "Drill (nobody is ill)"
LASTS = timedelta(hours=2)
"""A drill that nobody answered ends by itself: it has shown what it had to show."""


class DrillProblem(Exception):
    """No drill now; nothing was changed."""


class RealAlertOpen(DrillProblem):
    """Somebody real waits: a drill must not stand beside that."""


class DrillUnderWay(DrillProblem):
    """The last drill is not over."""


class NotReady(DrillProblem):
    """The clinic has nobody to alert, or no protocol in force."""


@dataclass(frozen=True, slots=True)
class Drill:
    """One drill. `mailed_at` is when the mail server took the first alert, `answered_at` when a person took
    it; None when that has not happened. `steps` is how many groups of people were told.
    """

    flag_id: int
    begun_at: datetime
    mailed_at: datetime | None
    answered_at: datetime | None
    answered_by: str
    steps: int
    over: bool

    @property
    def minutes(self) -> float | None:
        """From the entry to the person; None while, or because, nobody answered."""
        return None if self.answered_at is None else (self.answered_at - self.begun_at).total_seconds() / 60


def begin(*, clinic: Clinic, now: datetime) -> Drill:
    """Raise an urgent flag about the clinic's synthetic patient. Raises DrillProblem."""
    real = Flag.objects.filter(
        clinic=clinic, rank=3, state=Flag.State.OPEN, recovery__patient__is_synthetic=False
    )
    if real.exists():
        raise RealAlertOpen(clinic.pk)
    if _going_on().filter(clinic=clinic).exists():
        raise DrillUnderWay(clinic.pk)
    operator, edition = _operator(clinic), protocols.current_edition(clinic_id=clinic.pk)
    if operator is None or edition is None:
        raise NotReady(clinic.pk)
    return _begin(clinic, operator, edition, now)


def _begin(clinic: Clinic, operator: Member, edition: ProtocolEdition, now: datetime) -> Drill:
    email = f"drill-{clinic.pk}@aftercare.invalid"
    patient = synthetic.patient(clinic=clinic, name=NAME, email=email, now=now)
    check_in = synthetic.enter(patient=patient, operator=operator, edition=edition, now=now)
    audit.record(clinic=clinic, actor=None, verb="fire_drill", subject=check_in, now=now)
    return read(flag=Flag.objects.get(recovery=check_in.recovery_id))


def _operator(clinic: Clinic) -> Member | None:
    """Who treated last and still works here, else any clinician: the first to be told about a real one."""
    team = clinic.members.filter(is_active=True, role__in=[Role.OWNER, Role.CLINICIAN])
    people = team.filter(treatments__patient__is_synthetic=False)
    return people.order_by("-treatments__treated_at").first() or team.order_by("pk").first()


def _going_on() -> QuerySet[Recovery]:
    return Recovery.objects.going_on().filter(patient__in=_nobodies())


def _nobodies() -> QuerySet[Patient]:
    return Patient.objects.filter(is_synthetic=True, user__email__startswith="drill-")


def end_due(*, now: datetime) -> int:
    """End the drills that a person has answered, or nobody within LASTS. Returns how many."""
    waits = Flag.objects.filter(recovery=OuterRef("pk"), state=Flag.State.OPEN, opened_at__gt=now - LASTS)
    rows = list(_going_on().exclude(Exists(waits)).order_by("pk"))
    by_id = {recovery.pk: recovery for recovery in rows}
    return sweep.each("end of a drill", by_id, lambda pk: synthetic.finish(recovery=by_id[pk], now=now))


def read(*, flag: Flag) -> Drill:
    """The drill as it stands."""
    sent = flag.messages.filter(state=Message.State.SENT).order_by("sent_at").first()
    by = flag.owner if flag.acknowledged_at else None
    return Drill(
        flag_id=flag.pk,
        begun_at=flag.opened_at,
        mailed_at=sent.sent_at if sent else None,
        answered_at=flag.acknowledged_at,
        answered_by=by.name if by else "",
        steps=flag.steps.count(),
        over=flag.state == Flag.State.RESOLVED,
    )


def history(*, clinic: Clinic, most: int = 10) -> list[Drill]:
    """The clinic's last drills, newest first."""
    flags = Flag.objects.filter(clinic=clinic, recovery__patient__in=_nobodies())
    return [read(flag=flag) for flag in flags.select_related("owner").order_by("-opened_at", "-pk")[:most]]
