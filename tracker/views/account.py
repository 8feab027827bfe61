"""The ways in and out that are ours: the first page, mailed links, and stopping reminders."""

import re
from urllib.parse import urlsplit

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.stagekit import get_pending_stage
from allauth.account.utils import perform_login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from tracker import access, tasks
from tracker.models import SignInLink, User
from tracker.services import people, reminders
from tracker.views.patient import drafts

CODE = re.compile(r"[0-9A-Z]{4}-?[0-9A-Z]{4}")


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page, as each person needs it."""
    user = request.user
    if not isinstance(user, User):
        return redirect("account_login")
    if access.membership_of(user) is not None:
        return redirect("triage")
    if user.is_superuser and access.patient_of(user) is None:
        return redirect("admin:index")
    return redirect("today")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, token: str) -> HttpResponse:
    """A mailed link. Opening it changes nothing, so that mail scanners cannot spend it; the button does."""
    link, now = people.link_of_token(token), timezone.now()
    if request.method == "POST" and "again" in request.POST:
        return _another(request, link)
    if request.method == "POST":
        return _entered(request, token)
    state = "unknown"
    if link is not None:
        state = "used" if link.used_at else "expired" if link.expires_at <= now else "ready"
    return _start_page(request, link, state)


def _start_page(request: HttpRequest, link: SignInLink | None, state: str, status: int = 200) -> HttpResponse:
    patient = access.patient_of(link.user) if link else None
    page = {"state": state, "clinic": patient.clinic if patient else None}
    return render(request, "account_pages/start.html", page, status=status)


def _entered(request: HttpRequest, token: str) -> HttpResponse:
    """Spend the link and sign in, through allauth, so that a second factor is asked where there is one."""
    problems = {people.LinkExpired: "expired", people.LinkUsed: "used", people.LinkUnknown: "unknown"}
    try:
        user = people.use_link(token=token, now=timezone.now())
    except people.LinkProblem as problem:
        return _start_page(request, people.link_of_token(token), problems[type(problem)], status=410)
    record_authentication(request, user, method="code", email=user.email)
    response: HttpResponse = perform_login(request, user, redirect_url=reverse("home"), email=user.email)
    return response


def _another(request: HttpRequest, link: SignInLink | None) -> HttpResponse:
    """Mail a new link to where the old one went, without showing the address; always the same answer."""
    patient = access.patient_of(link.user) if link else None
    if patient is not None:
        recovery = access.own_recovery(patient)
        people.send_welcome(patient=patient, recovery=recovery, now=timezone.now(), actor=patient.user)
        tasks.ring(tasks.deliver_messages)
    return _start_page(request, link, "sent")


@login_not_required
@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop reminders by one click (RFC 8058): the POST needs no cookie; opening the page changes nothing."""
    patient = reminders.patient_of_token(token)
    if patient is None:
        raise Http404
    if request.method == "POST":
        reminders.unsubscribe(patient=patient, now=timezone.now())
    page = {"done": request.method == "POST", "clinic": patient.clinic}
    return render(request, "account_pages/unsubscribe.html", page)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The session has run out under an open form. Answers from our own page are kept for the sign-in.

    Only what the browser itself calls our own page: another site must not be able to put answers aside.
    """
    ours = request.headers.get("Sec-Fetch-Site") == "same-origin" or (
        urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()
    )
    if ours and request.method == "POST" and request.path == reverse("today") and drafts.keep(request):
        return redirect("today")
    return render(request, "403_csrf.html", {"reason": reason}, status=403)


@login_not_required
@never_cache
@require_safe
def code(request: HttpRequest, code: str) -> HttpResponse:
    """The link in the mail with the code. It signs nobody in: it fills the code in where it was asked for.

    On any other device the page shows the code to type there, or offers to ask for a code here.
    """
    if not CODE.fullmatch(code):
        raise Http404
    if get_pending_stage(request) is not None:
        return redirect(f"{reverse('account_confirm_login_code')}?code={code}")
    return render(request, "account_pages/code.html", {"code": code})
