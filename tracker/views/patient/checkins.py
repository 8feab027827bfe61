"""Today's form, and corrections."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tracker import access
from tracker.forms.checkin import CheckInForm
from tracker.forms.quick import QuickForm
from tracker.healing import symptoms
from tracker.models import CheckIn, Recovery
from tracker.services import checkins, tail
from tracker.views.patient import answers, device, drafts, quick, sending, shell, waited
from tracker.views.patient.late import has_said_farewell

SMALL_HOURS = 4
"""Until then somebody still awake may mean the day before."""


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def today(request: HttpRequest) -> HttpResponse:
    """The daily check-in. A remembered device may add one without a fresh sign-in.

    It reads nothing then but, for the short form, the levels that today is compared with.
    """
    if not request.user.is_authenticated:
        return device.today(request)
    patient = shell.signed_in(request)
    recovery, now = access.own_recovery(patient), timezone.now()
    if recovery is None:
        return render(request, "patient/today.html", shell.context(patient, None, state="none"))
    at = shell.seen_from(recovery, now)
    if at.state != "open":
        return _over(request, at)
    if request.method == "POST":
        return _sent(request, at)
    return _asked(request, at)


def _over(request: HttpRequest, at: shell.Now) -> HttpResponse:
    """Before the first day, or after the last: then the late question, or what is left to say."""
    late = access.own_late_recovery(at.recovery.patient)
    if late is not None and tail.is_asked(recovery=late, now=at.now):
        return redirect("tail")
    farewell = at.state == "ended" and not has_said_farewell(at.recovery)
    page = shell.context(at.recovery.patient, at, state=at.state, farewell=farewell, late=late)
    return render(request, "patient/today.html", page)


def _asked(request: HttpRequest, at: shell.Now) -> HttpResponse:
    """The empty form for the day asked about, or what was sent already."""
    standing = {c.day: c for c in checkins.course_of(at.recovery)}
    asked, yesterday = request.GET.get("day"), at.day - 1
    missing = yesterday >= 0 and yesterday not in standing
    day = yesterday if asked == "yesterday" and yesterday >= 0 else at.day
    earlier = access.has_late_question(at.recovery.patient, at.today - tail.STAYS_OPEN, at.today)
    extra: dict[str, Any] = {
        "earlier": earlier,
        "yesterday": at.date_of(yesterday) if missing and day == at.day else None,
    }
    if day in standing and asked != "again":
        return _shown(request, at, standing[day], extra)
    draft = drafts.of(request, at)
    if draft is not None:
        form = sending.form_for(at, draft, quick=draft.get("than") in quick.COMPARISONS)
        form.full_clean()
        return _form_page(request, at, form, _day_of(form, at), draft=True)
    fresh = sending.fresh(at, day)
    entry = quick.before(at, standing) if day == at.day and asked is None else None
    if entry is not None and quick.asked(request) in quick.COMPARISONS:
        fresh["opened_at"] = quick.opened_before(request) or fresh["opened_at"]
        filled = fresh | quick.initial(entry, quick.asked(request))
        return _form_page(request, at, sending.form_for(at, quick=True, initial=filled), day)
    hour = timezone.localtime(at.now).hour
    extra["small_hours"] = asked is None and hour < SMALL_HOURS and missing
    extra["worse"] = quick.asked(request) == "worse"
    extra |= {} if extra["worse"] else quick.offer(at, entry, fresh["opened_at"])
    return _form_page(request, at, sending.form_for(at, initial=fresh), day, **extra)


def _form_page(request: HttpRequest, at: shell.Now, form: CheckInForm, day: int, **more: Any) -> HttpResponse:
    page = shell.context(
        at.recovery.patient,
        at,
        state="form",
        form=form,
        is_quick=isinstance(form, QuickForm),
        day=day,
        day_line=shell.day_line(at, day),
        day_name=shell.day_name(at.date_of(day)),
        asked_on=at.date_of(day),
        late=day < at.day,
        **more,
    )
    return render(request, "patient/today.html", page, status=422 if form.errors else 200)


def _shown(request: HttpRequest, at: shell.Now, check_in: CheckIn, extra: dict[str, Any]) -> HttpResponse:
    page = shell.context(
        at.recovery.patient,
        at,
        state="sent",
        check_in=check_in,
        told=answers.told(check_in) if request.is_fresh else None,  # type: ignore[attr-defined]
        day_name=shell.day_name(check_in.local_date),
        **extra,
    )
    return render(request, "patient/today.html", page)


def _sent(request: HttpRequest, at: shell.Now) -> HttpResponse:
    sent = waited.typed(request.POST, at)
    form = sending.form_for(at, sent, quick=quick.asked(request) in quick.COMPARISONS)
    if not form.is_valid():
        return _form_page(request, at, form, _day_of(form, at))
    try:
        response = _recorded(at.recovery, form, at.now)
        drafts.drop(request)
        return response
    except checkins.DayNotOpen:
        form.add_error(None, _too_old(at))
        form.data = _for_day(request, at.day)
        return _form_page(request, at, form, at.day)


def _for_day(request: HttpRequest, day: int) -> QueryDict:
    """What was typed, to be sent for another day."""
    typed = request.POST.copy()
    typed["day"] = str(day)
    return typed


def _day_of(form: CheckInForm, at: shell.Now) -> int:
    """The day a refused form was about; today when it does not say."""
    day = form.cleaned_data.get("day")
    return day if day in (at.day, at.day - 1) else at.day


def _too_old(at: shell.Now) -> str:
    return _(
        "This page was opened for a day that can no longer be added. Nothing was sent yet. "
        "If your answers are true for %(day)s, send them again."
    ) % {"day": shell.day_name(at.today)}


def _recorded(
    recovery: Recovery, form: CheckInForm, now: datetime, amends: int | None = None
) -> HttpResponse:
    check_in = sending.kept(recovery, form, now, amends=amends)
    # the result page compares "better" with the levels that were sent
    better = form.cleaned_data.get("than") == "better"
    return redirect(reverse("result", args=[check_in.pk]) + ("?than=better" if better else ""))


@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a check-in: the same form, filled in; kept as another check-in beside the original."""
    patient = shell.signed_in(request)
    check_in, now = access.own_check_in(patient, pk), timezone.now()
    recovery, near_eye = check_in.recovery, check_in.recovery.treatment.facts().near_eye
    typed = request.POST or access.unsent(request)
    if typed:
        form = CheckInForm(typed, near_eye=near_eye)
        if request.method == "POST" and form.is_valid():
            return _recorded(recovery, form, now, amends=check_in.pk)
    else:
        newest = [c for c in checkins.course_of(recovery) if c.day == check_in.day][-1]
        if newest.pk != check_in.pk:  # an old page: what stands now is what can be corrected
            return redirect("amend", newest.pk)
        form = CheckInForm(
            near_eye=near_eye,
            initial=_as_typed(check_in) | sending.fresh(shell.seen_from(recovery, now), check_in.day),
        )
    at = shell.seen_from(recovery, now)
    page = shell.context(
        patient,
        at,
        form=form,
        check_in=check_in,
        late=check_in.day < at.day,
        day_name=shell.day_name(check_in.local_date),
    )
    return render(request, "patient/amend.html", page, status=422 if form.errors else 200)


def _as_typed(check_in: CheckIn) -> dict[str, Any]:
    """A check-in's answers as the form takes them."""
    names = (*symptoms.SYMPTOMS, *symptoms.SIGNS, "discharge_colour", "discharge_texture", "note")
    temperature = check_in.temperature_c
    typed = {name: getattr(check_in, name) for name in names}
    return typed | {"temperature": "" if temperature is None else f"{temperature.normalize():f}"}
