"""Opens a ledger file safely: what it really is, how big it would become, what in it cannot be trusted.

Everything that could harm (zip bombs, macros, encrypted or mislabelled files, cells spread over millions of rows) is
refused before the file is handed to the spreadsheet reader; the refusal says what to do.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import python_calamine

HARD_LIMIT = 500 * 1024 * 1024  # never read, whatever the setting says
UNPACKED_LIMIT = 1024 * 1024 * 1024
RATIO_LIMIT = 200  # an honest sheet packs 10 to 40 times; deflate can reach 1000
SMALL_PART = 8 * 1024 * 1024  # parts below this size may pack as well as they like
CELL_LIMIT = 30_000_000

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_KINDS = {
    b"%PDF": "PDF",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"Rar!": "压缩包",
    b"7z\xbc\xaf": "压缩包",
}
_OTHER_KINDS |= {
    b"<htm": "网页",
    b"<!DO": "网页",
    b"<?xm": "XML",
    b"{\\rt": "RTF文档",
    b"MZ": "程序",
    b"\x7fELF": "程序",
}
_FORMULA = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<(?:\w+:)?f[\s/>]')
_CACHED = re.compile(rb"<(?:\w+:)?v[^>/]*>[^<]")
_ERROR_CELL = re.compile(rb'<(?:\w+:)?c (?=[^>]*\bt="e")[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
# References beyond column Z or row 99,999: the only ones that can make a sheet's area large.
_FAR_CELL = re.compile(rb' r="([A-Z]{2,3}\d+|[A-Z]\d{6,})')
_UNUSUAL = re.compile(rb'<c(?=[\s/>])(?! r=")')  # a cell that does not begin with its reference
_ODDLY_PLACED = re.compile(rb'<c(?=[\s/>])(?![^>]* r="[A-Z])[^>]*\sr\s*=')  # r='A1', a line break before r
_FAR_COLUMN = re.compile(rb' r="([A-Z]{2,3})\d')
_MAX_ROWS = 1_048_576


class Refused(Exception):
    """The file as a whole cannot be taken. The message is for the officer: what is wrong and what to do."""


@dataclass(slots=True)
class Sheet:
    """One sheet's cells. `cells[i]` is spreadsheet row `first_row + i`; all rows are equally long."""

    name: str
    cells: list[Any]
    first_row: int = 1
    first_column: int = 0
    merged: list[tuple[int, int, int, int]] = field(
        default_factory=list
    )  # top, left, bottom, right; as indices of cells
    unread: dict[tuple[int, int], str] = field(
        default_factory=dict
    )  # (row, column) index → why it has no value


def open_ledger(path: Path, limit: int, notes: list[str]) -> list[Sheet]:
    """The sheets of an xlsx, xls or csv file. What the officer should know goes to `notes`.

    Raises Refused; the file is only read, never changed.
    """
    size = path.stat().st_size
    if size > min(limit, HARD_LIMIT):
        raise Refused(
            f"文件“{path.name}”有{size / 1048576:.0f}MB，超过{min(limit, HARD_LIMIT) / 1048576:.0f}MB的上限；请按季度或单位拆成几个文件再导入"
        )
    if size == 0:
        raise Refused(f"文件“{path.name}”是空的；请确认导出成功后再导入")
    with path.open("rb") as stream:
        head = stream.read(4096)
    suffix = path.suffix.lower()
    if suffix in (".xlsm", ".xltm", ".xlam", ".xlsb"):
        raise Refused(f"“{path.name}”可能含宏，不接收；请在表格软件里另存为 .xlsx 再导入")
    if head.startswith(_ZIP):
        if suffix != ".xlsx":
            raise Refused(
                f"“{path.name}”的内容是压缩格式，与扩展名“{suffix}”不符；若是 Excel 文件，请另存为 .xlsx 再导入"
            )
        return _xlsx(path, notes)
    if head.startswith(_OLE):
        return _xls(path, suffix, notes)
    for magic, kind in _OTHER_KINDS.items():
        if head[:5].lstrip(b"\xef\xbb\xbf").upper().startswith(magic.upper()):
            raise Refused(f"“{path.name}”实际是{kind}，不是表格；请导入 .xlsx、.xls 或 .csv 文件")
    if suffix in (".xlsx", ".xls"):
        raise Refused(
            f"“{path.name}”不是有效的 Excel 文件（内容与扩展名不符，或已损坏）；请重新导出或另存为 .xlsx"
        )
    return [_csv(path, notes)]


