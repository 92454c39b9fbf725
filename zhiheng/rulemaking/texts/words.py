"""What changed inside a provision, word by word: clause by clause first, then character by character."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

Edit = tuple[str, str, str]
"""``("=", text, text)`` for what stayed, ``("~", old, new)`` for what changed; either side of a change may be empty."""

_CLAUSE = re.compile(r"[^，。；：、“”（）《》\n]+|[，。；：、“”（）《》\n]")


def difference(old: str, new: str) -> list[Edit]:
    """How ``old`` became ``new``. Joining the old sides gives ``old``, the new sides ``new``."""
    if old == new:
        return [("=", old, new)] if old else []
    left, right = _CLAUSE.findall(old), _CLAUSE.findall(new)
    edits: list[Edit] = []
    for tag, a, b, c, d in _opcodes(left, right):
        was, now = "".join(left[a:b]), "".join(right[c:d])
        if tag == "equal":
            edits.append(("=", was, now))
        elif not was or not now or len(was) * len(now) > 250_000:
            edits.append(("~", was, now))
        else:
            edits += _characters(was, now)
    return _joined(edits)


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """As `SequenceMatcher.get_opcodes`, but what both begin and end with has stayed: in words that come again and again the longest
    piece in common may stand elsewhere."""
    least = min(len(old), len(new))
    first = next((n for n in range(least) if old[n] != new[n]), least)
    last = next((n for n in range(least - first) if old[-1 - n] != new[-1 - n]), least - first)
    if first:
        yield "equal", 0, first, 0, first
    middle = SequenceMatcher(None, old[first : len(old) - last], new[first : len(new) - last], autojunk=False)
    for tag, a, b, c, d in middle.get_opcodes():
        yield tag, a + first, b + first, c + first, d + first
    if last:
        yield "equal", len(old) - last, len(old), len(new) - last, len(new)


def _characters(old: str, new: str) -> list[Edit]:
    edits: list[Edit] = []
    for tag, a, b, c, d in _opcodes(old, new):
        edits.append(("=" if tag == "equal" else "~", old[a:b], new[c:d]))
    return edits


def _joined(edits: list[Edit]) -> list[Edit]:
    """Changes that only a character or two keep apart become one: 应→可以 is read, 应→可, 当→以 is not."""
    joined: list[Edit] = []
    for n, (tag, was, now) in enumerate(edits):
        island = tag == "=" and 0 < n < len(edits) - 1 and len(was) <= 2 and was not in "，。；：、“”（）《》"
        if island:
            island = len(edits[n - 1][1] + edits[n - 1][2]) > 1 or len(edits[n + 1][1] + edits[n + 1][2]) > 1
        tag = "~" if island else tag
        if joined and joined[-1][0] == tag:
            joined[-1] = (tag, joined[-1][1] + was, joined[-1][2] + now)
        else:
            joined.append((tag, was, now))
    return joined
