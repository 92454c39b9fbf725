"""Sessions in the database, read by a statement that is put together once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from zhiheng.statements import Once

from .models import Person

KEPT = timedelta(days=1)
"""How long the row of an ended session stays: until then it is known whose it was."""


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


def owner_lately(key: str, at: datetime) -> int | None:
    """Whose a session was that ended less than `KEPT` ago; None where nobody can tell, or the person may not sign in with it any more.
    It opens nothing: only what they send is kept for them."""
    rows = SessionStore.get_model_class().objects
    row = rows.filter(session_key=key, expire_date__gt=at - KEPT).first() if key else None
    held = row.get_decoded() if row else {}
    person = Person.objects.filter(pk=held.get(SESSION_KEY) or 0, is_active=True).first()
    same = person and constant_time_compare(held.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash())
    return person.pk if same else None
