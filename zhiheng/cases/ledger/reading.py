"""Reads a ledger file into rows. Works column by column; every distinct cell content is parsed once."""

from __future__ import annotations

import gc
import json
from collections.abc import Mapping
from hashlib import blake2b
from itertools import compress
from pathlib import Path
from typing import Any

from zhiheng.canonical import document_number, number_key

from . import checks
from .amounts import NOT_COMPUTABLE, YUAN, Rough, amount_parser
from .cells import Unreadable, as_text, parse_column, text_column, turned
from .dates import date_parser
from .layout import Layout, understand
from .names import (
    Units,
    document_numbers,
    parties,
    party_kind_of_id,
    party_kind_stated,
)
from .opening import open_ledger
from .rows import AMOUNT_FIELDS, DATE_FIELDS, FIELDS, Column, Ledger, Rejection, Remark, Rows
from .sheets import Sheet
from .vocabulary import classify

DEFAULT_LIMIT = 50 * 1024 * 1024
_PLACE = ("source_sheet", "source_row", "key", "digest")
_STATED = [name for name in FIELDS if name not in _PLACE]
# How a thing is printed is not what it says: another bracket style must not look like a changed case.
_DIGESTED = [
    name for name in _STATED if name not in ("doc_no_printed", "cause_text", "source_text", "status_text")
]


def read_ledger(
    path: str | Path,
    *,
    units: Mapping[str, str],
    default_unit: str | None = None,
    year: int | None = None,
    size_limit: int = DEFAULT_LIMIT,
) -> Ledger:
    """Read a ledger (xlsx, xls, csv) whatever its layout.

    units: every name or code of a unit → its code; short and long forms of the given names are understood too.
    default_unit: code for rows whose unit neither row, title, nor file name states.
    year: the ledger's year; dates without a year are read in it, dates far from it are remarked on.
    size_limit: bytes; more than 500 MB is refused whatever it says.

    A row is rejected only when it cannot be read truly; what merely looks wrong becomes a remark.
    Raises `Refused` when the file as a whole cannot be taken (FileNotFoundError when there is none).
    """
    collecting = gc.isenabled()
    gc.disable()  # millions of new cells and no cycles: collecting would only walk over them again and again
    try:
        return _read(Path(path), Units(units), default_unit, year, size_limit)
    finally:
        if collecting:
            gc.enable()


def _read(path: Path, found: Units, default_unit: str | None, year: int | None, size_limit: int) -> Ledger:
    ledger = Ledger()
    parts = []
    for sheet in open_ledger(path, size_limit, ledger.notes):
        layout = understand(sheet, found)
        if layout is None:
            if any(cell != "" for row in sheet.cells for cell in row):
                ledger.notes.append(
                    f"工作表“{sheet.name}”里没有认出案件表头（如 当事人、决定书文号、案由），未读"
                )
            continue
        ledger.header += layout.columns
        ledger.notes += layout.notes
        ledger.sheets.append((sheet, layout))
        if layout.unit is None:
            layout.unit = default_unit or found.find_in(path.stem)
        parts.append(_SheetReading(sheet, layout, found, year or layout.year, year).read(ledger))
    if not ledger.sheets:
        ledger.notes.append(
            "没有认出任何案件表；请确认表头行里有“当事人”“决定书文号”“案由”等列名，且文字编码正确"
        )
    columns = (
        {name: [value for part in parts for value in part[name]] for name in FIELDS}
        if len(parts) != 1
        else parts[0]
    )
    ledger.rows = _without_repetitions(ledger, columns)
    return ledger


