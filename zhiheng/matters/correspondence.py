"""What passes between units of the house about a matter, and who watches over it: kept by a package above, which registers how it is asked.
Upper packages are pulled from, never imported; where none keeps it, nothing passed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .models import MatterRecord


@dataclass(frozen=True)
class Keeper:
    """`letters_of`: what a matter sent and what it came of; `handed_over`: the letter by which another unit handed it over; `answered`: what
    was answered last to what it asked (kinds of letters); `supervised`: the supervision that names it."""

    letters_of: Callable[[MatterRecord], tuple[list[Any], list[Any]]]
    handed_over: Callable[[MatterRecord], Any | None]
    answered: Callable[[MatterRecord, Iterable[str]], str | None]
    supervised: Callable[[MatterRecord], list[Any]]


_NOBODY = Keeper(lambda record: ([], []), lambda record: None, lambda record, kinds: None, lambda record: [])
_keepers = [_NOBODY]


def register(keeper: Keeper) -> Keeper:
    """Called when the app that keeps it starts."""
    _keepers[0] = keeper
    return keeper


def kept() -> Keeper:
    return _keepers[0]
