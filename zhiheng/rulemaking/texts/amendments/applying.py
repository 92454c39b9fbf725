"""Carry out an amending decision on a text: all of it, or nothing.

Every number before 改为 counts in the text as it stands. First each article is amended by itself, then the articles are put in
order, then the headings, and last the references in what nobody worded anew follow the new numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..difference import carry_ids
from ..model import ARTICLES, DIVISIONS, Kind, Provision, Text, assign_ids
from ..numbering import NUMERAL, Number, article_label
from ..reading import Line, clean, contents_of_article, parse
from ..references import items, paragraphs, references
from .following import Following, substitute
from .instructions import (
    Address,
    Append,
    Decision,
    Delete,
    Heading,
    Insert,
    Instruction,
    Move,
    Note,
    Order,
    Renumber,
    Replace,
    Structure,
    Words,
)
from .locating import Locator, Misfit
from .ordering import arrange, longest_in_order
from .parts import replace_parts
from .quoted import keep_ids, quoted_articles, quoted_items, quoted_like
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
    """References left as they are: to what was deleted, or to new numbers where the decision does not say that they follow."""


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
        except Misfit as why:
            refusals.append(Refusal(one.said, str(why)))
    if not refusals:
        try:
            work.finish()
        except Misfit as why:
            refusals.append(Refusal(decision.title or "决定", str(why)))
    if refusals:
        raise Unfit(refusals)
    return Outcome(work.text, orders, work.followed, work.broken)


def _plain(title: str) -> str:
    return re.sub(r"[\s《》〈〉（）()]|中华人民共和国", "", title)


def _target(old: Text, decision: Decision) -> str | None:
    """Which of the texts a decision amends is this one."""
    if not decision.targets:
        title = decision.title
        named = re.search(r"关于修改《(.+)》的(?:决定|决议)$", title) or re.match(r"(.+?法)修正案", title)
        if named and _plain(named[1]) != _plain(old.title) and not re.search(r"等.{1,6}[件部]", title):
            raise Unfit([Refusal(title, f"修改的是《{named[1]}》，不是《{old.title}》")])
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
        self.at = Locator(self.text)
        self.changes: dict[int, _Changes] = {}
        self.holders: dict[int, Provision] = {}
        self.words: dict[int, list[tuple[str, str]]] = {}
        self.articles = _Changes()
        self.added: list[_Added] = []
        self.moved: dict[int, Provision] = {}
        self.headings: list[tuple[Provision, Number]] = []
        """New headings, each with the number of the first article under it."""
        self.heading_changes = _Changes()
        self.structure: tuple[str, ...] | None = None
        self.parts: dict[str, list[str] | None] = {}
        self.whole: tuple[str, ...] = ()
        self.orderly = False
        self.followed: list[str] = []
        self.broken: list[str] = []

    def _below(self, provision: Provision) -> _Changes:
        """The changes among the siblings of a provision."""
        parent = self.at.places.parent[id(provision)]
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
            case Heading():
                heading = _heading(order.line)
                self.headings.append((heading, order.first))
                self.heading_changes.added.append((heading.number, heading))
            case Move():
                heading = self.at.division(order.to)
                for address in order.at:
                    self.moved[id(self.at.article(address.article))] = heading
            case Structure():
                self.structure = order.lines
            case Replace():
                self._replace(order)
            case Words():
                self._words(order)
            case Append():
                self._append(order)
            case Delete():
                for address in order.at:
                    self._delete(address)
            case Renumber():
                for address, number in zip(order.at, order.to, strict=True):
                    provision = self.at.find(address)
                    self._below(provision).becomes[id(provision)] = number
            case Insert():
                self._insert(order)

    def _replace(self, order: Replace) -> None:
        first = order.at[0]
        if first.part and not first.division:
            if len(order.at) > 1:
                raise Misfit("一次只能修改一个部分")
            if first.part == "全文":
                self.whole = order.lines
            else:
                self.parts[self.at.part(first.part)] = list(order.lines)
            return
        provisions = [self.at.find(address) for address in order.at]
        changes = self._below(provisions[0])
        if first.division:
            self._rename(provisions[0], order.lines)
            return
        if any(self._below(p) is not changes for p in provisions):
            raise Misfit("请分别写明各处修改后的内容")
        contents = quoted_like(provisions[0], order.lines, len(order.at))
        if len(provisions) == 1 and provisions[0].kind is Kind.PARAGRAPH:
            groups = [contents]
        elif len(provisions) == len(contents):
            groups = [[one] for one in contents]
        elif len(provisions) == 1:
            groups = [contents]
        else:
            raise Misfit(f"写明了{len(provisions)}处，给出的内容有{len(contents)}处")
        for provision, group in zip(provisions, groups, strict=True):
            if id(provision) in changes.replaced:
                raise Misfit(f"{order.at[0].words}被修改了两次")
            changes.replaced[id(provision)] = group

    def _rename(self, heading: Provision, lines: tuple[str, ...]) -> None:
        if len(lines) != 1:
            raise Misfit("章名只能是一行；修改整章的，请逐条写明")
        words = re.sub(rf"^第{NUMERAL}(?:编|分编|章|节)\s*", "", clean(lines[0]))
        heading.text = words

    def _words(self, order: Words) -> None:
        for address in order.at:
            provisions = self.at.span(address)
            for was, now in order.changes:
                if not was:
                    raise Misfit("没有写明改哪些文字")
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
                    raise Misfit(f"{address.words}中没有“{was}”")

    def _append(self, order: Append) -> None:
        """Words at the end of a 款 or 项, or of the last 款 of an article."""
        provision = self.at.find(order.at)
        if provision.kind in ARTICLES:
            provision = paragraphs(provision)[-1]
        if provision.children or not provision.text or id(provision) in self.words:
            raise Misfit(f"{order.at.words}的末尾不止一处，请写明在第几款、第几项")
        text = provision.text
        end = next(text[-n:] for n in range(1, len(text) + 1) if text.count(text[-n:]) == 1)
        self.words[id(provision)] = [(end, end + order.words)]

    def _words_above(self, part: str, was: str, now: str) -> bool:
        hit = False
        if part in ("名称", "全文") and was in self.text.title:
            self.text.title = self.text.title.replace(was, now)
            hit = True
        if part == "题注" and any(was in line for line in self.text.history):
            self.text.history = [line.replace(was, now) for line in self.text.history]
            hit = True
        return hit

    def _delete(self, address: Address) -> None:
        if address.part == "全文":
            raise Misfit("决定废止这件文本，没有修改后的文本")
        if address.part and not address.division:
            self.parts[self.at.part(address.part)] = None
            return
        provision = self.at.find(address)
        if provision.kind in DIVISIONS:
            gone = [provision] if address.part else list(provision.walk())
            self.heading_changes.deleted.update(id(p) for p in gone if p.kind in DIVISIONS)
            self.articles.deleted.update(id(p) for p in gone if p.kind in ARTICLES)
            return
        self._below(provision).deleted.add(id(provision))

    def _insert(self, order: Insert) -> None:
        lines = [words for line in order.lines if (words := clean(line))]
        if not lines:
            raise Misfit("没有给出增加的内容")
        if order.unit in ("章", "节", "编", "分编"):
            self._insert_division(order, lines)
        elif order.unit == "条":
            points = any(p.kind is Kind.POINT for p in self.at.places.order)
            found = quoted_articles(lines, max(1, len(order.numbers)), points=points)
            numbers = self._numbers_given(order, found)
            within = self.at.division(order.within) if order.within.division else None
            for number, article in zip(numbers, found, strict=True):
                article.number, article.written = number, ""
                self.articles.added.append((number, article))
                self.added.append(_Added(article, within))
        else:
            if order.unit == "款":
                holder = self.at.article(order.within.article)
                found = contents_of_article(lines)
            else:
                holder = (
                    self.at.paragraph(order.within)
                    if order.within.paragraph or self._has_items(order)
                    else self._only(order)
                )
                marks = [item.mark for item in items(holder)]
                found = quoted_items(lines, marks[0] if marks else "（一）")
            self.holders[id(holder)] = holder
            changes = self.changes.setdefault(id(holder), _Changes())
            numbers = list(order.numbers) or [None] * len(found)
            if order.after is not None and not order.numbers:
                start = order.after.item or order.after.paragraph
                numbers = [(start + 1 + n, 0) for n in range(len(found))] if start else numbers
            if len(numbers) != len(found):
                raise Misfit(f"写明增加{len(numbers)}{order.unit}，给出的内容有{len(found)}{order.unit}")
            changes.added += list(zip(numbers, found, strict=True))

    def _has_items(self, order: Insert) -> bool:
        return any(items(p) for p in paragraphs(self.at.article(order.within.article)))

    def _only(self, order: Insert) -> Provision:
        below = paragraphs(self.at.article(order.within.article))
        if len(below) != 1:
            raise Misfit(f"{order.within.words}没有分项，请写明加在第几款")
        return below[0]

    def _numbers_given(self, order: Insert, found: list[Provision]) -> list[Number]:
        if order.numbers:
            if len(order.numbers) != len(found):
                raise Misfit(f"写明增加{len(order.numbers)}条，给出的内容有{len(found)}条")
            return list(order.numbers)
        if order.after is not None and order.after.article:
            n, sub = order.after.article
            self.at.article(order.after.article)
            return [(n + 1 + k, 0) if not sub else (n, sub + 1 + k) for k in range(len(found))]
        raise Misfit("增加的条没有写明作为第几条")

    def _insert_division(self, order: Insert, lines: list[str]) -> None:
        """增加一章，作为第五章：“第五章 …”, with its articles under their numbers."""
        read = parse([Line(line) for line in lines], title="x")
        headings = [p for p in read.walk() if p.kind in DIVISIONS]
        kind = {"编": Kind.PART, "分编": Kind.SUBPART, "章": Kind.CHAPTER, "节": Kind.SECTION}[order.unit]
        if not headings:
            name = Provision(kind, lines[0], order.numbers[0] if order.numbers else (1, 0))
            read.body, headings = [name], [name]
            if len(lines) > 1:
                raise Misfit(f"增加的{order.unit}没有写明名称和各条序号")
        articles = read.articles()
        if not articles:
            raise Misfit(f"增加的{order.unit}没有写明包括哪些条")
        if any(p.kind in (Kind.PREAMBLE, Kind.APPENDIX, Kind.SIGNATURE) for p in read.body):
            raise Misfit(f"读不出增加的{order.unit}的内容")
        for number, heading in zip(order.numbers, [h for h in headings if h.kind is kind], strict=False):
            heading.number, heading.written = number, ""
        last: Provision | None = None
        pending: list[Provision] = []
        for provision in read.walk():
            if provision.kind in DIVISIONS:
                pending.append(provision)
            elif provision.kind in ARTICLES:
                for heading in pending:
                    self.headings.append((heading, provision.number))
                    self.heading_changes.added.append((heading.number, heading))
                pending = []
                last = provision
                self.articles.added.append((provision.number, provision))
                self.added.append(_Added(provision))
        if pending or last is None:
            raise Misfit("增加的章节里有的没有条文")
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
        old_order = list(self.at.places.order)
        final = self._order_articles(old_order)
        self._place(old_order, final)
        replace_parts(self.text, self.parts)
        following = Following(self.text, self.twin, self.words)
        following.follow(old_references, rewrite=self.orderly)
        self.followed, self.broken = following.followed, following.broken
        assign_ids(self.text)

    def _anew(self) -> None:
        """全文修改: the body is what the decision gives; provisions that go on keep their ids."""
        lines = [
            Line(re.sub(r"^#+\s*", "", line), "heading" if line.startswith("#") else "")
            for line in self.whole
        ]
        read = parse([Line("x", "title"), Line("x", "history"), *lines])
        replace_parts(self.text, self.parts)
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
            raise Misfit("增加和改动后的序号互相冲突")
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
                keep_ids([row], group)
        if tidy and (changes.added or changes.deleted):
            _punctuate(children)
        first = next(
            (n for n, child in enumerate(holder.children) if child.kind is kind), len(holder.children)
        )
        others = [child for child in holder.children if child.kind is not kind]
        holder.children = [*others[:first], *children, *others[first:]]

    def _order_articles(self, old_order: list[Provision]) -> list[Provision]:
        changes = self.articles
        for article in old_order:
            group = changes.replaced.get(id(article))
            if group is None:
                continue
            if len(group) != 1:
                raise Misfit(f"{article.label}的修改里有{len(group)}条")
            keep_ids(article.children, group[0].children)
            article.children = group[0].children
        taken = {
            article.number
            for article in old_order
            if id(article) not in changes.deleted and id(article) not in changes.becomes
        }
        explicit = [number for number, _ in changes.added] + list(changes.becomes.values())
        shifting = self.orderly or any(number in taken for number in explicit)
        entries = [(article.number, article) for article in old_order]
        ordered = arrange(entries, changes.deleted, changes.becomes, changes.added, shifting=shifting)
        if ordered is None:
            raise Misfit("增加和改动后的条文序号互相冲突")
        standing = {number for number, _ in (*ordered, *entries)}
        for (n, sub), _ in changes.added:
            if n > 1 and not sub and (n - 1, 0) not in standing:
                raise Misfit(f"没有{article_label((n - 1, 0))}，增加的条文不能作为{article_label((n, 0))}")
        for number, article in ordered:
            article.renumber(number)
        return [article for _, article in ordered]

    def _place(self, old_order: list[Provision], final: list[Provision]) -> None:
        """Put articles and headings in one row, then hang the articles under the headings."""
        position = {id(article): n for n, article in enumerate(old_order)}
        staying = [article for article in final if id(article) in position and id(article) not in self.moved]
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
        within = {id(one.article): one.within for one in self.added} | self.moved
        last: Provision | None = None
        for n, article in enumerate(final):
            if id(article) not in keep:
                following = next((a for a in final[n + 1 :] if id(a) in keep), None)
                at = self._spot(row, last, within.get(id(article)), following)
                row.insert(at, article)
            last = article
        for heading, first in self.headings:
            at = next((n for n, p in enumerate(row) if p.kind in ARTICLES and p.number == first), None)
            if at is None:
                raise Misfit(f"增加的{heading.label}的第一条（{article_label(first)}）不在修改后的文中")
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
    def _spot(
        row: list[Provision], last: Provision | None, within: Provision | None, following: Provision | None
    ) -> int:
        """Where an article goes: behind the one before it; in front of the chapter it is said to open, behind its headings."""
        after = next((n + 1 for n, p in enumerate(row) if p is last), None)
        if within is not None:
            heading = next((n for n, p in enumerate(row) if p is within), None)
            before = next((n for n, p in enumerate(row) if p is following), len(row))
            if heading is not None and (after or 0) <= heading < before:
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
                    number = (
                        (last[0] + 1, 0)
                        if self.orderly or last >= provision.number or changes.deleted
                        else provision.number
                    )
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
                raise Misfit(f"读不出章节“{line}”")
            heading = _heading(match["name"])
            heading.id = next((p.id for p in old if p.text == heading.text and p.kind is heading.kind), "")
            first = match["first"]
            at = next((n for n, p in enumerate(result) if p.kind in ARTICLES and p.label == first), None)
            if at is None:
                raise Misfit(f"章节“{match['name']}”起始的{first}不在文中")
            result.insert(at, heading)
        return result


def _heading(line: str) -> Provision:
    """第六章 关闭, as a heading."""
    read = parse([Line(line, "heading")], title="x").body
    if len(read) != 1 or read[0].kind not in DIVISIONS:
        raise Misfit(f"读不出章节“{line}”")
    read[0].id = ""
    return read[0]


def _outline(provisions: list[Provision]) -> Iterator[Provision]:
    """Headings, articles and what stands beside them, in the order of the text; nothing inside an article."""
    for provision in provisions:
        yield provision
        if provision.kind in DIVISIONS:
            yield from _outline(provision.children)


def _punctuated(rows: list[Provision]) -> bool:
    """Whether a list ends each item with ； and the last with 。"""
    return (
        bool(rows)
        and all(row.text.endswith("；") and not row.children for row in rows[:-1])
        and rows[-1].text.endswith("。")
    )


def _punctuate(rows: list[Provision]) -> None:
    for n, row in enumerate(rows):
        if row.children or row.text[-1:] not in "；。":
            continue
        row.text = row.text[:-1] + ("。" if n == len(rows) - 1 else "；")