class _SheetReading:
    """One sheet on its way from cells to columns of fields."""

    def __init__(self, sheet: Sheet, layout: Layout, units: Units, year: int | None, stated_year: int | None):
        self.sheet, self.layout, self.units, self.year, self.stated_year = (
            sheet,
            layout,
            units,
            year,
            stated_year,
        )
        self.count = len(layout.data)
        self.rejections: list[tuple[int, Column | None, Any, Unreadable]] = []
        self.remarks: list[tuple[int, Column | None, Any, str]] = []
        rows = (
            sheet.cells
            if self.count == len(sheet.cells)
            else [sheet.cells[position] for position in layout.data]
        )
        self.cells = turned(rows, [column.index for column in layout.columns])

    def read(self, ledger: Ledger) -> dict[str, list[Any]]:
        """All fields of the sheet's good rows; rejections and remarks go to the ledger."""
        out = {
            name: self._text(name)
            for name in _STATED
            if name not in DATE_FIELDS and name not in AMOUNT_FIELDS
        }
        self._dates(out)
        self._amounts(out)
        self._identity(out)
        self._classify(out)
        out["extra"] = self._extra()
        _add_up(out)
        first = self.sheet.first_row
        out["source_sheet"] = [self.sheet.name] * self.count
        out["source_row"] = [position + first for position in self.layout.data]
        self._unread_cells()
        self.remarks += checks.remarks(out, self.layout, self.stated_year)
        ledger.notes += checks.sums(out, self.sheet, self.layout)
        out["key"], out["digest"] = _keys(out), _digests(out)
        return self._without_rejected(ledger, out)

    def _column(self, name: str) -> Column | None:
        return self.layout.column(name)

    def _text(self, name: str) -> list[str]:
        column = self._column(name)
        if column is None:
            return [""] * self.count
        return text_column(self.cells[column.index])

    def _parse(self, name: str, parse) -> list[Any]:
        column = self._column(name)
        if column is None:
            return [None] * self.count
        cells = self.cells[column.index]
        parsed = parse_column(cells, parse)
        self.rejections += [
            (position, column, cells[position], problem) for position, problem in parsed.unreadable
        ]
        self.remarks += [
            (position, column, cells[position], message) for position, message in parsed.doubtful
        ]
        return parsed.values

    def _dates(self, out: dict[str, list[Any]]) -> None:
        parse = date_parser(self.stated_year)
        for name in DATE_FIELDS:
            out[name] = self._parse(name, parse)

    def _amounts(self, out: dict[str, list[Any]]) -> None:
        approx: dict[int, list[str]] = {}
        not_computable: dict[int, list[str]] = {}
        for name in AMOUNT_FIELDS:
            column = self._column(name)
            unit = (column and column.fen_per_unit) or YUAN
            values = self._parse(name, amount_parser(unit, fine=name in ("fine_fen", "forfeit_fen")))
            kinds = set(map(type, values))
            if Rough in kinds:
                for position, value in enumerate(values):
                    if type(value) is Rough:
                        values[position] = value.fen
                        approx.setdefault(position, []).append(name)
            if type(NOT_COMPUTABLE) in kinds:
                for position, value in enumerate(values):
                    if value is NOT_COMPUTABLE:
                        values[position] = None
                        not_computable.setdefault(position, []).append(name)
            out[name] = values
        for name, found in (("approx", approx), ("not_computable", not_computable)):
            out[name] = [""] * self.count
            for position, names in found.items():
                out[name][position] = ",".join(names)

    def _identity(self, out: dict[str, list[Any]]) -> None:
        """Unit, document number, party: who acted against whom, under which number."""
        self._unit(out)
        out["doc_no_printed"] = out["doc_no"]
        out["doc_no"], odd = document_numbers(out["doc_no_printed"])
        column = self._column("doc_no")
        self.remarks += [
            (position, column, out["doc_no_printed"][position], "不像决定书文号，按原文保留")
            for position in odd
        ]
        names, operators, kinds = parties(out["party_name"])
        out["party_name"] = names
        if self._column("party_operator") is not None:
            operators = [
                stated or found for stated, found in zip(out["party_operator"], operators, strict=True)
            ]
        out["party_operator"] = operators
        if self._column("party_id") is not None:
            out["party_id"] = [text.upper() for text in out["party_id"]]
            kinds = [
                party_kind_of_id(text) or kind for text, kind in zip(out["party_id"], kinds, strict=True)
            ]
        if self._column("party_type") is not None:
            stated = {text: party_kind_stated(text) for text in set(out["party_type"])}
            kinds = [stated[text] or kind for text, kind in zip(out["party_type"], kinds, strict=True)]
        out["party_type"] = kinds
        if "" in out["party_name"]:
            column = self._column("party_name")
            missing = Unreadable("没有当事人", "请填写当事人名称" if column else "请加一列“当事人”")
            self.rejections += [
                (position, column, "", missing) for position, name in enumerate(names) if not name
            ]

    def _unit(self, out: dict[str, list[Any]]) -> None:
        column, inherited = self._column("unit"), self.layout.unit
        codes = {text: self.units.find(text) if text else inherited for text in set(out["unit"])}
        if not all(codes.values()):
            for position, text in enumerate(out["unit"]):
                if codes[text] is None:
                    problem = Unreadable(
                        f"“{text}”不是本系统里的单位" if text else "看不出是哪个单位办的案",
                        "请改成单位全称或简称，如 渝中区局" if text else "请填写办案单位，或在导入时指定单位",
                    )
                    self.rejections.append((position, column, text, problem))
        out["unit"] = [codes[text] for text in out["unit"]]

    def _classify(self, out: dict[str, list[Any]]) -> None:
        for name, kind in (("cause", "causes"), ("source", "sources"), ("status", "statuses")):
            texts = out[name] if name != "cause" or self._column("cause") else out["title"]
            codes = {text: classify(kind, text) or "" if text else "" for text in set(texts)}
            out[name + "_text"], out[name] = texts, [codes[text] for text in texts]
            column = self._column(name)
            if name == "cause":
                self._causes(out)
            elif column and any(text and not code for text, code in codes.items()):
                self.remarks += [
                    (position, column, text, f"“{text}”没有对应的类别，按原文保留")
                    for position, text in enumerate(texts)
                    if text and not codes[text]
                ]

    def _causes(self, out: dict[str, list[Any]]) -> None:
        """A cause that no word explains is read from the case's title, then from the sheet's title, else asked for."""
        causes, column = out["cause"], self._column("cause") or self._column("title")
        if "" not in causes:
            return
        for position, cause in enumerate(causes):
            if cause:
                continue
            text, title = out["cause_text"][position], out["title"][position]
            found = (classify("causes", title) if title else None) or (
                self.layout.cause if not text else None
            )
            if found:
                causes[position] = found
            elif text:
                causes[position] = "other"
                self.remarks.append((position, column, text, f"案由“{text}”不在案由表里，归入“其他”"))
            else:
                problem = Unreadable("没有案由", "请填写案由，如 侵犯注册商标专用权、假冒专利、专利侵权纠纷")
                self.rejections.append((position, column, "", problem))

    def _extra(self) -> list[str]:
        unknown = [column for column in self.layout.columns if column.field is None]
        if not unknown or not self.count:
            return [""] * self.count
        names, memo, texts = [column.printed for column in unknown], {}, []
        for values in zip(*(self.cells[column.index] for column in unknown), strict=True):
            text = memo.get(values)
            if text is None:
                kept = {
                    name: as_text(value) for name, value in zip(names, values, strict=True) if value != ""
                }
                text = memo[values] = json.dumps(kept, ensure_ascii=False, sort_keys=True) if kept else ""
            texts.append(text)
        return texts

    def _unread_cells(self) -> None:
        """Cells that the spreadsheet shows but that have no stored value: formulas never computed, error values."""
        if not self.sheet.unread:
            return
        columns = {column.index: column for column in self.layout.columns}
        positions = {position: number for number, position in enumerate(self.layout.data)}
        for (row, index), why in sorted(self.sheet.unread.items()):
            if row in positions and index in columns:
                problem = Unreadable(why, "请在表格软件里打开、重新计算并保存，或直接填写数值")
                self.rejections.append((positions[row], columns[index], "", problem))

    def _without_rejected(self, ledger: Ledger, out: dict[str, list[Any]]) -> dict[str, list[Any]]:
        name, rows = self.sheet.name, out["source_row"]
        self.rejections.sort(key=lambda item: item[0])
        refused = {position for position, *_ in self.rejections}
        ledger.rejected += [
            Rejection(
                name,
                rows[position],
                column.printed if column else "",
                as_text(value),
                problem.reason,
                problem.remedy,
            )
            for position, column, value, problem in self.rejections
        ]
        self.remarks.sort(key=lambda item: item[0])
        ledger.remarks += [
            Remark(name, rows[position], column.printed if column else "", as_text(value), message)
            for position, column, value, message in self.remarks
            if position not in refused
        ]
        if not refused:
            return {field: out[field] for field in FIELDS}
        keep = [position not in refused for position in range(self.count)]
        return {field: list(compress(out[field], keep)) for field in FIELDS}


