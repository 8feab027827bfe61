"""More that is done with a flag: handing over, putting aside, asking back, taking back. One POST each."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracker import access, tasks
from tracker.access import questions
from tracker.forms.flags import SeenForm
from tracker.forms.handing import AskForm, HandOverForm, SnoozeForm
from tracker.models import Flag, Member
from tracker.services import ask_back as asking
from tracker.services import flags
from tracker.views.clinician.verbs import act


@require_POST
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a colleague to take the flag."""
    member = access.member(request, access.Right.ACT)
    colleagues = questions.colleagues_of(member)
    return act(request, pk, "hand_over", HandOverForm, _hand_over, colleagues=lambda: colleagues)


@require_POST
def accept_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what a colleague offered."""
    return act(request, pk, "accept", SeenForm, _accept)


@require_POST
def decline_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave it with the colleague."""
    return act(request, pk, "decline", SeenForm, _decline)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back one's own last act."""
    return act(request, pk, "undo", SeenForm, _undo)


@require_POST
def snooze(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the flag aside for some hours."""
    return act(request, pk, "snooze", SnoozeForm, _snooze)


@require_POST
def ask_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the patient for a whole check-in, or about one sign."""
    member = access.member(request, access.Right.ACT)
    signs = asking.askable(access.flag_for(member, pk))
    return act(request, pk, "ask", AskForm, _ask, signs=lambda: signs)


def _hand_over(flag: Flag, member: Member, said: dict[str, Any], now: datetime) -> str:
    flags.hand_over(flag=flag, member=member, to=said["to"], seen_check_in_id=said["seen"], now=now)
    tasks.ring(tasks.deliver_messages)
    return _("%(who)s was asked. Until they accept, nothing changes hands.") % {"who": said["to"].name}


def _accept(flag: Flag, member: Member, said: dict[str, Any], now: datetime) -> str:
    flags.accept_hand_over(flag=flag, member=member, seen_check_in_id=said["seen"], now=now)
    return _("It is yours now.")


def _decline(flag: Flag, member: Member, said: dict[str, Any], now: datetime) -> str:
    flags.decline_hand_over(flag=flag, member=member, now=now)
    return _("Declined. It stays where it was.")


def _undo(flag: Flag, member: Member, said: dict[str, Any], now: datetime) -> str:
    flags.undo(flag=flag, member=member, now=now)
    return _("Taken back. Everything stands as before.")


def _snooze(flag: Flag, member: Member, said: dict[str, Any], now: datetime) -> str:
    until = now + timedelta(hours=said["hours"])
    what = {"reason": said["reason"], "seen_check_in_id": said["seen"], "now": now}
    flags.snooze(flag=flag, member=member, until=until, **what)
    return _("Put aside. A worse entry brings it back at once.")


def _ask(flag: Flag, member: Member, said: dict[str, Any], now: datetime) -> str:
    if not said["sign"]:
        asking.ask_extra(flag=flag, member=member, now=now)
        tasks.ring(tasks.deliver_messages)
        return _("Asked for a whole check-in. The answer lands on this flag.")
    asking.ask_micro(flag=flag, member=member, sign=said["sign"], hours=int(said["hours"]), now=now)
    return _("One question will be asked. The answer lands on this flag.")
