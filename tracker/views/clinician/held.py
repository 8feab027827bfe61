"""After a restore: the alerts that were held, and taking note that data is missing."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tracker import access, tasks
from tracker.access import Right
from tracker.models import Member
from tracker.services import backups
from tracker.views.clinician import fresh


@require_safe
def held(request: HttpRequest) -> HttpResponse:
    """Every alert that was held, with what stands about its flag now."""
    return _shown(request, access.member(request, Right.SEE_CLINICAL))


def _shown(request: HttpRequest, member: Member, status: int = 200) -> HttpResponse:
    context = {
        "section": "triage",
        "held": access.held_for(member),
        "may_act": access.has_right(member, Right.ACT),
    }
    return render(request, "clinician/held.html", context, status=status)


@require_POST
def decide_held(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one held alert, or never. Any other word than `send` sends nothing."""
    member = access.member(request, Right.ACT)
    message, now = access.held_one_for(member, pk), timezone.now()
    if message.flag and fresh.is_stale(request, message.flag.recovery):
        return _shown(request, member, status=409)
    if request.POST.get("act") == "send":
        done = backups.release(message=message, member=member, now=now)
        said = _("It goes out now, unless the flag has been answered.")
        tasks.ring(tasks.deliver_messages)
    else:
        done = backups.throw_away(message=message, member=member, now=now)
        said = _("It will not be sent.")
    messages.info(request, said if done else _("Somebody has decided that already."))
    return redirect("held")


@require_POST
def note_restore(request: HttpRequest) -> HttpResponse:
    """Somebody has read that data is missing: the line goes away for the whole clinic."""
    member = access.member(request, Right.ACT)
    backups.note_restore(member=member, now=timezone.now())
    messages.info(request, _("Noted. The line about the restore is gone."))
    return redirect("triage")
