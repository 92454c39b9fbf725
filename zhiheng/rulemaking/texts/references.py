"""Cross-references inside a text: found, resolved to the provision they mean, renumbered with it.

What counts is what a text says about itself: 本法第二十条第二款第（三）项, 第八条至第十条, 前款, 本章. Provisions of other laws (专利法第二条,
《…》第五条) are left alone. A bare 第一款 means this article's, a bare 第（二）项 this paragraph's; in a list the higher units carry
on (第五条第一款、第三款).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .model import ARTICLES, DIVISIONS, Kind, Provision, Text, is_order
from .numbering import CN, NUMERAL, Number, inline_items, numeral, value

UNITS = ("编", "分编", "章", "节", "条", "款", "项", "目")
_RANK = {unit: n for n, unit in enumerate(UNITS)}
_KINDS = {"编": Kind.PART, "分编": Kind.SUBPART, "章": Kind.CHAPTER, "节": Kind.SECTION}

_UNIT = re.compile(
    rf"第\s*(?P<open>[（(])?(?P<n>{NUMERAL})(?P<close>[）)])?\s*"
    rf"(?P<more>(?:[、至]\s*第?[（(]?{NUMERAL}[）)]?)*?)"
    r"(?P<unit>分编|编(?![号制辑造入])|章(?!程)|节(?![目约日水])|条(?![件例约款文幅目])|款(?![项额式待物])|项(?!目)|目(?![的标前录光]))"
    rf"(?:之(?P<sub>[{CN}]{{1,3}})(?![{CN}日间内外前后]))?"
)
_RELATIVE = re.compile(
    r"前(?P<many>[一二两三四五六七八九十]?)(?P<unit>[编章节条款项])(?![目约件例程制号辑写])|本(?P<own>[编章节条款项])(?![目文例程制号辑写])|上(?P<up>[条款])(?=规定|所)"
)
_JOIN = re.compile(r"[、，]?\s*(?:和|或者|或|至|到|以及|及|与|并)?\s*(?:第(?=$))?$")
_RANGE = re.compile(r"\s*(?:至|到)\s*$")
_OWN = re.compile(
    r"本(?:[\u4e00-\u9fff]{0,4})(?:法|条例|办法|规定|解释|细则|规则|决定|章程|制度|意见|通知|准则|标准|规范|程序|方案|指引|批复|公告)(?:中)?的?$"
)
_FOREIGN = re.compile(
    r"(?:》(?:（[^（）]{1,40}）|\([^()]{1,40}\))?|[\u4e00-\u9fff](?:法|条例|办法|解释|细则|规则|通则|总则|公约|协定|议定书|宪法|准则|章程|法典|修正案|条约)"
    r"(?:（[^（）]{1,40}）)?|[\u4e00-\u9fff](?:民法典|法典)|(?:^|[，。；、（“])(?:条例|细则)|(?:该|原|旧|上述|《)(?:规定|决定)|修改前的?规定)(?:中|修订?正?前|修[改订]?后)?的?$"
)
_NOT_LAW = re.compile(
    r"(?:方|违|合|非|执|司|立|守|依|无|设|做|看|用|手|想|书)法的?$|(?:依照|按照|违反|根据)规定的?$|本[\u4e00-\u9fff]{0,4}$"
)


@dataclass
class Number_:
    """One number inside a reference: where it stands and which unit it counts."""

    start: int
    end: int
    unit: str
    n: int
    sub: int = 0
    label_end: int = 0


@dataclass
class Reference:
    """One reference. ``holder`` holds it at ``start:end`` of its text; ``targets`` are the provisions it means (two ends of a
    range, one for each of 前两款). ``numbers`` pairs each written number with the provision it counts."""

    holder: Provision
    start: int
    end: int
    words: str
    targets: list[Provision] = field(default_factory=list)
    ok: bool = False
    why: str = ""
    numbers: list[tuple[Number_, Provision | None]] = field(default_factory=list)


class Places:
    """Where everything is: parents, positions, articles by number."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.parent: dict[int, Provision | None] = {}
        self.articles: dict[Number, Provision] = {}
        self.order: list[Provision] = []
        self._index(text.body, None)
        self.position = {id(article): n for n, article in enumerate(self.order)}

    def _index(self, provisions: list[Provision], parent: Provision | None) -> None:
        for provision in provisions:
            self.parent[id(provision)] = parent
            if provision.kind in ARTICLES:
                self.articles.setdefault(provision.number, provision)
                self.order.append(provision)
            self._index(provision.children, provision)

    def above(self, provision: Provision, *kinds: Kind) -> Provision | None:
        """The nearest provision of one of ``kinds`` that holds this one, itself included."""
        at: Provision | None = provision
        while at is not None and at.kind not in kinds:
            at = self.parent[id(at)]
        return at

    def siblings(self, provision: Provision) -> list[Provision]:
        parent = self.parent[id(provision)]
        return parent.children if parent is not None else self.text.body

    def paragraph_of(self, provision: Provision) -> Provision | None:
        """The 款 that holds this provision: the paragraph directly below an article."""
        at: Provision | None = provision
        while at is not None:
            parent = self.parent[id(at)]
            if at.kind is Kind.PARAGRAPH and (parent is None or parent.kind not in (Kind.ITEM,)):
                return at
            at = parent
        return None

    def division(self, kind: Kind, number: Number, near: Provision | None) -> Provision | None:
        found = [p for p in self.text.walk() if p.kind is kind and p.number == number]
        while near is not None and len(found) > 1:
            near = self.parent[id(near)]
            inside = [p for p in found if near is not None and any(p is q for q in near.walk())]
            if inside:
                return inside[0]
        return found[0] if found else None


