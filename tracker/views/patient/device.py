"""Today without a session: a remembered device may add a check-in, and gets the receipt. Nothing else."""

from datetime import timedelta

from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation

from tracker import access
from tracker.forms.checkin import CheckInForm
from tracker.healing import advice
from tracker.models import Patient
from tracker.services import checkins, devices
from tracker.views.patient import care, drafts, judging, sending, shell

SENT_SALT = "tracker.device_receipt"
RECEIPT_LASTS = timedelta(minutes=15)


def today(request: HttpRequest) -> HttpResponse:
    """The whole form and its receipt for a remembered device; the way to sign in for everybody else."""
    now = timezone.now()
    patient = access.by_device(request, now)
    recovery = access.own_recovery(patient) if patient else None
    at = shell.seen_from(recovery, now) if recovery else None
    if patient is None or at is None or at.state != "open":
        return _sign_in_first(request)
    _as(patient)
    if request.method == "POST":
        return _sent(request, at)
    draft = drafts.of(request, at)
    form = sending.form_for(at, draft) if draft else sending.form_for(at, initial=sending.fresh(at, at.day))
    return _form_page(request, at, form, draft=draft is not None)


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    """What was typed comes back after signing in."""
    if request.method == "POST":
        drafts.keep(request)
    return redirect_to_login(reverse("today"))


def _form_page(
    request: HttpRequest, at: shell.Now, form: CheckInForm, *, draft: bool = False
) -> HttpResponse:
    page = shell.context(
        at.recovery.patient,
        at,
        state="form",
        by_device=True,
        draft=draft,
        form=form,
        day=at.day,
        day_name=shell.day_name(at.today),
    )
    return render(request, "patient/today.html", page, status=422 if form.errors else 200)


def _sent(request: HttpRequest, at: shell.Now) -> HttpResponse:
    form = sending.form_for(at, request.POST)
    if not form.is_valid():
        return _form_page(request, at, form)
    try:
        check_in = sending.kept(at.recovery, form, at.now)
    except checkins.DayNotOpen:  # the page is from another day: which one is meant is asked after signing in
        return _sign_in_first(request)
    drafts.drop(request)
    devices.note_used(word=access.device_word(request), now=at.now)
    word = signing.dumps(check_in.pk, salt=SENT_SALT)
    return redirect(f"{reverse('result', args=[check_in.pk])}?receipt={word}")


def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """That it is kept, and what to do now. Why, and everything about other days, needs a sign-in.

    The advice is the result page's own: somebody who should ring today must not have to sign in first.
    Only for the entry that this device has just sent, and for RECEIPT_LASTS.
    """
    now = timezone.now()
    patient = access.by_device(request, now)
    if patient is None or not _is_receipt(request, pk):
        return redirect_to_login(request.path)
    _as(patient)
    check_in = access.own_check_in(patient, pk)
    recovery = check_in.recovery
    known = [c for c in checkins.course_of(recovery) if c.pk <= check_in.pk]
    found = care.pressing(judging.judged(recovery, check_in, known), care.flag_about(recovery, check_in))
    page = shell.context(
        patient,
        shell.seen_from(recovery, now),
        state="receipt",
        check_in=check_in,
        quiet=found is advice.QUIET,
        card=care.card(recovery.clinic, found, now),
    )
    return render(request, "patient/today.html", page)


def _is_receipt(request: HttpRequest, pk: int) -> bool:
    try:
        word = request.GET.get("receipt", "")
        return bool(signing.loads(word, salt=SENT_SALT, max_age=RECEIPT_LASTS) == pk)
    except signing.BadSignature:
        return False


def _as(patient: Patient) -> None:
    """Their language and their wall clock."""
    translation.activate(patient.user.language)
    timezone.activate(patient.timezone)