def _add_up(out: dict[str, list[Any]]) -> None:
    """Where no 罚没款 is printed, it is the fine and the confiscated gains together."""
    parts = zip(out["forfeit_fen"], out["fine_fen"], out["confiscated_gains_fen"], strict=True)
    out["forfeit_fen"] = [
        total if total is not None or fine is gains is None else (fine or 0) + (gains or 0)
        for total, fine, gains in parts
    ]


def row_key(unit: str, doc_no: str) -> str:
    """What identifies a case across imports when it has a decision number (canonical). At most 64 characters."""
    key = f"{unit}|{number_key(doc_no)}"
    return key if len(key) <= 64 else f"{unit}|{blake2b(doc_no.encode(), digest_size=20).hexdigest()}"


def _keys(out: dict[str, list[Any]]) -> list[str]:
    """What makes a row the same case at the next import: unit and decision number, else who, what and when."""
    if "" not in out["doc_no"]:
        return list(map(row_key, map(str, out["unit"]), out["doc_no"]))
    keys = []
    names = ("unit", "doc_no", "case_no", "lead_no", "party_name", "cause", "filed_on", "decided_on")
    for unit, number, case_no, *rest in zip(*(out[name] for name in names), strict=True):
        if number:
            keys.append(row_key(str(unit), number))
        elif case_no:
            keys.append(row_key(str(unit), "立案" + document_number(case_no)[0]))
        else:
            parts = "\x1f".join("" if part is None else str(part) for part in rest)
            keys.append(f"{unit}|{blake2b(parts.encode(), digest_size=12).hexdigest()}")
    return keys


