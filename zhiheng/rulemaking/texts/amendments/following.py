"""References in what a decision does not word anew follow the new numbers."""

from __future__ import annotations

import re

from ..model import ARTICLES, DIVISIONS, Kind, Provision, Text
from ..numbering import Number, article_label
from ..references import Number_, Places, Reference, renumber


class Following:
    """References of the old text carried over. ``twin`` leads from an old provision (by ``id()``) to the new one, ``words`` holds the
    replacements the decision itself orders."""

    def __init__(
        self, text: Text, twin: dict[int, Provision], words: dict[int, list[tuple[str, str]]]
    ) -> None:
        self.text, self.twin, self.words = text, twin, words
        self.followed: list[str] = []
        self.broken: list[str] = []

    def follow(self, old_references: list[Reference], *, rewrite: bool) -> None:
        """References in what nobody worded anew keep meaning what they meant."""
        present = {id(provision) for provision in self.text.walk()}
        paths = self.text.paths()
        places = Places(self.text)
        by_holder: dict[int, list[Reference]] = {}
        for reference in old_references:
            if reference.ok:
                by_holder.setdefault(id(reference.holder), []).append(reference)
        for holder, found in by_holder.items():
            twin = self.twin[holder]
            if id(twin) not in present:
                continue
            changes: list[tuple[Number_, Number]] = []
            said = []
            for reference in found:
                before = len(changes)
                for number, target in reference.numbers:
                    new = self._number_now(target, number, present, places) if target is not None else None
                    if new is None and target is not None and number.unit == "条":
                        self.broken.append(
                            f"{paths[id(twin)]}：{reference.words}，所指的{article_label((number.n, number.sub))}已删去"
                        )
                    if new is not None and new != (number.n, number.sub):
                        changes.append((number, new))
                if len(changes) > before:
                    said.append(reference.words)
            if not changes:
                continue
            was = found[0].holder.text
            if rewrite:
                twin.text = _with_references(was, changes, self.words.get(id(twin), []))
                self.followed += [f"{paths[id(twin)]}：{words}" for words in said]
            else:
                self.broken += [
                    f"{paths[id(twin)]}：{words}，所指的条文序号已变，决定没有写明相应调整，未改"
                    for words in said
                ]

    def _number_now(
        self, target: Provision, number: Number_, present: set[int], places: Places
    ) -> Number | None:
        """The number under which the provision a reference counts stands now; its old one where that cannot be said."""
        twin = self.twin[id(target)]
        kinds = {"条": ARTICLES, "款": (Kind.PARAGRAPH,), "项": (Kind.ITEM,), "目": (Kind.ITEM,)}.get(
            number.unit, DIVISIONS
        )
        if target.kind not in kinds:  # an item inside a paragraph's own words
            return (number.n, number.sub)
        if id(twin) not in present:
            return None if number.unit == "条" else (number.n, number.sub)
        if number.unit == "款":
            row = [p for p in places.siblings(twin) if p.kind is Kind.PARAGRAPH]
            return (next(n for n, p in enumerate(row) if p is twin) + 1, 0)
        return twin.number


def substitute(text: str, changes: list[tuple[str, str]]) -> str:
    """All replacements at once, in what the text said before any of them; the longer words first."""
    pattern = re.compile(
        "|".join(re.escape(was) for was, _ in sorted(changes, key=lambda change: -len(change[0])))
    )
    table = dict(changes)
    return pattern.sub(lambda match: table[match[0]], text)


def _with_references(text: str, changes: list[tuple[Number_, Number]], words: list[tuple[str, str]]) -> str:
    """New numbers, but for references inside words the decision itself replaces."""
    if not words:
        return renumber(text, changes)
    pattern = re.compile(
        "|".join(re.escape(was) for was, _ in sorted(words, key=lambda change: -len(change[0])))
    )
    table = dict(words)
    pieces, at = [], 0
    for match in [*pattern.finditer(text), None]:
        end = match.start() if match else len(text)
        inside = [
            (
                Number_(n.start - at, n.end - at, n.unit, n.n, n.sub, n.label_end - at if n.label_end else 0),
                new,
            )
            for n, new in changes
            if at <= n.start and max(n.end, n.label_end) <= end
        ]
        pieces.append(renumber(text[at:end], inside))
        if match:
            pieces.append(table[match[0]])
            at = match.end()
    return "".join(pieces)
