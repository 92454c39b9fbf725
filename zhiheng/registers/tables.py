"""Tables of records as officers fill them in: the template, reading one, and the rows that are handed back.

A table is read by the headings the export and the template write; a column of another name is named and left out, never
guessed. Cells are read by the very fields of the pages.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from xlsxwriter.utility import xl_col_to_name

from zhiheng.accounts.models import Person
from zhiheng.canonical import folded
from zhiheng.jobs import foreign
from zhiheng.refusal import Refused

from . import fields, sheets
from .declaration import Register
from .sheets import OpenSheet, as_text

ROW_LIMIT = 5_000  # somebody waits for the page; every row is a record with an entry in the ledger
ADDED = ("退回原因", "原表位置")
_GUIDES = frozenset({"说明", "填写说明"})
_BLANK = frozenset({"", "—", "-", "/"})
_HEADER_WITHIN = 20
_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True)
class Fault:
    """Why a row is handed back; `column` is the heading it belongs to, "" for the row as a whole."""

    column: str
    words: str


@dataclass
class Row:
    """One row as read: `values` by column name, `parent` by path of the parent's key. Blank cells are absent."""

    sheet: str
    number: int
    cells: list[Any]
    headings: list[str]
    values: dict[str, Any] = field(default_factory=dict)
    parent: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def place(self) -> str:
        return f"工作表“{self.sheet}”第{self.number}行"


@dataclass
class Table:
    rows: list[Row]
    unknown: list[str]
    notes: list[str]


# ---------------------------------------------------------------------------------------------------- headings


def parent_headings(one: Register) -> dict[str, str]:
    """Heading → path of the key by which a table names the record above: 教育基地 → base__name."""
    above = one.parent_register
    if above is None:
        return {}
    name = str(one.column(one.parent).verbose_name)
    keys = [key for key in above.key if key not in {"unit", above.parent}]
    found = {
        name if len(above.key) == 1 else f"{name}：{fields.title(above.column(key))}": f"{one.parent}__{key}"
        for key in keys
    }
    return found | {
        f"{name}：{heading}": f"{one.parent}__{path}" for heading, path in parent_headings(above).items()
    }


def table_columns(one: Register) -> tuple[models.Field, ...]:
    """The columns a table may hold: what acts ask for, and the unit where the model has it."""
    written = {f.name for f in one.written}
    return tuple(f for f in one.facts if f.name in written or f.name == "unit")


def _spelling(heading: Any) -> str:
    text = folded(as_text(heading))
    return "".join(text.split()).removesuffix("(必填)").removesuffix("*")


# ---------------------------------------------------------------------------------------------------- reading


def read_table(one: Register, path: Path, actor: Person) -> Table:
    """The rows of a table. Raises Refused when the file as a whole cannot be read."""
    columns = table_columns(one)
    try:
        opened, notes = foreign.read(
            sheets.open_sheets,
            str(path),
            settings.UPLOAD_LIMIT_BYTES,
            [fields.title(column) for column in columns],
            limits=foreign.TABLE,
            raises=(sheets.Refused,),
        )
    except sheets.Refused as refused:
        raise Refused.because(str(refused), field="file") from refused
    around = fields.Around(actor)
    readers = {_spelling(fields.title(column)): fields.Reader.of(column, around) for column in columns}
    above = {
        _spelling(heading): (path, fields.Reader.of(one.column(path), around))
        for heading, path in parent_headings(one).items()
    }
    # Columns of an export that are worked out or the house's own are known and not read.
    known = {_spelling(fields.title(f)) for f in one.facts} | {"状态", one.title, *ADDED}
    needed = {_spelling(fields.title(one.column(key))) for key in one.key if key not in {"unit", one.parent}}
    needed |= set(above)
    table = Table([], [], notes)
    for sheet in opened:
        name, _, lines, _ = sheet
        if name in _GUIDES or not lines:
            continue
        header = _header(lines, readers.keys() | above.keys(), needed)
        if header is None:
            notes.append(f"工作表“{name}”没有表头，未读")
            continue
        spelled = [_spelling(cell) for cell in lines[header]]
        _refuse_doubled(name, lines[header], spelled, readers.keys() | above.keys())
        table.unknown += [
            as_text(cell)
            for cell, name in zip(lines[header], spelled, strict=True)
            if name and name not in readers and name not in above and name not in known
        ]
        table.rows += _rows(sheet, header, spelled, readers, above)
        if len(table.rows) > ROW_LIMIT:
            raise Refused.because(
                f"超过 {ROW_LIMIT:,} 行，没有读取", way_out="请拆成几个文件再导入", field="file"
            )
    if not table.rows and any("没有表头" in note for note in notes):
        wanted = "、".join(fields.title(one.column(k)) for k in one.key if k not in {"unit", one.parent})
        raise Refused.because(
            f"没有找到表头：同一行里要有“{wanted}”等列名",
            way_out="请下载模板，按模板的列名填写",
            field="file",
        )
    return table


