"""Who gets the morning digest."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracker import access
from tracker.access import Right, questions
from tracker.services import digest


@require_POST
def set_digest(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch it for oneself; an owner also for somebody else."""
    member = access.member(request, Right.ACT)
    found = questions.acting_member_for(member, pk)
    if found.pk != member.pk and not access.has_right(member, Right.MANAGE):
        raise PermissionDenied
    wants = request.POST.get("wants") == "yes"
    digest.choose(member=found, wants=wants, by=member, now=timezone.now())
    text = _("%(who)s gets the morning digest.") if wants else _("%(who)s gets no morning digest.")
    messages.success(request, text % {"who": found.name})
    return redirect("team")
