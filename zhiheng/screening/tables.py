"""A received list as a table: read with every column told, and given back in the very format it came in.

Pure, and carried out in the process for foreign files: the web process never opens what somebody sent. `read_table` says what stands in
each row by the list's own headings and by the field each was taken for; `filled` writes words into the feedback columns and changes no
other cell.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from zhiheng import canonical
from zhiheng.canonical import folded


class Unreadable(Exception):
    """The file as a whole is no list of applications. The message says what is wrong and what to do."""


@dataclass
class _Opened:
    """A file as a table. rows: (row number, cells as text in the order of the headings); notes: what its reader is to know; unread: cells
    without a value that can be trusted, by row number and place, each with why; struck: cells struck through, in the same way; broken: rows
    whose cells cannot be told apart, each with why."""

    layout: dict[str, Any]
    headings: list[str]
    rows: list[tuple[int, list[str]]]
    notes: list[str] = field(default_factory=list)
    unread: dict[tuple[int, int], str] = field(default_factory=dict)
    struck: set[tuple[int, int]] = field(default_factory=set)
    broken: dict[int, str] = field(default_factory=dict)


# Columns of a list that the engine does not know, by how they may be headed.
OFFICE = {
    "seq": ("序号",),
    "batch": ("批次", "清单批次"),
    "agent": ("代理师", "代理人", "专利代理师"),
    "stated": ("非正常情形", "情形", "情形代码", "非正常情形代码", "非正常类型"),
    "facts": ("案情说明", "情形说明", "具体情形"),
    "reply_by": ("答复期限", "答复截止日", "答复截止日期", "反馈期限"),
    "district": ("区县", "所属区县", "区县名称", "所在区县", "行政区划"),
    "province": ("省", "省份", "省市"),
    "city": ("市", "地市"),
}
# Columns that go back filled: heading → what is written there. The second group is added where the list has none of the first.
FEEDBACK = {
    "核查单位": "unit", "核查人": "by", "核查日期": "on", "联系方式": "method", "是否联系到": "reached", "核查结果": "answer",
    "撤回日期": "withdrawn_on", "撤回凭证": "voucher", "申诉材料": "files", "说明材料": "files", "核查意见": "view", "区县意见": "view",
}  # fmt: skip
# Of these, the ones that can mean nothing else: they are ours to fill even where some rows are filled in already.
_OURS = {"核查人", "核查日期", "是否联系到", "核查结果", "撤回日期", "撤回凭证", "核查意见", "区县意见"}
ADDED = (
    "核查单位",
    "核查人",
    "核查日期",
    "联系方式",
    "是否联系到",
    "核查结果",
    "撤回日期",
    "撤回凭证",
    "说明材料",
    "核查意见",
)
_MOST_ROWS = 1_000_000
_NUMBER = re.compile(r"\d{8}(?:\d{4})?\.[\dX]|PCT/[A-Z]{2}\d{4}/\d{5,6}", re.ASCII)
_TOLD = {heading: key for key, headings in OFFICE.items() for heading in headings}


def read_table(path: str, name: str) -> dict[str, Any]:
    """Everything the file says: `layout`, `columns` (field → heading), `unknown`, `repeated`, `feedback` (headings to be filled), `notes`,
    `headings` and `rows` as (row number, cells as text in the order of the headings).

    `unread`: rows that cannot be taken, each with why. Raises Unreadable in words fit for the screen.
    """
    with Path(path).open("rb") as file:
        if file.read(4) == b"\xd0\xcf\x11\xe0":
            raise Unreadable("旧格式的表格（.xls）不能按原格式反馈；请在表格软件里另存为 .xlsx 再导入")
    made = _opened(path, name)
    headings, rows, layout = made.headings, made.rows, made.layout
    feedback = []
    for place, heading in enumerate(headings):
        filled_in = sum(bool(cells[place]) for _, cells in rows) if heading.strip() in FEEDBACK else len(rows)
        if filled_in == 0 or (filled_in < len(rows) and heading.strip() in _OURS):
            feedback.append(heading)
            if filled_in:
                made.notes.append(f"“{heading}”列已有{filled_in}行填了内容，反馈时这些格照原样保留，只填空格")
    columns, unknown, repeated = assigned([h for h in headings if h not in feedback])
    if "application_no" not in columns:
        raise Unreadable(f"没有认出“申请号”列；请核对列名，现有列：{'、'.join(headings[:30])}")
    layout["number"] = columns["application_no"]
    at = headings.index(columns["application_no"])
    struck = [row for row, _ in rows if (row, at) in made.struck]
    if struck:
        made.notes.append(f"{_few(struck)}的申请号划了删除线，照样读入；不应办理的，请先从文件中删去")
    return {
        "layout": layout, "headings": headings, "columns": columns, "unknown": unknown, "repeated": repeated,
        "feedback": feedback, "rows": rows, "notes": made.notes,
        "unread": made.broken
        | {row: f"申请号读不出：{why}" for (row, place), why in made.unread.items() if place == at},
    }  # fmt: skip


def _few(rows: Sequence[int]) -> str:
    """“第3、4、9行等12行”."""
    return f"第{'、'.join(map(str, rows[:5]))}行" + (f"等{len(rows)}行" if len(rows) > 5 else "")


def read_results(
    path: str, name: str, known: Mapping[str, Sequence[str]]
) -> tuple[dict[str, str], list[str], list[tuple[int, dict[str, str]]]]:
    """A file of results: (field → heading), headings nobody knows, rows as (row number, field → text). known: field → headings, beside
    the application's number. Raises Unreadable."""
    named = {folded(heading): key for key, headings in known.items() for heading in headings}
    made = _opened(path, name, named)
    headings, rows = made.headings, made.rows
    columns: dict[str, str] = {}
    for heading in headings:
        key = named.get(folded(heading)) or _number_heading(heading)
        if key and key not in columns:
            columns[key] = heading
    if "application_no" not in columns:
        raise Unreadable(f"没有认出“申请号”列；请核对列名，现有列：{'、'.join(headings[:30])}")
    if "result" not in columns:
        raise Unreadable(
            f"没有认出写结果的列；请把列名写成“{'”“'.join(known['result'][:3])}”之一，现有列：{'、'.join(headings[:30])}"
        )
    places = {key: headings.index(heading) for key, heading in columns.items()}
    unknown = [heading for heading in headings if heading not in columns.values()]
    return columns, unknown, [(row, {key: cells[at] for key, at in places.items()}) for row, cells in rows]


