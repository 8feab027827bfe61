"""Looking at a draft over the clinic's own past, and putting it in force."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tracker import access, tasks
from tracker.access import Right
from tracker.forms.publishing import PublishForm
from tracker.healing.comparing import Moved
from tracker.models import Member, ProtocolEdition, Recovery
from tracker.services import protocols, replays
from tracker.views.owner import drafting

NAMED = 50
"""How many recoveries one list names; the count beside it is complete."""

HEADINGS = {
    Moved.MISSED: gettext_lazy("Confirmed, and no longer flagged"),
    Moved.LATER: gettext_lazy("Confirmed, and flagged later"),
    Moved.EARLIER: gettext_lazy("Confirmed, and flagged earlier"),
    Moved.FOUND: gettext_lazy("Confirmed, and flagged only by the draft"),
    Moved.UNSEEN: gettext_lazy("Confirmed, and flagged by neither"),
    Moved.LOST: gettext_lazy("Not confirmed, and no longer flagged"),
    Moved.GAINED: gettext_lazy("Not confirmed, and flagged only by the draft"),
}
"""What changes, gravest first."""


@dataclass(frozen=True, slots=True)
class Group:
    """Recoveries for which the same thing changes."""

    heading: str
    count: int
    recoveries: tuple[Recovery, ...]
    bad: bool


@require_POST
def ask_replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the draft to be replayed beside the edition in force."""
    member = access.member(request, Right.MANAGE)
    draft = access.edition_for(member, pk)
    try:
        run = replays.ask(draft=draft, member=member, now=timezone.now())
    except protocols.Frozen:
        return drafting.frozen(request, draft)
    except ProtocolEdition.DoesNotExist:
        messages.warning(request, _("No edition is in force to compare with."))
        return redirect("edition", pk=pk)
    tasks.ring(tasks.run_replays)
    return redirect("replay", pk=run.pk)


@require_safe
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """What the draft would have changed, in counts and with the recoveries themselves."""
    member = access.member(request, Right.MANAGE)
    run = access.replay_for(member, pk)
    done = run.finished_at is not None and not run.failed
    extra = (extra_per_week(run.result) if done else None) or 0.0
    context: dict[str, Any] = {
        "section": "protocols",
        "run": run,
        "done": done,
        "changed": run.failed == replays.CHANGED,
        "groups": _groups(member, run.result) if done else [],
        "extra": extra,
        "fewer": -extra,
        "is_draft": run.draft.status == ProtocolEdition.Status.DRAFT,
    }
    return render(request, "owner/replay.html", context)


def extra_per_week(result: dict[str, Any]) -> float | None:
    """Reviews more (or, negative, fewer) a week over the time that the replayed recoveries cover."""
    if "first_day" not in result:
        return None
    days = (date.fromisoformat(result["last_day"]) - date.fromisoformat(result["first_day"])).days + 1
    return float(result["draft"] - result["in_force"]) / max(1.0, days / 7)


def _groups(member: Member, result: dict[str, Any]) -> list[Group]:
    """One group per kind of change that happened; one query for all of them."""
    ids = {moved: result.get(moved.value, []) for moved in HEADINGS}
    wanted = [pk for each in ids.values() for pk in each[:NAMED]]
    rows = access.recoveries_for(member).filter(pk__in=wanted).select_related("patient")
    found = {row.pk: row for row in rows}
    return [
        Group(
            str(heading),
            len(ids[moved]),
            tuple(found[pk] for pk in ids[moved][:NAMED] if pk in found),
            moved in (Moved.MISSED, Moved.LATER),
        )
        for moved, heading in HEADINGS.items()
        if ids[moved]
    ]


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft in force for recoveries that begin from now on."""
    member = access.member(request, Right.MANAGE)
    draft = access.edition_for(member, pk)
    form = PublishForm(request.POST)
    if not form.is_valid():
        return drafting.shown(request, member, draft, publishing=form, status=422)
    reason = form.cleaned_data["without_replay"]
    try:
        protocols.publish(edition=draft, member=member, without_replay=reason, now=timezone.now())
    except protocols.Frozen:
        return drafting.frozen(request, draft)
    except protocols.ReplayNeeded:
        form.add_error("without_replay", _("Replay this draft first, or say why not."))
        return drafting.shown(request, member, draft, publishing=form, status=422)
    messages.success(
        request, _("Published. Recoveries that begin from now on use it; running ones stay on theirs.")
    )
    return redirect("edition", pk=pk)
