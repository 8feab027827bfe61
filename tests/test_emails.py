"""What mails say, what they never say, and how they reach a real mail server."""

import asyncio
import re
import smtplib
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import LazySettings
from django.core.mail import EmailMultiAlternatives
from django.urls import resolve
from django.utils.html import escape

from tests import cast
from tests.cast import NOW
from tracker import emails, tokens
from tracker.models import Clinic, Flag, Message, Patient, Recovery, SignInLink
from tracker.services import messages, people

pytestmark = pytest.mark.django_db

SITE = "https://clinic.example:8443"
KINDS = list(Message.Kind)
TEMPLATES = Path(__file__).parent.parent / "templates" / "emails"

SILENT_ABOUT = re.compile(
    "red|swell|swollen|itch|pain|warm|flak|infect|skin|needl|treat|symptom|flag|urgent|decide|wound"
    "|sore|heal|recover|patient|photo|pus|fever|acne|scar|laser|beauty|cosmetic|derma"
)
"""Beginnings of words that would tell a stranger what the mail is about."""


@pytest.fixture(autouse=True)
def site(settings: LazySettings) -> None:
    settings.SITE_URL = SITE


@pytest.fixture
def recovery() -> Recovery:
    recovery = cast.make_recovery(patient=cast.make_patient(cast.make_clinic(), "Ana Maria Sousa"))
    Clinic.objects.update(name="Needle & Skin Clinic", inbox_email="desk@clinic.example")
    return Recovery.objects.for_recovery_page().get(pk=recovery.pk)


def post(recovery: Recovery, kind: str) -> Message:
    """A row of the outbox as the services write it."""
    patient = recovery.patient
    if kind == Message.Kind.WELCOME:
        people.send_welcome(patient=patient, recovery=recovery, now=NOW)
        return Message.objects.get(kind=kind)
    about: dict[str, Any] = {"recovery": recovery, "to_user": patient.user, "to_email": patient.user.email}
    if kind not in emails.TO_PATIENTS:
        member = recovery.treatment.operator
        flag = recovery.flags.first() or cast.make_flag(recovery)
        about = {"flag": flag, "to_user": member.user, "to_email": member.user.email}
    messages.post(clinic_id=recovery.clinic_id, kind=kind, key=f"test:{kind}", now=NOW, **about)
    return Message.objects.get(dedupe_key=f"test:{kind}")


def parts(mail: EmailMultiAlternatives) -> tuple[str, str, str]:
    """Subject, text and HTML."""
    ((html, mimetype),) = mail.alternatives
    assert mimetype == "text/html"
    return str(mail.subject), str(mail.body), str(html)


def links(text: str) -> list[str]:
    return re.findall(r"https?://[^\s\"'<>]+", text)


def prose(html: str) -> str:
    """What a person reads: no markup, no style, no addresses."""
    without_style = re.sub(r"(?s)<style>.*?</style>", " ", html)
    return re.sub(r"https?://\S+|tel:\S+|<[^>]+>", " ", without_style)


def telling(text: str) -> list[str]:
    """The words in `text` that say too much."""
    return [word for word in re.findall(r"[a-z]+", text.lower()) if SILENT_ABOUT.match(word)]


# --- what every mail is ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_subject_a_text_and_an_html_part(recovery: Recovery, kind: str) -> None:
    for ending in ("_subject.txt", ".txt", ".html"):
        assert (TEMPLATES / f"{kind}{ending}").is_file()
    mail = emails.build(post(recovery, kind))
    subject, text, html = parts(mail)
    assert 10 < len(subject) <= 60
    assert "\n" not in subject
    assert mail.message().get_content_type() == "multipart/alternative"
    assert sorted(set(links(text))) == sorted(set(links(html)))
    assert "{{" not in text + html
    assert "{%" not in text + html


def test_no_template_is_left_without_a_kind() -> None:
    names = {path.name.removesuffix("_subject.txt").split(".")[0] for path in TEMPLATES.iterdir()}
    assert names - {"_base", "_unproven"} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_no_mail_tells_a_stranger_what_it_is_about(recovery: Recovery, kind: str) -> None:
    subject, text, html = parts(emails.build(post(recovery, kind)))
    for part in (subject, prose(text), prose(html)):
        assert telling(part) == []


@pytest.mark.parametrize("path", sorted(TEMPLATES.iterdir()), ids=lambda path: path.name)
def test_no_branch_of_a_template_says_it_either(path: Path) -> None:
    """Also texts that no test happened to render. Template code and styles are not read by people."""
    source = re.sub(r"(?s){%\s*comment.*?endcomment\s*%}", "", path.read_text())
    quoted = " ".join(re.findall(r"{%\s*translate \"([^\"]*)\"", source))
    plain = prose(re.sub(r"(?s){[%{].*?[%}]}", " ", source))
    assert telling(f"{quoted} {plain}") == []


