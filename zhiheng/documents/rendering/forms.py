"""Fills a form of the law book from what a case knows and returns the Word file.

A form is compiled once into pieces of finished XML with holes; each rendering fills the holes in one walk. The same
walk tells what is missing and what there is to ask, so the entry page and the paper cannot disagree.

The context is a plain dict::

    office {name, seal_name, address, phone, review_organ, court, bank, pay_code}
    case   {no, lead_no, title, cause, source, filed_on, …}
    party  {name, type (person | individual_business | organisation), id_no, licence_name, legal_rep, address, phone}
    handlers [{name, cert_no}]      number (文号)      on (date of the paper)
    opinions [{role, name, text, on}]
    lists such as evidence [{name, source, proves}], items [{name, model, unit, quantity, place, note}], qa [{q, a}],
    and the fields asked in the steps and on the entry page, flat under their codes.

Money is integer fen; dates are ``datetime.date`` or ISO text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from zhiheng.law import forms as f

from . import amounts, docx
from . import wordml as w

_NUMBER = re.compile(r"[^〔〕]+〔[12]\d{3}〕[1-9]\d*号")
_HERE = "文书录入页"
# A value that ends in a stop before the stop of the sentence: the sentence's own remains.
_DOUBLED = re.compile("[。；，](?=[。；，、])")
_STOPS = "。；！？：，、.;!?"

Writer = Callable[["Scope"], str]
Piece = str | Writer


class Missing(NamedTuple):
    """A required value nobody has given: ``page`` says where to give it."""

    code: str
    title: str
    page: str


class Unfilled(ValueError):
    """The paper cannot be made yet; ``missing`` lists every field that is wanting."""

    def __init__(self, form: f.Form, missing: Sequence[Missing]) -> None:
        wanting = "；".join(f"{one.title}（在“{one.page}”填写）" for one in missing)
        super().__init__(f"《{form.title}》还不能生成，缺少：{wanting}")
        self.missing = tuple(missing)


def render(form: f.Form, context: Mapping) -> bytes:
    """The paper as a .docx file, the same bytes for the same form and context.

    Raises :class:`Unfilled` if a required field has no value, ``ValueError`` or ``TypeError`` if a value cannot be
    printed (a 文号 out of shape, an amount that is not whole fen); each names the field.
    """
    scope = Scope(context)
    layout, footer = _compiled(form)
    body = layout(scope) if callable(layout) else layout
    signers = footer(scope)
    if scope.missing:
        raise Unfilled(form, _missing(scope))
    office = context.get("office") or {}
    return docx.pack(
        body, title=form.title, author=str(office.get("name", "")), on=_day(context["on"]), signers=signers
    )


def missing(form: f.Form, context: Mapping) -> list[Missing]:
    """The required fields of this paper that have no value yet, in the order of the paper."""
    return _missing(_walk(form, context))


def questions(form: f.Form, context: Mapping) -> list[f.Field]:
    """The fields to ask on the entry page: printed here, not known to the case, not left for the pen.

    ``required`` says whether the paper can do without. Values kept elsewhere (the office's or the party's data) are
    not asked here; :func:`missing` names their page. Answers go into the context under the field's code; since an
    answer may open or close a passage, ask again with it.
    """
    scope = _walk(form, context)
    return [replace(one, required=required) for one, required in scope.asked.values() if not one.page]


@dataclass
class Scope:
    """One walk over a form: the context, the list item at hand, and what was found wanting."""

    context: Mapping
    item: Mapping | None = None
    place: tuple[str, str] = ("", "")
    missing: dict[str, tuple[f.Field, str]] = field(default_factory=dict)
    asked: dict[str, tuple[f.Field, bool]] = field(default_factory=dict)

    def peek(self, one: f.Field, item: bool = False) -> object:
        """The value, or None if there is none; nothing is noted."""
        if item:
            value = (self.item or {}).get(one.code)
        else:
            value: object = self.context
            for step in one.source:
                value = value.get(step) if isinstance(value, Mapping) else None
            if value is None:
                value = self.context.get(one.code)
        return None if isinstance(value, str | list | tuple | dict) and not value else value

    def value(self, one: f.Field, item: bool = False) -> object:
        """The value to print; a required one that is absent is noted as missing."""
        value = self.peek(one, item)
        if value is None:
            self.want(one, one.required, item)
        return value

    def want(self, one: f.Field, required: bool, item: bool = False) -> None:
        if one.by_hand:
            return
        if item:
            code, title = self.place
            if required:
                self.missing[f"{code}.{one.code}"] = (one, f"{title}的{one.title}")
            return
        before = self.asked.get(one.code, (one, False))[1]
        self.asked[one.code] = (one, required or before)
        if required:
            self.missing[one.code] = (one, one.title)

    def holds(self, condition: f.Condition) -> bool:
        one = condition.field
        value = self.peek(one, self.item is not None and one.code in self.item)
        if condition.values is None:
            if value is None:
                self.want(one, one.required and one.type == "bool")
            return bool(value) != condition.negated
        if value is None:
            self.want(one, one.required)
            return condition.negated
        found = value if isinstance(value, list | tuple) else (value,)
        return any(str(each) in condition.values for each in found) != condition.negated

    def items(self, one: f.Field) -> list[Mapping]:
        """The items of a list field; plain values fill the first column, a long text gives its lines."""
        value = self.value(one)
        if value is None:
            return []
        if isinstance(value, str):
            value = [line.strip() for line in value.split("\n") if line.strip()]
        if not isinstance(value, list | tuple):
            raise TypeError(f"“{one.title}”应为列表，收到 {type(value).__name__}")
        column = one.items[0].code if one.items else "text"
        return [each if isinstance(each, Mapping) else {column: each} for each in value]


def _walk(form: f.Form, context: Mapping) -> Scope:
    scope = Scope(context)
    layout, footer = _compiled(form)
    if callable(layout):
        layout(scope)
    footer(scope)
    return scope


def _missing(scope: Scope) -> list[Missing]:
    return [Missing(code, title, one.page or _HERE) for code, (one, title) in scope.missing.items()]


@lru_cache(maxsize=512)
def _compiled(form: f.Form) -> tuple[Piece, Writer]:
    footer = _text(form.footer) if form.footer else ""
    return _sequence(form.layout, _PAGE), footer if callable(footer) else lambda scope: footer


# ---- values


def _day(value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _long_date(value: object) -> str:
    day = _day(value)
    return f"{day.year}年{day.month}月{day.day}日"


def _moment(value: object) -> str:
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return f"{at.year}年{at.month}月{at.day}日{at.hour}时{at.minute:02d}分"


def _names(value: Iterable) -> str:
    return "、".join(str(one["name"]) if isinstance(one, Mapping) else str(one) for one in value)


def _officers(value: Iterable) -> str:
    return "、".join(
        f"{one['name']}（执法证号：{one['cert_no']}）"
        if isinstance(one, Mapping) and one.get("cert_no")
        else _names([one])
        for one in value
    )


def _joined(value: object) -> str:
    if isinstance(value, list | tuple):
        return "、".join(str(one.get("name", "")) if isinstance(one, Mapping) else str(one) for one in value)
    return str(value)


def _formatter(one: f.Field, filter_: str) -> Callable[[object], str]:
    """How the value of a field is written: by the filter if there is one, else by the field's type."""
    labels = dict(one.choices)

    def picked(value: object) -> Sequence[str]:
        return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]

    def ticks(between: str) -> Callable[[object], str]:
        def write(value: object) -> str:
            chosen = () if value is None else picked(value)
            return between.join(f"{'☑' if code in chosen else '□'}{label}" for code, label in one.choices)

        return write

    by_filter: dict[str, Callable] = {
        "amount": amounts.amount,
        "yuan": lambda value: f"{amounts.figures(value)}元",
        "date": _long_date,
        "day": _long_date,
        "names": _names,
        "officers": _officers,
        "ticks": ticks("\u3000"),
        "tick_lines": ticks("\n"),
        "count": lambda value: str(len(value)),
    }
    by_type: dict[str, Callable] = {
        "date": _long_date,
        "datetime": _moment,
        "money": by_filter["yuan"],
        "persons": _names,
        "bool": lambda value: "是" if value else "否",
        "choice": lambda value: "、".join(labels.get(each, each) for each in picked(value)),
        "choices": lambda value: "、".join(labels.get(each, each) for each in picked(value)),
    }
    write = by_filter.get(filter_) or by_type.get(one.type, _joined)
    if one.code == "number":
        return _number

    def checked(value: object) -> str:
        try:
            return write(value)
        except (TypeError, ValueError, KeyError) as error:
            raise type(error)(f"“{one.title}”不能印入文书：{error}") from error

    return checked