def paragraphs(article: Provision) -> list[Provision]:
    return [child for child in article.children if child.kind is Kind.PARAGRAPH]


def items(paragraph: Provision) -> list[Provision]:
    return [child for child in paragraph.children if child.kind is Kind.ITEM]


def references(text: Text) -> list[Reference]:
    """Every reference of the text to itself, in order. An amending decision speaks of another text: it has none."""
    if text.amends:
        return []
    places = Places(text)
    found: list[Reference] = []
    spoken_of: dict[int, Provision | None] = {}
    for provision in text.walk():
        if provision.kind is Kind.PREAMBLE and is_order(provision.text):
            continue  # the decision printed above the text it amended
        if provision.kind not in DIVISIONS and provision.text and provision.kind is not Kind.CONTENTS:
            parent = places.parent[id(provision)]
            scan = _Scan(provision, places, spoken_of.get(id(parent)))
            found += scan.run()
            spoken_of[id(provision)] = scan.spoken_of
    return found


class _Scan:
    """The references of one line, from left to right."""

    def __init__(self, holder: Provision, places: Places, spoken_of: Provision | None) -> None:
        self.holder, self.places, self.words = holder, places, holder.text
        self.found: list[Reference] = []
        self.foreign_seen_at = -1
        self.spoken_of = spoken_of
        """The article or paragraph last referred to, here or in the paragraph above: 违反第十四条…：（一）违反第二项…."""

    def run(self) -> list[Reference]:
        words = self.words
        if "第" not in words and "前" not in words and "本" not in words and "上" not in words:
            return []
        marks = [(m.start(), "unit", m) for m in _UNIT.finditer(words)]
        marks += [(m.start(), "relative", m) for m in _RELATIVE.finditer(words)]
        marks.sort(key=lambda mark: mark[0])
        n, previous_end, foreign = 0, -1, False
        context: dict[str, Provision | None] = {}
        while n < len(marks):
            # one chain: units that follow each other without a gap, from the higher to the lower
            chain = [marks[n]]
            while n + 1 < len(marks):
                last, following = chain[-1][2], marks[n + 1]
                if (
                    following[0] != last.end()
                    or following[1] != "unit"
                    or self._rank(last) >= self._rank(following[2])
                ):
                    break
                n += 1
                chain.append(following)
            n += 1
            start, end = chain[0][0], chain[-1][2].end()
            before = words[max(0, start - 200) : start]
            joined = previous_end >= 0 and bool(_JOIN.fullmatch(words[previous_end:start]))
            ranged = joined and bool(_RANGE.fullmatch(words[previous_end:start]))
            own = bool(_OWN.search(before[-24:].rstrip()))
            if not joined or own:
                context = {}
                foreign = not own and self._foreign(before)
            if foreign and chain[0][1] == "relative":
                foreign = False
            if foreign:
                self.foreign_seen_at = start
            else:
                context = self._resolve(chain, start, end, context if joined else {}, own, ranged)
            previous_end = end
        return self.found

    @staticmethod
    def _rank(match: re.Match) -> int:
        groups = match.groupdict()
        return _RANK[groups.get("unit") or groups.get("own") or groups.get("up")]

    def _foreign(self, before: str) -> bool:
        before = before.rstrip()
        tail = before[-60:]
        if not _FOREIGN.search(tail) or _NOT_LAW.search(tail):
            return False
        named = re.search(r"《([^《》]+)》[^《》]*$", before)
        return not (named and tail.rstrip("的中").endswith("》") and named[1] == self.places.text.title)

    def _resolve(
        self, chain: list, start: int, end: int, context: dict[str, Provision | None], own: bool, ranged: bool
    ) -> dict[str, Provision | None]:
        places, holder = self.places, self.holder
        reference = Reference(holder, start, end, self.words[start:end])
        ends: list[Provision] = []
        at: Provision | None = None
        inherited = dict(context)
        for depth, (_, kind, match) in enumerate(chain):
            if kind == "relative":
                ends = self._relative(match, reference)
                at = ends[0] if ends else None
                context = {}
            else:
                unit = match["unit"]
                if depth == 0:
                    at = self._base(unit, inherited)
                ends = []
                for number in self._numbers(match):
                    bare = depth == 0 and not any(_RANK[key] < _RANK[unit] for key in inherited)
                    target = self._child(at, unit, number, bare=bare)
                    if target is None and bare and unit in ("款", "项") and self.spoken_of is not None:
                        target = self._child(self.spoken_of, unit, number, bare=True)
                    reference.numbers.append((number, target))
                    if target is None and not reference.why:
                        reference.why = f"没有{self._said(unit, number)}"
                    ends += [target] if target is not None else []
                higher = context if depth else inherited
                context = {key: p for key, p in higher.items() if _RANK[key] < _RANK[unit]}
                at = ends[-1] if ends else None
            if at is None:
                reference.why = reference.why or "指向的内容不存在"
                break
            context[self._rank_unit(match)] = at
        reference.targets = ends if at is not None else []
        reference.ok = bool(reference.targets) and not reference.why
        if reference.ok:
            last = reference.targets[-1]
            if last.kind is Kind.ITEM:
                last = places.parent[id(last)]
            if last is not None and last.kind in (*ARTICLES, Kind.PARAGRAPH):
                self.spoken_of = last
        if not reference.ok and not own and self._belongs_elsewhere(chain, start):
            return context
        if ranged and self.found and reference.ok and self.found[-1].ok:
            self._check_range(reference)
        self.found.append(reference)
        return context

    @staticmethod
    def _rank_unit(match: re.Match) -> str:
        groups = match.groupdict()
        return groups.get("unit") or groups.get("own") or groups.get("up")

    def _belongs_elsewhere(self, chain: list, start: int) -> bool:
        """An article number without any law's name, which this text does not have, in a sentence that named another law."""
        if chain[0][1] == "relative":
            return False
        return self.foreign_seen_at > self.words.rfind("。", 0, start)

    def _check_range(self, reference: Reference) -> None:
        first, last = self.found[-1].targets[0], reference.targets[-1]
        if first.kind in ARTICLES and last.kind in ARTICLES:
            position = self.places.position
            if position[id(first)] > position[id(last)]:
                reference.ok, reference.why = False, "起止颠倒"

    def _numbers(self, match: re.Match) -> list[Number_]:
        unit, sub = match["unit"], match["sub"]
        first = value(match["n"])
        found = [
            Number_(
                match.start("n"),
                match.end("n"),
                unit,
                first or 0,
                (value(sub) or 0) if sub else 0,
                match.end(),
            )
        ]
        for more in re.finditer(NUMERAL, match["more"]):
            offset = match.start("more")
            found.append(Number_(offset + more.start(), offset + more.end(), unit, value(more[0]) or 0))
        return found

    @staticmethod
    def _said(unit: str, number: Number_) -> str:
        return f"第{numeral(number.n) if 0 < number.n < 10000 else number.n}{unit}" + (
            f"之{numeral(number.sub)}" if number.sub else ""
        )

    def _base(self, unit: str, inherited: dict[str, Provision | None]) -> Provision | None:
        """What a chain that begins with ``unit`` counts within: the list's own article, else where the words stand."""
        for key in reversed(UNITS[: _RANK[unit]]):
            if inherited.get(key) is not None:
                return inherited[key]
        if unit == "款":
            return self.places.above(self.holder, *ARTICLES)
        if unit == "项":
            return self.places.paragraph_of(self.holder) or self.places.above(self.holder, *ARTICLES)
        if unit == "目":
            return self.places.above(self.holder, Kind.ITEM)
        return self.holder

    def _child(self, at: Provision | None, unit: str, number: Number_, *, bare: bool) -> Provision | None:
        """The provision that ``number`` counts inside ``at``."""
        key = (number.n, number.sub)
        if unit == "条":
            return self.places.articles.get(key)
        if unit in _KINDS:
            return self.places.division(_KINDS[unit], key, at)
        if at is None:
            return None
        if unit == "款":
            if at.kind is Kind.PARAGRAPH:
                at = self.places.above(at, *ARTICLES) or at
            below = paragraphs(at)
            return below[number.n - 1] if 0 < number.n <= len(below) else None
        return self._item(at, number.n, bare=bare)

    def _item(self, at: Provision, n: int, *, bare: bool) -> Provision | None:
        """第（n）项 of a paragraph; of an article, its only paragraph with items; of a bare mention, the article's only one."""
        holders = paragraphs(at) if at.kind in ARTICLES else [at]
        for found in self._items_in(holders, n):
            return found
        if bare or at.kind is Kind.PARAGRAPH:
            article = self.places.above(at, *ARTICLES)
            for found in self._items_in(paragraphs(article), n) if article is not None and bare else ():
                return found
        return None

    @staticmethod
    def _items_in(holders: list[Provision], n: int) -> list[Provision]:
        found = [item for holder in holders for item in items(holder) if item.number[0] == n]
        # items that stand inside the paragraph's own words: the paragraph is as near as one can point
        return found or [holder for holder in holders if n in inline_items(holder.text)]

    def _relative(self, match: re.Match, reference: Reference) -> list[Provision]:
        places, holder = self.places, self.holder
        if own := match["own"]:
            kinds = {"条": ARTICLES, "款": (Kind.PARAGRAPH,), "项": (Kind.ITEM,)}.get(own) or (
                _KINDS[own],
                Kind.HEADING,
            )
            target = places.paragraph_of(holder) if own == "款" else places.above(holder, *kinds)
            if target is None:
                reference.why = f"这里不在任何{own}之内"
            return [target] if target is not None else []
        unit = match["unit"] or match["up"]
        many = {"": 1, "两": 2}.get(match["many"] or "") or value(match["many"]) or 1
        if unit == "条":
            article = places.above(holder, *ARTICLES)
            at = places.position[id(article)] if article is not None else 0
            before = places.order[:at]
        elif unit == "款":
            paragraph = places.paragraph_of(holder)
            below = (
                [p for p in places.siblings(paragraph) if p.kind is Kind.PARAGRAPH]
                if paragraph is not None
                else []
            )
            before = below[: next((n for n, p in enumerate(below) if p is paragraph), 0)]
        elif unit == "项":
            item = places.above(holder, Kind.ITEM)
            if item is not None:
                row = items(places.parent[id(item)])
                before = row[: next(n for n, one in enumerate(row) if one is item)]
            else:  # 前项 in a paragraph below a list, or in one with the items inside its own words
                paragraph = places.paragraph_of(holder)
                row = places.siblings(paragraph) if paragraph is not None else []
                at = next((n for n, one in enumerate(row) if one is paragraph), 0)
                before = items(row[at - 1]) if at else []
                if not before and inline_items(holder.text):
                    return [holder]
        else:
            division = places.above(holder, _KINDS[unit])
            row = (
                [p for p in places.siblings(division) if p.kind is division.kind]
                if division is not None
                else []
            )
            before = row[: next((n for n, one in enumerate(row) if one is division), 0)]
        if len(before) < many:
            reference.why = f"前面没有{numeral(many) if many > 1 else ''}{unit}"
            return []
        return before[-many:]


# --- renumbering -------------------------------------------------------------------------------------------------------


def renumber(words: str, changes: list[tuple[Number_, Number]]) -> str:
    """``words`` with the numbers at these places written anew, in the manner they were written (Chinese or Arabic)."""
    for number, (n, sub) in sorted(changes, key=lambda change: -change[0].start):
        written = str(n) if words[number.start : number.end].isdigit() else numeral(n)
        tail = words[number.end : number.label_end] if number.label_end else ""
        after = words[number.label_end :] if number.label_end else words[number.end :]
        if number.label_end:
            tail = re.sub(r"之[^之]+$", "", tail) if number.sub else tail
            tail += f"之{numeral(sub)}" if sub else ""
        words = words[: number.start] + written + tail + after
    return words