@pytest.mark.parametrize("kind", KINDS)
def test_links_start_with_the_configured_address(recovery: Recovery, kind: str) -> None:
    _, text, html = parts(emails.build(post(recovery, kind)))
    found = links(text) + links(html)
    assert found
    assert all(link.startswith(f"{SITE}/") for link in found)
    assert all(resolve(link.removeprefix(SITE)) for link in found)


@pytest.mark.parametrize("kind", KINDS)
def test_the_footer_says_who_sends_and_whom_to_ring(recovery: Recovery, kind: str) -> None:
    _, text, html = parts(emails.build(post(recovery, kind)))
    for part in (text, html):
        assert "020 7946 0000" in part
        assert "Nobody reads replies in an emergency" in part
        assert "Aftercare sends this" in part
        assert recovery.clinic.name not in part
        assert escape(recovery.clinic.name) not in part


@pytest.mark.parametrize("kind", KINDS)
def test_headers_name_the_message_and_where_a_reply_goes(recovery: Recovery, kind: str) -> None:
    message = post(recovery, kind)
    sent = emails.build(message).message()
    assert sent["Message-ID"] == message.message_id == emails.build(message).message()["Message-ID"]
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Reply-To"] == "desk@clinic.example"
    assert sent["From"] == "Aftercare <no-reply@aftercare.example>"
    assert sent["To"] == message.to_email


# --- each kind ---------------------------------------------------------------------------------------


def test_the_welcome_carries_a_link_that_signs_in_its_person(recovery: Recovery) -> None:
    message = post(recovery, "welcome")
    _, text, _ = parts(emails.build(message))
    (path,) = {
        link.removeprefix(SITE) for link in links(text) if resolve(link[len(SITE) :]).url_name == "start"
    }
    assert people.link_of_token(resolve(path).kwargs["token"]) == message.link
    assert SignInLink.objects.get().used_at is None
    assert "Hello Ana," in text


def test_a_reminder_can_be_stopped_with_one_click(recovery: Recovery) -> None:
    mail = emails.build(post(recovery, "reminder"))
    sent = mail.message()
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = sent["List-Unsubscribe"]
    assert (url[0], url[-1]) == ("<", ">")
    assert url[1:-1] in str(mail.body)
    token = resolve(url[1:-1].removeprefix(SITE)).kwargs["token"]
    assert tokens.patient_of_token(token) == recovery.patient


def test_only_reminders_can_be_stopped(recovery: Recovery) -> None:
    for kind in set(KINDS) - {"reminder"}:
        mail = emails.build(post(recovery, kind))
        assert mail.message()["List-Unsubscribe"] is None
        assert "unsubscribe" not in str(mail.body)


@pytest.mark.parametrize("kind", ["flag_alert", "escalation"])
def test_an_alert_names_nobody_and_says_when_the_promise_ends(recovery: Recovery, kind: str) -> None:
    message = post(recovery, kind)
    Flag.objects.update(promised_by=datetime(2026, 7, 2, 13, 5, tzinfo=UTC))
    message.refresh_from_db()
    _, text, html = parts(emails.build(message))
    for part in (text, html):
        assert "14:05 on Thursday 2 July" in part  # the clinic's summer time
        assert not any(name in part for name in ("Ana", "Sousa", "Cole"))
    assert resolve(links(text)[0].removeprefix(SITE)).url_name == "recovery"


def test_the_shared_inbox_gets_the_alert_too(recovery: Recovery) -> None:
    message = post(recovery, "escalation")
    message.to_user, message.to_email = None, recovery.clinic.inbox_email
    mail = emails.build(message)
    assert mail.to == ["desk@clinic.example"]
    assert "Nobody has answered yet" in str(mail.body)


# --- hostile names and addresses ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "greeted_as"),
    [
        ("Ana Sousa", "Ana"),
        ("Zoë-Marie O'Hara", "Zoë-Marie"),
        ("D’Arcy Wu", "D’Arcy"),
        ("李 小龙", "李"),
        ("<a href=//evil.example>Ana</a>", ""),
        ("www.evil.example", ""),
        ("evil.example/login", ""),
        ("ana@evil.example", ""),
        ("Ana\r\nBcc:all@evil.example", "Ana"),
        ("=?utf-8?q?Ana?=", ""),
        ("A" * 200, ""),
        ("", ""),
    ],
)
def test_it_greets_only_with_what_is_plainly_a_name(name: str, greeted_as: str) -> None:
    assert emails.first_name(name) == greeted_as