def _number(value: object) -> str:
    if not _NUMBER.fullmatch(str(value)):
        raise ValueError(
            f"文号“{value}”不合格式，应为：机关代字加文书代字，六角括号年份，不带“第”和前导零的序号，如“渝知罚〔2024〕12号”"
        )
    return str(value)


def _pen(one: f.Field) -> str:
    """The blank a field leaves for the pen."""
    if one.type == "date":
        return "\u3000\u3000\u3000年\u3000\u3000月\u3000\u3000日"
    if one.type == "datetime":
        return "\u3000\u3000\u3000年\u3000\u3000月\u3000\u3000日\u3000\u3000时\u3000\u3000分"
    return "＿" * 8


# ---- texts


def _text(parts: f.Text, *, cell: bool = False) -> str | Writer:
    """A text as a constant or a function of the scope; not yet escaped."""
    alone = cell and all(isinstance(part, f.Fill) for part in parts)
    written = [_part(part, cell=cell, alone=alone) for part in parts]
    if all(isinstance(part, str) for part in written):
        return "".join(written)
    return lambda scope: _DOUBLED.sub(
        "", "".join([one if isinstance(one, str) else one(scope) for one in written])
    )


def _part(part: str | f.Fill | f.Choose | f.Passage, *, cell: bool, alone: bool) -> str | Writer:
    if isinstance(part, str):
        return part
    if isinstance(part, f.Choose):
        return lambda scope: part.then if scope.holds(part.condition) else part.otherwise
    if isinstance(part, f.Passage):
        inner = _text(part.parts)
        fills = [each for each in part.parts if isinstance(each, f.Fill)]

        def passage(scope: Scope) -> str:
            absent = [each for each in fills if scope.peek(each.field, each.item) is None]
            for each in absent:
                scope.want(each.field, False, each.item)
            return "" if absent else inner(scope)

        return passage
    one, item = part.field, part.item
    write = _formatter(one, part.filter)
    if part.filter in ("ticks", "tick_lines"):
        return lambda scope: write(scope.value(one, item))
    blank = "" if alone and one.by_hand else _pen(one) if one.by_hand else "/" if cell else ""

    def fill(scope: Scope) -> str:
        value = scope.value(one, item)
        return blank if value is None else write(value)

    return fill


