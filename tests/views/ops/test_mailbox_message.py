"""One caught mail as text."""

import mailbox
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.views import desk
from tests.views.ops.test_mailbox import caught


@pytest.fixture
def box(tmp_path: Path, settings: Any) -> mailbox.Maildir:
    """The catcher's box, empty."""
    settings.MAIL_DIR = tmp_path / "mail"
    return mailbox.Maildir(str(settings.MAIL_DIR), create=True)


def test_it_shows_the_text_with_its_links(client: Client, box: mailbox.Maildir) -> None:
    key = caught(box, "Welcome", "Sign in: http://127.0.0.1:8000/start/abc/ until noon")
    page = desk.text(client.get(f"/mailbox/{key}/"))
    assert "Welcome" in page
    assert 'href="http://127.0.0.1:8000/start/abc/"' in page


def test_it_runs_nothing_that_a_mail_contains(client: Client, box: mailbox.Maildir) -> None:
    key = caught(box, "<script>alert(1)</script>", "<script>alert(2)</script>")
    page = client.get(f"/mailbox/{key}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(2)" in page


def test_it_offers_the_drawn_mail_only_where_there_is_one(client: Client, box: mailbox.Maildir) -> None:
    plain, drawn = caught(box, "Plain"), caught(box, "Drawn", html="<p>Hello</p>")
    assert "/html/" not in desk.text(client.get(f"/mailbox/{plain}/"))
    assert f"/mailbox/{drawn}/html/" in desk.text(client.get(f"/mailbox/{drawn}/"))


@pytest.mark.parametrize("key", ["nothing", "..", "%2e%2e%2fsecret.key", "1.M2P3.host"])
def test_a_key_of_no_mail_is_missing(client: Client, box: mailbox.Maildir, key: str) -> None:
    Path(str(box._path)).parent.joinpath("secret.key").write_text("secret")
    assert client.get(f"/mailbox/{key}/").status_code == 404
