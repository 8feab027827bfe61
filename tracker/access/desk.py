"""What a clinic's first page lists. Every desk asks for it all day, so its usual form is prepared."""

from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from tracker.models import CallBack, CheckIn, Flag, Member, Note, Recovery
from tracker.models.bundles import Among
from tracker.models.flags import FlagQuerySet
from tracker.models.prepared import Prepared
from tracker.models.recoveries import RecoveryQuerySet

PER_PAGE = 50
SILENT_SHOWN = WAITING_SHOWN = 12
SHOWN = (
    *("clinic", "cause", "rank", "state", "reasons", "promised_by", "owner__name"),
    *("snoozed_until", "snooze_reason", "next_try_on"),
    *(f"recovery__{name}" for name in ("started_on", "tags", "edition__learned")),
    *(f"recovery__patient__{name}" for name in ("name", "birth_year", "timezone", "skin_type")),
    *(f"recovery__treatment__{name}" for name in ("device", "session_number", "with_prp", "with_acid")),
    *(f"recovery__treatment__{name}" for name in ("treated_at", "patient", "screening__answers")),
)
"""What a row says. Fifty rows of seven tables in full took as long as drawing them."""


class Worklist(Paginator):  # type: ignore[type-arg]
    """The flags to work through, one per recovery, most urgent first; `count` of them, counted elsewhere.

    `wanted` narrows the list; None for all of it.
    """

    def __init__(self, member: Member, wanted: Q | None, count: int, now: datetime) -> None:
        super().__init__((), PER_PAGE)
        self.clinic, self.wanted, self.now, self.count = member.clinic_id, wanted, now, count

    def page(self, number: int | str) -> Page[Flag]:
        """The rows of one page, in full."""
        number = self.validate_number(number)
        values: Any = {"clinic": self.clinic, "now": self.now, "today": timezone.localdate(self.now)}
        if number == 1 and self.wanted is None:
            return Page(_FIRST.rows(**values), number, self)
        return Page(list(_page(**values, wanted=self.wanted, number=number)), number, self)


def _page(clinic: int, now: datetime, today: date, wanted: Q | None = None, number: int = 1) -> FlagQuerySet:
    """Only the flags that a page shows are joined with everything that a row shows."""
    first = (number - 1) * PER_PAGE
    here = Flag.objects.filter(clinic=clinic)
    picked = here.one_per_recovery(wanted).in_working_order(now=now, today=today)[first : first + PER_PAGE]
    found = here.filter(Among(picked)).for_triage().select_related("recovery__treatment__screening")
    return found.only(*SHOWN).in_working_order(now=now, today=today)


def silent_first(member: Member, now: datetime) -> list[Recovery]:
    """The first of the no-response lane, longest silent first."""
    return _SILENT.rows(clinic=member.clinic_id, now=now)


def silent(clinic: int, now: datetime) -> RecoveryQuerySet:
    """The no-response lane of a clinic, longest silent first."""
    gone = Recovery.objects.filter(clinic=clinic).fell_silent(now)
    return gone.select_related("patient__user", "patient__carer").order_by("silent_at", "pk")


def newest_check_in(recovery: str) -> QuerySet[CheckIn, Any]:
    """For a query whose field `recovery` names the recovery: the id of its newest check-in."""
    return CheckIn.objects.filter(recovery=OuterRef(recovery)).order_by("-pk").values("pk")[:1]


def waiting_for(member: Member) -> list[Any]:
    """Recoveries whose patients wrote and nobody has read it, or who wait for a call: the first of them.

    With `read_by`, when the oldest unread note is to be read, and of the open call
    its id `call_back`, `call_by` and `call_why`; and `newest`, the id of the newest check-in.
    """
    return _WAITING.rows(clinic=member.clinic_id)


def _waiting(clinic: int) -> RecoveryQuerySet:
    notes = Note.objects.filter(clinic=clinic, from_patient=True, read_at__isnull=True)
    calls = CallBack.objects.filter(clinic=clinic, handled_at__isnull=True)
    who = notes.order_by().values("recovery").union(calls.order_by().values("recovery"))
    note = notes.filter(recovery=OuterRef("pk")).order_by("promised_by").values("promised_by")[:1]
    call = calls.filter(recovery=OuterRef("pk"))
    return (
        Recovery.objects.filter(clinic=clinic, pk__in=who)
        .select_related("patient", "edition")
        .annotate(
            read_by=Subquery(note),
            call_back=Subquery(call.values("pk")[:1]),
            call_by=Subquery(call.values("promised_by")[:1]),
            call_why=Subquery(call.values("why")[:1]),
            newest=Subquery(newest_check_in("pk")),
        )
        .order_by(Least(Coalesce("call_by", "read_by"), Coalesce("read_by", "call_by")), "pk")
    )


_FIRST = Prepared(_page)
_SILENT = Prepared(lambda clinic, now: silent(clinic, now)[:SILENT_SHOWN])
_WAITING = Prepared(lambda clinic: _waiting(clinic)[:WAITING_SHOWN])