def _calamine(path: Path) -> python_calamine.CalamineWorkbook:
    try:
        return python_calamine.load_workbook(path)
    except python_calamine.PasswordError:
        raise Refused(f"“{path.name}”设有密码；请取消密码后再导入") from None
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Refused(f"“{path.name}”已损坏，打不开（{error}）；请在表格软件里打开后另存为 .xlsx") from None


def _sheets(path: Path, notes: list[str]) -> Iterator[Sheet]:
    with _calamine(path) as book:
        for index, data in enumerate(book.sheets_metadata):
            if data.typ is not python_calamine.SheetTypeEnum.WorkSheet:
                notes.append(f"“{data.name}”不是表格页，未读")
                continue
            if data.visible is not python_calamine.SheetVisibleEnum.Visible:
                notes.append(f"工作表“{data.name}”是隐藏的，未读；如需导入请取消隐藏")
                continue
            try:
                sheet = book.get_sheet_by_index(index)
                cells = sheet.to_python()
                merged = sheet.merged_cell_ranges or []
            except python_calamine.CalamineError as error:
                raise Refused(
                    f"“{path.name}”的工作表“{data.name}”已损坏（{error}）；请在表格软件里打开后另存为 .xlsx"
                ) from None
            top, left = sheet.start or (0, 0)
            areas = [(a - top, b - left, c - top, d - left) for (a, b), (c, d) in merged[:20_000]]
            yield Sheet(data.name, cells, top + 1, left, areas)


def _xls(path: Path, suffix: str, notes: list[str]) -> list[Sheet]:
    with path.open("rb") as stream:
        directory = stream.read(1 << 20)
    if "EncryptedPackage".encode("utf-16-le") in directory:
        raise Refused(f"“{path.name}”已加密；请取消密码后再导入")
    if suffix != ".xls":
        raise Refused(f"“{path.name}”是旧版 Office 文件，与扩展名“{suffix}”不符；请另存为 .xlsx 再导入")
    if "_VBA_PROJECT".encode("utf-16-le") in directory:
        raise Refused(f"“{path.name}”含宏，不接收；请另存为 .xlsx 再导入")
    notes.append("旧版 .xls 文件：公式单元格按保存时的结果读入")
    return list(_sheets(path, notes))


def _xlsx(path: Path, notes: list[str]) -> list[Sheet]:
    try:
        with zipfile.ZipFile(path) as archive:
            unread = _inspect(path, archive, notes)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        ElementTree.ParseError,
        KeyError,
    ) as error:
        raise Refused(f"“{path.name}”已损坏，打不开（{error}）；请在表格软件里打开后另存为 .xlsx") from None
    sheets = list(_sheets(path, notes))
    for sheet in sheets:
        sheet.unread = {
            (row - sheet.first_row, column - sheet.first_column): why
            for (row, column), why in unread.get(sheet.name, {}).items()
        }
    return sheets


