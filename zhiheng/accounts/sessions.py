"""Sessions in the database, read by a statement that is put together once."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.utils import timezone

from zhiheng.statements import Once


class SessionStore(db.SessionStore):
    """Django's, which reads one for every page."""

    def _get_session_from_db(self):
        found = _SESSION(self.session_key, timezone.now()) if self.session_key else []
        if found:
            return found[0]
        self._session_key = None
        return None


_SESSION = Once(
    lambda key, at: SessionStore.get_model_class().objects.filter(session_key=key, expire_date__gt=at)
)
