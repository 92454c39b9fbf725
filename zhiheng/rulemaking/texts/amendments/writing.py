"""Write the amending decision that makes one version of a text into another.

The plan is made from the comparison, in the finest wording that is still customary; each order is then carried out in trial.
Where the result is not yet the new text, the order is written more broadly: the words of a paragraph, a paragraph, an article, the
headings, at last the whole text. What is returned has been read back and applied, and gave the new text exactly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from ..alignment import align, align_articles
from ..difference import part_lines
from ..export import body_lines
from ..model import ARTICLES, DIVISIONS, Kind, Provision, Text, fingerprint
from ..numbering import NUMERAL, article_label, numeral
from ..reading import Line, parse
from ..references import items, paragraphs
from ..words import difference
from .applying import Unfit, apply_decision, substitute
from .instructions import Address
from .quoting import quote


@dataclass
class _Point:
    """One numbered point of the decision: paragraphs of text, quoted lines included."""

    lines: list[str] = field(default_factory=list)

    def say(self, words: str, quoted: list[str] | None = None) -> None:
        if quoted is None:
            self.lines.append(words + "。")
        else:
            first, *rest = quote(quoted)
            self.lines += [f"{words}：{first}", *rest]


def write_decision(old: Text, new: Text, *, issuer: str = "") -> Text:
    """The decision that turns ``old`` into ``new``. Raises ValueError, in words, when the two are the same or none is found."""
    if old == new:
        raise ValueError("两个文本完全相同，没有需要修改的内容。请核对文件。")
    whole: set[int] = set()
    stated: set[str] = set()
    renumbered = structure = False
    for _ in range(7):
        draft = _Draft(old, new, whole=whole, stated=stated, all_numbers=renumbered, structure=structure)
        decision = _assemble(old, draft.points(), issuer)
        try:
            result = apply_decision(old, decision).text
        except Unfit:
            result = None
        if result == new:
            return decision
        wrong = _wrong(result, new) if result is not None else None
        parts = _wrong_parts(result, new) if result is not None else set()
        if parts - stated:
            stated = stated | parts
        elif wrong is None or not wrong - whole:
            if not renumbered:
                renumbered = True
            elif not structure:
                structure = True
            elif len(whole) < len(new.articles()):
                whole = set(range(len(new.articles())))
            else:
                break
        whole = whole | (wrong or set())
    points = [
        point
        for point in _Draft(old, new, set(), set(), False, True).parts()
        if not point.lines[0].startswith(_BODY_PARTS)
    ]
    point = _Point()
    point.say("将全文修改为", body_lines(new))
    decision = _assemble(old, [*points, point], issuer)
    if apply_decision(old, decision).text != new:
        raise ValueError("写不出能从旧文本得出新文本的修改决定。请核对新文本的分条和标题，改好后再试。")
    return decision


_BODY_PARTS = tuple(f"{verb}{name}" for verb in ("将", "删去") for name in ("引言", "目录", "署名", "附"))


def _wrong(result: Text, new: Text) -> set[int] | None:
    """Positions of the new articles that the trial did not get right; None where the articles do not even correspond."""
    got, want = result.articles(), new.articles()
    if len(got) != len(want):
        return None
    return {n for n, (a, b) in enumerate(zip(got, want, strict=True)) if a != b}


def _wrong_parts(result: Text, new: Text) -> set[str]:
    """The parts besides articles that the trial did not get right: 引言, 附件1."""
    got, want = part_lines(result), part_lines(new)
    return {name for name in want if got.get(name) != want[name] and name != "正文"}


def _assemble(old: Text, points: list[_Point], issuer: str) -> Text:
    title = f"关于修改《{_inner(old.title)}》的决定"
    lines = [
        Line(f"{issuer}{title}" if issuer else title, "title"),
        Line(f"对《{_inner(old.title)}》作如下修改："),
    ]
    for n, point in enumerate(points, 1):
        first, *rest = point.lines
        lines += [Line(f"{numeral(n)}、{first}"), *(Line(line) for line in rest)]
    return parse(lines)


def _inner(title: str) -> str:
    return title.replace("《", "〈").replace("》", "〉")


@dataclass
class _Draft:
    """One attempt. ``whole``: new articles to be written out in full, ``stated``: parts besides articles; ``all_numbers``: every
    changed number is said; ``structure``: the headings are stated anew."""

    old: Text
    new: Text
    whole: set[int]
    stated: set[str]
    all_numbers: bool
    structure: bool

    def points(self) -> list[_Point]:
        was, now = self.old.articles(), self.new.articles()
        alignment = align_articles(self.old, self.new)
        partner = {j: i for i, j in alignment.pairs}
        fresh_headings = [] if self.structure else self._fresh_headings()
        points = self.parts()
        if not self.structure:
            points += self._headings()
        kept = {i for i, _ in alignment.pairs}
        shifts = False
        done: set[int] = set()
        deleted = [i for i in range(len(was)) if i not in kept]
        for j, article in enumerate(now):
            if j in done:
                continue
            earlier = [i for i in deleted if i < partner.get(j, -1)]
            for i in earlier:
                points.append(self._deletion(was[i]))
                deleted.remove(i)
            if j in partner:
                before = was[partner[j]]
                point, moved = self._amended(before, article, j, (partner[j], j) in alignment.moved)
                shifts = shifts or moved
                if point.lines:
                    points.append(point)
                continue
            whole = next((h for h in fresh_headings if h[1] == j and self._all_new(h, partner)), None)
            if whole is not None:
                points.append(self._new_division(whole[0]))
                done.update(range(j, whole[2]))
                fresh_headings = [h for h in fresh_headings if not j <= h[1] < whole[2]]
            else:
                points.append(self._insertion(article, j, now))
            shifts = True
        points += [self._deletion(was[i]) for i in deleted]
        for heading, first, _ in fresh_headings:
            point = _Point()
            line = f"{heading.label}{'' if heading.mark else ' '}{heading.text}".strip()
            point.say(f"在修改后的{_label(now[first])}前增加章名{_inline(line)}")
            points.append(point)
        if self.structure and any(p.kind in DIVISIONS for p in self.new.walk()):
            points.append(self._structure())
        if shifts or len(kept) < len(was) or self.structure or self._headings_move():
            point = _Point()
            point.say("条文顺序作相应调整")
            points.append(point)
        return points

    # --- parts and headings -------------------------------------------------------------------------------------------------

    def parts(self) -> list[_Point]:
        points = []
        was, now = part_lines(self.old), part_lines(self.new)
        for name in [*was, *(name for name in now if name not in was)]:
            if name == "正文" or (was.get(name) == now.get(name) and name not in self.stated):
                continue
            point = _Point()
            if name not in now:
                point.say(f"删去{name}")
            else:
                point.say(f"将{name}修改为", now[name])
            points.append(point)
        return points

    @cached_property
    def _paired(self) -> tuple[list[Provision], list[Provision], dict[int, int]]:
        was = [p for p in self.old.walk() if p.kind in DIVISIONS]
        now = [p for p in self.new.walk() if p.kind in DIVISIONS]
        pairs = align([p.kind + p.text for p in was], [p.kind + p.text for p in now]).pairs
        return was, now, {j: i for i, j in pairs}

    def _heading_before(self, heading: Provision) -> Provision | None:
        """The heading of the old text that a new one continues."""
        was, now, partner = self._paired
        return next((was[partner[j]] for j, p in enumerate(now) if p is heading and j in partner), None)

    def _headings_move(self) -> bool:
        was, now, partner = self._paired
        return any(was[i].number != now[j].number for j, i in partner.items())

    def _headings(self) -> list[_Point]:
        """Headings renamed or gone."""
        points = []
        was, now, partner = self._paired
        kept = set(partner.values())
        for j, heading in enumerate(now):
            if j in partner and was[partner[j]].text != heading.text:
                point = _Point()
                point.say(f"将{_heading_address(self.old, was[partner[j]])}章名修改为", [heading.text])
                points.append(point)
        for i, heading in enumerate(was):
            if i not in kept:
                point = _Point()
                point.say(f"删去{_heading_address(self.old, heading)}章名")
                points.append(point)
        return points

    def _fresh_headings(self) -> list[tuple[Provision, int, int]]:
        """New headings with the run of articles under them: heading, first article, end."""
        _, now, partner = self._paired
        fresh = {id(p) for j, p in enumerate(now) if j not in partner}
        position = {id(article): n for n, article in enumerate(self.new.articles())}
        found = []
        for heading in now:
            if id(heading) in fresh:
                below = [position[id(p)] for p in heading.walk() if p.kind in ARTICLES]
                if below:
                    found.append((heading, below[0], below[-1] + 1))
        return found

    def _all_new(self, found: tuple[Provision, int, int], partner: dict[int, int]) -> bool:
        """Whether a new heading stands over new articles and new headings only."""
        heading, start, end = found
        _, now, known = self._paired
        old = {id(p) for j, p in enumerate(now) if j in known}
        return set(range(start, end)).isdisjoint(partner) and not any(id(p) in old for p in heading.walk())

    def _new_division(self, top: Provision) -> _Point:
        unit = {Kind.PART: "编", Kind.SUBPART: "分编", Kind.CHAPTER: "章", Kind.SECTION: "节"}.get(
            top.kind, "章"
        )
        point = _Point()
        lines: list[str] = []
        for provision in top.walk():
            if provision.kind in DIVISIONS:
                lines.append(f"{provision.label} {provision.text}".strip())
            elif provision.kind in ARTICLES:
                first, *rest = provision.lines or [""]
                lines += [f"{provision.label} {first}".strip(), *rest]
        address = _heading_address(self.new, top)
        point.say(f"增加一{unit}，作为{address}", lines)
        return point

    def _structure(self) -> _Point:
        point = _Point()
        lines = []

        def tell(provisions: list[Provision], depth: int) -> None:
            for provision in provisions:
                if provision.kind in DIVISIONS:
                    first = next((p for p in provision.walk() if p.kind in ARTICLES), None)
                    label = f"{provision.label}{'' if provision.mark else ' '}{provision.text}".strip()
                    lines.append(f"{label}（自{first.label if first else ''}起）")
                    tell(provision.children, depth + 1)

        tell(self.new.body, 0)
        point.say("章节设置调整为", lines)
        return point

    # --- articles -------------------------------------------------------------------------------------------------------------

    def _deletion(self, article: Provision) -> _Point:
        point = _Point()
        point.say(f"删去{_label(article)}")
        return point

    def _insertion(self, article: Provision, j: int, now: list[Provision]) -> _Point:
        point = _Point()
        home = self._homes_new[id(article)]
        place = ""
        old_home = None
        if home is not None:
            # the chapter is said where the new article opens it or stands at its edge
            neighbours = [now[n] for n in (j - 1, j + 1) if 0 <= n < len(now)]
            if any(self._homes_new[id(one)] is not home for one in neighbours):
                old_home = self._heading_before(home)
        if old_home is not None and old_home.number is not None and old_home.kind is not Kind.HEADING:
            place = f"在{_heading_address(self.old, old_home)}"
        point.say(f"{place}增加一条，作为{_label(article)}", article.lines or [""])
        return point

    def _amended(self, before: Provision, after: Provision, j: int, moved: bool) -> tuple[_Point, bool]:
        """One article: its new number if it must be said, and what changes in it."""
        point = _Point()
        label = _label(before)
        shifts = before.number != after.number
        follows = before.children == after.children or _only_references(before, after)
        place = self._moved_to(before, after)
        say_number = shifts and (moved or self.all_numbers or not follows or bool(place))
        headed = say_number or bool(place)
        opening = f"将{label}"
        if headed:
            steps = [f"移至{place}"] * bool(place) + [f"改为{_label(after)}"] * say_number
            opening = label + "，".join(steps)
        if j in self.whole or (not follows and not self._fine(point, before, after, opening, headed)):
            # also word for word the same, where references in it would follow though they should not
            point.lines.clear()
            point.say(f"{opening}{'，' if headed else ''}修改为", after.lines or [""])
        elif headed and not point.lines:
            point.say(f"将{opening}")
        return point, shifts

    def _moved_to(self, before: Provision, after: Provision) -> str:
        """The chapter an article moves to, where it leaves one that stays for another that stays."""
        if self.structure:
            return ""
        old_home, new_home = self._homes_old[id(before)], self._homes_new[id(after)]
        target = self._heading_before(new_home) if new_home is not None else None
        if old_home is None or target is None or target is old_home or target.kind is Kind.HEADING:
            return ""
        was, _, partner = self._paired
        if not any(was[i] is old_home for i in partner.values()):
            return ""
        return _heading_address(self.old, target)

    @cached_property
    def _homes_old(self) -> dict[int, Provision | None]:
        return _homes(self.old)

    @cached_property
    def _homes_new(self) -> dict[int, Provision | None]:
        return _homes(self.new)

    def _fine(self, point: _Point, before: Provision, after: Provision, opening: str, numbered: bool) -> bool:
        """Say what changes in an article by its paragraphs and words; False where the article had better be given whole."""
        was, now = paragraphs(before), paragraphs(after)
        if len(was) != len(before.children) or len(now) != len(after.children) or not was or not now:
            return False
        orders: list[tuple[str, list[str] | None]] = []
        alignment = align([_flat(p) for p in was], [_flat(p) for p in now])
        if alignment.moved:
            return False
        partner = {jj: ii for ii, jj in alignment.pairs}
        kept = set(partner.values())
        for jj, paragraph in enumerate(now):
            name = f"第{numeral(jj + 1)}款"
            if jj not in partner:
                orders.append((f"增加一款，作为{name}", paragraph.lines))
                continue
            old = was[partner[jj]]
            if old == paragraph:
                continue
            at = "" if len(was) == len(now) == 1 else f"第{numeral(partner[jj] + 1)}款"
            orders += self._paragraph(at, old, paragraph)
        orders += [(f"删去第{numeral(ii + 1)}款", None) for ii in range(len(was)) if ii not in kept]
        full = sum(len(line) for line in after.lines)
        said = sum(len(words) + sum(map(len, quoted or [])) for words, quoted in orders)
        if not orders or said >= full + 20 * (len(now) > 1) or len(orders) > 8:
            return False
        label = opening.removeprefix("将")
        for n, (words, quoted) in enumerate(orders):
            lead = words
            if n == 0:
                if numbered:
                    # 第八条改为第九条，其中的…：what follows counts in the old article
                    lead = (
                        f"{label}，{'其中的' if words.startswith('中的') else ''}{words.removeprefix('中的')}"
                    )
                elif words.startswith("增加"):
                    lead = f"{label}{words}"
                elif words.startswith("删去"):
                    lead = f"删去{label}{words.removeprefix('删去')}"
                else:
                    lead = f"将{label}{words}"
            elif words.startswith("中的"):
                lead = f"其中的{words.removeprefix('中的')}"
            point.say(lead, quoted)
        return True

    def _paragraph(self, at: str, old: Provision, new: Provision) -> list[tuple[str, list[str] | None]]:
        """The orders for one paragraph; ``at`` is 第二款, or nothing where it is the only one."""
        rows_old, rows_new = items(old), items(new)
        lists = (
            rows_old
            and rows_new
            and len(rows_old) == len(old.children)
            and len(rows_new) == len(new.children)
        )
        if not rows_old and not rows_new and not old.children and not new.children:
            return self._words(at, old.text, new.text) or [(f"{at}修改为", new.lines)]
        if not lists or (not at and len(rows_new) == 1):
            return [(f"{at}修改为", new.lines)]
        orders: list[tuple[str, list[str] | None]] = []
        if old.text != new.text:
            changed = self._words(at, old.text, new.text)
            inside = [words for row in rows_old for words in row.lines]
            if not changed or any(
                pair and pair in line for pair in _olds(old.text, new.text) for line in inside
            ):
                return [(f"{at}修改为", new.lines)]
            orders += changed
        alignment = align([_flat(row) for row in rows_old], [_flat(row) for row in rows_new])
        if alignment.moved or any(row.number[0] != n for n, row in enumerate(rows_new, 1)):
            return [(f"{at}修改为", new.lines)]
        partner = {jj: ii for ii, jj in alignment.pairs}
        kept = set(partner.values())
        regular = (
            _closes(rows_old)
            and _closes(rows_new)
            and (len(partner) < len(rows_new) or len(kept) < len(rows_old))
        )
        for jj, row in enumerate(rows_new):
            if jj not in partner:
                orders.append((f"{at}增加一项，作为第（{numeral(jj + 1)}）项", row.lines))
                continue
            before = rows_old[partner[jj]]
            same = before.children == row.children and (
                before.text == row.text or (regular and before.text[:-1] == row.text[:-1])
            )
            if same and before.mark == row.mark:
                continue
            name = f"{at}第（{numeral(partner[jj] + 1)}）项"
            changed = (
                None
                if before.children or row.children or before.mark != row.mark
                else self._words(name, before.text, row.text)
            )
            orders += changed or [(f"{name}修改为", row.lines)]
        orders += [
            (f"删去{at}第（{numeral(ii + 1)}）项", None) for ii in range(len(rows_old)) if ii not in kept
        ]
        return orders

    @staticmethod
    def _words(at: str, old: str, new: str) -> list[tuple[str, list[str] | None]] | None:
        """中的“甲”修改为“乙”, where few words change and each is said unmistakably; None otherwise."""
        pairs = _replacements(old, new)
        if pairs is None:
            return None
        said = "，".join(
            f"{_inline(was)}修改为{_inline(now)}" if now else f"{_inline(was)}删去" for was, now in pairs
        )
        return [(f"{at}中的{said}", None)]


def _replacements(old: str, new: str) -> list[tuple[str, str]] | None:
    """Few short replacements that turn ``old`` into ``new`` wherever they are found in it."""
    edits = difference(old, new)
    changed = [(n, was, now) for n, (tag, was, now) in enumerate(edits) if tag == "~"]
    amount = sum(max(len(was), len(now)) for _, was, now in changed)
    if not changed or len(changed) > 3 or amount > max(12, 0.4 * max(len(old), len(new))):
        return None
    # each change with as much around it as makes it unmistakable; changes whose surroundings touch become one
    spans: list[tuple[int, int, int, int]] = []
    at_old = at_new = 0
    for tag, was, now in edits:
        if tag == "~":
            spans.append(_surround(old, new, at_old, at_old + len(was), at_new, at_new + len(now)))
        at_old, at_new = at_old + len(was), at_new + len(now)
    merged: list[tuple[int, int, int, int]] = []
    for span in spans:
        if merged and span[0] <= merged[-1][1]:
            last = merged.pop()
            span = (last[0], span[1], last[2], span[3])
        merged.append(span)
    pairs = [(old[a:b], new[c:d]) for a, b, c, d in merged]
    if any(old.count(was) != 1 for was, _ in pairs) or sum(len(was) for was, _ in pairs) > 0.7 * len(old):
        return None
    return pairs if substitute(old, pairs) == new else None


def _surround(old: str, new: str, a: int, b: int, c: int, d: int) -> tuple[int, int, int, int]:
    """A change at ``old[a:b]``, ``new[c:d]`` with the words around it: the whole clause if it is short, else a few characters,
    more until ``old`` has the words only once."""
    for cited in _CITED.finditer(old):  # a number never without its 第 and 条
        if (cited.start() < b and a < cited.end()) or (a == b and cited.start() < a < cited.end()):
            before, after = max(0, min(a - cited.start(), c)), max(0, min(cited.end() - b, len(new) - d))
            a, b, c, d = a - before, b + after, c - before, d + after
    left = len(re.split(f"[{_STOPS}]", old[:a])[-1])
    right = len(re.split(f"[{_STOPS}]", old[b:])[0])
    short = [(left, right)] if left + right + b - a <= 14 else []
    alone = [(0, 0)] if b - a >= 4 else []
    inside = [(min(left, 2), min(right, 5)), (min(left, 6), min(right, 6)), (left, right)]
    outside = [(n, n) for n in (2, 4, 8, 16, 32)]
    for before, after in [*short, *alone, *inside, *outside]:
        before, after = min(before, a, c), min(after, len(old) - b, len(new) - d)
        words = old[a - before : b + after]
        if len(words) >= 2 and old.count(words) == 1:
            break
    return a - before, b + after, c - before, d + after


_CITED = re.compile(
    rf"(?:本[\u4e00-\u9fff]{{1,4}}?)?(?:第[（(]?{NUMERAL}[）)]?[编章节条款项目](?:之{NUMERAL})?)+"
)
_STOPS = "，。；：、“”（）《》"


def _olds(old: str, new: str) -> list[str]:
    return [was for was, _ in _replacements(old, new) or []]


def _inline(words: str) -> str:
    return quote([words])[0]


def _flat(provision: Provision) -> str:
    return fingerprint("\n".join(p.text for p in provision.walk()))


def _only_references(before: Provision, after: Provision) -> bool:
    """Whether two articles differ in nothing but the numbers of provisions they cite. The trial says whether those follow."""
    a, b = (
        [p for child in before.children for p in child.walk()],
        [p for child in after.children for p in child.walk()],
    )
    return len(a) == len(b) and all(
        p.kind is q.kind
        and p.number == q.number
        and p.mark == q.mark
        and fingerprint(p.text) == fingerprint(q.text)
        for p, q in zip(a, b, strict=True)
    )


def _closes(rows: list[Provision]) -> bool:
    return (
        bool(rows)
        and all(r.text.endswith("；") and not r.children for r in rows[:-1])
        and rows[-1].text.endswith("。")
    )


def _label(article: Provision) -> str:
    return article_label(article.number)


def _homes(text: Text) -> dict[int, Provision | None]:
    """The innermost heading over each article."""
    homes: dict[int, Provision | None] = {}

    def go(provisions: list[Provision], home: Provision | None) -> None:
        for provision in provisions:
            if provision.kind in ARTICLES:
                homes[id(provision)] = home
            elif provision.kind in DIVISIONS:
                go(provision.children, provision)

    go(text.body, None)
    return homes


def _heading_address(text: Text, heading: Provision) -> str:
    """第二编第三章."""

    def way(provisions: list[Provision]) -> list[Provision] | None:
        for provision in provisions:
            if provision is heading:
                return [provision]
            if provision.kind in DIVISIONS and (below := way(provision.children)):
                return [provision, *below]
        return None

    unit = {Kind.PART: "编", Kind.SUBPART: "分编", Kind.CHAPTER: "章", Kind.SECTION: "节"}
    steps = [p for p in way(text.body) or [] if p.kind in unit and p.number]
    pairs = tuple((unit[p.kind], p.number) for p in steps)
    return Address(division=pairs).words


__all__ = ["write_decision"]
