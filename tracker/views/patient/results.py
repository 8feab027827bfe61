"""What comes back at once."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tracker import access
from tracker.healing import advice
from tracker.healing.verdicts import Reason
from tracker.models import CheckIn
from tracker.services import checkins
from tracker.views.patient import answers, care, checking, device, judging, quick, shell


@login_not_required
@never_cache
@require_safe
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """What these answers mean now: whom to ring, who looks and by when, what is usual.

    A remembered device gets the receipt of what it has just sent, and no more; with a sign-in that is
    no longer fresh, this page, for as long.
    """
    if not request.user.is_authenticated:
        return device.receipt(request, pk)
    patient = shell.signed_in(request)
    check_in, now = access.own_check_in(patient, pk), timezone.now()
    just_sent = now - check_in.recorded_at < device.RECEIPT_LASTS
    if not (request.is_fresh or just_sent):  # type: ignore[attr-defined]
        return redirect_to_login(request.path)
    recovery = check_in.recovery
    at = shell.seen_from(recovery, now)
    known = [c for c in checkins.course_of(recovery) if c.pk <= check_in.pk]
    verdict = judging.judged(recovery, check_in, known)
    flag = care.flag_about(recovery, check_in)
    found = care.pressing(verdict, flag)
    # neither a day that was added later nor a quick entry leads to anything like an all-clear
    quiet = found is advice.QUIET
    calm = care.is_calm(found) and at.state == "open"
    page = shell.context(
        patient,
        at,
        check_in=check_in,
        card=care.card(recovery.clinic, found, now),
        late=quiet and check_in.is_late,
        short=quiet and check_in.is_quick,
        doubts=checking.doubts(check_in, _before(known, check_in), than=quick.asked(request)),
        promise=care.promise(recovery, verdict, flag, now),
        noticed=answers.noticed(verdict),
        usual=_usual(at) if calm else (),
        aftercare=advice.aftercare(at.day, recovery.started_on) if calm else None,
        reference=answers.reference(check_in),
        day_name=shell.day_name(check_in.local_date),
    )
    return render(request, "patient/result.html", page)


def _before(known: list[CheckIn], check_in: CheckIn) -> CheckIn | None:
    """What stood for the last day before the entry's."""
    return next((c for c in reversed(known) if c.day < check_in.day), None)


def _usual(at: shell.Now) -> tuple[Reason, Reason]:
    return advice.usual(at.recovery.timeline(), at.day)
