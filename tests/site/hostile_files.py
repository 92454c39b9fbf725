"""Files made to stop their reader: small to send, and ruinous to read without limits."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable


def sheet(*cells: str) -> bytes:
    """An xlsx of one sheet with these cell elements."""
    names = "http://schemas.openxmlformats.org"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{names}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kinds}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{names}/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{names}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{names}/spreadsheetml/2006/main" '
        f'xmlns:r="{names}/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{names}/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{names}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{names}/spreadsheetml/2006/main"><sheetData>'
        f"{''.join(cells)}</sheetData></worksheet>",
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return packed.getvalue()


FAR = sheet(
    '<row r="1"><c r="A1"><v>1</v></c></row>', '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
)
FAR_BELOW = sheet(
    '<row r="1"><c r="a1"><v>1</v></c></row>', '<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>'
)


def nested_rows(depth: int) -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    inner = "<w:p><w:r><w:t>字</w:t></w:r></w:p>"
    xml = f'<w:document xmlns:w="{space}"><w:body>{"<w:tbl><w:tr><w:tc>" * depth}{inner}{"</w:tc></w:tr></w:tbl>" * depth}</w:body></w:document>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", xml)
    return packed.getvalue()


def _member(data: bytes, name: str, change) -> bytes:
    """The archive with one part changed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
    return packed.getvalue()


def looping_pdf(pages: int = 3000) -> bytes:
    """Every page draws a form that draws itself."""
    body, places = [b"%PDF-1.4\n"], []

    def add(text: str) -> None:
        places.append(sum(map(len, body)))
        body.append(f"{len(places)} 0 obj\n{text}\nendobj\n".encode())

    add("<</Type/Catalog/Pages 2 0 R>>")
    kids = " ".join(f"{4 + n} 0 R" for n in range(pages))
    add(f"<</Type/Pages/Count {pages}/Kids[{kids}]>>")
    drawing = "/a Do /a Do /a Do"
    add(
        f"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</a 3 0 R>>>>/Length {len(drawing)}>>"
        f"\nstream\n{drawing}\nendstream"
    )
    for _ in range(pages):
        add("<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</XObject<</a 3 0 R>>>>/Contents 3 0 R>>")
    start = sum(map(len, body))
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    body.append(
        f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}"
        f"trailer<</Size {len(places) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF".encode()
    )
    return b"".join(body)


# Made where they are sent: some take a while.
REPORTS: dict[str, Callable[[], bytes]] = {
    "far.xlsx": lambda: FAR,
    "far_lower.xlsx": lambda: FAR_BELOW,
    "wide.xlsx": lambda: sheet(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="9999"><c r="XFD9999"><v>1</v></c></row>'
    ),
    "nested.docx": lambda: nested_rows(20_000),
    "unpacked.docx": lambda: _member(
        nested_rows(1),
        "word/document.xml",
        lambda xml: xml.replace("字".encode(), "字".encode() * 12_000_000),
    ),
    "comments.html": lambda: b"<html>" + b"<!--" * 1_000_000,
    "odd.html": lambda: "<html><body><![‹![ 查处".encode(),
    "encoding.docx": lambda: _member(
        nested_rows(1), "word/document.xml", lambda xml: b'<?xml version="1.0" encoding="JTF-8"?>' + xml
    ),
    "loop.pdf": looping_pdf,
    "long.txt": lambda: "查处案件一件。".encode() * 150_000,
}
LEDGERS: dict[str, Callable[[], bytes]] = {
    "far.xlsx": lambda: FAR,
    "far_lower.xlsx": lambda: FAR_BELOW,
    "encoding.xlsx": lambda: _member(
        FAR, "xl/workbook.xml", lambda xml: b'<?xml version="1.0" encoding="JTF-8"?>' + xml
    ),
}

# Every row is handed back, each with several reasons: the longest work a ledger of this size can make.
BAD_ROWS = ("当事人,决定书文号,案由,罚款\n" + '甲,"渝知罚〔2024〕号",乱,约若干万\n' * 400_000).encode()
