"""After the daily part: the single question of a late day, and the farewell."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tracker import access, tasks
from tracker.forms.tail import FarewellForm, LateForm
from tracker.healing import advice
from tracker.healing.verdicts import Level
from tracker.models import CheckIn, Recovery
from tracker.services import checkins
from tracker.services import tail as service
from tracker.views.patient import care, curves, shell


@require_http_methods(["GET", "HEAD", "POST"])
def tail(request: HttpRequest) -> HttpResponse:
    """One question about new lumps and dark patches, on the days the protocol names."""
    patient, now = shell.signed_in(request), timezone.now()
    recovery = access.own_late_recovery(patient)
    if recovery is None:
        return render(request, "patient/tail.html", shell.context(patient, None, state="none"))
    at = shell.seen_from(recovery, now)
    answered = recovery.check_ins.filter(kind=CheckIn.Kind.TAIL).order_by("-pk").first()
    if not service.is_asked(recovery=recovery, now=now):
        return _not_asked(request, at, answered)
    form = LateForm(request.POST or access.unsent(request), initial={"submission_key": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        service.record_late_answer(
            recovery=recovery,
            key=form.cleaned_data["submission_key"],
            answers=form.answers(),
            user=patient.user,
            now=now,
        )
        tasks.ring(tasks.deliver_messages)
        return redirect("tail")
    page = shell.context(patient, at, state="asked", form=form)
    return render(request, "patient/tail.html", page, status=422 if form.errors else 200)


def _not_asked(request: HttpRequest, at: shell.Now, answered: CheckIn | None) -> HttpResponse:
    """The receipt of the last answer, or when the next question comes."""
    card = care.card(at.recovery.clinic, _care(answered), at.now) if answered else None
    page = shell.context(
        at.recovery.patient,
        at,
        state="sent" if answered else "later",
        check_in=answered,
        card=card,
        promise=care.open_promise(care.flag_about(at.recovery, answered), at.now) if answered else None,
    )
    return render(request, "patient/tail.html", page)


def _care(check_in: CheckIn) -> advice.CareCard:
    """What the gravest of the answers asks for; two noes still say when to ring."""
    found = service.verdicts_on(check_in)
    reasons = [reason for verdict in found for reason in verdict.reasons]
    return advice.when_to_seek_help(reasons, found[0].level if found else Level.NONE)


@require_http_methods(["GET", "HEAD", "POST"])
def farewell(request: HttpRequest) -> HttpResponse:
    """The end of the daily part: the own chart, one question about medicines, three about us."""
    patient, now = shell.signed_in(request), timezone.now()
    recovery = access.own_recovery(patient)
    if recovery is None:
        return render(request, "patient/farewell.html", shell.context(patient, None, state="none"))
    at = shell.seen_from(recovery, now)
    state = "said" if has_said_farewell(recovery) else "asked" if at.day >= at.last_day else "early"
    form = FarewellForm(request.POST or access.unsent(request))
    if request.method == "POST" and state == "asked" and form.is_valid():
        service.say_farewell(recovery=recovery, said=form.said(), user=patient.user, now=now)
        return redirect("farewell")
    page = shell.context(patient, at, state=state, form=form, present=_chart(recovery))
    return render(request, "patient/farewell.html", page, status=422 if form.errors else 200)


def has_said_farewell(recovery: Recovery) -> bool:
    """Whether the last questions were answered."""
    return getattr(recovery, "farewell", None) is not None


def _chart(recovery: Recovery) -> list[curves.Curve]:
    """The curve of colour, which lasts longest, and whatever is still there; all stand in my recovery."""
    found = curves.curves(recovery.timeline(), checkins.course_of(recovery))
    return [curve for place, curve in enumerate(found) if place == 0 or curve.present]
