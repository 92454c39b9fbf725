"""The day the pages work on: today, or in a demonstration the day its visitor has turned to.

Views ask `today()`; services and the law are handed the day. Entries of the ledger keep the true moment beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from django.conf import settings
from django.utils import timezone

COOKIE, SALT = "demonstration-day", "zhiheng.demonstration-day"
_turned_to: ContextVar[date | None] = ContextVar("demonstration_day", default=None)


def today() -> date:
    return _turned_to.get() or timezone.localdate()


@contextmanager
def on(day: date) -> Iterator[None]:
    """Work on a given day: what is carried out later for somebody sees the day on which it was asked for."""
    token = _turned_to.set(day)
    try:
        yield
    finally:
        _turned_to.reset(token)


def demonstration_day() -> date | None:
    """The day turned to, None outside a demonstration (the setting is absent everywhere else)."""
    return _turned_to.get()


class DemonstrationDayMiddleware:
    """With ZHIHENG_DEMO_DATE set, each visitor's browser has a day of its own, beginning with that date.

    A case of many weeks can then be worked in one sitting, by several accounts one after the other: the day stays when the visitor
    signs out, so that nobody signs before what they sign was written. The banner on every page says what day it is; without the
    setting the middleware steps out of the way.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.DEMO_DATE is None:
            return self.get_response(request)
        kept = request.get_signed_cookie(COOKIE, default="", salt=SALT)
        with on(date.fromisoformat(kept) if kept else settings.DEMO_DATE):
            return self.get_response(request)
