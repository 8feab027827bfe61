"""What was typed when the session had run out: kept for half an hour, shown again after signing in.

It lies in the session on the server, never in the page's address or a cookie, and only the person for
whom the form was opened gets it back.
"""

from django.http import HttpRequest, QueryDict
from django.utils import timezone

from tracker.views.patient import sending, shell

KEY = "check_in_draft"
LASTS_SECONDS = 30 * 60
LARGEST = 8_000
"""Signs; a whole form with its longest note is half of it."""


def keep(request: HttpRequest) -> bool:
    """Put the posted answers aside. What no form of ours has sent is left alone: False."""
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    text = typed.urlencode()
    if len(text) > LARGEST or sending.opened(typed.get("opened_at", "")) is None:
        return False
    request.session[KEY] = [int(timezone.now().timestamp()), text]
    return True


def of(request: HttpRequest, at: shell.Now) -> QueryDict | None:
    """The answers put aside for this person, unless they are older than LASTS_SECONDS."""
    when, text = request.session.get(KEY, (0, ""))
    if not text or at.now.timestamp() - when > LASTS_SECONDS:
        return None
    typed = QueryDict(text)
    known = sending.opened(typed.get("opened_at", ""))
    mine = known is not None and known[1] == at.recovery.patient.user_id
    return typed if mine else None


def drop(request: HttpRequest) -> None:
    """Sent: nothing is put aside any more."""
    request.session.pop(KEY, None)