def _refuse_doubled(sheet: str, headings: Sequence[Any], spelled: Sequence[str], read: set[str]) -> None:
    """Of two columns of one name nobody could say which is meant: the whole file goes back."""
    for name in dict.fromkeys(spelled):
        places = [place for place, other in enumerate(spelled) if other == name]
        if name in read and len(places) > 1:
            letters = "、".join(xl_col_to_name(place) for place in places)
            raise Refused.because(
                f"工作表“{sheet}”的“{as_text(headings[places[0]])}”有{len(places)}列（{letters}）",
                way_out="请只留一列，删去其余的",
                field="file",
            )


def _header(lines: Sequence[Sequence[Any]], known: set[str], needed: set[str]) -> int | None:
    """The row with the most headings among the first ones; it must have all that name a record."""
    best, most = None, 0
    for position, row in enumerate(lines[:_HEADER_WITHIN]):
        spelled = {_spelling(cell) for cell in row}
        if needed <= spelled and len(spelled & known) > most:
            best, most = position, len(spelled & known)
    return best


def _rows(
    sheet: OpenSheet,
    header: int,
    spelled: Sequence[str],
    readers: Mapping[str, fields.Reader],
    above: Mapping[str, tuple[str, fields.Reader]],
) -> Iterator[Row]:
    sheet_name, first_row, lines, without_value = sheet
    headings = [as_text(cell) for cell in lines[header]]
    for position in range(header + 1, len(lines)):
        cells = lines[position]
        texts = [_cell(cell) for cell in cells]
        unread = {c: why for (r, c), why in without_value.items() if r == position}
        if not any(texts) and not unread:
            continue
        row = Row(sheet_name, position + first_row, list(cells), headings)
        for place, (name, text) in enumerate(zip(spelled, texts, strict=True)):
            if place in unread and (name in readers or name in above):
                row.faults.append(Fault(headings[place], f"{unread[place]}，请改成值"))
            elif not text:
                continue
            elif name in readers or name in above:
                path, reader = above.get(name) or ("", readers[name])
                try:
                    value = reader.read(text)
                except ValidationError as error:
                    row.faults.append(Fault(headings[place], "；".join(error.messages)))
                    continue
                if path:
                    row.parent[path] = value
                else:
                    row.values[reader.column.name] = value
        yield row


def _cell(cell: Any) -> str:
    text = as_text(cell) if not isinstance(cell, bool) else "是" if cell else "否"
    return "" if text in _BLANK else text


# ---------------------------------------------------------------------------------------------------- writing