def _number_heading(heading: str) -> str:
    from .engine.reading import field_of

    return "application_no" if field_of(heading) == "application_no" else ""


def _opened(path: str, name: str, known: Mapping[str, str] = MappingProxyType({})) -> _Opened:
    """A table of any form. known: headings that help to find the heading row, beside those of a list."""
    file = Path(path)
    head = file.open("rb").read(8)
    suffix = Path(name).suffix.lower()
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        made = _sheet(file, name, known)
    elif suffix in (".json", ".jsonl", ".ndjson"):
        made = _json(file)
    elif suffix in (".csv", ".tsv", ".txt"):
        made = _csv(file, known)
    else:
        raise Unreadable(f"“{name}”不是能读的名单；请用 xlsx、csv 或 json 文件")
    if not made.rows:
        raise Unreadable("名单里没有数据行；请确认首行是列名、其下每行一件申请")
    if len(made.rows) > _MOST_ROWS:
        raise Unreadable(f"名单有{len(made.rows):,}行，一次最多{_MOST_ROWS:,}行；请分成几个文件")
    return made


def assigned(headings: Sequence[str]) -> tuple[dict[str, str], list[str], dict[str, str]]:
    """(field → heading, headings nobody knows, heading → field that another column has already)."""
    from .engine.reading import field_named, field_of

    taken: dict[str, str] = {}
    for sure in (True, False):
        for heading in headings:
            key = _TOLD.get(folded(heading)) or (field_named(heading) if sure else field_of(heading))
            if key and key not in taken and heading not in taken.values():
                taken[key] = heading
    unknown, repeated = [], {}
    for heading in headings:
        if heading not in taken.values():
            key = _TOLD.get(folded(heading)) or field_of(heading)
            if key:
                repeated[heading] = key
            else:
                unknown.append(heading)
    return taken, unknown, repeated


def titles() -> dict[str, str]:
    """What an officer calls each field."""
    from .engine.reading import TITLES

    return TITLES | {key: headings[0] for key, headings in OFFICE.items()}


