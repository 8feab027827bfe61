"""The mails of a trial run."""

import mailbox
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.views import desk

URL = "/mailbox/"


@pytest.fixture
def box(tmp_path: Path, settings: Any) -> mailbox.Maildir:
    """The catcher's box, empty."""
    settings.MAIL_DIR = tmp_path / "mail"
    return mailbox.Maildir(str(settings.MAIL_DIR), create=True)


def caught(box: mailbox.Maildir, subject: str, text: str = "Hello", html: str = "") -> str:
    """A mail as the catcher files it; gives its key."""
    mail = EmailMessage()
    mail["Subject"], mail["To"] = subject, "ana@mail.example"
    mail["Date"] = "Thu, 12 Mar 2026 12:00:00 +0000"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return box.add(mail)


def test_it_lists_the_newest_first_for_anyone_who_tries_it(client: Client, box: mailbox.Maildir) -> None:
    caught(box, "First")
    caught(box, "Grüße, second")
    page = desk.text(client.get(URL))
    assert page.index("Grüße, second") < page.index("First")
    assert "to ana@mail.example" in page
    assert "Thu 12 Mar, 12:00:00" in page


def test_it_says_so_when_nothing_was_caught(client: Client, box: mailbox.Maildir) -> None:
    assert "No e-mail yet" in desk.text(client.get(URL))


@pytest.mark.parametrize("path", [URL, URL + "1.x/", URL + "1.x/html/"])
def test_it_is_not_there_where_a_real_mail_server_is_named(client: Client, settings: Any, path: str) -> None:
    settings.MAIL_DIR = None
    assert client.get(path).status_code == 404


def test_it_is_not_there_in_production(client: Client, box: mailbox.Maildir, settings: Any) -> None:
    caught(box, "Secret")
    settings.PRODUCTION = True
    assert client.get(URL).status_code == 404


def test_it_only_answers_to_reading(client: Client, box: mailbox.Maildir) -> None:
    assert client.post(URL).status_code == 405