def template(one: Register, actor: Person) -> bytes:
    """An empty table with the right headings, choices to pick from, and a sheet that says what goes where."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, _SAFE)
    sheet, guide = book.add_worksheet(one.title[:31]), book.add_worksheet("填写说明")
    must = book.add_format({"bold": True, "bg_color": "#DCE8F6", "bottom": 1, "text_wrap": True})
    may = book.add_format({"bold": True, "bg_color": "#EEF2F6", "bottom": 1, "text_wrap": True})
    around = fields.Around(actor)
    lines: list[tuple[str, str, str]] = [
        (heading, "必填", "写明属于哪一条上级记录，须已登记") for heading in parent_headings(one)
    ]
    columns: list[models.Field | None] = [None] * len(lines)
    for column in table_columns(one):
        needed = one.begin.requires(column.name) and fields.sort_of(column) != "bool"
        reader = fields.Reader.of(column, around)
        hints = [str(column.help_text), reader.choices(), _HINTS.get(fields.sort_of(column), "")]
        lines.append((fields.title(column), "必填" if needed else "选填", "".join(filter(None, hints))))
        columns.append(column)
    for place, ((heading, need, _), column) in enumerate(zip(lines, columns, strict=True)):
        sheet.write_string(0, place, heading, must if need == "必填" else may)
        sheet.set_column(place, place, max(12, min(30, 2 * len(heading) + 4)))
        choices = [str(words) for _, words in column.flatchoices] if column is not None else []
        # A sheet takes a list of choices up to 255 characters.
        if choices and len(",".join(choices)) <= 255:
            sheet.data_validation(1, place, ROW_LIMIT, place, {"validate": "list", "source": choices})
    sheet.freeze_panes(1, 0)
    for place, (width, words) in enumerate(((24, "列"), (8, "是否必填"), (70, "怎么填"))):
        guide.set_column(place, place, width)
        guide.write_string(0, place, words, may)
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    key = "、".join(fields.title(one.column(name)) for name in one.key)
    lines.append(("同一条的认定", "", f"{key}相同的行是同一条；已有的记录，空白的格不改动原值"))
    for number, line in enumerate(lines, 1):
        for place, words in enumerate(line):
            guide.write_string(number, place, words, wrap)
    book.close()
    return file.getvalue()


_HINTS = {
    "day": "写作 2024-03-05、2024.3.5 或 2024年3月5日。",
    "money": "单位为元，最多两位小数。",
    "number": "整数。",
    "list": "每项一行，或用“；”隔开。",
}


def write_rejects(rows: Sequence[Row]) -> bytes:
    """The rows that were not taken, cells as they were, the faulty ones coloured, the reasons behind them."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {**_SAFE, "nan_inf_to_errors": True})
    # Equal contents give equal bytes.
    book.set_properties({"created": datetime(2000, 1, 1)})
    head = book.add_format({"bold": True, "bg_color": "#EEF2F6", "bottom": 1})
    bad = {"bg_color": "#FFD6D6", "border": 1, "border_color": "#C00000"}
    styles = {
        (True, True): book.add_format({**bad, "num_format": "yyyy-mm-dd"}),
        (True, False): book.add_format(bad),
        (False, True): book.add_format({"num_format": "yyyy-mm-dd"}),
        (False, False): None,
    }
    reason = book.add_format({"font_color": "#C00000", "text_wrap": True})
    by_sheet: dict[str, list[Row]] = {}
    for row in rows:
        by_sheet.setdefault(row.sheet, []).append(row)
    for name, members in by_sheet.items():
        sheet = book.add_worksheet(name[:31])
        # Columns that an earlier table of rejects added are written anew.
        kept = [i for i, h in enumerate(members[0].headings) if _spelling(h) not in ADDED]
        headings = [members[0].headings[i] for i in kept] + list(ADDED)
        for place, heading in enumerate(headings):
            sheet.write_string(0, place, heading, head)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(kept) - 1, 16)
        sheet.set_column(len(kept), len(kept), 60)
        sheet.set_column(len(kept) + 1, len(kept) + 1, 24)
        for line, row in enumerate(members, 1):
            faulty = {fault.column for fault in row.faults}
            for place, index in enumerate(kept):
                cell = row.cells[index]
                _write(
                    sheet, line, place, cell, styles[row.headings[index] in faulty, isinstance(cell, date)]
                )
            words = "；".join((f"“{f.column}”：" if f.column else "") + f.words for f in row.faults)
            sheet.write_string(line, len(kept), words, reason)
            sheet.write_string(line, len(kept) + 1, row.place)
    if not by_sheet:
        book.add_worksheet("没有退回的行").write_string(0, 0, "没有退回的行")
    book.close()
    return file.getvalue()


def _write(sheet, line: int, place: int, cell: Any, style) -> None:
    if isinstance(cell, date):
        sheet.write_datetime(line, place, cell, style)
    elif isinstance(cell, (int, float)) and not isinstance(cell, bool):
        sheet.write_number(line, place, cell, style)
    elif cell is None or cell == "":
        sheet.write_blank(line, place, None, style)
    else:
        sheet.write_string(line, place, str(cell), style)
