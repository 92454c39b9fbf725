"""Answers about figures are kept as long as nothing has been done.

Every change leaves an entry in the ledger of acts, in the same transaction. So the last entry that tells of a change says
which state of the records an answer is about, and the same question about the same state has the same answer: a report that
two hundred people look at is worked out once. What is asked inside a transaction is always worked out, for it may not have
been told yet. Nothing is kept longer than a minute, so that not even a record changed behind the ledger is hidden for long.

Only processes that serve pages keep answers (`settings.KEEP_ANSWERS`).
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection

from zhiheng.audit.selectors import last_change

_SECONDS = 60
_ANSWERS = 300
_kept: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
_lock = threading.Lock()

Answer = TypeVar("Answer", bound=Callable[..., Any])


def remembered(function: Answer) -> Answer:
    """Decorator of a reading function over scopes and figures. Its answer must not be changed by who gets it."""

    @wraps(function)
    def asked(*args: Any, **kwargs: Any) -> Any:
        if not settings.KEEP_ANSWERS or connection.in_atomic_block:
            return function(*args, **kwargs)
        state = last_change()
        if not state:
            return function(*args, **kwargs)
        key = (
            function.__qualname__,
            state,
            *map(_fixed, args),
            *sorted((k, _fixed(v)) for k, v in kwargs.items()),
        )
        with _lock:
            since, answer = _kept.get(key, (0.0, None))
        if since and time.monotonic() - since < _SECONDS:
            return answer
        answer = function(*args, **kwargs)
        with _lock:
            _kept[key] = time.monotonic(), answer
            _kept.move_to_end(key)
            while len(_kept) > _ANSWERS:
                _kept.popitem(last=False)
        return answer

    return asked


def _fixed(argument: Any) -> Hashable:
    return tuple(argument) if isinstance(argument, list) else argument
