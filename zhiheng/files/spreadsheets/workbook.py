"""Opens xlsx and xls workbooks: first what could do harm, then the cells, then what number formats and styles say of them.

Everything dangerous (zip bombs, macros, encrypted files, cells spread over millions of rows) is refused before the file is
handed to the spreadsheet reader.
"""

from __future__ import annotations

import html
import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import python_calamine

from . import biff
from .formats import BUILT_IN, number_format, shows_no_day
from .sheets import (
    CELL_LIMIT,
    EPOCH_1904,
    RAISED_DIGIT,
    RATIO_LIMIT,
    SMALL_PART,
    STRUCK_IN_PART,
    UNCOMPUTED,
    UNPACKED_LIMIT,
    Place,
    Refused,
    Sheet,
)

_FORMULA = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<(?:\w+:)?f[\s/>]')
_CACHED = re.compile(rb"<(?:\w+:)?v[^>/]*>[^<]")
_ERROR_CELL = re.compile(rb'<(?:\w+:)?c (?=[^>]*\bt="e")[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
# References beyond column Z or row 99,999: the only ones that can make a sheet's area large.
_FAR_CELL = re.compile(rb' r="([A-Z]{2,3}\d+|[A-Z]\d{6,})')
_UNUSUAL = re.compile(rb'<c(?=[\s/>])(?! r=")')  # a cell that does not begin with its reference
_ODDLY_PLACED = re.compile(rb'<c(?=[\s/>])(?![^>]* r="[A-Z])[^>]*\sr\s*=')  # r='A1', a line break before r
_FAR_COLUMN = re.compile(rb' r="([A-Z]{2,3})\d')
_PRINT_CODES = re.compile(r'&(?:"[^"]*"|[A-Z]|\d+)')  # &R, &"宋体", &12 before the words of a page's header
_MAX_ROWS = 1_048_576
_LARGE = 4 << 20  # bytes of content from which on cells are decoded and looked over at the same time
_PIECE = 1 << 18
# What the XML of a sheet says when its cells are more than values (formulas, errors, hidden rows, struck texts), each after
# one of its letters: a letter that is not there is found out many times faster than a word.
_TELLING = (
    (b"f", b"f>"),
    (b"f", b"f/>"),
    (b"e", b'"e"'),
    (b"e", b"'e'"),
    (b"h", b"hidden"),
    (b"k", b"strike"),
    (b"g", b"vertAlign"),
)
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\b[^>]*?(?:/>|>\s*</(?:\w+:)?dimension>)")
_SOUND_DIMENSION = re.compile(rb'ref="[A-Z]{1,3}[1-9]\d*(?::[A-Z]{1,3}[1-9]\d*)?"')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row (?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
_HIDDEN_COLUMN = re.compile(rb'<(?:\w+:)?col (?=[^>]*\bhidden="(?:1|true)")[^>]*>')
_SHARED_TEXT = re.compile(rb"<(?:\w+:)?si>(.*?)</(?:\w+:)?si>", re.S)
_SHARED_CELL = re.compile(
    rb'<(?:\w+:)?c (?=[^>]*\bt="s")[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<(?:\w+:)?v>(\d+)<'
)
_INLINE_CELL = re.compile(
    rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<(?:\w+:)?is>(.*?)</(?:\w+:)?is>', re.S
)
_STRIKE = re.compile(rb'<(?:\w+:)?strike(?! val="(?:0|false)")')
_RAISED = re.compile(rb'<(?:\w+:)?vertAlign[^>]*?val="(?:superscript|subscript)"')
_RUN = re.compile(rb"<(?:\w+:)?r>(.*?)</(?:\w+:)?r>", re.S)
_RUN_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)<")


@dataclass(slots=True)
class _Facts:
    """What a sheet's own XML says beside its cells; places are (row from 1, column from 0)."""

    unread: dict[Place, str] = field(default_factory=dict)
    formats: dict[Place, str] = field(default_factory=dict)
    struck: set[Place] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    bad_dimension: bool = False
    words: list[str] = field(default_factory=list)
    comments: dict[Place, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Styles:
    """Cell styles by number, as far as they change what a cell means."""

    formats: dict[int, str] = field(default_factory=dict)
    struck: set[int] = field(default_factory=set)
    doubtful_texts: dict[int, str] = field(
        default_factory=dict
    )  # shared texts that are not what they read as → why
    texts_start: bytes | None = None  # the beginning of the shared texts, once they have been read whole


def _calamine(path: Path, content: io.BytesIO | None = None) -> python_calamine.CalamineWorkbook:
    try:
        if content is not None:
            return python_calamine.load_workbook(content)
        if isinstance(path, Path) and path.suffix.lower() in (".xlsx", ".xls"):
            return python_calamine.load_workbook(path)
        return python_calamine.load_workbook(io.BytesIO(path.read_bytes()))
    except python_calamine.PasswordError:
        raise Refused(f"“{path.name}”设有密码；请取消密码后再导入") from None
    except (python_calamine.CalamineError, OSError, ValueError):
        raise Refused(f"“{path.name}”已损坏，打不开；请在表格软件里打开后另存为 .xlsx") from None


def _sheets(path: Path, notes: list[str], content: io.BytesIO | None = None) -> Iterator[Sheet]:
    """The visible sheets of the workbook at `path`, or of `content` in its stead."""
    with _calamine(path, content) as book:
        for index, data in enumerate(book.sheets_metadata):
            if data.typ is not python_calamine.SheetTypeEnum.WorkSheet:
                notes.append(f"“{data.name}”不是表格页，未读")
                continue
            if data.visible is not python_calamine.SheetVisibleEnum.Visible:
                notes.append(f"工作表“{data.name}”是隐藏的，未读；如需导入请取消隐藏")
                continue
            try:
                sheet = book.get_sheet_by_index(index)
                if sheet.height * sheet.width > CELL_LIMIT:
                    raise _too_wide(data.name, sheet.height, sheet.width)
                cells = sheet.to_python()
                merged = sheet.merged_cell_ranges or []
            except python_calamine.CalamineError as error:
                raise Refused(
                    f"“{path.name}”的工作表“{data.name}”已损坏（{error}）；请在表格软件里打开后另存为 .xlsx"
                ) from None
            top, left = sheet.start or (0, 0)
            areas = [(a - top, b - left, c - top, d - left) for (a, b), (c, d) in merged[:20_000]]
            yield Sheet(data.name, cells, top + 1, left, areas)


def xls(path: Path, suffix: str, notes: list[str]) -> list[Sheet]:
    """The sheets of a workbook in the old format, of Excel or of WPS."""
    with path.open("rb") as stream:
        directory = stream.read(1 << 20)
    if "EncryptedPackage".encode("utf-16-le") in directory:
        raise Refused(f"“{path.name}”已加密；请取消密码后再导入")
    if suffix not in (".xls", ".et"):
        raise Refused(f"“{path.name}”是旧版 Office 文件，与扩展名“{suffix}”不符；请另存为 .xlsx 再导入")
    if "_VBA_PROJECT".encode("utf-16-le") in directory:
        raise Refused(f"“{path.name}”含宏，不接收；请另存为 .xlsx 再导入")
    notes.append("旧版 .xls 文件：公式单元格按保存时的结果读入")
    sheets = list(_sheets(path, notes))
    try:
        found = biff.facts(path.read_bytes())
    except (ValueError, OSError, struct.error, IndexError):
        raise Refused(f"“{path.name}”已损坏，打不开；请在表格软件里打开后另存为 .xlsx") from None
    if found is None:
        notes.append("这是 Excel 95 以前的格式，数字格式和批注看不到；请另存为 .xlsx 后核对")
        return sheets
    facts, counts_from_1904 = found
    for sheet in sheets:
        told = facts.get(sheet.name)
        if told is not None:
            words = [_PRINT_CODES.sub(" ", line) for line in told.words]
            _tell(
                sheet,
                _Facts(
                    unread=told.unread,
                    formats=told.formats,
                    struck=told.struck,
                    hidden=told.hidden,
                    hidden_columns=told.hidden_columns,
                    words=words,
                    comments=told.comments,
                ),
            )
        if counts_from_1904:
            sheet.epoch = EPOCH_1904
    return sheets


def _tell(sheet: Sheet, found: _Facts) -> None:
    """Give a sheet what is said of its cells, by their places in it."""
    down, right = sheet.first_row, sheet.first_column
    sheet.unread = {(row - down, column - right): why for (row, column), why in found.unread.items()}
    sheet.formats = {(row - down, column - right): code for (row, column), code in found.formats.items()}
    sheet.struck = {(row - down, column - right) for row, column in found.struck}
    sheet.hidden = {row - down for row in found.hidden}
    sheet.hidden_columns = {column - right for column in found.hidden_columns}
    sheet.words = found.words
    sheet.comments = {(row - down, column - right): text for (row, column), text in found.comments.items()}


def xlsx(path: Path, notes: list[str]) -> list[Sheet]:
    """The sheets of a workbook in the new format."""
    try:
        with path.open("rb") as stream, zipfile.ZipFile(stream) as archive:
            _look_over(path, archive, notes)
            if sum(part.file_size for part in archive.infolist()) > _LARGE:
                # Decoding the cells needs no interpreter lock: the sheets' own XML is looked through meanwhile. What makes
                # a file dangerous by its content fits into a small one; the limits of the reading process hold the rest.
                with ThreadPoolExecutor(1) as pool:
                    reading = pool.submit(_read_sheets, path, notes)
                    facts, counts_from_1904 = _inspect(path, archive)
                    sheets = reading.result()
            else:
                facts, counts_from_1904 = _inspect(path, archive)
                sheets = None
            if any(found.bad_dimension for found in facts.values()):
                sheets = list(_sheets(path, notes, _without_dimensions(archive)))
            elif sheets is None:
                sheets = _read_sheets(path, notes)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        ElementTree.ParseError,
        LookupError,  # a part that is not there, an encoding nobody knows
        ValueError,
        RuntimeError,
        OSError,  # a place in the file that cannot be one
    ):
        raise Refused(f"“{path.name}”已损坏，打不开；请在表格软件里打开后另存为 .xlsx") from None
    for sheet in sheets:
        _tell(sheet, facts.get(sheet.name, _Facts()))
        if counts_from_1904:
            sheet.epoch = EPOCH_1904
    return sheets


def _read_sheets(path: Path, notes: list[str]) -> list[Sheet]:
    if path.suffix.lower() == ".xlsx":
        return list(_sheets(path, notes))
    return list(_sheets(path, notes, io.BytesIO(path.read_bytes())))  # the reader would believe the name


def _without_dimensions(archive: zipfile.ZipFile) -> io.BytesIO:
    """A copy that leaves out what sheets say of their own extent: spreadsheet programs do not read it, calamine does."""
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as parts:
        for part in archive.infolist():
            data = archive.read(part)
            if part.filename.startswith("xl/worksheets/"):
                data = _DIMENSION.sub(b"", data, count=1)
            parts.writestr(part.filename, data)
    copy.seek(0)
    return copy


def _look_over(path: Path, archive: zipfile.ZipFile, notes: list[str]) -> None:
    """Refuse what the archive's directory alone shows to be dangerous or no workbook."""
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


def _inspect(path: Path, archive: zipfile.ZipFile) -> tuple[dict[str, _Facts], bool]:
    """Refuse sheets that are dangerous; the facts of each sheet by its name, and whether days count from 1904."""
    parts = archive.infolist()
    names = {part.filename for part in parts}
    facts: dict[str, _Facts] = {}
    sheet_names, counts_from_1904 = _sheet_parts(archive)
    styles = _styles(archive, names)
    # Reading every part once also checks sizes and checksums against the directory, which a bomb would belie.
    for part in parts:
        if part.filename in sheet_names:
            found = _scan_sheet(path, archive, part, sheet_names[part.filename], styles)
            _beside_the_cells(archive, names, part.filename, found)
            facts[sheet_names[part.filename]] = found
        elif part.filename.startswith("xl/") and part.filename.endswith((".xml", ".rels")):
            known = styles.texts_start if part.filename == "xl/sharedStrings.xml" else None
            with archive.open(part) as stream:
                first = known if known is not None else stream.read(1 << 20)
                if b"<!DOCTYPE" in first or b"<!ENTITY" in first:
                    raise Refused(
                        f"“{path.name}”含有不该有的 XML 声明（{part.filename}），不接收；请从原系统重新导出"
                    )
                while known is None and stream.read(1 << 20):
                    pass
    return facts, counts_from_1904


def _tree(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    text = archive.read(name)
    if len(text) > SMALL_PART or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise Refused("工作簿目录异常，不接收；请在表格软件里打开后另存为 .xlsx")
    return ElementTree.fromstring(text)


def _sheet_parts(archive: zipfile.ZipFile) -> tuple[dict[str, str], bool]:
    """Part name → sheet name, from the workbook and its relations; and whether its days count from 1904."""
    targets = {
        item.get("Id"): item.get("Target", "").lstrip("/")
        for item in _tree(archive, "xl/_rels/workbook.xml.rels")
        if item.tag.endswith("}Relationship")
    }
    found, counts_from_1904 = {}, False
    for item in _tree(archive, "xl/workbook.xml").iter():
        if item.tag.endswith("}sheet"):
            relation = next((value for key, value in item.attrib.items() if key.endswith("}id")), None)
            target = targets.get(relation, "")
            found[target if target.startswith("xl/") else "xl/" + target] = item.get("name", "")
        elif item.tag.endswith("}workbookPr"):
            counts_from_1904 = item.get("date1904") in ("1", "true")
    return found, counts_from_1904


def _styles(archive: zipfile.ZipFile, names: set[str]) -> _Styles:
    """The styles that change what a cell means: telling number formats, and fonts that strike through."""
    styles = _Styles()
    if "xl/styles.xml" in names:
        codes: dict[str, str] = {str(number): code for number, code in BUILT_IN.items()}
        struck_fonts: set[int] = set()
        for group in _tree(archive, "xl/styles.xml"):
            kind = group.tag.rsplit("}", 1)[-1]
            if kind == "numFmts":
                codes |= {item.get("numFmtId", ""): item.get("formatCode", "") for item in group}
            elif kind == "fonts":
                struck_fonts = {
                    number for number, font in enumerate(group)
                    for sign in font if sign.tag.endswith("}strike") and sign.get("val") not in ("0", "false")
                }  # fmt: skip
            elif kind == "cellXfs":
                for number, style in enumerate(group):
                    code = codes.get(style.get("numFmtId", ""), "General")
                    form = number_format(code)
                    if (form and form.telling) or shows_no_day(code):
                        styles.formats[number] = code
                    if int(style.get("fontId") or 0) in struck_fonts:
                        styles.struck.add(number)
    if "xl/sharedStrings.xml" in names:
        texts = archive.read("xl/sharedStrings.xml")
        styles.texts_start = texts[: 1 << 20]
        if (b"strike" in texts or b"vertAlign" in texts) and b"<!DOCTYPE" not in texts[:4096]:
            found = enumerate(_doubt(match[1]) for match in _SHARED_TEXT.finditer(texts))
            styles.doubtful_texts = {number: why for number, why in found if why}
    return styles


def _doubt(text: bytes) -> str:
    """Why a text in several fonts is not what its signs one behind the other read as; "" where it is."""
    if _STRIKE.search(text):
        return STRUCK_IN_PART
    if b"vertAlign" in text:
        before = ""
        for run in _RUN.findall(text):
            said = html.unescape(b"".join(_RUN_TEXT.findall(run)).decode(errors="replace"))
            if _RAISED.search(run) and before[-1:].isdigit() and said[:1].isdigit():
                return RAISED_DIGIT
            before += said
    return ""


def _scan_sheet(
    path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, styles: _Styles
) -> _Facts:
    """What one sheet says beside its cells; refuses a sheet whose cells are spread absurdly wide.

    A long sheet that speaks of nothing but cells is not looked at a second time. How far it reaches is known once it has
    been read (`_sheets`): the limits of the reading process hold meanwhile.
    """
    long = part.file_size > _LARGE
    if long and not styles.formats and not styles.struck and not styles.doubtful_texts:
        text = _around_the_cells(archive, part)
    else:
        text = archive.read(part)
    if b"<!DOCTYPE" in text[:4096] or b"<!ENTITY" in text[:4096]:
        raise Refused(f"“{path.name}”含有不该有的 XML 声明（{part.filename}），不接收；请从原系统重新导出")
    if not long:
        rows, far = _bound(text)
        if rows * far > CELL_LIMIT:
            rows, far = _extent(text)
        if rows * far > CELL_LIMIT:
            raise _too_wide(name, rows, far)
    facts = _Facts()
    if b"f>" in text:  # every formula with content ends so, whatever prefix its tag has
        for match in _FORMULA.finditer(text):
            end = text.find(b"</", match.end())
            close = text.find(b"c>", match.end())
            if not _CACHED.search(text, match.end() - 1, close if close > 0 else end):
                facts.unread[int(match[2]), _column(match[1])] = UNCOMPUTED
    if b't="e"' in text:
        for match in _ERROR_CELL.finditer(text):
            facts.unread[int(match[2]), _column(match[1])] = "公式结果是错误值"
    before = text[: text.find(b"<sheetData")][-200_000:]
    if (extent := _DIMENSION.search(before)) and not _SOUND_DIMENSION.search(extent[0]):
        facts.bad_dimension = True
    if (end := text.rfind(b"<headerFooter")) > 0:
        lines = re.findall(rb"<(?:odd|even|first)(?:Header|Footer)>([^<]+)<", text[end : end + 20_000])
        facts.words = [_PRINT_CODES.sub(" ", html.unescape(line.decode(errors="replace"))) for line in lines]
    if b"hidden" in text:
        facts.hidden = {int(match[1]) for match in _HIDDEN_ROW.finditer(text)}
        for match in _HIDDEN_COLUMN.finditer(before):
            ends = [int(end[1]) for end in re.finditer(rb'\b(?:min|max)="(\d+)"', match[0])]
            if len(ends) == 2 and ends[1] - ends[0] < 1000:
                facts.hidden_columns.update(range(min(ends) - 1, max(ends)))
    for match in _styled(text, {*styles.formats, *styles.struck}):
        place = int(match[3]), _column(match[2])
        if code := styles.formats.get(int(match[1])):
            facts.formats[place] = code
        if int(match[1]) in styles.struck:
            facts.struck.add(place)
    if styles.doubtful_texts:
        for match in _SHARED_CELL.finditer(text):
            if why := styles.doubtful_texts.get(int(match[3])):
                facts.unread[int(match[2]), _column(match[1])] = why
    if b"strike" in text or b"vertAlign" in text:
        for match in _INLINE_CELL.finditer(text):
            if why := _doubt(match[3]):
                facts.unread[int(match[2]), _column(match[1])] = why
    return facts


def _beside_the_cells(archive: zipfile.ZipFile, names: set[str], sheet: str, facts: _Facts) -> None:
    """Notes pinned to cells, and the words of boxes that lie over the sheet: people write the unit of money there, too."""
    folder, _, name = sheet.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in names:
        return
    for relation in _tree(archive, relations):
        target = relation.get("Target", "")
        part = posixpath.normpath(target.lstrip("/") if target.startswith("/") else f"{folder}/{target}")
        if part not in names:
            continue
        if relation.get("Type", "").endswith("/comments"):
            for note in _tree(archive, part).iter():
                place = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", note.get("ref", ""))
                if note.tag.endswith("}comment") and place:
                    text = "".join(piece.text or "" for piece in note.iter() if piece.tag.endswith("}t"))
                    facts.comments[int(place[2]), _column(place[1].encode())] = text.strip()
        elif relation.get("Type", "").endswith("/drawing"):
            for shape in _tree(archive, part).iter():
                if shape.tag.endswith("}p"):
                    text = "".join(piece.text or "" for piece in shape.iter() if piece.tag.endswith("}t"))
                    facts.words += [text] * bool(text.strip())


def _around_the_cells(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """The sheet's text; of one whose cells hold nothing but values, what stands before and after most of them.

    Looked through in pieces that stay in the processor's caches: building and searching the whole costs several times as much.
    """
    first = last = b""
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            first = first or piece
            seam = last[-16:] + piece
            if any(letter in seam and sign in seam for letter, sign in _TELLING):
                return archive.read(part)
            last = last[-_PIECE:] + piece if len(piece) < _PIECE else piece
    return first + last if first is not last else first


def _too_wide(name: str, rows: int, columns: int) -> Refused:
    return Refused(
        f"工作表“{name}”占用的区域过大（{rows}行×{columns}列），多半是远处有零星内容；请删除表格以外的行列，另存后再导入"
    )


def _styled(text: bytes, styles: set[int]) -> Iterator[re.Match[bytes]]:
    """Cells with one of the styles: groups style, column, row."""
    if not styles:
        return iter(())
    numbers = b"|".join(str(number).encode() for number in sorted(styles))
    return re.finditer(
        rb'<(?:\w+:)?c (?=[^>]*\bs="(' + numbers + rb')")[^>]*?\br="([A-Z]{1,3})(\d{1,7})"', text
    )


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