# ---- blocks

_SERIAL = w.twips(11)
"""Width of the column 序号."""


@dataclass(frozen=True)
class Area:
    """Where a block stands: its width in twips and the styles of its paragraphs."""

    width: int
    styles: Mapping[str, w.Style]
    cell: bool = False


_HEADINGS = {"h1": w.HEADING[0], "h2": w.HEADING[1], "h3": w.HEADING[2]}
_PAGE = Area(
    w.TEXT_WIDTH,
    {
        "text": w.BODY, "line": w.FLUSH, "note": w.NOTE, "copies": w.COPIES, "center": w.CENTER, "blank": w.CENTER,
        "label": w.CENTER, "sign": w.SIGNATURE, **_HEADINGS,
    },
)  # fmt: skip
_CELL_STYLES = {
    "text": w.CELL_TEXT, "line": w.CELL, "note": w.FINE, "copies": w.FINE, "center": w.LABEL, "blank": w.LABEL,
    "label": w.LABEL, "sign": w.CELL, "h1": w.CELL, "h2": w.CELL, "h3": w.CELL,
}  # fmt: skip


def _sequence(blocks: Sequence[f.Block], area: Area) -> Piece:
    pieces: list[Piece] = []
    for block in blocks:
        if isinstance(block, f.Seal | f.Sign) and not area.cell and pieces:
            pieces[-1] = _tied(pieces[-1])
        pieces.append(_BLOCKS[type(block)](block, area))
    return _join(pieces)


