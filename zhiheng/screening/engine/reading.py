"""Reads lists of applications (csv, xlsx, jsonl, parquet) whatever their columns are called, a batch at a time.

A row that cannot be taken is rejected with its place and reason and the rest is read; only a file that as a whole is no
list raises `Unreadable`.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import itertools
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from zhiheng import canonical
from zhiheng.files.spreadsheets import Refused, open_spreadsheet
from zhiheng.files.spreadsheets.sheets import HARD_LIMIT

# Field → how its column may be headed, folded by `_header`.
COLUMNS = {
    "application_no": ["申请号", "专利申请号", "申请编号", "专利号", "案卷号", "application_no", "applicationno", "appno", "application_number", "doc_id", "docid", "id", "编号"],
    "title": ["名称", "发明名称", "专利名称", "发明创造名称", "标题", "title", "name"],
    "abstract": ["摘要", "说明书摘要", "文摘", "abstract", "abs", "summary"],
    "claims": ["权利要求", "权利要求书", "claims", "claim"],
    "description": ["说明书", "说明书全文", "全文", "description", "fulltext", "full_text"],
    "text": ["正文", "文本", "内容", "text", "content", "body"],
    "kind": ["专利类型", "申请类型", "类型", "专利种类", "patent_type", "kind", "type"],
    "applicant": ["申请人", "专利权人", "申请人名称", "申请专利权人", "当前申请人", "申请单位", "applicant", "applicants", "assignee"],
    "inventor": ["发明人", "设计人", "发明人设计人", "发明设计人", "发明人姓名", "inventor", "inventors"],
    "agency": ["代理机构", "专利代理机构", "代理机构名称", "代理公司", "agency"],
    "agency_phone": ["代理机构电话", "代理机构联系电话", "代理电话", "agency_phone"],
    "filed_on": ["申请日", "申请日期", "filing_date", "filed_on", "application_date", "date", "filed"],
    "ipc": ["分类号", "ipc分类号", "主分类号", "ipc", "ipc分类", "classification"],
    "address": ["地址", "申请人地址", "联系地址", "address"],
    "phone": ["电话", "联系电话", "联系方式", "手机", "手机号", "phone", "telephone", "tel", "mobile"],
    "email": ["邮箱", "电子邮箱", "邮件", "email", "e_mail", "mail"],
    "staff": ["参保人数", "员工人数", "职工人数", "从业人数", "staff", "employees"],
    "capital": ["注册资本", "注册资本万元", "注册资金", "capital", "registered_capital"],
    "business": ["经营范围", "主营业务", "行业", "所属行业", "business", "industry"],
    "parent": ["母案号", "母案申请号", "分案", "分案原申请号", "原案申请号", "分案申请", "parent", "divisional_of"],
    "priority": ["优先权", "优先权号", "优先权信息", "优先权数据", "priority"],
    "same_day": ["同日申请", "同日申请号", "同日申请声明", "同样发明创造", "same_day"],
    "drawings": ["附图", "附图文件", "附图路径", "drawings", "drawing"],
}  # fmt: skip
BODY = ("abstract", "claims", "description", "text")
FIELDS = tuple(
    name for name in COLUMNS if name not in ("application_no", "abstract", "claims", "description", "text")
)
# What an officer calls each field; told before a run and in the report.
TITLES = {
    "application_no": "申请号", "title": "名称", "abstract": "摘要", "claims": "权利要求", "description": "说明书", "text": "正文",
    "kind": "专利类型", "applicant": "申请人", "inventor": "发明人", "agency": "代理机构", "agency_phone": "代理机构电话", "filed_on": "申请日",
    "ipc": "分类号", "address": "地址", "phone": "电话", "email": "邮箱", "staff": "参保人数", "capital": "注册资本", "business": "经营范围",
    "parent": "分案母案", "priority": "优先权", "same_day": "同日申请", "drawings": "附图",
}  # fmt: skip
# A header that is none of these names may still say what it holds: the first of these found in it decides.
_SAID = (
    (r"代理(?:机构|公司|所)?.*(?:电话|手机|联系方式)", "agency_phone"), (r"经办|代理师|代理人|审查|填报|核查|复核", None),
    (r"(?:申请|专利).*号", "application_no"), (r"母案|分案|原案", "parent"), (r"优先权", "priority"), (r"同日", "same_day"),
    (r"地址|住所|通讯处", "address"), (r"电话|手机|联系方式", "phone"), (r"邮箱|电子邮件|email|e_mail", "email"),
    (r"ipc|分类号|主分类|分类$", "ipc"), (r"代理机构|代理公司|事务所", "agency"), (r"申请日", "filed_on"),
    (r"发明人|设计人", "inventor"), (r"(?:申请|专利权)人(?:名称|姓名|1)?$", "applicant"), (r"参保|职工|员工|从业人", "staff"),
    (r"注册资[本金]", "capital"), (r"专利(?:申请)?类[型别]", "kind"), (r"摘要", "abstract"), (r"权利要求", "claims"),
    (r"说明书", "description"), (r"(?:发明|专利|申请|技术)?名称$", "title"),
)  # fmt: skip


@dataclass
class Columns:
    """Which header was taken for which field, and those that were not taken: unknown, or a second one for a field."""

    taken: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    repeated: dict[str, str] = field(default_factory=dict)

    def words(self) -> list[str]:
        """What is told before a run."""
        made = [
            "列的对应：" + "，".join(f"{TITLES.get(key, key)}←{header}" for key, header in self.taken.items())
        ]
        if self.unknown:
            made.append("没有认出、不参与筛查的列：" + "、".join(self.unknown))
        if self.repeated:
            told = "、".join(f"{header}（{TITLES[key]}已取另一列）" for header, key in self.repeated.items())
            made.append(f"重复、没有采用的列：{told}")
        return made


_KNOWN = {name: key for key, names in COLUMNS.items() for name in names}
_BATCH = 8192
_CELL_LIMIT = 64 * 1024 * 1024
_ENCODINGS = ("utf-8", "gb18030")
_SHOWN_REJECTIONS = 10_000
_LONGEST_HEADER = 30
_UNDECODABLE = "该行有无法按文件编码读出的字，未比对；请另存为 UTF-8"


class Unreadable(Exception):
    """The file as a whole is no list of applications. The message says what is wrong and what to do."""


@dataclass
class Batch:
    """Rows as columns. texts: what is compared; sections: its parts, where the list has several of them; fields: every name of FIELDS → cells as text, "" where absent;
    rows: row numbers in the file."""

    ids: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    sections: dict[str, list[str]] = field(default_factory=dict)
    fields: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in FIELDS})


@dataclass
class Rejections:
    """Rows not taken, in the order met; the first 10,000 are kept word for word, all are counted."""

    rows: list[dict] = field(default_factory=list)
    count: int = 0

    def add(self, row: int, application_no: str, reason: str) -> None:
        self.count += 1
        if len(self.rows) < _SHOWN_REJECTIONS:
            self.rows.append({"row": row, "id": application_no, "reason": reason})


def read(
    path: Path, rejections: Rejections, notes: list[str], wanted: set[str] | None = None
) -> Iterator[Batch]:
    """Batches of the file's rows in order. Notes tell which columns were taken for what.

    wanted: when only these application numbers matter, others may be passed over (their row numbers are then not kept).
    Raises Unreadable before the first batch when the file cannot be taken, FileNotFoundError when there is none.
    """
    if not path.exists():
        raise Unreadable(f"没有文件 {path}；请核对路径")
    if path.is_dir():
        raise Unreadable(f"{path} 是文件夹；请给出 csv、xlsx、jsonl 或 parquet 文件")
    if path.stat().st_size == 0:
        raise Unreadable(f"文件 {path.name} 是空的")
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"PAR1"):
        rows = _parquet(path, wanted)
    elif start.startswith(b"PK\x03\x04") or start.startswith(b"\xd0\xcf\x11\xe0"):
        rows = _sheet(path, rejections)
    elif path.suffix.lower() in (".jsonl", ".ndjson", ".json"):
        rows = _lines(path, rejections, notes)
    elif path.suffix.lower() in (".csv", ".tsv", ".txt"):
        rows = _csv(path, rejections, notes)
    else:
        raise Unreadable(f"{path.name} 不是能读的文件；请另存为 csv、xlsx、jsonl 或 parquet")
    yield from _understood(rows, path.name, rejections, notes)


def originals(path: Path, wanted: set[str] | None = None) -> Iterator[tuple[list[str], list[str]]]:
    """Ids and texts as received, read in a second pass; `wanted` as for `read`."""
    for batch in read(path, Rejections(), [], wanted):
        yield batch.ids, batch.texts


def read_texts(path: Path, wanted: set[str]) -> dict[str, str]:
    """Texts as received of the given application numbers."""
    found: dict[str, str] = {}
    for ids, texts in originals(path, wanted) if wanted else ():
        for application_no, text in zip(ids, texts, strict=True):
            if application_no in wanted:
                found.setdefault(application_no, text)
        if len(found) == len(wanted):
            break
    return found


def _understood(
    blocks: Iterator[tuple[list[int], dict[str, list[Any]]]],
    name: str,
    rejections: Rejections,
    notes: list[str],
) -> Iterator[Batch]:
    """Blocks of columns under their own headers → batches of known fields."""
    names: dict[str, str] | None = None
    seen: set[int] = set()
    any_rows = False
    for rows, columns in blocks:
        if names is None:
            assigned = _assign(columns, name)
            names = assigned.taken
            notes += assigned.words()
        else:  # lines of JSON may lack a field for a while, or bring one later
            for header in columns:
                key = field_of(header)
                if key and key not in names:
                    names[key] = header
            columns = {
                header: columns.get(header) or [None] * len(rows) for header in {*columns, *names.values()}
            }
        any_rows = True
        batch = Batch()
        body = [columns[names[key]] for key in BODY if key in names] or [columns[names["title"]]]
        if "application_no" in names:
            ids = [application_number_of(cell) for cell in columns[names["application_no"]]]
        else:
            ids = [f"第{row}行" for row in rows]
        cells = {key: [_text(cell) for cell in columns[names[key]]] for key in FIELDS if key in names}
        if len(body) == 1 and all(type(cell) is str for cell in body[0]):
            texts = body[0]
        else:
            texts = ["\n".join(filter(None, map(_text, parts))) for parts in zip(*body, strict=True)]
        parted = [key for key in BODY if key in names]
        taken = []
        for position, (application_no, text) in enumerate(zip(ids, texts, strict=True)):
            if not application_no:
                rejections.add(rows[position], "", "没有申请号，未比对；请补上申请号")
            elif is_scientific(application_no):
                rejections.add(
                    rows[position], application_no, "申请号被表格软件改成了科学记数，后几位已丢失，未比对；请从原名单重新取数，把该列设为文本"
                )  # fmt: skip
            elif (key := hash(application_no)) in seen:
                rejections.add(rows[position], application_no, "申请号重复，只取第一次出现的一行；请核对")
            elif not text or text.isspace():
                seen.add(key)
                rejections.add(rows[position], application_no, "正文为空，无法比对；请补摘要或权利要求")
            else:
                seen.add(key)
                taken.append(position)
        whole = len(taken) == len(ids)
        batch.ids = ids if whole else [ids[i] for i in taken]
        batch.texts = list(texts) if whole else [texts[i] for i in taken]
        batch.rows = list(rows) if whole else [rows[i] for i in taken]
        if len(parted) > 1:
            batch.sections = {
                key: [_text(part[i]) for i in taken] for key, part in zip(parted, body, strict=True)
            }
        for key in FIELDS:
            column = cells.get(key)
            batch.fields[key] = (
                [""] * len(taken) if column is None else column if whole else [column[i] for i in taken]
            )
        yield batch
    if not any_rows:
        why = "".join(f"，如第{one['row']}行：{one['reason']}" for one in rejections.rows[:1])
        raise Unreadable(f"{name} 里没有一行能读{why}；请确认首行是列名、其下每行一件申请")


def field_named(header: str) -> str | None:
    """The field whose very name the header is."""
    return _KNOWN.get(_header(header))


def field_of(header: str) -> str | None:
    """The field a header names: by its very name, else by what it says (第一申请人地址, 联系人电话, IPC主分类)."""
    folded = _header(header)
    if folded in _KNOWN:
        return _KNOWN[folded]
    if len(folded) > _LONGEST_HEADER:
        return None
    return next((key for pattern, key in _SAID if re.search(pattern, folded)), None)


def _assign(columns: dict[str, list[Any]], name: str) -> Columns:
    """Field → header. Very names before what only says so, the first of several; an unnamed long column may serve as the
    text when there is none."""
    made = Columns()
    for sure in (True, False):
        for header in columns:
            key = _KNOWN.get(_header(header)) if sure else field_of(header)
            if key and key not in made.taken:
                made.taken.setdefault(key, header)
    if "application_no" not in made.taken and "案号" in columns:
        made.taken["application_no"] = "案号"
    if not any(key in made.taken for key in (*BODY, "title")):
        lengths = {
            header: sum(len(cell) for cell in cells if isinstance(cell, str)) / max(1, len(cells))
            for header, cells in columns.items()
            if header not in made.taken.values() and not re.search("备注|说明$|意见|情形|案情", header)
        }
        longest = max(lengths, key=lengths.get, default=None)
        if longest is None or lengths[longest] < 15:
            raise Unreadable(
                f"{name} 里没有认出文字列（摘要、权利要求、说明书、正文或名称）；请核对列名和文字编码，现有列："
                + "、".join(list(columns)[:30])
            )
        made.taken["text"] = longest
    for header in columns:
        if header not in made.taken.values():
            key = field_of(header)
            if key:
                made.repeated[header] = key
            else:
                made.unknown.append(header)
    return made


def _header(header: str) -> str:
    folded = canonical.folded(str(header)).casefold()
    return re.sub(r"[\s\-]+", "_", re.sub(r"[()（）\[\]:：*/、]", "", folded)).strip("_")


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, list):
        return ";".join(map(_text, cell))
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    if isinstance(cell, float) and cell != cell:
        return ""
    return str(cell)


# ASCII: full-width digits are digits too, but not those of the one form.
_PLAIN_NUMBER = re.compile(r"\d{12}\.[\dX]", re.ASCII)
_CANONICAL = re.compile(r"\d{8}(?:\d{4})?\.[\dX]", re.ASCII)
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,2}")


def application_number_of(cell: Any) -> str:
    """The application number in its one form; what is none stays as it is written."""
    plain = cell.strip() if type(cell) is str else _text(cell).strip()
    if _PLAIN_NUMBER.fullmatch(plain):
        return plain
    made = canonical.application_number(plain)
    return made if _CANONICAL.fullmatch(made) else plain


def is_scientific(number: str) -> bool:
    """Whether a spreadsheet program has turned the number into one whose last digits are lost."""
    return "+" in number and _SCIENTIFIC.fullmatch(number) is not None


def _parquet(path: Path, wanted: set[str] | None) -> Iterator[tuple[list[int], dict[str, list[Any]]]]:
    try:
        file = pq.ParquetFile(path)
        fields = {name: field_of(name) for name in file.schema_arrow.names}
        known = [name for name, key in fields.items() if key]
        has_text = any(key in (*BODY, "title") for key in fields.values())
        numbers = [name for name, key in fields.items() if key == "application_no"]
        row = 1
        for block in file.iter_batches(_BATCH, columns=known if has_text else None):
            if wanted is not None and numbers:
                ids = block.column(block.schema.names.index(numbers[0])).cast(pa.string()).to_pylist()
                block = block.filter(
                    pa.array([application_number_of(one) in wanted for one in ids], pa.bool_())
                )
            columns = {
                name: column.to_pylist()
                for name, column in zip(block.schema.names, block.columns, strict=True)
            }
            # Columns nobody asks for are told, not read.
            yield list(range(row, row + block.num_rows)), {name: columns.get(name, []) for name in fields}
            row += block.num_rows
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path.name} 不是完整的 Parquet 文件（{error}）；请重新导出") from error


def _sheet(path: Path, rejections: Rejections) -> Iterator[tuple[list[int], dict[str, list[Any]]]]:
    try:
        sheets = open_spreadsheet(path, HARD_LIMIT, [])
    except Refused as refused:
        raise Unreadable(f"{refused}") from refused
    for sheet in sheets:
        head = _heading([[_text(cell) for cell in row] for row in sheet.cells[:20]])
        if head is not None:
            rows = enumerate(sheet.cells[head + 1 :], sheet.first_row + head + 1)
            yield from _blocks(rows, [_text(cell) for cell in sheet.cells[head]], rejections)
            return
    best = max(sheets, key=lambda sheet: len(sheet.cells), default=None)
    if best is None or not best.cells:
        raise Unreadable(f"{path.name} 里没有数据")
    first = [_text(cell) for cell in best.cells[0]]
    if _headless(first):
        yield from _blocks(enumerate(best.cells, best.first_row), [""] * len(first), rejections)
    else:
        yield from _blocks(enumerate(best.cells[1:], best.first_row + 1), first, rejections)


def _heading(rows: list[list[str]]) -> int | None:
    """Which of the first rows is the header: the one that names most fields, two by their very names or three by what
    their headers say."""
    named = [
        (len({_KNOWN[_header(cell)] for cell in row if _header(cell) in _KNOWN}), len({*map(field_of, row)} - {None}))
        for row in rows
    ]  # fmt: skip
    best = max(range(len(rows)), key=named.__getitem__, default=None)
    return best if best is not None and (named[best][0] >= 2 or named[best][1] >= 3) else None


def _headless(first: list[str]) -> bool:
    """A first row with a whole text in it names no columns."""
    return any(len(cell) > _LONGEST_HEADER and _header(cell) not in _KNOWN for cell in first)


def _blocks(
    rows, header: list[str], rejections: Rejections
) -> Iterator[tuple[list[int], dict[str, list[Any]]]]:
    header = [name if name.strip() else f"第{place}列" for place, name in enumerate(header, 1)]
    numbers: list[int] = []
    taken: list[list[Any]] = []
    for number, row in rows:
        if not any(cell not in ("", None) for cell in row):
            continue
        if len(row) != len(header):
            if len(row) > len(header) and any(cell not in ("", None) for cell in row[len(header) :]):
                rejections.add(
                    number, _text(row[0]), f"该行有{len(row)}格，列名只有{len(header)}个；请核对引号和分隔符"
                )
                continue
            row = [*row[: len(header)], *[""] * (len(header) - len(row))]
        numbers.append(number)
        taken.append(row)
        if len(taken) == _BATCH:
            yield numbers, dict(zip(header, map(list, zip(*taken, strict=True)), strict=True))
            numbers, taken = [], []
    if taken:
        yield numbers, dict(zip(header, map(list, zip(*taken, strict=True)), strict=True))


def _csv(
    path: Path, rejections: Rejections, notes: list[str]
) -> Iterator[tuple[list[int], dict[str, list[Any]]]]:
    encoding = encoding_of(path)
    if encoding != "utf-8":
        notes.append(f"文件按 {encoding} 编码读取")
    csv.field_size_limit(_CELL_LIMIT)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        sample = file.read(64 * 1024).splitlines()[:20]
        file.seek(0)
        rows = _rows_of(file, _separator(sample), rejections)
        ahead = list(itertools.islice(rows, 20))
        if not ahead:
            return
        head = _heading([row for _, row in ahead])
        if head is None and _headless(ahead[0][1]):
            header = [""] * len(ahead[0][1])
        else:
            header = ahead[head or 0][1]
            ahead = ahead[(head or 0) + 1 :]
        yield from _blocks(_decoded(itertools.chain(ahead, rows), rejections), header, rejections)


def _separator(lines: list[str]) -> str:
    """The one under which a header is recognised, else the most frequent in the first line."""
    for mark in (",", "\t", ";", "|", "，"):
        if _heading([line.split(mark) for line in lines]) is not None:
            return mark
    return max((",", "\t", ";", "|"), key=(lines or [""])[0].count)


def _decoded(
    rows: Iterable[tuple[int, list[str]]], rejections: Rejections
) -> Iterator[tuple[int, list[str]]]:
    for number, row in rows:
        if any("\ufffd" in cell for cell in row):
            rejections.add(number, row[0], _UNDECODABLE)
        else:
            yield number, row


def _rows_of(file: Iterable[str], separator: str, rejections: Rejections) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number of their last line. A quote that is never closed costs its own line, not those it swallows."""
    taken: list[str] = []
    again: list[str] = []
    number = 0

    def lines() -> Iterator[str]:
        nonlocal number
        while True:
            line = again.pop() if again else next(rest, None)
            if line is None:
                return
            number += 1
            taken.append(line)
            yield line.replace("\0", "")

    rest = iter(file)
    reader = csv.reader(lines(), delimiter=separator)
    while True:
        taken.clear()
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            row = None
            rejections.add(number - len(taken) + 1, "", f"该行不能读（{error}）")
        if row is None or (len(taken) > 1 and sum(line.count('"') for line in taken) % 2):
            number -= len(taken) - 1
            if row is not None:
                rejections.add(number, row[0], "该行的引号没有成对，未比对；请核对")
            again += taken[:0:-1]
            reader = csv.reader(lines(), delimiter=separator)
            continue
        yield number, row


