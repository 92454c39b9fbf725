"""A legal text as a tree of provisions.

Divisions (编, 分编, 章, 节, headings like 一、管辖) hold articles; an article (条, or a point 一、 where a text has no
articles) holds paragraphs (款), a paragraph items (项), an item subitems (目). An article has no text of its own: what stands
behind its label is its first paragraph. Two texts are equal when they say the same; ids do not count.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from enum import StrEnum

from .numbering import NUMERAL, Number, article_label, numeral, write_mark


class Kind(StrEnum):
    PREAMBLE = "preamble"
    """A line between title and the first provision: 引言, 发文字号, a title printed again."""
    CONTENTS = "contents"
    PART = "part"
    SUBPART = "subpart"
    CHAPTER = "chapter"
    HEADING = "heading"
    SECTION = "section"
    ARTICLE = "article"
    POINT = "point"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    SIGNATURE = "signature"
    APPENDIX = "appendix"
    LINE = "line"
    """A line of an appendix, kept as it stands."""


DIVISIONS = (Kind.PART, Kind.SUBPART, Kind.CHAPTER, Kind.HEADING, Kind.SECTION)
"""From the outside in."""
UNITS = {Kind.PART: "编", Kind.SUBPART: "分编", Kind.CHAPTER: "章", Kind.SECTION: "节", Kind.ARTICLE: "条"}
ARTICLES = (Kind.ARTICLE, Kind.POINT)


_ORDERS = re.compile(
    r"[条款项]\S{0,40}修改为[：:]|[条款项]改为第|增加[一二两三四五六七八九十]+[条款项]，?作为第|^\S{0,12}删[除去]第"
)


def is_order(words: str) -> bool:
    """Whether words order an amendment of another text: 将第三条修改为：…"""
    return bool(_ORDERS.search(words))


@dataclass
class Provision:
    """One provision. ``number`` and, for items, ``mark`` say how it is labelled (see :mod:`numbering`).

    ``written`` is the label as the source has it where it is not the regular one (第五十－条); it is exported, and gives way
    to the regular label when the provision is renumbered.
    """

    kind: Kind
    text: str = ""
    number: Number | None = None
    mark: str = ""
    children: list[Provision] = field(default_factory=list)
    id: str = field(default="", compare=False)
    written: str = field(default="", compare=False)

    @property
    def label(self) -> str:
        """What stands before the text: 第五条, （二）, 第三章; nothing for a 款."""
        if self.written:
            return self.written
        if self.number is None:
            return ""
        if self.mark:
            return write_mark(self.number, self.mark)
        return article_label(self.number, UNITS[self.kind])

    def walk(self) -> Iterator[Provision]:
        """This provision and all below it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()

    def renumber(self, number: Number) -> None:
        if number != self.number:
            self.number, self.written = number, ""

    @property
    def lines(self) -> list[str]:
        """An article's or paragraph's text line by line, without the article's own label."""
        if self.kind in ARTICLES:
            return [line for child in self.children for line in child.lines]
        return [self.label + self.text, *(line for child in self.children for line in child.lines)]


@dataclass
class Text:
    """A legal text. ``unread`` names what its source holds and this model does not (pictures, formulas)."""

    title: str
    history: list[str] = field(default_factory=list)
    body: list[Provision] = field(default_factory=list)
    unread: list[str] = field(default_factory=list, compare=False)
    doubts: list[str] = field(default_factory=list, compare=False)

    def walk(self) -> Iterator[Provision]:
        for provision in self.body:
            yield from provision.walk()

    def articles(self) -> list[Provision]:
        return [provision for provision in self.walk() if provision.kind in ARTICLES]

    def of_kind(self, kind: Kind) -> list[Provision]:
        return [provision for provision in self.body if provision.kind is kind]

    def copy(self) -> Text:
        return deepcopy(self)

    def paths(self) -> dict[int, str]:
        """Where each provision stands, by ``id()`` of the object: 第二章/第五条/第一款/第（二）项."""
        found: dict[int, str] = {}
        _paths(self.body, "", 0, found)
        return found

    @property
    def amends(self) -> bool:
        """Whether this text is itself an amending decision, so that the articles it names are another's."""
        if re.search(
            r"修正案\s*(?:[（(][^（()）]*[）)])*$|(?:关于|决定)修[改正订].*的(?:决定|决议|命令|令)|关于废止|的修改决定",
            self.title,
        ):
            return True
        orders = sum(1 for p in self.walk() if is_order(p.text))
        return orders > 1 and not any(p.kind is Kind.ARTICLE for p in self.walk())