def _join(pieces: Sequence[Piece]) -> Piece:
    """Neighbouring constants become one; all constant, the whole is one string."""
    merged: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    if not merged:
        return ""
    if len(merged) == 1:
        return merged[0]
    return lambda scope: "".join([piece if isinstance(piece, str) else piece(scope) for piece in merged])


def _call(piece: Piece, scope: Scope) -> str:
    return piece if isinstance(piece, str) else piece(scope)


def _tied(piece: Piece) -> Piece:
    if isinstance(piece, str):
        return w.keep_with_next(piece)
    return lambda scope: w.keep_with_next(piece(scope))


def _lines(style: w.Style, text: str | Writer) -> Piece:
    if isinstance(text, str):
        return w.paragraph(style, text)
    return lambda scope: w.paragraph(style, text(scope))


def _paragraph(block: f.Paragraph, area: Area) -> Piece:
    style = area.styles[block.role]
    text = _text(block.text, cell=area.cell)
    if block.role == "label" and isinstance(text, str):
        return w.paragraph(style, w.balanced(text, int((area.width - 170) / 20 / style.size)))
    if isinstance(text, str):
        return w.paragraph(style, text)
    if not area.cell:
        return lambda scope: w.paragraph(style, line) if (line := text(scope)) else ""
    by_pen = any(isinstance(part, f.Fill) and part.field.by_hand for part in block.text)
    empty = "" if by_pen else "/"
    return lambda scope: w.paragraph(style, text(scope) or empty)


def _head(block: f.Head, area: Area) -> Piece:
    agency = f.Field("office.name", "机关名称", source=("office", "name"), page="本单位信息")
    number = f.Field("number", "文号", source=("number",), page="文书编号")
    pieces: list[Piece] = []
    if block.agency:
        pieces.append(lambda scope: w.fitted(w.AGENCY, _joined(scope.value(agency) or "")))
    title = _text(block.title)
    pieces.append(_lines(w.TITLE, title))
    if block.number:

        def write_number(scope: Scope) -> str:
            value = scope.value(number)
            return "" if value is None else w.paragraph(w.NUMBER, _number(value))

        pieces.append(write_number)
    if block.left or block.right:
        left, right = _text(block.left), _text(block.right)
        pieces.append(lambda scope: w.ends(w.MARGINAL, _call(left, scope), _call(right, scope), area.width))
    if block.addressee:
        pieces.append(_lines(w.FLUSH, _text((*block.addressee, "："))))
    return _join(pieces)


def _listing(block: f.Listing, area: Area) -> Piece:
    texts = [_text(text) for text in block.item]
    style = area.styles["line" if area.cell else "text"]
    empty = w.paragraph(style, block.empty) if block.empty else ""

    def write(scope: Scope) -> str:
        items = scope.items(block.of)
        if not items:
            return empty
        parts = []
        outer = scope.item, scope.place
        for index, item in enumerate(items):
            scope.item, scope.place = (
                item,
                (f"{block.of.code}.{index + 1}", f"{block.of.title}第{index + 1}项"),
            )
            number = _numeral(index + 1, block.number) if len(items) > 1 else ""
            for position, text in enumerate(texts):
                line = _call(text, scope)
                if number and position == len(texts) - 1 and line and line[-1] not in _STOPS:
                    line += "。" if index == len(items) - 1 else "；"
                parts.append(w.paragraph(style, number + line if position == 0 else line))
        scope.item, scope.place = outer
        return "".join(parts)

    return write


def _numeral(number: int, shape: str) -> str:
    if shape == "（1）":
        return f"（{number}）"
    if shape == "一、":
        return f"{chinese(number)}、"
    return f"{number}." if shape else ""