def encoding_of(path: Path) -> str:
    with path.open("rb") as file:
        sample = file.read(1024 * 1024)
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    counts = {}
    for encoding in _ENCODINGS:
        counts[encoding] = codecs.getincrementaldecoder(encoding)("replace").decode(sample).count("�")
    # A few broken bytes do not make a UTF-8 file something else.
    return "utf-8" if counts["utf-8"] <= max(counts["gb18030"], len(sample) // 1000) else "gb18030"


def _lines(
    path: Path, rejections: Rejections, notes: list[str]
) -> Iterator[tuple[list[int], dict[str, list[Any]]]]:
    encoding = encoding_of(path)
    if encoding not in ("utf-8", "utf-8-sig"):
        notes.append(f"文件按 {encoding} 编码读取")
    numbers: list[int] = []
    taken: list[dict] = []
    with path.open(encoding=encoding, errors="replace", newline="\n") as file:
        number = 0
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            if "\ufffd" in line:
                rejections.add(number, "", _UNDECODABLE)
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                rejections.add(number, "", "该行不是完整的 JSON；请核对")
                continue
            if not isinstance(row, dict):
                rejections.add(number, "", "该行不是一件申请（应为 JSON 对象）")
                continue
            if "\\u" in line:  # an escape can name half a character, which nothing could write again
                row = json.loads(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace"))
            numbers.append(number)
            taken.append(row)
            if len(taken) == _BATCH:
                yield numbers, _turned(taken)
                numbers, taken = [], []
    if taken:
        yield numbers, _turned(taken)


def _turned(rows: list[dict]) -> dict[str, list[Any]]:
    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(map(str, row)))
    return {name: [row.get(name) for row in rows] for name in names}