def number_of(cell: str) -> tuple[str, str]:
    """The application number in its one form, and why the row cannot be taken ("" when it can)."""
    from .engine.reading import application_number_of, is_scientific

    number = application_number_of(cell)
    if not number:
        return "", "没有申请号；请补上申请号"
    if is_scientific(number):
        return "", f"申请号{cell}被表格软件改成了科学记数，后几位已丢失；请从原名单重新取数，把该列设为文本"
    if not _NUMBER.fullmatch(number):
        return "", f"“{cell[:40]}”不是申请号（应为12位或者8位数字加校验位，如 202410000001.X）；请与来函核对"
    return number, ""


def misprinted(number: str) -> bool:
    """Whether the check digit of an application number is not the one its digits ask for: some digit was probably mistyped."""
    digits, _, check = number.partition(".")
    return digits.isdigit() and canonical.check_digit(digits) != check


def day_of(cell: str) -> date | None:
    found = re.match(r"\s*(\d{4})\s*[-./年]?\s*(\d{1,2})\s*[-./月]?\s*(\d{1,2})", folded(cell or ""))
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


# ---------------------------------------------------------------------------------------------------- reading


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, (list, dict)):
        return json.dumps(cell, ensure_ascii=False)
    return str(cell).strip()


def _heading_row(rows: Sequence[Sequence[str]], known: Mapping[str, str]) -> int:
    """Which of the first rows is the header: the one that names most fields."""
    from .engine.reading import field_of

    named = [
        len(
            {
                known.get(folded(cell)) or _TOLD.get(folded(cell)) or field_of(cell)
                for cell in row
                if cell and len(cell) <= 30
            }
            - {None}
        )
        for row in rows
    ]
    best = max(range(len(named)), key=named.__getitem__, default=None)
    if best is None or not named[best]:
        raise Unreadable("没有认出列名；请确认有一行写着“申请号”“申请人”等列名")
    return best


def _named(cells: Sequence[str]) -> list[str]:
    """Headings, each once: an empty one by its place, a repeated one with its number."""
    found: list[str] = []
    for place, cell in enumerate(cells, 1):
        name = cell or f"第{place}列"
        found.append(name if name not in found else f"{name}（第{place}列）")
    return found


def _sheet(path: Path, name: str, known: Mapping[str, str]) -> _Opened:
    from zhiheng.files.spreadsheets import Refused, open_spreadsheet
    from zhiheng.files.spreadsheets.sheets import HARD_LIMIT

    notes: list[str] = []
    try:
        sheets = open_spreadsheet(path, HARD_LIMIT, notes)
    except Refused as refused:
        raise Unreadable(str(refused)) from refused
    headed = []
    for sheet in sheets:
        first = [[_text(cell) for cell in row] for row in sheet.cells[:20]]
        try:
            headed.append((sheet, _heading_row(first, known)))
        except Unreadable:
            continue
    if not headed:
        told = f"（{'；'.join(notes)}）" if notes else ""
        raise Unreadable(f"“{name}”的各张表里都没有认出列名{told}；请确认有一行写着“申请号”“申请人”等列名")
    best, at = max(headed, key=lambda one: len(one[0].cells))
    for sheet, place in headed:
        if sheet is not best and (rows := len(sheet.cells) - place - 1) > 0:
            notes.append(
                f"工作表“{sheet.name}”也有列名和{rows}行，没有读；也是名单的，请另存为单独的文件再导入"
            )
    headings = _named([_text(cell) for cell in best.cells[at]])
    body = [[_text(cell) for cell in row] for row in best.cells[at + 1 :]]
    spread = _spread(body, best.merged, at + 1)
    if spread:
        notes.append(f"有{spread}处合并单元格，其中各行都按所合并的内容读入")
    first_row = best.first_row + at + 1
    rows = [(first_row + place, cells) for place, cells in enumerate(body) if any(cells)]
    taken = {row for row, _ in rows}
    if hidden := sorted({best.first_row + row for row in best.hidden} & taken):
        notes.append(f"{_few(hidden)}在表中是隐藏的，照样读入")
    layout = {
        "form": "xlsx", "sheet": best.name, "head": best.first_row + at, "column": best.first_column, "headings": headings,
    }  # fmt: skip
    return _Opened(
        layout,
        headings,
        rows,
        notes,
        {(best.first_row + row, place): why for (row, place), why in best.unread.items() if row > at},
        {(best.first_row + row, place) for row, place in best.struck if row > at},
    )


