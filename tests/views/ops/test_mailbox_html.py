"""One caught mail as a mail program draws it."""

import mailbox
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.views.ops.test_mailbox import caught


@pytest.fixture
def box(tmp_path: Path, settings: Any) -> mailbox.Maildir:
    """The catcher's box, empty."""
    settings.MAIL_DIR = tmp_path / "mail"
    return mailbox.Maildir(str(settings.MAIL_DIR), create=True)


def test_it_gives_the_mails_own_page_in_a_sandbox(client: Client, box: mailbox.Maildir) -> None:
    key = caught(box, "Drawn", html='<p style="color:green">Hello</p>')
    response = client.get(f"/mailbox/{key}/html/")
    assert b'<p style="color:green">Hello</p>' in response.content
    policy = response["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script-src 'unsafe" not in policy
    assert "allow-scripts" not in policy
    assert response["X-Frame-Options"] == "DENY"


def test_a_mail_without_such_a_part_is_missing(client: Client, box: mailbox.Maildir) -> None:
    assert client.get(f"/mailbox/{caught(box, 'Plain')}/html/").status_code == 404
    assert client.get("/mailbox/none/html/").status_code == 404
