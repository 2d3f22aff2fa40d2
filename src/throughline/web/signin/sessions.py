"""Sessions in the database, found by a statement that is planned once a connection."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

from throughline.core.clock import now
from throughline.core.reads import Late, Read

_SESSION = Read(lambda: Session.objects.filter(session_key=Late("key"), expire_date__gt=Late("at")))


class SessionStore(db.SessionStore):
    """Django's own, which every request reads once."""

    def _get_session_from_db(self) -> Session | None:
        found = _SESSION.first(key=self.session_key, at=now())
        if found is None:
            self._session_key = None
        return found
