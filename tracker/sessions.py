"""Sessions in the database, as Django keeps them; reading one costs less, and every page reads one."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from tracker.models.prepared import Prepared

_STANDING = Prepared(lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now))


class SessionStore(db.SessionStore):
    """Django's own, but for how a session is looked up. The name is part of its signature: it stays."""

    def _get_session_from_db(self) -> Session | None:
        found = _STANDING.first(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found
