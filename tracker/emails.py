"""Builds and sends one message of a kind; alone talks to the mail server.

No mail carries a clinical fact, a patient's name to anyone else, or the clinic's name, which may say
what it treats: what a locked screen shows must tell a stranger nothing. Links start with SITE_URL,
never with the host of a request.
"""

import re
import smtplib
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker import tokens
from tracker.models import Message, Patient
from tracker.models.duty import coming_gaps
from tracker.models.problems import problems_at

Kind = Message.Kind

ACTIONS = {
    Kind.WELCOME: gettext_lazy("Open my page"),
    Kind.REMINDER: gettext_lazy("Open my page"),
    Kind.NOTE: gettext_lazy("Read it"),
    Kind.FLAG_ALERT: gettext_lazy("Open Aftercare"),
    Kind.ESCALATION: gettext_lazy("Open Aftercare"),
    Kind.HAND_OVER: gettext_lazy("Open Aftercare"),
    Kind.DIGEST: gettext_lazy("Open Aftercare"),
    Kind.UNCOVERED: gettext_lazy("Open the rota"),
    Kind.ASK_BACK: gettext_lazy("Answer now"),
}
TO_PATIENTS = (Kind.WELCOME, Kind.REMINDER, Kind.NOTE, Kind.ASK_BACK)
UNPROVEN = "_unproven"
"""What goes to a patient's address in place of every mail but the welcome, until somebody signed in with it:
nothing stops, and a stranger learns nothing."""

PLAIN_NAME = re.compile(r"[^\W\d_][^\W\d_'’-]{0,29}(?:['’-][^\W\d_]{1,29})*")
"""A first name that no mail program can take for an address, a link or markup."""


class Server:
    """One connection to the mail server: opened by the first mail, kept, closed at the end.

    `send` raises what smtplib and the socket raise; after that the next mail opens a new connection.
    """

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._connection is not None:
            try:
                self._connection.close()
            except (smtplib.SMTPException, OSError):
                pass  # everything was accepted before; a server that dislikes our goodbye changes nothing
            self._connection = None

    def open(self) -> None:
        """Reach the server, unless the connection stands. Raises smtplib.SMTPException, OSError."""
        try:
            self._open()
        except Exception:
            self._let_go()
            raise

    def send(self, mail: EmailMultiAlternatives) -> None:
        """Hand over one mail; returning means accepted. Raises smtplib.SMTPException, OSError, ValueError."""
        try:
            mail.connection = self._open()
            mail.send()
        except Exception:
            self._let_go()
            raise

    def _open(self) -> BaseEmailBackend:
        if self._connection is None:
            self._connection = get_connection()
            self._connection.open()
        return self._connection

    def _let_go(self) -> None:
        """Drop the socket without a goodbye: a server that hangs would make us wait for its answer."""
        socket = getattr(self._connection, "connection", None)
        if socket is not None:
            socket.close()
        self._connection = None


def concerns_all(error: Exception) -> bool:
    """Whether every other mail would be told the same: our own address, closing down, no room."""
    full = isinstance(error, smtplib.SMTPDataError) and error.smtp_code == 452
    return isinstance(error, smtplib.SMTPSenderRefused) or code_of(error) == 421 or full


def code_of(error: Exception) -> int | None:
    """The mail server's answer code, when it gave one."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()))[0]
    return getattr(error, "smtp_code", None)


def build(message: Message) -> EmailMultiAlternatives:
    """The mail for one row of the outbox, from what is true now, in the recipient's language."""
    language = message.to_user.language if message.to_user else settings.LANGUAGE_CODE
    # times are the clinic's: the templates' date filters convert to the active zone
    with translation.override(language), timezone.override(ZoneInfo(message.clinic.timezone)):
        context = _context(message)
        mail = EmailMultiAlternatives(
            subject=context["heading"],
            body=render_to_string(f"emails/{_template(message)}.txt", context),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[message.to_email],
            reply_to=[message.clinic.inbox_email],
            headers=_headers(message, context),
        )
        mail.attach_alternative(render_to_string(f"emails/{_template(message)}.html", context), "text/html")
    return mail


def _template(message: Message) -> str:
    asks_first = message.kind in TO_PATIENTS and message.kind != Kind.WELCOME
    unproven = message.to_user is not None and not message.to_user.address_is_proven
    return UNPROVEN if asks_first and unproven else message.kind


def _context(message: Message) -> dict[str, Any]:
    """What the templates and the frame read. The subject is also the heading."""
    kind, clinic = Kind(message.kind), message.clinic
    subject = render_to_string(f"emails/{_template(message)}_subject.txt", {"message": message})
    about = _for_patient(message) if kind in TO_PATIENTS else _for_staff(message)
    return {
        "heading": " ".join(subject.split()),
        "action": ACTIONS[kind],
        "clinic": {"name": _("Your clinic"), "phone": clinic.phone},
        "emergency_number": clinic.emergency_number,
        **about,
    }


def _for_patient(message: Message) -> dict[str, Any]:
    clinic = message.clinic
    patient = message.recovery.patient if message.recovery else None
    if patient is None or patient.user_id != message.to_user_id:
        patient = Patient.objects.get(user=message.to_user_id, clinic=clinic)
    context = {
        "first_name": first_name(patient.name),
        "help_url": _link("seek_help"),
        "why": _(
            "Aftercare sends this for your clinic. Nobody reads replies in an emergency: "
            "ring the clinic, or %(number)s."
        )
        % {"number": clinic.emergency_number},
    }
    if message.kind == Kind.REMINDER:
        context["unsubscribe_url"] = _link("unsubscribe", tokens.unsubscribe_token(patient))
    if _template(message) == UNPROVEN:
        return context | {"action": _("Confirm my address"), "action_url": _link("account_login")}
    if message.link is not None:
        return context | {"action_url": _link("start", tokens.sign_in_token(message.link))}
    if message.kind == Kind.NOTE:
        return context | {"action_url": _link("thread")}
    if message.kind == Kind.ASK_BACK:
        one_sign = message.ask_back is not None and message.ask_back.sign
        return context | {"action_url": _link("micro", message.ask_back_id) if one_sign else _link("today")}
    return context | {"action_url": _link("today")}


def _for_staff(message: Message) -> dict[str, Any]:
    """A place and a time; who and what is read after signing in."""
    flag = message.flag
    why = _(
        "Aftercare sends this to the team of your clinic. Nobody reads replies in an emergency; "
        "an answer counts only in Aftercare itself."
    )
    if message.kind == Kind.DIGEST:
        problems = problems_at(message.clinic_id, message.created_at)
        return {"action_url": _link("triage"), "problems": problems, "why": why}
    if message.kind == Kind.UNCOVERED:
        return {
            "action_url": _link("rota"),
            "gaps": coming_gaps(message.clinic, message.created_at),
            "why": why,
        }
    if flag is None:
        raise ValueError(f"message {message.pk} is about no flag")
    return {
        "action_url": _link("recovery", flag.recovery_id),
        "promised_by": flag.promised_by,
        "why": why,
    }


def _headers(message: Message, context: dict[str, Any]) -> dict[str, str]:
    headers = {"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"}
    if message.kind == Kind.REMINDER:
        # RFC 8058: a mail program's own button posts this without asking the person to sign in
        headers["List-Unsubscribe"] = f"<{context['unsubscribe_url']}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def first_name(name: str) -> str:
    """The first word of a name when it is plainly a name, else "": the greeting does without."""
    word = (name.split() or [""])[0]
    return word if PLAIN_NAME.fullmatch(word) else ""


def _link(name: str, *args: object) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=args)}"
