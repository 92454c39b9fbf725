"""What a form is: fields, texts with fill-ins, and a small set of blocks. Frozen; made by the parser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

KINDS = {
    "internal": "内部文书",
    "external": "外部文书",
    "record": "笔录",
    "list": "清单",
    "cover": "卷宗封面与备考",
}
CONFIDENCE = ("verified", "secondary", "unconfirmed")
TYPES = (
    "text", "longtext", "date", "datetime", "money", "integer", "choice", "choices", "bool", "persons", "file", "list",
)  # fmt: skip
FILTERS = ("amount", "yuan", "figures", "date", "day", "names", "officers", "ticks", "tick_lines", "count")
NUMBERING = ("1.", "（1）", "一、", "")
COLUMNS = 24
"""A grid has 24 equal columns; a label takes 4 of them, a group label 2."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake in a form: the place (file and line), the key, what is wrong and what to do."""

    place: str
    key: str
    problem: str
    mend: str

    def __str__(self) -> str:
        return f"{self.place}：{self.key}：{self.problem}。{self.mend}"


class FormError(ValueError):
    """The form's data cannot be used; ``faults`` lists every mistake found."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Field:
    """One value a form prints.

    ``source`` is the path in the case context; ``by_hand`` fields are left for the pen and never asked; ``items`` are
    the columns of a list; ``page`` is where the value is entered, in the user's words; what ``cites`` names articles, which may be picked from
    the book.
    """

    code: str
    title: str
    type: str = "text"
    source: tuple[str, ...] = ()
    required: bool = True
    by_hand: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    items: tuple[Field, ...] = ()
    page: str = ""
    help: str = ""
    cites: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """``values`` None asks whether the field has a value; otherwise whether it is one of them. ``negated`` turns it."""

    field: Field
    values: tuple[str, ...] | None = None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Fill:
    """A fill-in. ``item`` says that the value belongs to the list item at hand."""

    field: Field
    filter: str = ""
    item: bool = False


@dataclass(frozen=True, slots=True)
class Choose:
    condition: Condition
    then: str
    otherwise: str


@dataclass(frozen=True, slots=True)
class Passage:
    parts: tuple[str | Fill | Choose, ...]


Text = tuple[str | Fill | Choose | Passage, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """Agency, title, number and addressee; ``left`` and ``right`` stand on a line under the title."""

    title: Text
    agency: Field | None
    number: Field | None
    addressee: Text = ()
    left: Text = ()
    right: Text = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``role`` is text, tied (to what follows, on one page), line (not indented), note, copies, blank or a heading level ``h1``…``h3``."""

    text: Text
    role: str = "text"


@dataclass(frozen=True, slots=True)
class Listing:
    """One or more paragraphs for each item of a list."""

    of: Field
    item: tuple[Text, ...]
    number: str = "1."
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    value: Text
    width: float = 1
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a row for each item of a list, at least ``rows`` rows high."""

    of: Field
    columns: tuple[Column, ...]
    numbered: bool = True
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    blocks: tuple[Block, ...]
    span: int
    label: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Cell, ...]
    height_mm: float = 8


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that share one label at their left."""

    label: str
    rows: tuple[Row | Group | When, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    rows: tuple[Row | Group | When, ...]


@dataclass(frozen=True, slots=True)
class When:
    """The first branch whose condition holds; a branch without condition always does."""

    branches: tuple[tuple[Condition | None, tuple[Block, ...]], ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the holders of ``roles`` wrote, with name and day; blank lines for the pen if nobody has yet."""

    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sign:
    """One line for a signature and its date per label."""

    labels: tuple[Text, ...]
    dated: bool = True


@dataclass(frozen=True, slots=True)
class Clause:
    """A passage whose wording changed with the law: the version in force on the day of the paper is printed."""

    code: str
    versions: tuple[tuple[date, tuple[Block, ...]], ...]


@dataclass(frozen=True, slots=True)
class Seal:
    """Agency and date with room for the seal."""

    agency: Field
    on: Field


@dataclass(frozen=True, slots=True)
class Receipt:
    """A slip at the foot, divided from the text by a dashed rule."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    pass


Block = (
    Head
    | Paragraph
    | Listing
    | Table
    | Grid
    | When
    | Opinion
    | Sign
    | Clause
    | Seal
    | Receipt
    | PageBreak
    | Row
    | Group
)


@dataclass(frozen=True, eq=False)
class Form:
    """A form of the law book in one version. Compared by identity: the book holds each version once."""

    code: str
    title: str
    kind: str
    effective: date | None
    numbered: bool
    number_code: str
    sealed: bool
    served_to: str
    legal_basis: tuple[str, ...]
    confidence: str
    note: str
    footer: Text
    layout: tuple[Block, ...]
    fields: tuple[Field, ...]
    """Every field the layout uses, in the order of first use."""
    digest: str
    """Content hash of the form and of all it shares with others: a paper is pinned to it."""
    scope: str = ""
    """The unit code whose own set this form belongs to; empty: everybody's."""
