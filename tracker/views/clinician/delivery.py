"""What became of the alert of an urgent flag, second by second: from the entry to the last act."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker import access
from tracker.access import Right
from tracker.models import Flag, Message
from tracker.models.flags import FlagQuerySet
from tracker.views.clinician import banner, trail

PAGE = 50
URGENT = 3
HANGING = ("events__actor", "events__check_in", "steps", "contact_attempts__by")


@dataclass(frozen=True, slots=True)
class Step:
    """One line: when, what, whether it went wrong, and the seconds since the start and the line before."""

    at: datetime
    text: str
    bad: bool
    since_start: float
    since_before: float


@dataclass(frozen=True, slots=True)
class Row:
    """One flag of the list. Spans are seconds from its opening; None while it has not happened."""

    flag: Flag
    accepted: float | None
    tries: int
    steps: int
    taken: float | None
    reached: float | None
    closed: float | None


def _urgent(member: Any) -> FlagQuerySet:
    rows = access.flags_for(member).filter(rank=URGENT).select_related("recovery__patient", "owner")
    return rows.prefetch_related(*HANGING, "messages__delivery_attempts")


@require_safe
def delivery_trails(request: HttpRequest) -> HttpResponse:
    """Every urgent flag of the clinic with how long each step took, newest first."""
    member = access.member(request, Right.SEE_CLINICAL)
    page = Paginator(_urgent(member).order_by("-opened_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"section": "insight", "page": page, "rows": [_row(flag) for flag in page]}
    return render(request, "clinician/delivery_trails.html", context)


@require_safe
def delivery_trail(request: HttpRequest, pk: int) -> HttpResponse:
    """One flag's way: entry, flag, alert, mail server, who was told next, and what people did."""
    member = access.member(request, Right.SEE_CLINICAL)
    flag = access.flag_for(member, pk)
    found = access.flags_for(member).prefetch_related(*HANGING, "messages__delivery_attempts").get(pk=flag.pk)
    context: dict[str, Any] = {
        "section": "insight",
        "flag": found,
        "banner": banner.banner(access.recovery_for(member, flag.recovery_id), timezone.now()),
        "steps": steps(found),
    }
    return render(request, "clinician/delivery_trail.html", context)


def _row(flag: Flag) -> Row:
    alerts = [m for m in flag.messages.all() if m.kind in (Message.Kind.FLAG_ALERT, Message.Kind.ESCALATION)]
    tries = [attempt for message in alerts for attempt in message.delivery_attempts.all()]

    def after(at: datetime | None) -> float | None:
        return (at - flag.opened_at).total_seconds() if at else None

    return Row(
        flag=flag,
        accepted=after(min((one.ended_at for one in tries if one.accepted), default=None)),
        tries=len(tries),
        steps=len(flag.steps.all()),
        taken=after(flag.acknowledged_at),
        reached=after(flag.contacted_at),
        closed=after(flag.resolved_at),
    )


def steps(flag: Flag) -> list[Step]:
    """Everything in the order of time."""
    happened = [trail.Happened(at, text) for at, text in _entry(flag)]
    # of one moment in the order in which it is told: the flag before its mails
    happened += trail.trail([flag], flag.messages.all())
    lines = sorted(happened, key=lambda line: line.at)
    return list(_timed(lines))


def _entry(flag: Flag) -> Iterator[tuple[datetime, str]]:
    """When the server wrote the entry that opened the flag."""
    first = next((event.check_in for event in flag.events.all() if event.check_in), None)
    if first is not None:
        yield first.recorded_at, _("The patient's entry was written")


def _timed(lines: Sequence[trail.Happened]) -> Iterator[Step]:
    before = lines[0].at if lines else None
    for line in lines:
        since = (line.at - lines[0].at, line.at - (before or line.at))
        yield Step(line.at, line.text, line.bad, *(span / timedelta(seconds=1) for span in since))
        before = line.at
