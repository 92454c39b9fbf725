"""What an amending decision orders, as data."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..model import UNITS
from ..numbering import Number, article_label, numeral

PARTS = ("名称", "题注", "引言", "目录", "署名", "附件", "全文")
UNIT_KINDS = {unit: kind for kind, unit in UNITS.items()}


@dataclass(frozen=True)
class Address:
    """A place in the text that is amended. ``part`` names what has no number (see PARTS; appendices by their own name); with a
    ``division`` it is 章名: the heading without the articles under it."""

    article: Number | None = None
    paragraph: int | None = None
    item: int | None = None
    subitem: int | None = None
    division: tuple[tuple[str, Number], ...] = ()
    """The way to a heading: (("编", (1, 0)), ("章", (2, 0)))."""
    part: str = ""

    @property
    def words(self) -> str:
        if self.part and not self.division:
            return self.part
        said = "".join(article_label(number, unit) for unit, number in self.division) + self.part
        if self.article:
            said += article_label(self.article)
        return said + self.below

    @property
    def below(self) -> str:
        """What is said below the article: 第二款第（三）项."""
        said = f"第{numeral(self.paragraph)}款" if self.paragraph else ""
        said += f"第（{numeral(self.item)}）项" if self.item else ""
        return said + (f"第{self.subitem}目" if self.subitem else "")

    def of_article(self) -> Address:
        return Address(article=self.article)

    def at(self, **parts) -> Address:
        return replace(self, **parts)


@dataclass(frozen=True)
class Instruction:
    """One order. ``said`` is the sentence it was read from, ``target`` the title of the text it amends, where several are amended."""

    said: str = field(default="", compare=False, kw_only=True)
    target: str = field(default="", compare=False, kw_only=True)


@dataclass(frozen=True)
class Replace(Instruction):
    """第三条修改为：“…”"""

    at: tuple[Address, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Words(Instruction):
    """第三条中的“甲”修改为“乙”; an empty new side deletes."""

    at: tuple[Address, ...]
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Append(Instruction):
    """在第五条第二款末尾增加：“…”"""

    at: Address
    words: str


@dataclass(frozen=True)
class Insert(Instruction):
    """增加一条，作为第十一条：“…”. ``within`` is the article or paragraph added to, or the chapter; ``numbers`` is empty where the
    decision gives none; ``after`` is 在第十条后."""

    unit: str
    within: Address
    numbers: tuple[Number, ...]
    lines: tuple[str, ...]
    after: Address | None = None


@dataclass(frozen=True)
class Delete(Instruction):
    """删去第七条第二款。"""

    at: tuple[Address, ...]


@dataclass(frozen=True)
class Renumber(Instruction):
    """第八条改为第九条。"""

    at: tuple[Address, ...]
    to: tuple[Number, ...]


@dataclass(frozen=True)
class Move(Instruction):
    """将第九条移至第三章; its number, if it changes, is a :class:`Renumber`."""

    at: tuple[Address, ...]
    to: Address


@dataclass(frozen=True)
class Order(Instruction):
    """条文顺序作相应调整: what is not named closes up, and references follow."""


@dataclass(frozen=True)
class Heading(Instruction):
    """在修改后的第二十五条前增加章名“第六章 关闭”: a heading over articles there are already; ``first`` counts in the new text."""

    line: str
    first: Number


@dataclass(frozen=True)
class Structure(Instruction):
    """章节设置调整为：“第一章 总则（第一条至第五条）…”: each heading line with the first article under it."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Note(Instruction):
    """What changes no word: 本决定自公布之日起施行."""


@dataclass
class Decision:
    """A decision read: its orders, and what was not understood, each with the reason."""

    title: str
    targets: list[str] = field(default_factory=list)
    instructions: list[Instruction] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)

    def of(self, target: str | None) -> list[Instruction]:
        return [one for one in self.instructions if target is None or not one.target or one.target == target]
