"""The command that takes a returned mail, as a mail server pipes it."""

import io
import sys
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests import cast
from tests.services.test_bounces import notice, sent
from tracker.models import CallBack, Message

pytestmark = pytest.mark.django_db


def piped(mail: bytes, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the command says about `mail` on its standard input."""
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(mail), encoding="utf-8"))
    call_command("take_bounce", stdout=out)
    return out.getvalue().strip()


def test_it_stops_the_address_and_asks_for_a_call_once(monkeypatch: pytest.MonkeyPatch) -> None:
    recovery = cast.make_recovery()
    message = sent(recovery)
    assert piped(notice(message), monkeypatch) == "taken"
    assert piped(notice(message), monkeypatch) == "not about a mail of ours"
    assert CallBack.objects.get().why == "bounced"
    recovery.patient.refresh_from_db()
    assert recovery.patient.email_broken_at is not None
    assert timezone.now() - recovery.patient.email_broken_at < timedelta(minutes=1)


@pytest.mark.parametrize(
    "mail", [b"", b"Subject: holiday\n\nI am away.", b"\xff\xfe\x00 not a mail \x80" * 50]
)
def test_it_shrugs_at_anything_else(mail: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    message = sent(cast.make_recovery())
    assert piped(mail, monkeypatch) == "not about a mail of ours"
    message.refresh_from_db()
    assert message.state == Message.State.SENT
    assert not CallBack.objects.exists()