def _spread(body: list[list[str]], merged: Sequence[tuple[int, int, int, int]], begins: int) -> int:
    """Write what stands in a merged cell into every row it spans; how many such cells there are. begins: row of the sheet that the body
    begins with."""
    count = 0
    for top, left, bottom, right in merged:
        top, bottom = top - begins, min(bottom - begins, len(body) - 1)
        if top < 0 or bottom <= top or left != right or left >= len(body[top]):
            continue
        count += 1
        for row in range(top + 1, bottom + 1):
            body[row][left] = body[top][left]  # what lies beneath is seen by nobody
    return count


def _csv(path: Path, known: Mapping[str, str]) -> _Opened:
    from .engine.reading import encoding_of

    encoding = encoding_of(path)
    data = path.read_bytes()
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"第{data[: error.start].count(10) + 1}行有无法按{encoding}读出的字；请另存为 UTF-8"
        ) from error
    mark = _separator(text)
    lines = list(_rows(text, mark))
    at = _heading_row([[cell.strip() for cell in cells] for _, cells in lines[:20]], known)
    headings = _named([cell.strip() for cell in lines[at][1]])
    width = len(headings)
    rows = [
        (number, [cell.strip() for cell in cells[:width]] + [""] * (width - len(cells)))
        for number, cells in lines[at + 1 :]
        if any(cell.strip() for cell in cells)
    ]
    layout = {
        "form": "csv", "encoding": encoding, "mark": mark, "head": lines[at][0], "headings": headings,
        "end": "\r\n" if "\r\n" in text else "\n",
    }  # fmt: skip
    broken = {
        number: f"这一行有{len(cells)}格，列名只有{width}格，多半是有分隔符的文字没有加引号；请改正后再导入"
        for number, cells in lines[at + 1 :]
        if any(cell.strip() for cell in cells[width:])
    }
    return _Opened(layout, headings, rows, broken=broken)


def _separator(text: str) -> str:
    first = text[: 64 * 1024].splitlines()[:20]
    marks = (",", "\t", ";", "|")
    return max(marks, key=lambda mark: max((line.count(mark) for line in first), default=0))


