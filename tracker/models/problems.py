"""What stands unsolved at a clinic, in numbers. What the morning digest says, and nothing more."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from tracker.models.flags import Flag
from tracker.models.people import Patient
from tracker.models.recoveries import Recovery
from tracker.models.story import AskBack


@dataclass(frozen=True, slots=True)
class Problems:
    """Counts: `waiting` flags that nobody answered in time or that cannot wait, `silent` recoveries,
    `unreachable` patients whose address refuses mail, `unanswered` questions to patients.
    """

    waiting: int = 0
    silent: int = 0
    unreachable: int = 0
    unanswered: int = 0

    @property
    def count(self) -> int:
        """All together: the first line of the digest."""
        return self.waiting + self.silent + self.unreachable + self.unanswered


def problems_at(clinic_id: int, at: datetime) -> Problems:
    """What is unsolved now and was there at `at` already."""
    untaken = Flag.objects.filter(
        clinic=clinic_id, state=Flag.State.OPEN, opened_at__lte=at, recovery__patient__is_synthetic=False
    )
    followed = Recovery.objects.followed().filter(clinic=clinic_id)
    missed = AskBack.objects.filter(flag__in=Flag.objects.open().filter(clinic=clinic_id), missed_at__lte=at)
    broken = Patient.objects.filter(clinic=clinic_id, email_broken_at__lte=at, recoveries__in=followed)
    return Problems(
        waiting=untaken.filter(Q(promised_by__lte=at) | Q(rank=3)).count(),
        silent=Recovery.objects.filter(clinic=clinic_id).fell_silent(at).count(),
        unreachable=broken.distinct().count(),
        unanswered=missed.count(),
    )