def _digests(out: dict[str, list[Any]]) -> list[str]:
    texts = []
    for name in _DIGESTED:
        column = out[name]
        if name in DATE_FIELDS:
            memo = {value: "" if value is None else value.isoformat() for value in set(column)}
            column = [memo[value] for value in column]
        elif name in AMOUNT_FIELDS:
            missing = column.count(None) == len(column)
            column = (
                [""] * len(column) if missing else ["" if value is None else str(value) for value in column]
            )
        elif name == "unit":
            column = [value or "" for value in column]
        texts.append(column)
    return [
        blake2b("\x1f".join(row).encode(), digest_size=16).hexdigest() for row in zip(*texts, strict=True)
    ]


def _without_repetitions(ledger: Ledger, columns: dict[str, list[Any]]) -> Rows:
    """Take a case stated twice once; hand back a second row with the same number but other content."""
    keys = columns["key"]
    if len(set(keys)) == len(keys):
        return Rows(columns)
    seen: dict[str, int] = {}
    keep = [True] * len(keys)
    headers = {column.sheet: column.printed for column in ledger.header if column.field == "doc_no"}
    for position, key in enumerate(keys):
        first = seen.setdefault(key, position)
        if first == position:
            continue
        keep[position] = False
        where = f"工作表“{columns['source_sheet'][first]}”第{columns['source_row'][first]}行"
        sheet, row = columns["source_sheet"][position], columns["source_row"][position]
        if columns["digest"][first] == columns["digest"][position]:
            ledger.repeated += 1
            ledger.notes.append(f"工作表“{sheet}”第{row}行与{where}完全相同，只取一次")
        elif columns["doc_no"][position]:
            reason, remedy = (
                f"文号与{where}相同，内容却不同",
                "请对照决定书改正其中一个文号；若是同一案件请删去一行",
            )
            printed = columns["doc_no_printed"][position]
            ledger.rejected.append(Rejection(sheet, row, headers.get(sheet, ""), printed, reason, remedy))
        else:
            reason = f"没有文号，无法与{where}区分"
            ledger.rejected.append(
                Rejection(sheet, row, headers.get(sheet, ""), "", reason, "请填写决定书文号或立案号")
            )
    order = {sheet.name: place for place, (sheet, _) in enumerate(ledger.sheets)}
    ledger.rejected.sort(key=lambda item: (order[item.sheet], item.row))
    return Rows({name: list(compress(values, keep)) for name, values in columns.items()})
