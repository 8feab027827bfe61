"""Sessions are Django's own, read by a query whose SQL is known."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore as Plain
from django.contrib.sessions.models import Session
from django.utils import timezone

from tracker.sessions import SessionStore

pytestmark = pytest.mark.django_db


def kept() -> str:
    """The key of a session that somebody keeps a word in."""
    store = SessionStore()
    store["word"] = "rose"
    store.create()
    return str(store.session_key)


def test_what_is_kept_is_read_again_and_as_django_itself_reads_it() -> None:
    key = kept()
    assert SessionStore(key)["word"] == Plain(key)["word"] == "rose"


@pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=1)])
def test_a_session_that_ran_out_is_nobodys_and_gets_a_new_key(late: timedelta) -> None:
    """Its key must not be taken up again: it may have been read from somewhere."""
    key = kept()
    Session.objects.filter(session_key=key).update(expire_date=timezone.now() - late)
    store = SessionStore(key)
    assert store.get("word") is None
    assert store.session_key is None
    store["word"] = "thorn"
    store.save()
    assert store.session_key not in (None, key)


def test_a_key_that_was_made_up_is_nobodys() -> None:
    store = SessionStore("a" * 32)
    assert store.get("word") is None
    assert store.session_key is None
