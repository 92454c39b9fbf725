"""Records of any kind as officers make them: begun, and acted upon, by the code of the kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from zhiheng.registers import services
from zhiheng.registers.declaration import find


def begin(actor, kind: str, answers: Mapping[str, Any], parent=None, *, on: date):
    """A record of the kind begun on the day, below its parent; handed back."""
    register = find(kind)
    return services.begin(
        actor=actor, on=on, register=register, act=register.begin, answers=answers, parent=parent
    )


def take(actor, kind: str, record, code: str, answers: Mapping[str, Any], *, on: date):
    """An act taken on a record of the kind."""
    register = find(kind)
    return services.take(
        actor=actor, on=on, register=register, record=record, act=register.act(code), answers=answers
    )