def _rows(text: str, mark: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with their number, counted as rows and not as lines: a cell may hold line breaks."""
    csv.field_size_limit(64 << 20)
    try:
        yield from enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark), 1)
    except csv.Error as error:
        raise Unreadable(f"文字表格的引号不成对，不能读（{error}）；请核对后重新导出") from error


def _json(path: Path) -> _Opened:
    from .engine.reading import encoding_of

    text = path.read_bytes().decode(encoding_of(path), "replace")
    try:
        whole = json.loads(text)
        lines = False
    except ValueError:
        try:
            whole, lines = [json.loads(line) for line in text.splitlines() if line.strip()], True
        except ValueError as error:
            raise Unreadable(f"不是完整的 JSON（{error}）；请重新导出") from error
    key = ""
    if isinstance(whole, dict):
        lists = [name for name, value in whole.items() if isinstance(value, list)]
        if len(lists) != 1:
            raise Unreadable("JSON 里没有认出名单：应是一个数组，或者只含一个数组的对象")
        key = lists[0]
        whole = whole[key]
    if not isinstance(whole, list) or not all(isinstance(row, dict) for row in whole):
        raise Unreadable("JSON 名单应是对象的数组，每个对象一件申请")
    headings: dict[str, None] = {}
    for row in whole:
        headings.update(dict.fromkeys(map(str, row)))
    rows = [(n, [_text(row.get(heading)) for heading in headings]) for n, row in enumerate(whole, 1)]
    layout = {"form": "jsonl" if lines else "json", "key": key, "headings": list(headings)}
    return _Opened(layout, list(headings), rows)


# ---------------------------------------------------------------------------------------------------- giving back


def filled(
    path: str, layout: Mapping[str, Any], words: Mapping[str, Mapping[str, str]], headings: Sequence[str]
) -> bytes:
    """The file as it came with the feedback written in: `words` by application number, then by what FEEDBACK writes; `headings`: the
    columns of the list that are to be filled, else ADDED are put behind its last column. Every other cell is as it was."""
    writers = {"xlsx": _fill_sheet, "csv": _fill_csv, "json": _fill_json, "jsonl": _fill_json}
    return writers[layout["form"]](Path(path), layout, words, list(headings))


def _told(words: Mapping[str, Mapping[str, str]], cell: Any) -> Mapping[str, str]:
    """What is to be written beside an application number as the list writes it."""
    number, _ = number_of(_text(cell))
    return words.get(number, {})


def _fill_sheet(path: Path, layout: Mapping, words: Mapping, headings: list[str]) -> bytes:
    import openpyxl

    book = openpyxl.load_workbook(path, rich_text=True)
    sheet = book[layout["sheet"]]
    first = layout["column"] + 1
    if headings:
        places = {h: first + layout["headings"].index(h) for h in headings}
    else:
        last = first + len(layout["headings"])
        places = {heading: last + n for n, heading in enumerate(ADDED)}
        for heading, place in places.items():
            sheet.cell(layout["head"], place, heading)
    number = first + layout["headings"].index(layout["number"])
    for row in range(layout["head"] + 1, sheet.max_row + 1):
        told = _told(words, sheet.cell(row, number).value)
        for heading, place in places.items():
            if text := told.get(FEEDBACK[heading.strip()], ""):
                cell = _own_cell(sheet, row, place)
                if cell.value not in (None, ""):
                    continue
                cell.value, cell.data_type = text, "s"  # what begins with = is words, no formula
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _own_cell(sheet: Any, row: int, column: int) -> Any:
    """The cell itself: where it is hidden under a merged one, that is parted first, for each application has feedback of its own."""
    from openpyxl.cell.cell import MergedCell

    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        area = next(one for one in sheet.merged_cells.ranges if cell.coordinate in one)
        sheet.unmerge_cells(str(area))
        cell = sheet.cell(row, column)
    return cell


def _fill_csv(path: Path, layout: Mapping, words: Mapping, headings: list[str]) -> bytes:
    text = path.read_bytes().decode(layout["encoding"])
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter=layout["mark"], lineterminator=layout["end"])
    width = len(layout["headings"])
    at = layout["headings"].index(layout["number"])
    for number, cells in _rows(text, layout["mark"]):
        told = _told(words, cells[at]) if number > layout["head"] and len(cells) > at else {}
        if headings:
            for heading in headings:
                place = layout["headings"].index(heading)
                if said := told.get(FEEDBACK[heading.strip()], ""):
                    cells += [""] * (place + 1 - len(cells))
                    cells[place] = cells[place] if cells[place].strip() else _harmless(said)
        elif number == layout["head"]:
            cells = [*cells, *ADDED]
        elif number > layout["head"] and any(cell.strip() for cell in cells):
            cells = [
                *cells,
                *[""] * (width - len(cells)),
                *(_harmless(told.get(FEEDBACK[h], "")) for h in ADDED),
            ]
        writer.writerow(cells)
    return made.getvalue().encode(layout["encoding"])


# What a spreadsheet program takes for the beginning of a formula, in both widths; white space before it does not hinder it.
_FORMULA = tuple("=+-@＝＋－＠")


def _harmless(text: str) -> str:
    """A cell that a spreadsheet program would take for a formula is written as words."""
    return f"'{text}" if text.lstrip().startswith(_FORMULA) or text[:1] in ("\t", "\r", "\n") else text


def _fill_json(path: Path, layout: Mapping, words: Mapping, headings: list[str]) -> bytes:
    from .engine.reading import encoding_of

    text = path.read_bytes().decode(encoding_of(path))
    if layout["form"] == "jsonl":
        whole = rows = [json.loads(line) for line in text.splitlines() if line.strip()]
    else:
        whole = json.loads(text)
        rows = whole[layout["key"]] if layout["key"] else whole
    for row in rows:
        told = _told(words, row.get(layout["number"]))
        for heading in headings or ADDED:
            said = told.get(FEEDBACK[heading.strip()], "")
            if heading not in row or (said and row[heading] in (None, "")):
                row[heading] = said
    if layout["form"] == "jsonl":
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    return json.dumps(whole, ensure_ascii=False, indent=2).encode()
