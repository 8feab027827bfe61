"""What a clinician does with a flag: one POST each. Nothing here happens by GET."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracker import access
from tracker.forms.flags import ContactForm, ResolveForm, SeenForm
from tracker.models import Flag, Member
from tracker.services import ask_back, closing, flags
from tracker.views.clinician import cards, fresh, page

Act = Callable[[Flag, Member, dict[str, Any], datetime], str]
"""Does it and says what was done."""


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """The member takes the flag."""
    return act(request, pk, "take", SeenForm, _acknowledge)


@require_POST
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a try to reach the patient, and close the flag with it if the form says so."""
    return act(request, pk, "contact", ContactForm, _contact, today=timezone.localdate)


@require_POST
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the flag with an outcome."""
    return act(request, pk, "resolve", ResolveForm, _resolve)


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a closing back."""
    return act(request, pk, "reopen", SeenForm, _reopen)


def _acknowledge(flag: Flag, member: Member, said: dict[str, Any], now: datetime) -> str:
    flags.acknowledge(flag=flag, member=member, seen_check_in_id=said["seen"], now=now)
    return _("It is yours now. Nobody else is told about it.")


def _contact(flag: Flag, member: Member, said: dict[str, Any], now: datetime) -> str:
    what = {name: said[name] for name in ("result", "note", "next_try_on")}
    what |= {"flag": flag, "member": member, "seen_check_in_id": said["seen"], "now": now}
    if said["outcome"]:
        closing.contact_and_close(**what, outcome=said["outcome"], disagreed=said["disagreed"])
        return _closed()
    flags.record_contact(**what)
    return _("Recorded. The flag stays open until you close it.")


def _resolve(flag: Flag, member: Member, said: dict[str, Any], now: datetime) -> str:
    flags.resolve(
        flag=flag,
        member=member,
        outcome=said["outcome"],
        note=said["note"],
        disagreed=said["disagreed"],
        seen_check_in_id=said["seen"],
        now=now,
    )
    return _closed()


def _closed() -> str:
    return _("Closed. If that was a mistake, reopen it below.")


def _reopen(flag: Flag, member: Member, said: dict[str, Any], now: datetime) -> str:
    flags.reopen(flag=flag, member=member, now=now)
    return _("Open again.")


# --- doing it, or saying why not -------------------------------------------------------------------


def act(
    request: HttpRequest, pk: int, verb: str, form_class: type[SeenForm], what: Act, **extra: Any
) -> HttpResponse:
    """Do `what` with the flag, or show the page again with the reason why not."""
    member = access.member(request, access.Right.ACT)
    flag, now = access.flag_for(member, pk), timezone.now()
    form = form_class(request.POST, auto_id=f"flag{pk}_{verb}_%s", **{k: v() for k, v in extra.items()})
    if not form.is_valid():
        return _again(request, member, flag, now, cards.Refused(pk, verb, form), status=422)
    if why := fresh.problem(flag.recovery, form):
        messages.warning(request, why)
        same = form.cleaned_data["patient"] == flag.recovery.patient_id
        return _again(request, member, flag, now, cards.Refused(pk, verb, form) if same else None)
    try:
        messages.success(request, what(flag, member, form.cleaned_data, now))
    except flags.FlagProblem as problem:
        _say(request, form, problem)
        return _again(request, member, flag, now, cards.Refused(pk, verb, form))
    return redirect("recovery", pk=flag.recovery_id)


def _say(request: HttpRequest, form: forms.Form, problem: flags.FlagProblem) -> None:
    """Tell why nothing was saved: next to the field where there is one, else on top of the page."""
    if isinstance(problem, flags.ContactNeeded):
        form.add_error("outcome", _("First record that you reached the patient, or that you tried."))
    elif isinstance(problem, flags.AlreadyTaken):
        messages.warning(request, _taken(problem.flag))
    elif isinstance(problem, flags.AnswerFirst):
        messages.warning(request, _("Take it first: nothing urgent is put aside before somebody has it."))
    elif isinstance(problem, ask_back.NotAskable):
        messages.warning(request, _("The daily part is over or the flag is closed: nothing was asked."))
    elif isinstance(problem, flags.SomethingNewer):
        messages.warning(request, fresh.newer())
    else:
        messages.warning(request, _("Somebody has changed this flag meanwhile. Nothing was saved."))


def _taken(flag: Flag) -> str:
    at = flag.acknowledged_at or flag.raised_at
    return _("%(who)s took this at %(time)s. Nothing was changed.") % {
        "who": flag.owner.name if flag.owner else _("Somebody"),
        "time": formats.date_format(timezone.localtime(at), "H:i"),
    }


def _again(
    request: HttpRequest,
    member: Member,
    flag: Flag,
    now: datetime,
    refused: cards.Refused | None,
    status: int = 409,
) -> HttpResponse:
    """The page as it is now, with what was typed kept. What it shows now counts as seen from here on."""
    case = access.case_for(member, flag.recovery_id)
    if refused:
        newest = page.newest(case.check_ins)
        typed = request.POST.copy()
        typed["seen"] = "" if newest is None else str(newest)
        refused.form.data = typed
    return page.shown(request, member, case, now, refused=refused, status=status)
