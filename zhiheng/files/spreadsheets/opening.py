"""Opens a spreadsheet: what it really is, whatever its name says. The refusal of a file says what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from . import texts, workbook
from .sheets import HARD_LIMIT, InMemory, Refused, Sheet

_OLD = (".xls", ".et")  # WPS writes the same old format under a name of its own
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_KINDS = {
    b"%PDF": "PDF",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"Rar!": "压缩包",
    b"7z\xbc\xaf": "压缩包",
}
_OTHER_KINDS |= {
    b"<?xm": "XML",
    b"{\\rt": "RTF文档",
    b"MZ": "程序",
    b"\x7fELF": "程序",
}


def open_spreadsheet(
    path: Path | InMemory,
    limit: int,
    notes: list[str],
    *,
    is_heading: Callable[[str], bool] = lambda word: False,
) -> list[Sheet]:
    """The sheets of an xlsx, xls or csv file. What the officer should know goes to `notes`.

    limit: bytes. is_heading: whether the caller knows a word as the heading of a column; by its headings a csv file in
    Big5 is told from one in GB18030, which takes nearly every file.

    Raises Refused; the file is only read, never changed.
    """
    size = path.size if isinstance(path, InMemory) else path.stat().st_size
    if size > min(limit, HARD_LIMIT):
        raise Refused(
            f"文件“{path.name}”有{size / 1048576:.0f}MB，超过{min(limit, HARD_LIMIT) / 1048576:.0f}MB的上限；请按季度或单位拆成几个文件再导入"
        )
    if size == 0:
        raise Refused(f"文件“{path.name}”是空的；请确认导出成功后再导入")
    with path.open("rb") as stream:
        head = stream.read(4096)
    suffix = path.suffix.lower()
    if suffix == ".xlsb":
        raise Refused(f"“{path.name}”是二进制工作簿，可能含宏，不接收；请在表格软件里另存为 .xlsx 再导入")
    if suffix in (".xlsm", ".xltm", ".xlam"):
        raise Refused(f"“{path.name}”可能含宏，不接收；请在表格软件里另存为 .xlsx 再导入")
    if head.startswith(_ZIP):
        if (
            suffix in (".ods", ".ots")
            or b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet" in head[:200]
        ):
            raise Refused(f"“{path.name}”是 OpenDocument 表格，不接收；请在表格软件里另存为 .xlsx 再导入")
        if suffix not in (".xlsx", *_OLD):
            raise Refused(
                f"“{path.name}”的内容是压缩格式，与扩展名“{suffix}”不符；若是 Excel 文件，请另存为 .xlsx 再导入"
            )
        return workbook.xlsx(path, notes)
    if head.startswith(_OLE):
        return workbook.xls(path, suffix, notes)
    if texts.is_web_page(head):
        if suffix in _OLD:
            return texts.web_page(path, notes, is_heading)
        raise Refused(f"“{path.name}”实际是网页，不是表格；请导入 .xlsx、.xls 或 .csv 文件")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for magic, kind in _OTHER_KINDS.items():
        if start[: len(magic)].upper() == magic.upper():
            raise Refused(f"“{path.name}”实际是{kind}，不是表格；请导入 .xlsx、.xls 或 .csv 文件")
    if suffix == ".xlsx":
        raise Refused(
            f"“{path.name}”不是有效的 Excel 文件（内容与扩展名不符，或已损坏）；请重新导出或另存为 .xlsx"
        )
    if suffix in _OLD:
        notes.append("扩展名是 .xls，内容是文字表格：按文字表格读入")
    return [texts.table(path, notes, is_heading)]
