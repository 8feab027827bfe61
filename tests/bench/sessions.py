"""Signed-in sessions in bulk, as the sign-in page would have left them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

TOKEN = "t" * 32
"""The form token in every session: a bare secret is as good to Django as a masked one."""


def open_sessions(people: Iterable[Any], cookie: str, **more: Any) -> list[str]:
    """The cookie header of a new session for each person; `more` goes into every session."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.base import VALID_KEY_CHARS
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone
    from django.utils.crypto import get_random_string

    store, expires = SessionStore(), timezone.now() + timedelta(days=1)
    rows = []
    for person in people:
        data = {
            SESSION_KEY: str(person.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: person.get_session_auth_hash(),
            "_csrftoken": TOKEN,
            **more,
        }
        key = get_random_string(32, VALID_KEY_CHARS)
        rows.append(Session(session_key=key, session_data=store.encode(data), expire_date=expires))
    Session.objects.bulk_create(rows, batch_size=2000)
    return [f"{cookie}={row.session_key}" for row in rows]
