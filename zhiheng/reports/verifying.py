"""Whether a text somebody holds is one that was published, word for word, and what has changed since in the records behind it.

Files break lines and pages where they like, so texts are compared without spaces and page numbers, sentence by sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from zhiheng.canonical import closed_up, half_width, visible
from zhiheng.figures import selectors as figures
from zhiheng.figures.models import Snapshot
from zhiheng.figures.selectors import Check

from .claims.sources import read_bytes
from .selectors import issued_docx

_FOLIO = re.compile(r"^[\s—–\-·第]*\d{1,4}[\s—–\-·页]*$", re.MULTILINE)
_SENTENCE = re.compile(r"[^。；！？]+[。；！？]?")
_NUMBER = re.compile(r"[0-9][0-9,.]*%?")
# From which share of a published text's sentences on a text is taken for a copy of it.
_COPY = 0.3


@dataclass(frozen=True)
class Difference:
    """A passage of the published text and what the text in hand has in its place; "" where one of them has nothing."""

    published: str
    found: str


@dataclass(frozen=True)
class Verified:
    """What a text is. `snapshot`: the published report it is, or comes nearest to, None where it is none of them; `differences`: where
    its body departs from that; `tables`: lines of its annexes that the published file does not have, None where it has no annex.
    `check`: what has become of the records since."""

    snapshot: Snapshot | None
    differences: tuple[Difference, ...] = ()
    tables: tuple[str, ...] | None = None
    check: Check | None = None

    @property
    def genuine(self) -> bool:
        """Whether it says what was published, no more and no less; what has changed since is another matter."""
        return self.snapshot is not None and not self.differences and not self.tables

    @property
    def words(self) -> str:
        if self.snapshot is None:
            return "不是已发布的报告：没有一份发布过的文本与它相近"
        named = f"{self.snapshot.unit_name or self.snapshot.unit.name}{self.snapshot.published_on:%Y-%m-%d}发布的“{self.snapshot.title}”"
        if self.differences:
            return f"与{named}不一致：正文有{len(self.differences)}处不同"
        if self.tables:
            return f"正文与{named}逐字相同，附件有{len(self.tables)}行不同"
        return f"是{named}，{'只有正文，' if self.tables is None else ''}逐字相同"

    def to_dict(self) -> dict:
        """As scripts read it; `figures` are those whose records have changed since."""
        snapshot, check = self.snapshot, self.check
        return {
            "genuine": self.genuine,
            "words": self.words,
            "published": snapshot
            and {
                "title": snapshot.title,
                "unit": snapshot.unit.code,
                "on": snapshot.published_on.isoformat(),
                "digest": snapshot.digest,
                "ledger_head": snapshot.ledger_head,
            },
            "differences": [{"published": one.published, "found": one.found} for one in self.differences],
            "tables": list(self.tables) if self.tables is not None else None,
            "intact": check.intact if check else None,
            "figures": [
                {
                    "id": one.figure,
                    "title": one.title,
                    "unit": one.unit,
                    "published": one.published_text,
                    "today": one.today_text,
                    "rows": [
                        {"name": row.name, "what": row.what, "was": row.was, "now": row.now, "because": row.because}
                        for row in one.changes
                    ],
                }
                for one in (check.figures if check else ())
                if one.changes or not one.sound
            ],
        }  # fmt: skip


def verify(text: str, snapshots: Iterable[Snapshot], on: date) -> Verified:
    """Hold a text against these published reports, and the records behind the one it is against those of the day."""
    sent = _closed(text)
    plain, sentences = half_width(sent), set(map(half_width, _SENTENCE.findall(sent)))
    found: list[tuple[bool, float, int, str, Snapshot]] = []
    for snapshot in snapshots:
        body = _closed(snapshot.text)
        published = [half_width(one) for one in _SENTENCE.findall(body)]
        share = sum(one in sentences for one in published) / max(1, len(published))
        whole = bool(published) and half_width(body) in plain
        if whole or share >= _COPY:
            found.append((whole, share, snapshot.pk, body, snapshot))
    if not found:
        return Verified(None)
    whole, _, _, body, snapshot = max(found, key=lambda one: one[:3])
    check = figures.check(snapshot, on)
    if not whole:
        return Verified(snapshot, _differences(body, sent), None, check)
    if plain == half_width(body):
        return Verified(snapshot, check=check)
    return Verified(snapshot, tables=_beside(text, snapshot), check=check)


def _closed(text: str) -> str:
    """The words alone, as they are shown: no spaces, no page numbers."""
    return "".join(visible(_FOLIO.sub("", text)).split())


def _differences(published: str, sent: str) -> tuple[Difference, ...]:
    """Where the body departs. What stands before its first common sentence and behind its last one is another part of the file."""
    ours, theirs = _SENTENCE.findall(published), _SENTENCE.findall(sent)
    alike = [[half_width(one) for one in side] for side in (ours, theirs)]
    codes = SequenceMatcher(None, *alike, autojunk=False).get_opcodes()
    found = []
    for place, (what, a, b, c, d) in enumerate(codes):
        if what == "equal" or (what == "insert" and place in (0, len(codes) - 1)):
            continue
        if place == len(codes) - 1:
            d = min(d, c + (b - a))  # the annexes follow
        elif place == 0:
            c = max(c, d - (b - a))
        found.append(Difference("".join(ours[a:b]), "".join(theirs[c:d])))
    return tuple(found)


def _beside(text: str, snapshot: Snapshot) -> tuple[str, ...]:
    """Lines beside the body that the published file does not have. A row of a table must be a row of it; where a file has broken rows
    into lines, every word and every number of a line must stand in it."""
    ours = read_bytes(issued_docx(snapshot), "published.docx")
    rows = {closed_up(line) for line in ours.splitlines()}
    rows.add(closed_up(f"快照摘要（SM3）：{snapshot.digest}"))  # papers of earlier years end with it
    whole, numbers = closed_up(ours), set(filter(_NUMBER.fullmatch, ours.split()))
    strange = []
    for line in _FOLIO.sub("", text).splitlines():
        said = closed_up(line)
        if said in rows or ("\t" not in line and said in whole and not _NUMBER.search(said)):
            continue
        words = line.split()
        if "\t" in line or not all(
            one in numbers if _NUMBER.fullmatch(one) else closed_up(one) in whole for one in words
        ):
            strange.append(" ".join(words))
    return tuple(dict.fromkeys(strange))
