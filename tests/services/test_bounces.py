"""Mail that did not arrive: the address stops, and a person rings the patient."""

from datetime import timedelta

import pytest

from tests import cast
from tests.cast import NOW
from tests.servers.mail import Sink
from tracker.models import CallBack, Message, Recovery
from tracker.services import bounces, delivery, messages, reminders

pytestmark = pytest.mark.django_db

NOTICE = """From: mailer-daemon@mx.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I could not deliver your mail.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {to}
Action: {action}
Status: 5.1.1

--b
Content-Type: {kind}

Message-ID: {message_id}
Subject: Your two minutes for today

--b--
"""


@pytest.fixture
def recovery() -> Recovery:
    return cast.make_recovery()


def mail(recovery: Recovery, key: str = "k", **fields: object) -> Message:
    """A note's mail to the patient, in the outbox."""
    user = recovery.patient.user
    about = {"kind": Message.Kind.NOTE, "recovery": recovery, "to_user": user, "to_email": user.email}
    messages.post(clinic_id=recovery.clinic_id, key=key, now=NOW, **about)  # type: ignore[arg-type]
    Message.objects.filter(dedupe_key=key).update(**fields)
    return Message.objects.get(dedupe_key=key)


def sent(recovery: Recovery) -> Message:
    return mail(recovery, state=Message.State.SENT, sent_at=NOW)


def notice(message: Message, **changes: str) -> bytes:
    said = {"to": message.to_email, "action": "failed", "message_id": message.message_id}
    return NOTICE.format(**{"kind": "message/rfc822"} | said | changes).encode()


def came_back(message: Message, **changes: str) -> bool:
    return bounces.note_bounce(notice=notice(message, **changes), now=NOW + timedelta(hours=2))


def test_a_mail_refused_at_the_door_stops_the_address_and_asks_for_one_call(
    recovery: Recovery, sink: Sink
) -> None:
    for key in ("first", "second"):
        mail(recovery, key)
    sink.answer("550 no such user", at="rcpt")
    assert delivery.deliver_due(clock=lambda: NOW) == 0
    call = CallBack.objects.get()
    assert (call.recovery, call.why, call.asked_at) == (recovery, "bounced", NOW)
    recovery.patient.refresh_from_db()
    assert recovery.patient.email_broken_at == NOW


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_mail_that_comes_back_later_does_the_same(recovery: Recovery, kind: str) -> None:
    message = sent(recovery)
    assert came_back(message, kind=kind)
    assert not came_back(message, kind=kind)
    message.refresh_from_db()
    assert (message.state, message.reason) == (Message.State.DEAD, "came back")
    assert CallBack.objects.get().why == "bounced"
    reminder = mail(recovery, "next", kind=Message.Kind.REMINDER, local_day=NOW.date())
    assert reminders.why_not(reminder, now=NOW) == "address broken"


@pytest.mark.parametrize(
    "changes",
    [
        {"action": "delayed"},
        {"to": "somebody.else@mail.example"},
        {"message_id": "<message-1.20200101000000@aftercare>"},
        {"message_id": "<other@mail.example>"},
    ],
)
def test_a_notice_about_anything_else_changes_nothing(recovery: Recovery, changes: dict[str, str]) -> None:
    message = sent(recovery)
    assert not came_back(message, **changes)
    message.refresh_from_db()
    recovery.patient.refresh_from_db()
    assert message.state == Message.State.SENT
    assert recovery.patient.email_broken_at is None


def test_what_is_no_notice_at_all_changes_nothing() -> None:
    assert not bounces.note_bounce(notice=b"\xff\x00 not a mail", now=NOW)


def test_an_address_that_works_again_gets_reminders_again(recovery: Recovery) -> None:
    came_back(sent(recovery))
    bounces.address_works(user=recovery.patient.user)
    recovery.patient.refresh_from_db()
    assert recovery.patient.email_broken_at is None
