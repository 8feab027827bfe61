"""How long a sign-in lets somebody read: limits kept on the server, whatever the cookie says.

A patient's phone lies about and is lent, so reading needs a fresh sign-in; adding does not, where the device
is remembered. A team's list stays open through a shift and is looked at between treatments: signing it out
after minutes would hide urgent flags, so a shift is the limit.
"""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, QueryDict
from django.middleware.csrf import CSRF_SESSION_KEY

from tracker.access.own import by_device
from tracker.access.people import asked_once, membership_of

PATIENT_IDLE, PATIENT_LASTS = timedelta(minutes=30), timedelta(hours=12)
MEMBER_IDLE, MEMBER_LASTS = timedelta(hours=8), timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=1)
"""A page a second must not be a session written a second."""
MARK, UNSENT = "fresh", "unsent"
LARGEST = 8_000
"""Signs of a form that is put aside; the longest of ours is half of it."""


def is_fresh(request: HttpRequest, now: datetime) -> bool:
    """Whether the sign-in still lets its person read. Notes that they are here, at most once a minute.

    Both clocks start with the first request that has no mark.
    """
    at = int(now.timestamp())
    since, seen = request.session.get(MARK, (at, 0))
    idle, age = timedelta(seconds=at - (seen or at)), timedelta(seconds=at - since)
    if idle > PATIENT_IDLE or age > PATIENT_LASTS:  # whoever works here is asked for only now
        works = asked_once(request, membership_of) is not None
        if not works or idle > MEMBER_IDLE or age > MEMBER_LASTS:
            return False
    if not seen or idle >= NOTED_EVERY:
        request.session[MARK] = [since, at]
    return True


def start_again(request: HttpRequest) -> None:
    """Somebody has just signed in: both clocks start anew."""
    request.session.pop(MARK, None)


def may_add(request: HttpRequest, now: datetime) -> bool:
    """Whether this browser is remembered as the signed-in patient's, so that it may add a check-in."""
    owner = by_device(request, now)
    return owner is not None and owner.user_id == request.user.pk


def kept_for_next(request: HttpRequest, page: str) -> dict[str, Any]:
    """What the session that follows must know: the open form's secret, and what was typed on `page`."""
    kept = {CSRF_SESSION_KEY: request.session.get(CSRF_SESSION_KEY)}
    if request.method == "POST":
        typed = request.POST.copy()
        typed.pop("csrfmiddlewaretoken", None)
        text = typed.urlencode()
        if len(text) <= LARGEST:
            kept[UNSENT] = [page, request.user.pk, text]
    return {name: value for name, value in kept.items() if value}


def unsent(request: HttpRequest) -> QueryDict | None:
    """What this person had typed on this page when the sign-in ran out; given back once, to them alone."""
    page, user_id, text = request.session.get(UNSENT, ("", 0, ""))
    if page != request.path or user_id != request.user.pk:
        return None
    del request.session[UNSENT]
    return QueryDict(text)
