"""The tests' own servers are what they claim to be."""

import os
import smtplib
from collections.abc import Callable
from email.message import EmailMessage

import psycopg
import pytest
from django.conf import settings
from django.core.mail import send_mail
from django.db import connection
from playwright.sync_api import Page

from tests.servers.live import LiveApp, LiveWeb
from tests.servers.mail import Sink
from tests.servers.postgres import postgres
from tests.servers.processes import wait_until
from tracker.models import Heartbeat, User


def send(to: str = "ada@example.org") -> None:
    send_mail("Good day", "It is evening.", "clinic@example.org", [to])


def test_the_sink_keeps_what_it_accepts(sink: Sink) -> None:
    send()
    send("bob@example.org")
    (mail,) = sink.wait_for(1, "ada@example.org")
    assert (mail.subject, mail.body().strip(), mail.to) == (
        "Good day",
        "It is evening.",
        ("ada@example.org",),
    )
    assert mail.message_id.startswith("<")
    assert len(sink.messages()) == 2


def test_the_sink_refuses_as_often_as_it_is_told(sink: Sink) -> None:
    sink.answer("451 4.3.0 later", times=1)
    with pytest.raises(smtplib.SMTPDataError, match="451"):
        send()
    send()
    sink.answer("550 5.1.1 nobody here", at="rcpt")
    for _ in range(2):
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send()
    sink.accept()
    send()
    assert len(sink.messages()) == 2


def test_the_sink_can_take_a_message_and_not_say_so(sink: Sink) -> None:
    sink.answer(at="drop", times=1)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send()
    assert len(sink.messages()) == 1


def test_a_stopped_sink_refuses_connections_and_a_new_one_keeps_the_log(sink: Sink) -> None:
    send()
    sink.stop()
    with pytest.raises(ConnectionRefusedError):
        send()
    sink.start()
    send()
    assert len(sink.messages()) == 2


def test_waiting_in_vain_says_for_what(sink: Sink) -> None:
    with pytest.raises(TimeoutError, match="1 messages to ada@example"):
        sink.wait_for(1, "ada@example.org", seconds=0.1)


def test_the_whole_product_works_on_the_test_database(live_app: LiveApp) -> None:
    wait_until(Heartbeat.objects.exists, 30, "a beat that reached the worker")
    User.objects.create_user("ada@example.org", "a long enough password")
    assert live_app.get("/accounts/login/")[0] == 200
    live_app.worker.kill()
    Heartbeat.objects.all().delete()
    live_app.worker.start()
    wait_until(Heartbeat.objects.exists, 30, "a beat that reached the new worker")


@pytest.mark.browser
def test_a_real_browser_signs_in_at_a_real_server(
    live_web: LiveWeb, page: Page, sign_in: Callable[[Page, User], None]
) -> None:
    sign_in(page, User.objects.create_superuser("ada@example.org"))
    answer = page.goto(f"{live_web.url}/admin/")
    assert answer is not None
    assert answer.status == 200
    assert "ada@example.org" in page.content()


def test_a_private_postgres_starts_and_leaves_nothing() -> None:
    with postgres() as url, psycopg.connect(url) as server:
        assert server.execute("show fsync").fetchone() == ("off",)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)


def test_the_run_keeps_away_from_the_developers_own_data() -> None:
    assert settings.VAR != settings.BASE_DIR / "var"
    assert "REDIS_URL" not in os.environ
    if connection.vendor == "sqlite":
        assert str(connection.settings_dict["NAME"]).startswith(str(settings.VAR))
    else:
        assert "test" in str(connection.settings_dict["NAME"])


def test_a_text_in_another_alphabet_arrives_whole(sink: Sink) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "clinic@example.org", "ada@example.org", "Grüße, 您好"
    mail.set_content("Жду вас завтра.")
    with smtplib.SMTP("127.0.0.1", sink.port) as server:
        server.send_message(mail)
    (kept,) = sink.wait_for(1)
    assert (kept.subject, kept.body().strip()) == ("Grüße, 您好", "Жду вас завтра.")
