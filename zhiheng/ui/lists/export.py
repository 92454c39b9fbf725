"""The rows of a list as a sheet."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

import xlsxwriter
from django.http import FileResponse
from django.utils import timezone

from ..templatetags import zh
from .columns import LOOKS

if TYPE_CHECKING:
    from .listing import Listing


_TOLD_EVERY = 10_000


def xlsx(listing: Listing, tell: Callable[[int], None] | None = None) -> FileResponse:
    """The filtered rows in the order shown, streamed row by row through a temporary file: memory stays constant.

    `tell` hears now and then how many rows are written.
    """
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 — the response closes it
    # constant_memory writes each row out as the next begins; text is never taken for a formula.
    book = xlsxwriter.Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(listing.list.name[:31])
    head = book.add_format({"bold": True, "bg_color": "#EEF2F6", "bottom": 1})
    formats = {
        look: book.add_format({"num_format": look.number_format})
        for look in LOOKS.values()
        if look.number_format
    }
    columns = listing.list.columns
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.look.width)
        sheet.write_string(0, index, column.label, head)
    sheet.freeze_panes(1, 0)
    number = 0
    for number, row in enumerate(listing.ordered.iterator(chunk_size=2000), 1):
        if tell and number % _TOLD_EVERY == 0:
            tell(number)
        for index, column in enumerate(columns):
            value = column.xlsx(row)
            if value is None:
                continue
            if isinstance(value, str):
                sheet.write_string(number, index, value)
            elif isinstance(value, (date, datetime)):
                sheet.write_datetime(number, index, value, formats[column.look])
            else:
                sheet.write_number(number, index, value, formats.get(column.look))
    if number:
        sheet.autofilter(0, 0, number, len(columns) - 1)
    about = book.add_worksheet("说明")
    about.set_column(0, 0, 14)
    about.set_column(1, 1, 60)
    person = getattr(listing.request.user, "name", "")
    lines = [
        ("名称", listing.list.name),
        *listing.list.about,
        ("导出时间", zh.moment(timezone.now())),
        ("导出人", person),
        ("行数", f"{number:,}"),
        *(("筛选条件", chip["words"]) for chip in listing.chips),
    ]
    for index, (label, words) in enumerate(lines):
        about.write_string(index, 0, label, head)
        about.write_string(index, 1, words)
    book.close()
    file.seek(0)
    stamp = timezone.localtime().strftime("%Y%m%d-%H%M")
    response = FileResponse(file, as_attachment=True, filename=f"{listing.list.name}-{stamp}.xlsx")
    response.zhiheng_rows = number  # for the ledger of acts, see zhiheng.audit.handing_out
    return response
