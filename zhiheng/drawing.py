"""双随机: a draw that anybody can repeat from what the record holds. Pure.

Each name gets the SHA-256 of seed, round and name; those with the lowest hashes are drawn. The order in which the list was
written down does not matter, and no name can be added or left out without the draw coming out otherwise.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable


def new_seed() -> str:
    """A seed nobody could choose or foresee."""
    return secrets.token_hex(16)


def draw(names: Iterable[str], many: int, seed: str, round_: str) -> list[str]:
    """So many of the names (all, when there are not more), in the order drawn. `round_` tells draws under one seed apart."""
    known = sorted(dict.fromkeys(names))
    ordered = sorted(known, key=lambda name: hashlib.sha256(f"{seed}\n{round_}\n{name}".encode()).digest())
    return ordered[:many]
