"""Carry out an amending decision on a text: all of it, or nothing.

Every number before 改为 counts in the text as it stands. First each article is amended by itself, then the articles are put in
order, then the headings, and last the references in what nobody worded anew follow the new numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..alignment import align
from ..difference import carry_ids
from ..model import ARTICLES, DIVISIONS, Kind, Provision, Text, appendix_name, assign_ids, fingerprint
from ..numbering import NUMERAL, Number, article_label, family, read_mark
from ..reading import Line, clean, contents_of_article, parse
from ..references import Number_, Places, Reference, items, paragraphs, references, renumber
from .instructions import (
    Address,
    Decision,
    Delete,
    Insert,
    Instruction,
    Note,
    Order,
    Renumber,
    Replace,
    Structure,
    Words,
)
from .ordering import arrange, longest_in_order
from .reading import read_decision


@dataclass(frozen=True)
class Refusal:
    """An order that does not fit the text: its sentence and the reason."""

    said: str
    why: str


class Unfit(ValueError):
    """A decision that does not fit; the text stays as it was. ``refusals`` are the reasons, one for each order."""

    def __init__(self, refusals: list[Refusal]) -> None:
        self.refusals = refusals
        super().__init__("\n".join(f"{one.said}：{one.why}" for one in refusals))


@dataclass
class Outcome:
    """The amended text, the orders carried out, and what happened to references that were not worded anew."""

    text: Text
    done: list[Instruction]
    followed: list[str] = field(default_factory=list)
    """References that follow new numbers: 第十二条第一款：第五条→第六条."""
    broken: list[str] = field(default_factory=list)
    """References to what was deleted, left as they are."""


class _Misfit(ValueError):
    """Why one order does not fit."""


def apply_decision(old: Text, decision: Text | Decision) -> Outcome:
    """``old`` as ``decision`` amends it. Raises :class:`Unfit` when any order is not understood or does not fit."""
    if isinstance(decision, Text):
        decision = read_decision(decision)
    target = _target(old, decision)
    refusals = [Refusal(said, why) for said, why in decision.unread]
    orders = [one for one in decision.of(target) if not isinstance(one, Note)]
    if not orders and not refusals:
        raise Unfit([Refusal(decision.title or "决定", f"其中没有修改《{old.title}》的内容")])
    work = _Work(old)
    for one in orders:
        try:
            work.take(one)
        except _Misfit as why:
            refusals.append(Refusal(one.said, str(why)))
    if not refusals:
        try:
            work.finish()
        except _Misfit as why:
            refusals.append(Refusal(decision.title or "决定", str(why)))
    if refusals:
        raise Unfit(refusals)
    return Outcome(work.text, orders, work.followed, work.broken)


def _plain(title: str) -> str:
    return re.sub(r"[\s《》〈〉（）()]|中华人民共和国", "", title)


def _target(old: Text, decision: Decision) -> str | None:
    """Which of the texts a decision amends is this one."""
    if not decision.targets:
        return None
    for target in decision.targets:
        if _plain(target) == _plain(old.title):
            return target
    if len(decision.targets) == 1:
        named = decision.targets[0]
        raise Unfit([Refusal(decision.title or "决定", f"修改的是《{named}》，不是《{old.title}》")])
    raise Unfit([Refusal(decision.title or "决定", f"修改的{len(decision.targets)}件中没有《{old.title}》")])


@dataclass
class _Changes:
    """What happens to the children of one provision: articles of the text, paragraphs of an article, items of a paragraph."""

    replaced: dict[int, list[Provision]] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    becomes: dict[int, Number] = field(default_factory=dict)
    added: list[tuple[Number | None, Provision]] = field(default_factory=list)


@dataclass
class _Added:
    """An article to come: where it goes if its number does not say (a chapter's heading), the heading it brings with it."""

    article: Provision
    within: Provision | None = None


class _Work:
    def __init__(self, old: Text) -> None:
        self.old, self.text = old, old.copy()
        self.twin = {id(a): b for a, b in zip(old.walk(), self.text.walk(), strict=True)}
        self.places = Places(self.text)
        self.changes: dict[int, _Changes] = {}
        self.holders: dict[int, Provision] = {}
        self.words: dict[int, list[tuple[str, str]]] = {}
        self.articles = _Changes()
        self.added: list[_Added] = []
        self.headings: list[tuple[Provision, Provision | None]] = []
        self.heading_changes = _Changes()
        self.structure: tuple[str, ...] | None = None
        self.parts: dict[str, list[str] | None] = {}
        self.whole: tuple[str, ...] = ()
        self.orderly = False
        self.followed: list[str] = []
        self.broken: list[str] = []

    # --- places -----------------------------------------------------------------------------------------------------------

    def article(self, number: Number) -> Provision:
        found = self.places.articles.get(number)
        if found is None:
            raise _Misfit(f"原文没有{article_label(number)}")
        return found

    def division(self, address: Address) -> Provision:
        near: Provision | None = None
        for unit, number in address.division:
            kind = {"编": Kind.PART, "分编": Kind.SUBPART, "章": Kind.CHAPTER, "节": Kind.SECTION}[unit]
            within = near.walk() if near is not None else self.text.walk()
            near = next((p for p in within if p.kind is kind and p.number == number), None)
            if near is None:
                raise _Misfit(f"原文没有{address.words}")
        return near

    def paragraph(self, address: Address) -> Provision:
        article = self.article(address.article)
        below = paragraphs(article)
        if address.paragraph is None:
            with_items = [p for p in below if items(p)]
            if len(with_items) != 1:
                raise _Misfit(f"{article_label(address.article)}有{len(with_items)}款分项，请写明第几款")
            return with_items[0]
        if not 0 < address.paragraph <= len(below):
            raise _Misfit(f"{article_label(address.article)}只有{len(below)}款，没有{address.at(item=None, subitem=None).below}")
        return below[address.paragraph - 1]

    def item(self, address: Address) -> Provision:
        paragraph = self.paragraph(address)
        for item in items(paragraph):
            if item.number == (address.item, 0):
                return item
        raise _Misfit(f"原文没有{address.words}")

    def find(self, address: Address) -> Provision:
        """The provision at an address."""
        if address.division:
            return self.division(address)
        if address.article is None:
            raise _Misfit("没有写明在哪一条")
        if address.subitem:
            item = self.item(address)
            for below in items(item):
                if below.number == (address.subitem, 0):
                    return below
            raise _Misfit(f"原文没有{address.words}")
        if address.item:
            return self.item(address)
        if address.paragraph:
            return self.paragraph(address)
        return self.article(address.article)

    def _below(self, provision: Provision) -> _Changes:
        """The changes among the siblings of a provision."""
        parent = self.places.parent[id(provision)]
        if provision.kind in ARTICLES:
            return self.articles
        if provision.kind in DIVISIONS:
            return self.heading_changes
        self.holders[id(parent)] = parent
        return self.changes.setdefault(id(parent), _Changes())

    # --- taking orders ----------------------------------------------------------------------------------------------------

    def take(self, order: Instruction) -> None:
        match order:
            case Order():
                self.orderly = True
            case Structure():
                self.structure = order.lines
            case Replace():
                self._replace(order)
            case Words():
                self._words(order)
            case Delete():
                for address in order.at:
                    self._delete(address)
            case Renumber():
                for address, number in zip(order.at, order.to, strict=True):
                    provision = self.find(address)
                    self._below(provision).becomes[id(provision)] = number
            case Insert():
                self._insert(order)

    def _part(self, name: str) -> str:
        """The part a decision names, or why there is none."""
        name = name.replace(" ", "")
        present = {"名称": True, "题注": True, "引言": True, "目录": True, "署名": True}
        appendices = [appendix_name(p) for p in self.text.of_kind(Kind.APPENDIX)]
        if name in present or name in appendices:
            return name
        if re.fullmatch(rf"附[件表录图]{NUMERAL}?(?:（续）)*", name):
            return name
        raise _Misfit(f"原文没有“{name}”")

    def _replace(self, order: Replace) -> None:
        first = order.at[0]
        if first.part and not first.division:
            if len(order.at) > 1:
                raise _Misfit("一次只能修改一个部分")
            if first.part == "全文":
                self.whole = order.lines
            else:
                self.parts[self._part(first.part)] = list(order.lines)
            return
        provisions = [self.find(address) for address in order.at]
        changes = self._below(provisions[0])
        if first.division:
            self._rename(provisions[0], order.lines)
            return
        if any(self._below(p) is not changes for p in provisions):
            raise _Misfit("请分别写明各处修改后的内容")
        contents = self._contents(provisions[0], order)
        if len(provisions) == 1 and provisions[0].kind is Kind.PARAGRAPH:
            groups = [contents]
        elif len(provisions) == len(contents):
            groups = [[one] for one in contents]
        elif len(provisions) == 1:
            groups = [contents]
        else:
            raise _Misfit(f"写明了{len(provisions)}处，给出的内容有{len(contents)}处")
        for provision, group in zip(provisions, groups, strict=True):
            if id(provision) in changes.replaced:
                raise _Misfit(f"{order.at[0].words}被修改了两次")
            changes.replaced[id(provision)] = group

    def _contents(self, provision: Provision, order: Replace | Insert) -> list[Provision]:
        """Quoted lines as what they replace: articles, paragraphs or items."""
        lines = [words for line in order.lines if (words := clean(line))]
        if not lines:
            raise _Misfit("没有给出修改后的内容")
        points = provision.kind is Kind.POINT
        if provision.kind in ARTICLES:
            return self._articles(lines, len(order.at) if isinstance(order, Replace) else max(1, len(order.numbers)), points)
        if provision.kind is Kind.PARAGRAPH:
            return contents_of_article(lines)
        return self._items(lines, provision.mark)

    @staticmethod
    def _articles(lines: list[str], count: int, points: bool = False) -> list[Provision]:
        """Quoted articles; with their labels when there are several."""
        label = re.compile(rf"第{NUMERAL}条(?:之[一二三四五六七八九十]+)?(?: |\u3000|$)" if not points else r"[一二三四五六七八九十百]+、")
        starts = [n for n, line in enumerate(lines) if label.match(line)]
        if count == 1 and len(starts) <= 1:
            first = label.sub("", lines[0], count=1).strip() if starts == [0] else lines[0]
            kind = Kind.POINT if points else Kind.ARTICLE
            article = Provision(kind, number=(1, 0), mark="一、" if points else "")
            article.children = contents_of_article([first, *lines[1:]], points=points)
            return [article]
        if not starts or starts[0] != 0:
            raise _Misfit("引用的几条没有逐条写明序号")
        found = []
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            article = parse([Line(line) for line in lines[start:end]], title="x").articles()
            if len(article) != 1:
                raise _Misfit(f"读不出“{lines[start][:20]}…”")
            article[0].children = contents_of_article([label.sub("", lines[start], count=1).strip(), *lines[start + 1 : end]])
            article[0].id = ""
            found.append(article[0])
        return found

    @staticmethod
    def _items(lines: list[str], mark: str) -> list[Provision]:
        read = read_mark(lines[0])
        if not read:
            if len(lines) > 1:
                holder = contents_of_article(["", *lines])
                raise _Misfit("引用的项没有写明序号") if len(holder) < 1 else _Misfit("引用的项第一段没有序号，其后另有段落")
            return [Provision(Kind.ITEM, lines[0], (1, 0), mark)]
        holder = Provision(Kind.PARAGRAPH)
        article = Provision(Kind.ARTICLE, number=(1, 0), children=[holder])
        from ..reading import _Reader

        reader = _Reader("")
        reader.article = article
        n = read[1][0]
        for line in lines:
            found = read_mark(line)
            if found and family(found[2]) == family(read[2]) and found[1][0] == n and not reader.items:
                item = Provision(Kind.ITEM, line[len(found[0]) :].strip(), found[1], found[2])
                holder.children.append(item)
                reader.items = [(family(found[2]), item)]
            elif found:
                reader.below_article(line)
            else:
                holder.children[-1].children.append(Provision(Kind.PARAGRAPH, line))
        return holder.children

    def _rename(self, heading: Provision, lines: tuple[str, ...]) -> None:
        if len(lines) != 1:
            raise _Misfit("章名只能是一行；修改整章的，请逐条写明")
        words = re.sub(rf"^第{NUMERAL}(?:编|分编|章|节)\s*", "", clean(lines[0]))
        heading.text = words

    def _words(self, order: Words) -> None:
        for address in order.at:
            provisions = self._span(address)
            for was, now in order.changes:
                if not was:
                    raise _Misfit("没有写明改哪些文字")
                hit = False
                for provision in provisions:
                    if was in provision.text:
                        self.words.setdefault(id(provision), []).append((was, now))
                        hit = True
                    elif provision.kind is Kind.HEADING and provision.label + provision.text == was:
                        provision.text = now.removeprefix(provision.label)
                        hit = True
                if address.part in ("名称", "题注", "全文"):
                    hit = self._words_above(address.part, was, now) or hit
                if not hit:
                    raise _Misfit(f"{address.words}中没有“{was}”")

    def _words_above(self, part: str, was: str, now: str) -> bool:
        hit = False
        if part in ("名称", "全文") and was in self.text.title:
            self.text.title = self.text.title.replace(was, now)
            hit = True
        if part == "题注" and any(was in line for line in self.text.history):
            self.text.history = [line.replace(was, now) for line in self.text.history]
            hit = True
        return hit

    def _span(self, address: Address) -> list[Provision]:
        """All provisions whose words an address covers."""
        if address.division and address.part:
            return [self.find(address)]
        if not address.part:
            return list(self.find(address).walk())
        kinds = {"引言": Kind.PREAMBLE, "目录": Kind.CONTENTS, "署名": Kind.SIGNATURE}
        if address.part == "全文":
            return list(self.text.walk())
        if address.part in ("名称", "题注"):
            return []
        name = self._part(address.part)
        if name in kinds:
            return self.text.of_kind(kinds[name])
        return [p for one in self.text.of_kind(Kind.APPENDIX) if appendix_name(one) == name for p in one.walk()]

    def _delete(self, address: Address) -> None:
        if address.part and not address.division:
            self.parts[self._part(address.part)] = None
            return
        provision = self.find(address)
        if provision.kind in DIVISIONS:
            gone = [provision] if address.part else list(provision.walk())
            self.heading_changes.deleted.update(id(p) for p in gone if p.kind in DIVISIONS)
            self.articles.deleted.update(id(p) for p in gone if p.kind in ARTICLES)
            return
        self._below(provision).deleted.add(id(provision))

    def _insert(self, order: Insert) -> None:
        lines = [words for line in order.lines if (words := clean(line))]
        if not lines:
            raise _Misfit("没有给出增加的内容")
        if order.unit in ("章", "节", "编", "分编"):
            self._insert_division(order, lines)
        elif order.unit == "条":
            points = any(p.kind is Kind.POINT for p in self.places.order)
            found = self._articles(lines, max(1, len(order.numbers)), points)
            numbers = self._numbers_given(order, found)
            within = self.division(order.within) if order.within.division else None
            for number, article in zip(numbers, found, strict=True):
                article.number, article.written = number, ""
                self.articles.added.append((number, article))
                self.added.append(_Added(article, within))
        else:
            if order.unit == "款":
                holder = self.article(order.within.article)
                found = contents_of_article(lines)
            else:
                holder = self.paragraph(order.within) if order.within.paragraph or self._has_items(order) else self._only(order)
                marks = [item.mark for item in items(holder)]
                found = self._items(lines, marks[0] if marks else "（一）")
            self.holders[id(holder)] = holder
            changes = self.changes.setdefault(id(holder), _Changes())
            numbers = list(order.numbers) or [None] * len(found)
            if order.after is not None and not order.numbers:
                start = order.after.item or order.after.paragraph
                numbers = [(start + 1 + n, 0) for n in range(len(found))] if start else numbers
            if len(numbers) != len(found):
                raise _Misfit(f"写明增加{len(numbers)}{order.unit}，给出的内容有{len(found)}{order.unit}")
            changes.added += list(zip(numbers, found, strict=True))

    def _has_items(self, order: Insert) -> bool:
        return any(items(p) for p in paragraphs(self.article(order.within.article)))

    def _only(self, order: Insert) -> Provision:
        below = paragraphs(self.article(order.within.article))
        if len(below) != 1:
            raise _Misfit(f"{order.within.words}没有分项，请写明加在第几款")
        return below[0]

    def _numbers_given(self, order: Insert, found: list[Provision]) -> list[Number]:
        if order.numbers:
            if len(order.numbers) != len(found):
                raise _Misfit(f"写明增加{len(order.numbers)}条，给出的内容有{len(found)}条")
            return list(order.numbers)
        if order.after is not None and order.after.article:
            n, sub = order.after.article
            self.article(order.after.article)
            return [(n + 1 + k, 0) if not sub else (n, sub + 1 + k) for k in range(len(found))]
        raise _Misfit("增加的条没有写明作为第几条")

    def _insert_division(self, order: Insert, lines: list[str]) -> None:
        """增加一章，作为第五章：“第五章 …”, with its articles under their numbers."""
        read = parse([Line(line) for line in lines], title="x")
        headings = [p for p in read.walk() if p.kind in DIVISIONS]
        kind = {"编": Kind.PART, "分编": Kind.SUBPART, "章": Kind.CHAPTER, "节": Kind.SECTION}[order.unit]
        if not headings:
            name = Provision(kind, lines[0], order.numbers[0] if order.numbers else (1, 0))
            read.body, headings = [name], [name]
            if len(lines) > 1:
                raise _Misfit(f"增加的{order.unit}没有写明名称和各条序号")
        articles = read.articles()
        if not articles:
            raise _Misfit(f"增加的{order.unit}没有写明包括哪些条")
        if any(p.kind in (Kind.PREAMBLE, Kind.APPENDIX, Kind.SIGNATURE) for p in read.body):
            raise _Misfit(f"读不出增加的{order.unit}的内容")
        for number, heading in zip(order.numbers, [h for h in headings if h.kind is kind], strict=False):
            heading.number, heading.written = number, ""
        last: Provision | None = None
        pending: list[Provision] = []
        for provision in read.walk():
            if provision.kind in DIVISIONS:
                pending.append(provision)
            elif provision.kind in ARTICLES:
                for heading in pending:
                    self.headings.append((heading, provision))
                    self.heading_changes.added.append((heading.number, heading))
                pending = []
                last = provision
                self.articles.added.append((provision.number, provision))
                self.added.append(_Added(provision))
        if pending or last is None:
            raise _Misfit("增加的章节里有的没有条文")
        for heading in headings:
            heading.children = []
        for provision in read.walk():
            provision.id = ""

    # --- carrying out -----------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        if self.whole:
            self._anew()
            return
        old_references = references(self.old)
        self._amend_words_and_lists()
        old_order = list(self.places.order)
        final = self._order_articles(old_order)
        self._place(old_order, final)
        self._parts_done()
        self._follow(old_references)
        assign_ids(self.text)

    def _anew(self) -> None:
        """全文修改: the body is what the decision gives; provisions that go on keep their ids."""
        lines = [Line(re.sub(r"^#+\s*", "", line), "heading" if line.startswith("#") else "") for line in self.whole]
        read = parse([Line("x", "title"), Line("x", "history"), *lines])
        self._parts_done()
        self.text.body = read.body
        carry_ids(self.old, self.text)

    def _amend_words_and_lists(self) -> None:
        edits: dict[int, list[tuple[str, str]]] = self.words
        for provision in list(self.text.walk()):
            if id(provision) in edits:
                provision.text = substitute(provision.text, edits[id(provision)])
        # from the inside out: items before the paragraphs that hold them
        for key in sorted(self.changes, key=lambda k: self.holders[k].kind in ARTICLES):
            self._amend_list(self.holders[key], self.changes[key])

    def _amend_list(self, holder: Provision, changes: _Changes) -> None:
        kind = Kind.PARAGRAPH if holder.kind in ARTICLES else Kind.ITEM
        rows = [child for child in holder.children if child.kind is kind]
        tidy = kind is Kind.ITEM and _punctuated(rows)
        entries = [((n + 1, 0) if kind is Kind.PARAGRAPH else row.number, row) for n, row in enumerate(rows)]
        ordered = arrange(entries, changes.deleted, changes.becomes, changes.added, shifting=True)
        if ordered is None:
            raise _Misfit("增加和改动后的序号互相冲突")
        children: list[Provision] = []
        for number, row in ordered:
            group = changes.replaced.get(id(row), [row])
            for provision in group:
                if kind is Kind.ITEM:
                    if row is provision or len(group) == 1:
                        provision.renumber(number)
                    children.append(provision)
                else:
                    children.append(provision)
            if group != [row] and len(group) == 1:
                _keep_ids([row], group)
        if tidy and (changes.added or changes.deleted):
            _punctuate(children)
        first = next((n for n, child in enumerate(holder.children) if child.kind is kind), len(holder.children))
        others = [child for child in holder.children if child.kind is not kind]
        holder.children = [*others[:first], *children, *others[first:]]

    def _order_articles(self, old_order: list[Provision]) -> list[Provision]:
        changes = self.articles
        for article in old_order:
            group = changes.replaced.get(id(article))
            if group is None:
                continue
            if len(group) != 1:
                raise _Misfit(f"{article.label}的修改里有{len(group)}条")
            _keep_ids(article.children, group[0].children)
            article.children = group[0].children
        taken = {article.number for article in old_order if id(article) not in changes.deleted and id(article) not in changes.becomes}
        explicit = [number for number, _ in changes.added] + list(changes.becomes.values())
        shifting = self.orderly or any(number in taken for number in explicit)
        entries = [(article.number, article) for article in old_order]
        ordered = arrange(entries, changes.deleted, changes.becomes, changes.added, shifting=shifting)
        if ordered is None:
            raise _Misfit("增加和改动后的条文序号互相冲突")
        for number, article in ordered:
            article.renumber(number)
        return [article for _, article in ordered]

    def _place(self, old_order: list[Provision], final: list[Provision]) -> None:
        """Put articles and headings in one row, then hang the articles under the headings."""
        position = {id(article): n for n, article in enumerate(old_order)}
        staying = [article for article in final if id(article) in position]
        keep = {id(staying[n]) for n in longest_in_order([position[id(a)] for a in staying])}
        row: list[Provision] = []
        loose: list[Provision] = []
        for provision in _outline(self.text.body):
            if provision.kind in DIVISIONS:
                if id(provision) not in self.heading_changes.deleted:
                    row.append(provision)
            elif provision.kind in ARTICLES:
                if id(provision) in keep:
                    row.append(provision)
            elif provision.kind in (Kind.PARAGRAPH, Kind.ITEM):
                row.append(provision)
            else:
                loose.append(provision)
        within = {id(one.article): one.within for one in self.added}
        last: Provision | None = None
        for article in final:
            if id(article) not in keep:
                at = self._spot(row, last, within.get(id(article)))
                row.insert(at, article)
            last = article
        for heading, first in self.headings:
            at = next((n for n, p in enumerate(row) if p is first), None)
            if at is None:
                raise _Misfit(f"增加的{heading.label}的第一条不在文中")
            row.insert(at, heading)
        if self.structure is not None:
            row = self._restructure(row)
        else:
            self._number_headings(row)
        self.text.body = [p for p in loose if p.kind in (Kind.PREAMBLE, Kind.CONTENTS)]
        stack: list[Provision] = []
        for provision in row:
            if provision.kind in DIVISIONS:
                provision.children = []
                while stack and DIVISIONS.index(stack[-1].kind) >= DIVISIONS.index(provision.kind):
                    stack.pop()
            (stack[-1].children if stack else self.text.body).append(provision)
            if provision.kind in DIVISIONS:
                stack.append(provision)
        self.text.body += [p for p in loose if p.kind in (Kind.SIGNATURE, Kind.APPENDIX)]

    @staticmethod
    def _spot(row: list[Provision], last: Provision | None, within: Provision | None) -> int:
        """Where an article goes: behind the one before it; in front of the chapter it is said to open, behind its headings."""
        after = next((n + 1 for n, p in enumerate(row) if p is last), None)
        if within is not None:
            heading = next((n for n, p in enumerate(row) if p is within), None)
            if heading is not None and (after is None or heading >= after):
                return heading + 1
        if after is not None:
            return after
        return next((n for n, p in enumerate(row) if p.kind in ARTICLES), len(row))

    def _number_headings(self, row: list[Provision]) -> None:
        """Headings close up like articles: chapters through the text, or inside each part if they begin anew there."""
        changes = self.heading_changes
        if not (changes.added or changes.deleted or changes.becomes):
            return
        groups: dict[tuple[int, Kind], list[Provision]] = {}
        stack: list[Provision] = []
        for provision in row:
            if provision.kind in DIVISIONS and provision.number is not None:
                while stack and DIVISIONS.index(stack[-1].kind) >= DIVISIONS.index(provision.kind):
                    stack.pop()
                groups.setdefault((id(stack[-1]) if stack else 0, provision.kind), []).append(provision)
                stack.append(provision)
        new = {id(heading) for heading, _ in self.headings}
        for group in groups.values():
            if not any(id(p) in new or id(p) in changes.becomes for p in group) and not changes.deleted:
                continue
            last = (0, 0)
            for provision in group:
                number = provision.number if id(provision) in new else changes.becomes.get(id(provision))
                if number is None:
                    number = (last[0] + 1, 0) if self.orderly or last >= provision.number or changes.deleted else provision.number
                provision.renumber(number)
                last = number

    def _restructure(self, row: list[Provision]) -> list[Provision]:
        """章节设置: each heading before the article it begins with; headings of the same name stay the same provision."""
        old = [p for p in row if p.kind in DIVISIONS]
        articles = [p for p in row if p.kind not in DIVISIONS]
        result = list(articles)
        for line in self.structure:
            match = re.fullmatch(r"(?P<level>#*)\s*(?P<name>.*?)（自(?P<first>\S+?)起）", clean(line))
            if not match:
                raise _Misfit(f"读不出章节“{line}”")
            read = parse([Line(match["name"], "heading")], title="x").body
            if len(read) != 1 or read[0].kind not in DIVISIONS:
                raise _Misfit(f"读不出章节“{line}”")
            heading = read[0]
            heading.id = next((p.id for p in old if p.text == heading.text and p.kind is heading.kind), "")
            first = match["first"]
            at = next((n for n, p in enumerate(result) if p.kind in ARTICLES and p.label == first), None)
            if at is None:
                raise _Misfit(f"章节“{match['name']}”起始的{first}不在文中")
            result.insert(at, heading)
        return result

    def _parts_done(self) -> None:
        for name, lines in self.parts.items():
            words = [clean(line) for line in lines or []]
            if name == "名称":
                if lines is None:
                    raise _Misfit("名称不能删去")
                self.text.title = "".join(words)
            elif name == "题注":
                self.text.history = words
            elif name in ("引言", "目录", "署名"):
                kind = {"引言": Kind.PREAMBLE, "目录": Kind.CONTENTS, "署名": Kind.SIGNATURE}[name]
                self._swap(kind, [Provision(kind, line) for line in words])
            else:
                self._appendix(name, words)

    def _swap(self, kind: Kind, fresh: list[Provision]) -> None:
        body = self.text.body
        at = next((n for n, p in enumerate(body) if p.kind is kind), None)
        if at is None:
            rest = (Kind.PREAMBLE, Kind.CONTENTS)
            at = sum(p.kind is Kind.CONTENTS for p in body) if kind is Kind.PREAMBLE else 0
            if kind is Kind.SIGNATURE:
                at = next((n for n, p in enumerate(body) if p.kind is Kind.APPENDIX), len(body))
            del rest
        kept = [p for p in body if p.kind is not kind]
        self.text.body = [*kept[:at], *fresh, *kept[at:]]

    def _appendix(self, name: str, words: list[str]) -> None:
        body = self.text.body
        at = next((n for n, p in enumerate(body) if p.kind is Kind.APPENDIX and appendix_name(p) == name), None)
        if not words:
            if at is None:
                raise _Misfit(f"原文没有“{name}”")
            del body[at]
            return
        named = re.match(rf"附(?:件|表|图|录)?\s*{NUMERAL}?", words[0])
        has_head = bool(named) and named[0].replace(" ", "") == name
        head = words[0] if has_head else body[at].text if at is not None else name
        appendix = Provision(Kind.APPENDIX, head, children=[Provision(Kind.LINE, line) for line in words[has_head:]])
        if at is None:
            body.append(appendix)
        else:
            appendix.id = body[at].id
            body[at] = appendix

    # --- references -------------------------------------------------------------------------------------------------------

    def _follow(self, old_references: list[Reference]) -> None:
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
                        self.broken.append(f"{paths[id(twin)]}：{reference.words}，所指的{article_label((number.n, number.sub))}已删去")
                    if new is not None and new != (number.n, number.sub):
                        changes.append((number, new))
                if len(changes) > before:
                    said.append(reference.words)
            if not changes:
                continue
            was = found[0].holder.text
            if self.orderly:
                twin.text = _with_references(was, changes, self.words.get(id(twin), []))
                self.followed += [f"{paths[id(twin)]}：{words}" for words in said]

    def _number_now(self, target: Provision, number: Number_, present: set[int], places: Places) -> Number | None:
        """The number under which the provision a reference counts stands now; its old one where that cannot be said."""
        twin = self.twin[id(target)]
        kinds = {"条": ARTICLES, "款": (Kind.PARAGRAPH,), "项": (Kind.ITEM,), "目": (Kind.ITEM,)}.get(number.unit, DIVISIONS)
        if target.kind not in kinds:  # an item inside a paragraph's own words
            return (number.n, number.sub)
        if id(twin) not in present:
            return None if number.unit == "条" else (number.n, number.sub)
        if number.unit == "款":
            row = [p for p in places.siblings(twin) if p.kind is Kind.PARAGRAPH]
            return (next(n for n, p in enumerate(row) if p is twin) + 1, 0)
        return twin.number


def _outline(provisions: list[Provision]) -> Iterator[Provision]:
    """Headings, articles and what stands beside them, in the order of the text; nothing inside an article."""
    for provision in provisions:
        yield provision
        if provision.kind in DIVISIONS:
            yield from _outline(provision.children)


def substitute(text: str, changes: list[tuple[str, str]]) -> str:
    """All replacements at once, in what the text said before any of them; the longer words first."""
    pattern = re.compile("|".join(re.escape(was) for was, _ in sorted(changes, key=lambda change: -len(change[0]))))
    table = dict(changes)
    return pattern.sub(lambda match: table[match[0]], text)


def _with_references(text: str, changes: list[tuple[Number_, Number]], words: list[tuple[str, str]]) -> str:
    """New numbers, but for references inside words the decision itself replaces."""
    if not words:
        return renumber(text, changes)
    pattern = re.compile("|".join(re.escape(was) for was, _ in sorted(words, key=lambda change: -len(change[0]))))
    table = dict(words)
    pieces, at = [], 0
    for match in [*pattern.finditer(text), None]:
        end = match.start() if match else len(text)
        inside = [
            (Number_(n.start - at, n.end - at, n.unit, n.n, n.sub, n.label_end - at if n.label_end else 0), new)
            for n, new in changes
            if at <= n.start and max(n.end, n.label_end) <= end
        ]
        pieces.append(renumber(text[at:end], inside))
        if match:
            pieces.append(table[match[0]])
            at = match.end()
    return "".join(pieces)


def _keep_ids(old: list[Provision], new: list[Provision]) -> None:
    """Give what replaces provisions the ids of those that it continues."""
    for i, j in align([fingerprint(p.text) for p in old], [fingerprint(p.text) for p in new]).pairs:
        if old[i].kind is new[j].kind:
            new[j].id = old[i].id
            _keep_ids(old[i].children, new[j].children)


def _punctuated(rows: list[Provision]) -> bool:
    """Whether a list ends each item with ； and the last with 。"""
    return bool(rows) and all(row.text.endswith("；") and not row.children for row in rows[:-1]) and rows[-1].text.endswith("。")


def _punctuate(rows: list[Provision]) -> None:
    for n, row in enumerate(rows):
        if row.children or row.text[-1:] not in "；。":
            continue
        row.text = row.text[:-1] + ("。" if n == len(rows) - 1 else "；")
