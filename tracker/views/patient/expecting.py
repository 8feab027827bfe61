"""What to expect, and the card to take home."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracker import access
from tracker.healing import advice
from tracker.models import Flag, Recovery
from tracker.views.patient import cards, care, paper, shell


@require_safe
def expect(request: HttpRequest) -> HttpResponse:
    """Where the person stands, what is usual now and tomorrow, what to do today and what comes when.

    While a clinician is asked to look, nothing calming stands beside the card that says whom to ring.
    """
    patient, now = shell.signed_in(request), timezone.now()
    recovery = access.own_recovery(patient)
    if recovery is None:
        return render(request, "patient/expect.html", shell.context(patient, None))
    at, flag = shell.seen_from(recovery, now), care.flag_about(recovery, None)
    waits = flag is not None and flag.state == Flag.State.OPEN
    found = care.of_flag(flag) if flag is not None and waits else advice.QUIET
    day = max(at.day, 0)
    lines = advice.aftercare(day, recovery.started_on)
    page = shell.context(
        patient,
        at,
        waits=waits,
        calm=care.is_calm(found) and at.state == "open",
        card=care.card(recovery.clinic, found, now),
        promise=care.open_promise(flag, now),
        usual=advice.usual(recovery.timeline(), day),
        do=cards.until(recovery, lines.do),
        avoid=cards.until(recovery, lines.avoid),
        begins=cards.begins(recovery, day),
        milestones=cards.dated(recovery, day),
        edition=advice.edition_given(recovery.started_on),
        given_on=shell.day_name(recovery.started_on),
    )
    return render(request, "patient/expect.html", page)


def _own(request: HttpRequest) -> Recovery:
    recovery = access.own_recovery(shell.signed_in(request))
    if recovery is None:
        raise Http404
    return recovery


@require_safe
def take_home(request: HttpRequest) -> HttpResponse:
    """The card on one page, for the printer or the wall."""
    recovery, now = _own(request), timezone.now()
    at = shell.seen_from(recovery, now)
    page = shell.context(recovery.patient, at, take_home=cards.card(recovery, now))
    return render(request, "patient/take_home.html", page)


@require_safe
def take_home_pdf(request: HttpRequest) -> HttpResponse:
    """The card as a file."""
    recovery = _own(request)
    return paper.answer(cards.card(recovery, timezone.now())) or redirect("take_home")