def chinese(number: int) -> str:
    """1 to 99 in ordinary numerals: 一, 十, 十一, 二十."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else ("" if tens == 1 else digits[tens]) + "十") + (
        digits[ones] if ones or not tens else ""
    )


def _table(block: f.Table, area: Area) -> Piece:
    titles = [column.title for column in block.columns]
    parts = [column.width for column in block.columns]
    styles = [
        {"left": w.FINE, "center": w.FINE_CENTER, "right": w.FINE_RIGHT}[c.align] for c in block.columns
    ]
    texts = [_text(column.value, cell=True) for column in block.columns]
    if block.numbered:
        titles, styles = ["序号", *titles], [w.FINE_CENTER, *styles]
        widths = [_SERIAL, *w.share(parts, area.width - _SERIAL)]
    else:
        widths = w.share(parts, area.width)
    cells = [w.cell_open(width) for width in widths]
    opening = (
        w.table_open(widths)
        + w.row_open(8, header=True)
        + "".join(
            f"{c}{w.paragraph(w.FINE_LABEL, title)}</w:tc>" for c, title in zip(cells, titles, strict=True)
        )
        + "</w:tr>"
    )
    row = w.row_open(7)
    blank = row + "".join(f"{c}{w.paragraph(w.FINE, '')}</w:tc>" for c in cells) + "</w:tr>"

    def write(scope: Scope) -> str:
        parts = [opening]
        outer = scope.item, scope.place
        items = scope.items(block.of)
        for index, item in enumerate(items):
            scope.item, scope.place = (
                item,
                (f"{block.of.code}.{index + 1}", f"{block.of.title}第{index + 1}项"),
            )
            values = [_call(text, scope) for text in texts]
            if block.numbered:
                values.insert(0, str(index + 1))
            parts.append(row)
            parts += [
                f"{c}{w.paragraph(style, value) or w.paragraph(style, '/')}</w:tc>"
                for c, style, value in zip(cells, styles, values, strict=True)
            ]
            parts.append("</w:tr>")
        scope.item, scope.place = outer
        parts += [blank] * (block.rows - len(items))
        return "".join(parts) + "</w:tbl>" + w.SPACER

    return write


def _grid(block: f.Grid, area: Area) -> Piece:
    columns = w.share((1,) * f.COLUMNS, area.width)
    rows = _rows(block.rows, columns)
    opening = w.table_open(columns)

    def write(scope: Scope) -> str:
        return f"{opening}{''.join(row(scope, ()) for row in rows)}</w:tbl>{w.SPACER}"

    return write


RowWriter = Callable[[Scope, Sequence[str]], str]
"""Writes rows; the second argument holds the cells to put before each row: one for the first, one for the others."""


def _rows(rows: Sequence[f.Row | f.Group | f.When], columns: list[int]) -> list[RowWriter]:
    makers = {f.Row: _row, f.Group: _group, f.When: _rows_when}
    return [makers[type(row)](row, columns) for row in rows]


def _row(row: f.Row, columns: list[int]) -> RowWriter:
    opening = w.row_open(row.height_mm, splits=row.height_mm >= 30)
    pieces: list[Piece] = []
    at = 0
    for cell in row.cells:
        width = sum(columns[at : at + cell.span])
        at += cell.span
        content = _sequence(cell.blocks, Area(width, _CELL_STYLES, cell=True))
        align = "center" if cell.label or row.height_mm < 15 else "top"
        pieces += [w.cell_open(width, span=cell.span, align=align), _held(content), "</w:tc>"]
    body = _join(pieces)

    def write(scope: Scope, before: Sequence[str]) -> str:
        return f"{opening}{before[0] if before else ''}{_call(body, scope)}</w:tr>"

    return write


def _held(content: Piece) -> Piece:
    """A cell must hold at least one paragraph and end with one."""
    empty = w.paragraph(w.CELL, "")
    if isinstance(content, str):
        return content or empty

    def write(scope: Scope) -> str:
        xml = content(scope)
        return xml if xml.endswith("</w:p>") else xml + empty

    return write


def _group(group: f.Group, columns: list[int]) -> RowWriter:
    width = sum(columns[:2])
    first = (
        w.cell_open(width, span=2, merge="restart") + w.paragraph(w.LABEL, "\n".join(group.label)) + "</w:tc>"
    )
    other = w.cell_open(width, span=2, merge="continue") + w.paragraph(w.LABEL, "") + "</w:tc>"
    rows = _rows(group.rows, columns[2:])

    def write(scope: Scope, before: Sequence[str]) -> str:
        parts: list[str] = []
        for row in rows:
            parts.append(row(scope, (other if any(parts) else first,)))
        return "".join(parts)

    return write


def _rows_when(block: f.When, columns: list[int]) -> RowWriter:
    branches = [(condition, _rows(rows, columns)) for condition, rows in block.branches]

    def write(scope: Scope, before: Sequence[str]) -> str:
        for condition, rows in branches:
            if condition is None or scope.holds(condition):
                if not before:
                    return "".join(row(scope, ()) for row in rows)
                later = before[0].replace('w:val="restart"', 'w:val="continue"')
                return "".join(
                    row(scope, before if index == 0 else (later,)) for index, row in enumerate(rows)
                )
        return ""

    return write


def _when(block: f.When, area: Area) -> Piece:
    branches = [(condition, _sequence(blocks, area)) for condition, blocks in block.branches]

    def write(scope: Scope) -> str:
        for condition, piece in branches:
            if condition is None or scope.holds(condition):
                return _call(piece, scope)
        return ""

    return write


def _opinion(block: f.Opinion, area: Area) -> Piece:
    style, right = area.styles["text"], w.CELL_RIGHT if area.cell else w.SIGNED
    pen = "签名：" + "\u3000" * 8 + "年\u3000\u3000月\u3000\u3000日"
    blank = w.paragraph(area.styles["line"], "") + w.paragraph(right, pen)

    def write(scope: Scope) -> str:
        parts = []
        for one in scope.context.get("opinions") or ():
            if one.get("role") in block.roles:
                parts.append(w.paragraph(style, str(one.get("text") or "")) if one.get("text") else "")
                day = _long_date(one["on"]) if one.get("on") else "\u3000\u3000年\u3000\u3000月\u3000\u3000日"
                parts.append(w.paragraph(right, f"签名：{one.get('name') or ''}\u3000\u3000{day}"))
        return "".join(parts) or blank

    return write


def _sign(block: f.Sign, area: Area) -> Piece:
    style = area.styles["sign"]
    day = "年\u3000\u3000月\u3000\u3000日" if block.dated else ""
    pieces: list[Piece] = []
    for label in block.labels:
        text = _text((*label, "："), cell=area.cell)
        if isinstance(text, str):
            pieces.append(w.ends(style, text, day, area.width))
        else:
            pieces.append(lambda scope, text=text: w.ends(style, text(scope), day, area.width))
    return _join(pieces)


def _clause(block: f.Clause, area: Area) -> Piece:
    versions = [
        (start, _sequence(blocks, area)) for start, blocks in sorted(block.versions, key=lambda one: one[0])
    ]

    def write(scope: Scope) -> str:
        on = _day(scope.context["on"])
        for start, piece in reversed(versions):
            if start <= on:
                return _call(piece, scope)
        raise ValueError(
            f"{_long_date(on)}尚无条款“{block.code}”，最早一版自{_long_date(versions[0][0])}起施行"
        )

    return write


def _seal(block: f.Seal, area: Area) -> Piece:
    agency = f.Field("office.seal_name", "印章名称", source=("office", "seal_name"), page="本单位信息")
    on = f.Field("on", "文书日期", type="date", source=("on",), page=_HERE)

    def write(scope: Scope) -> str:
        name, day = scope.value(agency), scope.value(on)
        return "" if name is None or day is None else w.signed(str(name), _long_date(day))

    return write


def _receipt(block: f.Receipt, area: Area) -> Piece:
    return _join([w.DASHES, _sequence(block.blocks, area)])


_BLOCKS: dict[type, Callable] = {
    f.Head: _head,
    f.Paragraph: _paragraph,
    f.Listing: _listing,
    f.Table: _table,
    f.Grid: _grid,
    f.When: _when,
    f.Opinion: _opinion,
    f.Sign: _sign,
    f.Clause: _clause,
    f.Seal: _seal,
    f.Receipt: _receipt,
    f.PageBreak: lambda block, area: w.PAGE_BREAK,
}