def _inspect(path: Path, archive: zipfile.ZipFile, notes: list[str]) -> dict[str, dict[tuple[int, int], str]]:
    """Refuse what is dangerous; return, by sheet name, the cells (row from 1, column from 0) without a stored value."""
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise Refused(f"“{path.name}”不是 Excel 工作簿；请导入 .xlsx、.xls 或 .csv 文件")
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(f"“{path.name}”已加密；请取消密码后再导入")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused(f"“{path.name}”含宏，与扩展名 .xlsx 不符，不接收；请另存为不含宏的 .xlsx")
    if len(names) != len(parts) or len(parts) > 10_000:
        raise Refused(
            f"“{path.name}”的内部结构异常（部件重名或过多），不接收；请在表格软件里打开后另存为 .xlsx"
        )
    unpacked = sum(part.file_size for part in parts)
    for part in parts:
        if part.file_size > SMALL_PART and part.file_size > RATIO_LIMIT * max(part.compress_size, 1):
            raise Refused(
                f"“{path.name}”解压后异常膨胀（{part.filename}），疑似压缩炸弹，不接收；请从原系统重新导出"
            )
    if unpacked > UNPACKED_LIMIT:
        raise Refused(f"“{path.name}”解压后有{unpacked / 1048576:.0f}MB，过大；请拆成几个文件再导入")
    if any(name.startswith("xl/externalLinks/") for name in names):
        notes.append("文件含有指向其他文件的链接：只用保存时的值，不去读其他文件")
    unread: dict[str, dict[tuple[int, int], str]] = {}
    sheet_names = _sheet_parts(archive)
    # Reading every part once also checks sizes and checksums against the directory, which a bomb would belie.
    for part in parts:
        if part.filename in sheet_names:
            found = _scan_sheet(path, archive, part, sheet_names[part.filename])
            if found:
                unread[sheet_names[part.filename]] = found
        elif part.filename.startswith("xl/") and part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as stream:
                first = stream.read(1 << 20)
                if b"<!DOCTYPE" in first or b"<!ENTITY" in first:
                    raise Refused(
                        f"“{path.name}”含有不该有的 XML 声明（{part.filename}），不接收；请从原系统重新导出"
                    )
                while stream.read(1 << 20):
                    pass
    return unread


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Part name → sheet name, from the workbook and its relations."""

    def tree(name: str) -> ElementTree.Element:
        text = archive.read(name)
        if len(text) > SMALL_PART or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise Refused("工作簿目录异常，不接收；请在表格软件里打开后另存为 .xlsx")
        return ElementTree.fromstring(text)

    targets = {
        item.get("Id"): item.get("Target", "").lstrip("/")
        for item in tree("xl/_rels/workbook.xml.rels")
        if item.tag.endswith("}Relationship")
    }
    found = {}
    for item in tree("xl/workbook.xml").iter():
        if item.tag.endswith("}sheet"):
            relation = next((value for key, value in item.attrib.items() if key.endswith("}id")), None)
            target = targets.get(relation, "")
            found[target if target.startswith("xl/") else "xl/" + target] = item.get("name", "")
    return found


def _scan_sheet(
    path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str
) -> dict[tuple[int, int], str]:
    """Cells of one sheet that have no trustworthy value; refuses a sheet whose cells are spread absurdly wide."""
    chunks = []
    with archive.open(part) as stream:
        while chunk := stream.read(1 << 22):
            chunks.append(chunk)
    text = b"".join(chunks)
    del chunks
    if b"<!DOCTYPE" in text[:4096] or b"<!ENTITY" in text[:4096]:
        raise Refused(f"“{path.name}”含有不该有的 XML 声明（{part.filename}），不接收；请从原系统重新导出")
    rows, far = _bound(text)
    if rows * far > CELL_LIMIT:
        rows, far = _extent(text)
    if rows * far > CELL_LIMIT:
        raise Refused(
            f"工作表“{name}”占用的区域过大（{rows}行×{far}列），多半是远处有零星内容；请删除表格以外的行列，另存后再导入"
        )
    found: dict[tuple[int, int], str] = {}
    if b"f>" in text:  # every formula with content ends so, whatever prefix its tag has
        for match in _FORMULA.finditer(text):
            end = text.find(b"</", match.end())
            close = text.find(b"c>", match.end())
            if not _CACHED.search(text, match.end() - 1, close if close > 0 else end):
                found[int(match[2]), _column(match[1])] = "公式没有保存计算结果"
    if b't="e"' in text:
        for match in _ERROR_CELL.finditer(text):
            found[int(match[2]), _column(match[1])] = "公式结果是错误值"
    return found


def _bound(text: bytes) -> tuple[int, int]:
    """Rows and columns that the cells cannot exceed; quick, and never too low."""
    count = text.count(b"<row")
    unplaced = 0
    if _UNUSUAL.search(text):
        if _ODDLY_PLACED.search(text):
            return _MAX_ROWS, _MAX_ROWS  # leave it to the parser
        # Cells without a reference stand side by side, so there cannot be more columns than such cells.
        unplaced = text.count(b"<c") - text.count(b'<c r="')
    if count == 0 or b"<c" not in text:  # another prefix for tags: leave it to the parser
        return (_MAX_ROWS, _MAX_ROWS) if b":row" in text else (1, 1)
    if count > 90_000:
        rows, letters = _MAX_ROWS, set(_FAR_COLUMN.findall(text))
    else:
        found = [re.fullmatch(rb"([A-Z]+)(\d+)", place) for place in set(_FAR_CELL.findall(text))]
        rows = max((int(place[2]) for place in found), default=0)
        rows, letters = max(rows, 99_999), {place[1] for place in found}
    columns = max(map(_column, letters), default=25) + 1
    return rows, max(columns, unplaced)


def _extent(text: bytes) -> tuple[int, int]:
    """Rows and columns spanned by the cells, by a full parse; for sheets whose quick estimate is suspicious."""
    rows = columns = row = column = 0
    for event, item in ElementTree.iterparse(io.BytesIO(text), events=("start", "end")):
        tag = item.tag.rsplit("}", 1)[-1]
        if event == "end":
            if tag == "row":
                item.clear()
            continue
        if tag == "row":
            row = int(item.get("r") or row + 1)
            column = 0
        elif tag == "c":
            place = re.match(r"([A-Z]+)(\d+)", item.get("r") or "")
            column = _column(place[1].encode()) + 1 if place else column + 1
            rows, columns = max(rows, int(place[2]) if place else row), max(columns, column)
    return rows, columns


def _column(letters: bytes) -> int:
    """Column index from 0: A → 0, AA → 26."""
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def _csv(path: Path, notes: list[str]) -> Sheet:
    text, encoding = _decode(path)
    if encoding not in ("UTF-8", "ASCII"):
        notes.append(f"文字编码按{encoding}读取")
    lines = text[:20_000].splitlines()[:30]
    counts = {
        mark: sum(line.count(mark) > 0 for line in lines) * 1000 + sum(line.count(mark) for line in lines)
        for mark in "\t,;|，"
    }
    delimiter = max(counts, key=counts.get) if max(counts.values()) else ","
    csv.field_size_limit(1_000_000)
    cells: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            cells.append(row)
            if len(cells) * max(len(row), 1) > CELL_LIMIT:
                raise Refused(f"“{path.name}”行数过多；请拆成几个文件再导入")
    except csv.Error as error:
        raise Refused(
            f"“{path.name}”第{len(cells) + 1}行附近读不下去（{error}）；请检查引号是否成对，或改用 .xlsx"
        ) from None
    width = max(map(len, cells), default=0)
    for row in cells:
        if len(row) < width:
            row.extend([""] * (width - len(row)))
    return Sheet(path.stem, cells)


def _decode(path: Path) -> tuple[str, str]:
    data = path.read_bytes()
    for mark, encoding, name in (
        (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
        (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
        (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
    ):
        if data.startswith(mark):
            try:
                return data.decode(encoding), name
            except UnicodeDecodeError as error:
                raise Refused(
                    f"“{path.name}”标明是{name}，但第{error.start}字节处不是；请另存为 UTF-8 或 .xlsx"
                ) from None
    if b"\x00" in data[:4096]:
        head = data[:4096]
        little = head[1::2].count(0) >= head[::2].count(0)
        try:
            text = data.decode("utf-16-le" if little else "utf-16-be")
        except UnicodeDecodeError:
            text = "\x00"
        if "\x00" in text[:4096] or not text[:4096].strip():
            raise Refused(f"“{path.name}”不是文字文件；请导入 .xlsx、.xls 或 .csv 文件")
        return text, "UTF-16"
    for encoding, name in (("utf-8", "UTF-8"), ("gb18030", "GB18030")):
        try:
            return data.decode(encoding), name
        except UnicodeDecodeError as error:
            place = error.start
    line = data.count(b"\n", 0, place) + 1
    raise Refused(
        f"“{path.name}”的文字编码认不出（第{line}行附近）；请在表格软件里打开，另存为“CSV UTF-8”或 .xlsx"
    )
