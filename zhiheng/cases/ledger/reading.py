"""Reads a ledger file into rows. Works column by column; every distinct cell content is parsed once."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Mapping
from itertools import compress
from pathlib import Path
from typing import Any

from zhiheng.canonical import code, one_line, unwrapped
from zhiheng.files.spreadsheets import Refused, Sheet, as_text, open_spreadsheet
from zhiheng.numbers import FEN

from . import checks, identity, years
from .amounts import NOT_COMPUTABLE, YUAN, Rough, amount_parser, whole_amounts
from .cells import Unreadable, parse_column, text_column
from .dates import date_parser
from .layout import Layout, answer_for, understand
from .money import EACH_CELL, Formatted, formatted
from .names import (
    Units,
    document_numbers,
    is_part_of_bureau,
    is_several_numbers,
    names_a_place,
    names_on_one_line,
    parties,
    party_kind_stated,
    party_kinds_of_ids,
)
from .rows import AMOUNT_FIELDS, DATE_FIELDS, FIELDS, Column, Ledger, Rejection, Remark
from .seen import NUMBERS, SheetAsSeen
from .sideways import on_its_side, side_by_side
from .vocabulary import classified, classify, not_yet, read_header, titles

_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[Ee]\+\d{1,2}")
DEFAULT_LIMIT = 50 * 1024 * 1024
_STATED = [name for name in FIELDS if name not in ("source_sheet", "source_row", "key", "digest")]
_FORMS = {
    "party_id": code,
    "party_name": names_on_one_line,
    "note": unwrapped,
    "penalty_text": unwrapped,
    "goods": names_on_one_line,
}
_LISTED = ("party_name", "party_operator", "party_id", "goods")  # what several rows of one case list together
_LONGEST_EXACT = 10**15  # a spreadsheet keeps fifteen digits of a number


def read_ledger(
    path: str | Path,
    *,
    units: Mapping[str, str],
    default_unit: str | None = None,
    year: int | None = None,
    size_limit: int = DEFAULT_LIMIT,
    answers: Mapping[str, str] | None = None,
) -> Ledger:
    """Read a ledger (xlsx, xls, csv) whatever its layout.

    units: every name or code of a unit → its code; short and long forms of the given names are understood too.
    default_unit: code for rows whose unit neither row, title, nor file name states.
    year: the ledger's year, where the caller knows better than its title: dates without a year are read in it, dates far from
    it are remarked on.
    size_limit: bytes; more than 500 MB is refused whatever it says.
    answers: what a person chose where a column was asked about (`Ledger.asks`), by the column's heading.

    A row is rejected only when it cannot be read truly; what merely looks wrong becomes a remark.
    Raises `Refused` when the file as a whole cannot be taken (FileNotFoundError when there is none).
    """
    collecting = gc.isenabled()
    gc.disable()  # millions of new cells and no cycles: collecting would only walk over them again and again
    try:
        return _read(Path(path), Units(units), default_unit, year, size_limit, answers or {})
    finally:
        if collecting:
            gc.enable()


def read_for_import(path: str | Path, *, returned: list[tuple[str, int]] = (), **options: Any) -> Ledger:
    """`read_ledger`, with the cells of those rows only that the rejects file will need: the rejected ones and `returned`.

    What crosses from the reading process to the importing one is then the rows' values, and not millions of cells.
    returned: (sheet, row as the spreadsheet numbers it) of rows that the importer itself handed back.
    """
    ledger = read_ledger(path, **options)
    places = {(item.sheet, item.row) for item in ledger.rejected}.union(map(tuple, returned))
    for sheet, layout in ledger.sheets:
        kept = [p for p in layout.data if (sheet.name, p + sheet.first_row) in places] if places else []
        sheet.cells = {position: sheet.cells[position] for position in kept}
        layout.data, layout.totals, layout.joined = kept, [], []
        layout.shared, sheet.formats, sheet.unread, sheet.struck, sheet.hidden = set(), {}, {}, set(), set()
        sheet.merged, sheet.long, sheet.comments = [], {}, {}
    return ledger


def _is_heading(word: str) -> bool:
    return read_header(word)[0] is not None


def _read(
    path: Path,
    found: Units,
    default_unit: str | None,
    year: int | None,
    size_limit: int,
    answers: Mapping[str, str],
) -> Ledger:
    ledger = Ledger()
    parts = []
    waiting = open_spreadsheet(path, size_limit, ledger.notes, is_heading=_is_heading)
    while waiting:
        sheet = waiting.pop(0)
        if tables := side_by_side(sheet):
            ledger.notes.append(f"工作表“{sheet.name}”里并排有{len(tables)}张表头相同的表，分别读入")
            waiting[:0] = tables
            continue
        layout = understand(sheet, found, answers, (path.stem,))
        if layout is None and (turned := on_its_side(sheet)) is not None:
            ledger.notes.append(
                f"工作表“{sheet.name}”一列一案，已转置读入：下面说的“{turned.name}”第几行，就是原表第几列"
            )
            sheet = turned
            layout = understand(sheet, found, answers, (path.stem,))
        if layout is None:
            if any(cell != "" for row in sheet.cells for cell in row):
                ledger.notes.append(
                    f"工作表“{sheet.name}”里没有认出案件表头（如 当事人、决定书文号、案由），未读"
                )
            continue
        if layout.rest is not None:
            waiting.insert(0, sheet.below(_title_before(sheet, layout)))
        years.settle(sheet, layout, _said(sheet, layout, path.stem), answers, year)
        ledger.header += layout.columns
        ledger.notes += layout.notes
        if layout.asks:
            ledger.asks += layout.asks
            ledger.waiting += len(layout.data)
            continue
        ledger.sheets.append((sheet, layout))
        if layout.unit is None:
            layout.unit = default_unit or found.find_in(path.stem)
        parts.append(_SheetReading(sheet, layout, found, year or layout.year, year).read(ledger))
    _check_answers(answers, ledger)
    if not ledger.header:
        ledger.notes.append(
            "没有认出任何案件表；请确认表头行里有“当事人”“决定书文号”“案由”等列名，且文字编码正确"
        )
    columns = (
        {name: [value for part in parts for value in part[name]] for name in FIELDS}
        if len(parts) != 1
        else parts[0]
    )
    ledger.rows = identity.without_repetitions(ledger, columns)
    return ledger


def _title_before(sheet: Sheet, layout: Layout) -> int:
    """Where the table that begins with another header has its own title lines: right after the last row above it."""
    return max([layout.header[1], *layout.data, *layout.totals]) + 1


def _said(sheet: Sheet, layout: Layout, file_name: str) -> list[tuple[str, str]]:
    """What stands above the table and names it: (where, text)."""
    cells = (as_text(cell) for row in sheet.cells[: layout.header[0]] for cell in row if cell != "")
    return [("工作表名", sheet.name), *(("标题", text) for text in cells), ("文件名", file_name)]


def _check_answers(answers: Mapping[str, str], ledger: Ledger) -> None:
    """An answer must speak of a column there is, and be one that can be chosen."""
    for asked, answer in answers.items():
        columns = [c for c in ledger.header if answer_for({asked: answer}, c.sheet, c.printed)]
        if not columns:
            there = "、".join(dict.fromkeys(column.printed for column in ledger.header))
            raise Refused(f"没有叫“{asked}”的列，回答用不上；请从这些列里选：{there}")
        if answer not in FEN and not re.fullmatch(r"第\d+列|(?:19|20)\d\d年", answer):
            raise Refused(
                f"“{asked}”的回答“{answer}”不在可选范围；请填 元、千元、万元、亿元，第几列，或某一年，如 2024年"
            )


class _SheetReading(SheetAsSeen):
    """One sheet on its way from cells to columns of fields."""

    def __init__(self, sheet: Sheet, layout: Layout, units: Units, year: int | None, stated_year: int | None):
        super().__init__(sheet, layout)
        self.units, self.year, self.stated_year = units, year, stated_year
        self.part_names: set[str] = set()  # what the column of bureaus calls parts of them
        self.notes: list[str] = []
        self.kept: dict[str, list[str]] = {}  # heading → texts that no field holds, for `extra`
        self.joined: set[int] = set()  # rows that another row of the same case stands for

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
        self._years_left_out(out)
        out["extra"] = self._extra()
        _add_up(out)
        first = self.sheet.first_row
        out["source_sheet"] = [self.sheet.name] * self.count
        out["source_row"] = [position + first for position in self.layout.data]
        self._cells_struck_out()
        self._unread_cells()
        self._in_other_money()
        self._doubles(out)
        self._too_long()
        self._what_the_screen_shows(ledger)
        self.rejections += checks.contradictions(out, self.layout)
        self.remarks += checks.remarks(out, self.layout, self.stated_year)
        ledger.sums += checks.sums(out, self.sheet, self.layout)
        ledger.notes += self.notes + checks.notes(out, self.sheet, self.layout)
        out["key"], out["digest"] = identity.keys(out), identity.digests(out)
        if self.layout.joined:
            self._join(out)
        return self._without_rejected(ledger, out)

    def _text(self, name: str) -> list[str]:
        column = self._column(name)
        if column is None:
            return [""] * self.count
        cells = self.cells[column.index]
        if name in NUMBERS:
            self._long_numbers(column, cells)
        return text_column(cells, _FORMS.get(name, one_line))

    def _long_numbers(self, column: Column, cells: list[Any]) -> None:
        """Identifiers that a spreadsheet took for numbers: beyond fifteen digits the rest is lost, and nobody can say it."""
        if set(map(type, cells)) <= {str} and "E+" not in (joined := "".join(cells)) and "e+" not in joined:
            return
        for position, cell in enumerate(cells):
            kind = type(cell)
            if kind is float or kind is int:
                lost = not -_LONGEST_EXACT < cell < _LONGEST_EXACT
            else:
                lost = kind is str and ("E+" in cell or "e+" in cell) and _SCIENTIFIC.fullmatch(cell.strip())
            if lost:
                problem = Unreadable(
                    f"“{column.printed}”被表格软件存成了数值（{cell}），后几位已经丢失",
                    "请把这一列设为文本，按证件或文书重新填写",
                )
                self.rejections.append((position, column, cell, problem))

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
        for name in DATE_FIELDS:
            column = self._column(name)
            year = (column and column.year) or self.stated_year
            out[name] = self._parse(name, date_parser(year, self.sheet.epoch, near=self.year))

    def _years_left_out(self, out: dict[str, list[Any]]) -> None:
        """Days without a year, read in the one that the title speaks of: told, and held against their own row."""
        cells = {c.field: self.cells[c.index] for c in self.layout.columns if c.year}
        if lacking := years.of_rows(cells):
            against = years.against_the_row(out, lacking, self.layout, cells)
            self.rejections += against
            self.notes += years.told(lacking, self.layout, self.sheet.name)
            # A row that goes back for another reason goes without the title that its year stands in.
            left_open = {(column, number) for number, column, *_ in against}
            for name, numbers in lacking.items():
                column = self._column(name)
                for number in numbers:
                    if (day := out[name][number]) is not None and (column, number) not in left_open:
                        self.sheet.cells[self.layout.data[number]][column.index] = day.isoformat()

    def _amounts(self, out: dict[str, list[Any]]) -> None:
        approx: dict[int, list[str]] = {}
        not_computable: dict[int, list[str]] = {}
        for name in AMOUNT_FIELDS:
            column = self._column(name)
            unit = (column and column.fen_per_unit) or YUAN
            parse = amount_parser(unit, fine=name in ("fine_fen", "forfeit_fen"))
            values = (
                None
                if self.sheet.formats or column is None
                else whole_amounts(self.cells[column.index], unit)
            )
            if values is None:
                each = column is not None and column.unit_from == EACH_CELL
                values = self._parse(name, parse if not self.sheet.formats else _seen(parse, unit, each))
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
        printed = out["doc_no_printed"]
        parts = [p for p, number in enumerate(out["doc_no"]) if "-" in number]
        if several := {p for p in {*odd, *parts} if is_several_numbers(printed[p])}:
            problem = Unreadable("一格里有不止一个文号", "请一行只写一个文号；一案有几份决定的，各写一行")
            self.rejections += [(p, column, printed[p], problem) for p in sorted(several)]
            odd = [position for position in odd if position not in several]
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
            out["party_id"] = [
                text if text.isascii() and text.isalnum() and text == text.upper() else code(text)
                for text in out["party_id"]
            ]
            kinds = party_kinds_of_ids(out["party_id"], kinds)
        if self._column("party_type") is not None:
            stated = {text: party_kind_stated(text) for text in set(out["party_type"])}
            kinds = [stated[text] or kind for text, kind in zip(out["party_type"], kinds, strict=True)]
        out["party_type"] = kinds
        if numbers := {name for name in set(names) if name.isdecimal()}:
            column, problem = self._column("party_name"), "“{}”是数字，不是当事人名称"
            self.rejections += [
                (position, column, name, Unreadable(problem.format(name), "请填写当事人名称，并核对各列有没有错位"))
                for position, name in enumerate(names) if name in numbers
            ]  # fmt: skip
        if "" in out["party_name"]:
            column = self._column("party_name")
            missing = Unreadable("没有当事人", "请填写当事人名称" if column else "请加一列“当事人”")
            self.rejections += [
                (position, column, "", missing) for position, name in enumerate(names) if not name
            ]

    def _unit(self, out: dict[str, list[Any]]) -> None:
        column, inherited = self._column("unit"), self.layout.unit
        if any(unit for _, unit, _ in self.layout.sections):
            sections = self._of_section(1)
            out["unit"] = [text or unit or "" for text, unit in zip(out["unit"], sections, strict=True)]
        codes = {text: self.units.find(text) if text else inherited for text in set(out["unit"])}
        for text in [text for text, code_ in codes.items() if text and not code_]:
            codes[text] = self._of_a_section(text, inherited)
        if not all(codes.values()):
            for position, text in enumerate(out["unit"]):
                if codes[text] is None:
                    problem = Unreadable(
                        f"“{text}”不是本系统里的单位" if text else "看不出是哪个单位办的案",
                        "请改成单位全称或简称，如 渝中区局" if text else "请填写办案单位，或在导入时指定单位",
                    )
                    self.rejections.append((position, column, text, problem))
        if self.part_names:
            told = "、".join(sorted(self.part_names)[:5])
            self.notes.append(
                f"工作表“{self.sheet.name}”的“{column.printed}”列写的是内设机构或者派出机构（{told}），按所属单位读入，原文保留"
            )
            self.kept[column.printed] = [text if text in self.part_names else "" for text in out["unit"]]
        out["unit"] = [codes[text] for text in out["unit"]]

    def _of_a_section(self, text: str, inherited: str | None) -> str | None:
        """The unit of a part of a bureau, 渝北区龙溪市场监管所 or 知识产权科: the one it names, else the table's own."""
        if not is_part_of_bureau(text):
            return None
        found = self.units.find_in(text) or (inherited if not names_a_place(text) else None)
        if found:
            self.part_names.add(text)
        return found

    def _of_section(self, part: int) -> list[str | None]:
        """For each row what the line above its section says of the unit (1) or the cause (2)."""
        said, found, waiting = None, [], list(self.layout.sections)
        for position in self.layout.data:
            while waiting and waiting[0][0] < position:
                said = waiting.pop(0)[part] or said
            found.append(said)
        return found

    def _classify(self, out: dict[str, list[Any]]) -> None:
        for name, kind in (("cause", "causes"), ("source", "sources"), ("status", "statuses")):
            texts = out[name] if name != "cause" or self._column("cause") else out["title"]
            every = {text: classified(kind, text) if text else () for text in set(texts)}
            codes = {text: found[0] if found else "" for text, found in every.items()}
            out[name + "_text"], out[name] = texts, [codes[text] for text in texts]
            column = self._column(name)
            self._several(kind, name, column, texts, every)
            if name == "cause":
                self._causes(out)
            elif column and any(text and not code for text, code in codes.items()):
                self.remarks += [
                    (position, column, text, f"“{text}”没有对应的类别，按原文保留")
                    for position, text in enumerate(texts)
                    if text and not codes[text]
                ]

        self._open_and_closed(out)

    def _open_and_closed(self, out: dict[str, list[Any]]) -> None:
        """未结案 where the day of closing would stand, beside a state that says the case is closed."""
        column = self._column("closed_on")
        if column is None or not {"closed", "archived"} & set(out["status"]):
            return
        cells = self.cells[column.index]
        not_closed = {
            cell for cell in set(cells) if type(cell) is str and not_yet().fullmatch(unwrapped(cell))
        }
        for number, cell in enumerate(cells):
            if cell in not_closed and out["status"][number] in ("closed", "archived"):
                stated = out["status_text"][number]
                problem = Unreadable(
                    f"状态是“{stated}”，“{column.printed}”却写着“{cell}”", "请按实际情况改正其中一项"
                )
                self.rejections.append((number, column, cell, problem))

    def _several(self, kind: str, name: str, column: Column | None, texts: list[str], every) -> None:
        """Cells that name two causes or two states: the one that counts is told."""
        for text, codes in list(every.items()):
            told = [c for c in codes if c != "other"]
            if name == "source" or len(told) < 2:
                every.pop(text)
        if every:
            words = titles(kind)
            self.remarks += [
                (position, column or self._column("title"), text,
                 f"“{text}”里有{'、'.join(words[c] for c in every[text])}，按“{words[every[text][0]]}”读入，请核对")
                for position, text in enumerate(texts) if text in every
            ]  # fmt: skip

    def _causes(self, out: dict[str, list[Any]]) -> None:
        """A cause that no word explains is read from the case's title, then from the sheet's title, else asked for."""
        causes, column = out["cause"], self._column("cause") or self._column("title")
        if "" not in causes:
            return
        sections = self._of_section(2)
        for position, cause in enumerate(causes):
            if cause:
                continue
            text, title = out["cause_text"][position], out["title"][position]
            found = (classify("causes", title) if title else None) or (
                (sections[position] or self.layout.cause) if not text else None
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
        unknown = [(c.printed, self.cells[c.index]) for c in self.layout.columns if c.field is None]
        unknown += self.kept.items()
        if not unknown or not self.count:
            return [""] * self.count
        names, memo, texts = [name for name, _ in unknown], {}, []
        for values in zip(*(cells for _, cells in unknown), strict=True):
            text = memo.get(values)
            if text is None:
                kept = {
                    name: as_text(value) for name, value in zip(names, values, strict=True) if value != ""
                }
                text = memo[values] = json.dumps(kept, ensure_ascii=False, sort_keys=True) if kept else ""
            texts.append(text)
        return texts

    def _join(self, out: dict[str, list[Any]]) -> None:
        """Rows under one merged number become one case, with all its parties and goods; the first row stands for it."""
        numbers = {position: number for number, position in enumerate(self.layout.data)}
        column = self._column("doc_no") or self._column("case_no")
        gone: set[int] = set()
        for rows in self.layout.joined:
            places = [numbers[position] for position in rows]
            first, others = places[0], places[1:]
            differ = [
                name for name in ("unit", "cause", "doc_no", *DATE_FIELDS)
                if len({out[name][p] for p in places if out[name][p] not in (None, "")}) > 1
            ]  # fmt: skip
            if differ:
                problem = Unreadable(
                    "同一个合并的文号下，各行的案由、日期或单位不同",
                    "同一决定请写成一致；不同决定请取消合并，各写各的文号",
                )
                self.rejections += [(p, column, out["doc_no_printed"][p], problem) for p in places]
                continue
            bad = {position for position, *_ in self.rejections}
            if bad.intersection(places):
                whole = Unreadable("同一决定的其他行有错，整件一起退回", "请与同一文号的其他行一起改正")
                self.rejections += [
                    (p, column, out["doc_no_printed"][p], whole) for p in places if p not in bad
                ]
                continue
            for name in _LISTED:
                parts = list(dict.fromkeys(out[name][p] for p in places if out[name][p]))
                out[name][first] = "、".join(parts)
            if (
                len({out["party_name"][p] for p in places}) > 1
                and len({out["party_type"][p] for p in places}) > 1
            ):
                out["party_type"][first] = (
                    "organisation" if "organisation" in {out["party_type"][p] for p in places} else ""
                )
            summed = self._summed(out, first, places)
            if summed:
                what = "、".join(summed)
                self.remarks.append(
                    (
                        first,
                        column,
                        out["doc_no_printed"][first],
                        f"同一决定分{len(places)}行填写，{what}已相加，请核对",
                    )
                )
            gone.update(others)
        if gone:
            out["key"], out["digest"] = identity.keys(out), identity.digests(out)
            self.joined = gone

    def _summed(self, out: dict[str, list[Any]], first: int, places: list[int]) -> list[str]:
        names = []
        for name in AMOUNT_FIELDS:
            given = [out[name][p] for p in places if out[name][p] is not None]
            if len(given) > 1:
                out[name][first] = sum(given)
                column = self._column(name)
                if column:
                    names.append(f"“{column.printed}”")
            elif given:
                out[name][first] = given[0]
        return names

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
        if not refused and not self.joined:
            return {field: out[field] for field in FIELDS}
        keep = [position not in refused and position not in self.joined for position in range(self.count)]
        return {field: list(compress(out[field], keep)) for field in FIELDS}


def _seen(parse, fen_per_unit: int, each: bool):
    """`parse`, for columns where some numbers carry a format that changes what the eye reads; each: see `formatted`."""

    def as_seen(cell: Any):
        if type(cell) is not Formatted:
            return parse(cell)
        number = formatted(cell, fen_per_unit, each=each)
        return number if type(number) is Unreadable else parse(number)

    return as_seen


def _add_up(out: dict[str, list[Any]]) -> None:
    """Where no 罚没款 is printed, it is the fine and the confiscated gains together."""
    parts = zip(out["forfeit_fen"], out["fine_fen"], out["confiscated_gains_fen"], strict=True)
    out["forfeit_fen"] = [
        total if total is not None or fine is gains is None else (fine or 0) + (gains or 0)
        for total, fine, gains in parts
    ]
