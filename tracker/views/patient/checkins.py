"""Today's form, and corrections."""

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker import access, tasks
from tracker.forms.checkin import CheckInForm
from tracker.forms.quick import QuickForm
from tracker.healing import symptoms
from tracker.models import CheckIn, Recovery
from tracker.services import checkins, tail
from tracker.views.patient import answers, quick, shell, waited
from tracker.views.patient.late import has_said_farewell

OPENED_SALT = "tracker.check_in_opened"
LONGEST_SECONDS = 3600
"""Longer than this the page lay open unused: no measure of how long answering takes."""
SMALL_HOURS = 4
"""Until then somebody still awake may mean the day before."""


@require_http_methods(["GET", "HEAD", "POST"])
def today(request: HttpRequest) -> HttpResponse:
    """The daily check-in."""
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
    fresh = _fresh(day, at.now)
    entry = quick.before(at, standing) if day == at.day and asked is None else None
    if entry is not None and quick.asked(request) in quick.COMPARISONS:
        fresh["opened_at"] = quick.opened_before(request) or fresh["opened_at"]
        filled = fresh | quick.initial(entry, quick.asked(request))
        return _form_page(request, at, _form(at, quick=True, initial=filled), day)
    hour = timezone.localtime(at.now).hour
    extra["small_hours"] = asked is None and hour < SMALL_HOURS and missing
    extra["worse"] = quick.asked(request) == "worse"
    extra |= {} if extra["worse"] else quick.offer(at, entry, fresh["opened_at"])
    return _form_page(request, at, _form(at, initial=fresh), day, **extra)


def _form(at: shell.Now, *typed: Any, quick: bool = False, **more: Any) -> CheckInForm:
    kind = QuickForm if quick else CheckInForm
    near_eye = at.recovery.treatment.facts().near_eye or any(map(waited.asks_about_eyes, typed))
    return kind(*typed, near_eye=near_eye, **more)


def _fresh(day: int, now: datetime) -> dict[str, Any]:
    """What a form carries unseen: its key, its day, and when it was opened."""
    return {
        "submission_key": uuid.uuid4(),
        "day": day,
        "opened_at": signing.dumps(int(now.timestamp()), salt=OPENED_SALT),
    }


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
        told=answers.told(check_in),
        day_name=shell.day_name(check_in.local_date),
        **extra,
    )
    return render(request, "patient/today.html", page)


def _sent(request: HttpRequest, at: shell.Now) -> HttpResponse:
    sent = waited.typed(request.POST, at)
    form = _form(at, sent, quick=quick.asked(request) in quick.COMPARISONS)
    if not form.is_valid():
        return _form_page(request, at, form, _day_of(form, at))
    try:
        return _recorded(request, at.recovery, form, at.now)
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
    request: HttpRequest, recovery: Recovery, form: CheckInForm, now: datetime, amends: int | None = None
) -> HttpResponse:
    """Keep the answers, ring the bell, show the result: in this order."""
    key: UUID = form.cleaned_data["submission_key"]
    captured_at: datetime | None = form.cleaned_data["captured_at"]
    submission = checkins.Submission(
        key=key,
        day=form.cleaned_data["day"],
        answers=form.answers(),
        is_quick=isinstance(form, QuickForm),
        seconds_taken=_seconds_taken(form.cleaned_data["opened_at"], captured_at or now),
        captured_at=captured_at,
        amends=amends,
    )
    user = recovery.patient.user
    check_in = checkins.record_checkin(recovery=recovery, submission=submission, user=user, now=now)
    if not _says(check_in, submission.answers):
        # gone back, changed something and sent again: the page still had its old key
        key = uuid.uuid5(key, repr(sorted(submission.answers.items())))
        submission = replace(submission, key=key, amends=check_in.pk)
        check_in = checkins.record_checkin(recovery=recovery, submission=submission, user=user, now=now)
    tasks.ring(tasks.assess_check_in, check_in.pk)
    return redirect(f"{reverse('result', args=[check_in.pk])}{_claimed(form)}")


def _claimed(form: CheckInForm) -> str:
    """The result page compares "better" with the levels that were sent."""
    return "?than=better" if form.cleaned_data.get("than") == "better" else ""


def _says(check_in: CheckIn, said: dict[str, Any]) -> bool:
    return all(getattr(check_in, name) == value for name, value in said.items())


def _seconds_taken(opened_at: str, now: datetime) -> int | None:
    """Seconds between opening and sending; None when unknown or too long to mean anything."""
    try:
        opened = int(signing.loads(opened_at, salt=OPENED_SALT))
    except (signing.BadSignature, ValueError):
        return None
    seconds = int(now.timestamp()) - opened
    return seconds if 0 <= seconds <= LONGEST_SECONDS else None


@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a check-in: the same form, filled in; kept as another check-in beside the original."""
    patient = shell.signed_in(request)
    check_in, now = access.own_check_in(patient, pk), timezone.now()
    recovery, near_eye = check_in.recovery, check_in.recovery.treatment.facts().near_eye
    if request.method == "POST":
        form = CheckInForm(request.POST, near_eye=near_eye)
        if form.is_valid():
            return _recorded(request, recovery, form, now, amends=check_in.pk)
    else:
        newest = [c for c in checkins.course_of(recovery) if c.day == check_in.day][-1]
        if newest.pk != check_in.pk:  # an old page: what stands now is what can be corrected
            return redirect("amend", newest.pk)
        form = CheckInForm(near_eye=near_eye, initial=_as_typed(check_in) | _fresh(check_in.day, now))
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