def _paths(provisions: list[Provision], above: str, depth: int, found: dict[int, str]) -> None:
    plain = 0
    counts: dict[Kind, int] = {}
    for provision in provisions:
        counts[provision.kind] = counts.get(provision.kind, 0) + 1
        below = depth
        match provision.kind:
            case Kind.PARAGRAPH:
                plain += 1
                name = f"第{numeral(plain)}{'段' if depth or not above else '款'}"
            case Kind.ITEM:
                name = _item_name(provision.number[0], depth)
                below = depth + 1
            case Kind.PREAMBLE | Kind.SIGNATURE | Kind.CONTENTS:
                name = {"preamble": "引言", "signature": "署名", "contents": "目录"}[provision.kind]
                name += f"/第{numeral(counts[provision.kind])}段"
            case Kind.APPENDIX:
                name = appendix_name(provision)
            case Kind.LINE:
                name = f"第{numeral(counts[provision.kind])}行"
            case Kind.HEADING:
                name = provision.label or provision.text
            case Kind.ARTICLE | Kind.PART | Kind.SUBPART | Kind.CHAPTER | Kind.SECTION:
                name = article_label(provision.number, UNITS[provision.kind])
            case Kind.POINT:
                name = f"{numeral(provision.number[0])}、"
        found[id(provision)] = path = f"{above}/{name}" if above else name
        _paths(provision.children, path, below, found)


def _item_name(n: int, depth: int) -> str:
    return f"第（{numeral(n)}）项" if depth == 0 else f"第{n}目" if depth == 1 else f"第{n}小目"


def places(article: Provision) -> list[tuple[Provision, str]]:
    """What may be spoken of in an article, each with its name: the article itself, 第五条; what is in it, 第五条第二款第（一）项. A 款
    that is the only one is the article itself, and is not named."""
    found = [(article, article.label)]

    def below(holder: Provision, name: str, depth: int) -> None:
        for one in holder.children:
            if one.kind is Kind.ITEM:
                own = _item_name(one.number[0], depth)
                found.append((one, name + own))
                below(one, name + own, depth + 1)

    paragraphs = [one for one in article.children if one.kind is Kind.PARAGRAPH]
    for n, paragraph in enumerate(paragraphs, start=1):
        name = article.label + (f"第{numeral(n)}款" if len(paragraphs) > 1 else "")
        if len(paragraphs) > 1:
            found.append((paragraph, name))
        below(paragraph, name, 0)
    below(article, article.label, 0)
    return found


def appendix_name(provision: Provision) -> str:
    """附件, 附件1, 附录二: the name by which an appendix is cited."""
    return re.match(rf"附(?:件|表|图|录)?\s*{NUMERAL}?", provision.text)[0].replace(" ", "")


# --- ids ---------------------------------------------------------------------------------------------------------------

_NUMBERS = re.compile(rf"第[（(]?{NUMERAL}[）)]?(?=[编章节条款项目])(?:(?<=条)之{NUMERAL})?")
_SPACE = re.compile(r"\s+")


def fingerprint(text: str) -> str:
    """The words of a provision without spaces and without the numbers of the provisions it cites."""
    return _NUMBERS.sub("第", _SPACE.sub("", text))


def assign_ids(text: Text) -> None:
    """Give every provision without an id one that depends on its words, not on its number or place.

    A provision that is only renumbered, and cites others that are only renumbered, has the same id in both texts. Provisions
    of the same words are told apart by what holds them, then by their order. An article is known by its first paragraph.
    """
    taken = {provision.id for provision in text.walk() if provision.id}

    def digest(*parts: str) -> str:
        return hashlib.blake2b("\n".join(parts).encode(), digest_size=5).hexdigest()

    def own(provision: Provision) -> str:
        if provision.kind in ARTICLES:
            return "\n".join(fingerprint(line) for line in provision.lines[:1])
        return fingerprint(provision.text)

    repeated: dict[tuple[str, str, str], int] = {}
    seen: dict[tuple[str, str], int] = {}
    for provision in text.walk():
        key = (provision.kind[0], own(provision))
        seen[key] = seen.get(key, 0) + 1

    def give(provisions: list[Provision], above: str) -> None:
        for provision in provisions:
            if not provision.id:
                letter, words = provision.kind[0], own(provision)
                new = letter + (digest(words) if seen[letter, words] == 1 else digest(words, above))
                again = (letter, words, above)
                while new in taken:
                    repeated[again] = repeated.get(again, 1) + 1
                    new = letter + digest(words, above, str(repeated[again]))
                provision.id = new
                taken.add(new)
            give(provision.children, provision.id)

    give(text.body, "")