@pytest.mark.parametrize("name", ["<img src=x> Ana", "www.evil.example", "Ana\r\nBcc: all@evil.example"])
def test_a_hostile_name_reaches_neither_header_nor_markup(recovery: Recovery, name: str) -> None:
    Patient.objects.update(name=name)
    sent = emails.build(post(recovery, "reminder")).message()
    raw = sent.as_string()
    assert not any(word in raw for word in ("<img", "evil.example"))
    assert sent["Bcc"] is None


def test_html_is_escaped_where_it_is_shown(recovery: Recovery) -> None:
    Clinic.objects.update(phone='<b>1</b>" x="')
    _, text, html = parts(emails.build(post(recovery, "reminder")))
    assert "<b>1</b>" not in html
    assert "&lt;b&gt;1&lt;/b&gt;" in html
    assert '<b>1</b>" x="' in text  # plain text is shown as it is


@pytest.mark.parametrize("field", ["to_email", "inbox_email"])
def test_a_line_break_in_an_address_is_refused(recovery: Recovery, field: str) -> None:
    message = post(recovery, "reminder")
    bad = "a@b.example\r\nBcc: all@evil.example"
    setattr(message if field == "to_email" else message.clinic, field, bad)
    with pytest.raises(ValueError, match="newline"):
        emails.build(message).message()


# --- a real mail server ------------------------------------------------------------------------------


class Inbox:
    """What a real SMTP server got; `answer` is what it says to the next mails."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.sessions: list[Session] = []
        self.answers: list[str] = []
        self.hang_up = False

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if session not in self.sessions:
            self.sessions.append(session)
        if self.hang_up:
            self.hang_up = False
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return "250 never heard"
        assert isinstance(envelope.content, bytes)
        parsed = BytesParser(policy=default).parsebytes(envelope.content)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        return "250 kept"


@pytest.fixture
def inbox(settings: LazySettings) -> Iterator[Inbox]:
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_TIMEOUT = 5
    yield inbox
    controller.stop()


def free_port() -> int:
    """aiosmtpd must be told its port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_it_keeps_one_connection_for_many_mails(recovery: Recovery, inbox: Inbox) -> None:
    with emails.Server() as server:
        for kind in KINDS:
            server.send(emails.build(post(recovery, kind)))
    assert len(inbox.mails) == len(KINDS)
    assert len(inbox.sessions) == 1


def test_a_mail_arrives_as_it_was_built(recovery: Recovery, inbox: Inbox) -> None:
    message = post(recovery, "reminder")
    with emails.Server() as server:
        server.send(emails.build(message))
    (mail,) = inbox.mails
    assert mail["Message-ID"] == message.message_id
    unsubscribe = tokens.unsubscribe_token(recovery.patient)[:2]
    assert mail["List-Unsubscribe"].strip().startswith(f"<{SITE}/unsubscribe/{unsubscribe}")
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "Hello Ana," in plain.get_content()
    assert "<p>Hello Ana,</p>" in html.get_content()


def test_nothing_is_opened_when_nothing_is_sent(settings: LazySettings) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    with emails.Server():
        pass


def test_a_refused_address_is_raised_and_the_next_mail_goes_out(recovery: Recovery, inbox: Inbox) -> None:
    mail = emails.build(post(recovery, "reminder"))
    with emails.Server() as server:
        mail.to = ["nobody@clinic.example"]
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            server.send(mail)
        mail.to = ["ana@mail.example"]
        server.send(mail)
    assert [m["To"] for m in inbox.mails] == ["ana@mail.example"]


def test_a_broken_connection_is_raised_and_then_replaced(recovery: Recovery, inbox: Inbox) -> None:
    mail = emails.build(post(recovery, "reminder"))
    with emails.Server() as server:
        server.send(mail)
        inbox.hang_up = True
        with pytest.raises(smtplib.SMTPServerDisconnected):
            server.send(mail)
        server.send(mail)
    assert len(inbox.mails) == 2
    assert len(inbox.sessions) == 2


def test_a_server_that_is_away_is_an_os_error(recovery: Recovery, settings: LazySettings) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    mail = emails.build(post(recovery, "reminder"))
    with emails.Server() as server:
        for _ in range(2):
            with pytest.raises(ConnectionRefusedError):
                server.send(mail)


def test_a_mail_that_cannot_be_written_leaves_the_server_usable(recovery: Recovery, inbox: Inbox) -> None:
    good, bad = (emails.build(post(recovery, "reminder")) for _ in range(2))
    bad.subject = "two\nlines"
    with emails.Server() as server:
        with pytest.raises(ValueError, match="newline"):
            server.send(bad)
        server.send(good)
    assert len(inbox.mails) == 1


def test_the_time_of_building_does_not_change_the_message_id(recovery: Recovery) -> None:
    message = post(recovery, "reminder")
    first = emails.build(message).message()["Message-ID"]
    Message.objects.update(attempts=3, due_at=NOW + timedelta(hours=1))
    assert emails.build(Message.objects.get()).message()["Message-ID"] == first
