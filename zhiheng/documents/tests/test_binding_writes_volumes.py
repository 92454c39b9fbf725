"""Many parts become the pages of one PDF: numbered through, listed, with their fonts, the same bytes each time."""

from __future__ import annotations

import io
import itertools
import struct
import zlib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from tests.examples import examples
from zhiheng.documents.rendering import binding, docx, sheets, typeset
from zhiheng.documents.rendering import wordml as w

PAGE = sheets.sheet("电子文件说明", [("名称", "甲")])


def word(*paragraphs: str) -> bytes:
    made = docx.Document(title="某文书", author="某局", on=date(2024, 3, 4))
    made.title("现场笔录")
    for words in paragraphs:
        made.paragraph(words)
    return made.save()


def png(width: int = 40, height: int = 30) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x20\x80\xc0" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def scan(pages: int) -> bytes:
    return typeset.paper(
        typeset.Body("".join(w.paragraph(w.BODY, "扫描页") + w.PAGE_BREAK for _ in range(pages))),
        title="x",
    )


def bound(root, parts, *, front=(), back=()) -> tuple[bytes, dict]:
    out = io.BytesIO()
    told = binding.bind(
        out, str(root), "某案", [{"title": "正卷", "front": front, "parts": parts, "back": back}]
    )
    return out.getvalue(), told


def texts(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def fonts(page) -> list[tuple[str, bool]]:
    """(name, embedded) of the fonts that a page names."""
    found = []
    for one in page.get("/Resources", {}).get("/Font", {}).values():
        for below in one.get_object().get("/DescendantFonts", [one]):
            about = below.get_object().get("/FontDescriptor")
            name = str(below.get_object()["/BaseFont"])
            embedded = about is not None and any(
                f"/FontFile{n}" in about.get_object() for n in ("", "2", "3")
            )
            found.append((name, embedded))
    return found


@pytest.fixture
def root(tmp_path):
    (tmp_path / "paper").write_bytes(word("当事人陈述“示例牌”商品120件。" * 60))
    (tmp_path / "scan").write_bytes(scan(3))
    (tmp_path / "photo").write_bytes(png())
    (tmp_path / "broken").write_bytes(b"%PDF-1.7\nno such thing")
    return tmp_path


PARTS = [
    {"key": "p", "title": "现场笔录", "docx": "paper"},
    {"key": "s", "title": "送达回证", "file": "scan", "form": "pdf", "body": PAGE},
    {"key": "f", "title": "照片", "file": "photo", "form": "png", "body": PAGE},
    {"key": "x", "title": "坏文件", "file": "broken", "form": "pdf", "body": PAGE},
    {"key": "e", "title": "录像", "body": PAGE},
]


def test_page_numbers_run_through_the_volume_and_stand_on_its_pages(root):
    pdf, told = bound(root, PARTS)
    said = [told["pages"][part["key"]] for part in PARTS]
    assert said[0][0] == 1 and all(after[0] == before[1] + 1 for before, after in itertools.pairwise(said))
    written = texts(pdf)
    assert said[-1][1] == told["volumes"][0] == len(written)
    assert all(str(number) in words.split() for number, words in enumerate(written, 1))


def test_contents_before_the_papers_say_the_pages_that_come_after_them(root):
    listing = sheets.listing(
        "卷内文件目录", ("题名", "页号"), [(p["title"], sheets.mark(p["key"])) for p in PARTS], (3, 1)
    )
    front = [{"key": "c", "title": "目录", "body": listing}]
    back = [
        {
            "key": "n",
            "title": "备考表",
            "body": sheets.sheet("卷内备考表", [("页数", sheets.mark("pages"))]),
        }
    ]
    pdf, told = bound(root, PARTS, front=front, back=back)
    written = texts(pdf)
    for part in PARTS:
        first, last = told["pages"][part["key"]]
        assert (f"{first}-{last}" if last > first else f"{first}") in written[0].split()
    assert str(told["volumes"][0]) in written[-1].split()
    assert not any("\ue010" in words or "\ue011" in words for words in written)
    assert len(written) == told["volumes"][0] + 2


def test_chinese_is_in_the_file_with_its_fonts_and_can_be_searched(root):
    pdf, _ = bound(root, PARTS)
    pages = PdfReader(io.BytesIO(pdf)).pages
    named = [one for page in pages for one in fonts(page)]
    assert any("NotoSerifSC" in name for name, _ in named)
    assert all(embedded for _, embedded in named), named
    assert "示例牌" in pages[0].extract_text()


def test_the_same_parts_make_the_same_bytes(root):
    assert bound(root, PARTS) == bound(root, PARTS)


def test_a_file_that_cannot_be_shown_is_named_and_a_sheet_stands_for_it(root):
    locked = PdfWriter(clone_from=io.BytesIO(scan(2)))
    locked.encrypt("secret")
    with (root / "locked").open("wb") as file:
        locked.write(file)
    parts = [*PARTS, {"key": "l", "title": "加密", "file": "locked", "form": "pdf", "body": PAGE}]
    pdf, told = bound(root, parts)
    assert set(told["unread"]) == {"x", "l"}
    for key in ("x", "l"):
        first, last = told["pages"][key]
        assert first == last and "电子文件说明" in texts(pdf)[first - 1]


def test_nothing_of_a_foreign_pdf_comes_over_but_what_it_draws(root):
    armed = PdfWriter(clone_from=io.BytesIO(scan(1)))
    script = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    )
    armed._root_object[NameObject("/OpenAction")] = script
    armed.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): script})
    link = DictionaryObject({NameObject("/Subtype"): NameObject("/Link"), NameObject("/A"): script})
    armed.pages[0][NameObject("/Annots")] = ArrayObject([link])
    with (root / "armed").open("wb") as file:
        armed.write(file)
    pdf, told = bound(root, [{"key": "a", "title": "来件", "file": "armed", "form": "pdf", "body": PAGE}])
    assert told["unread"] == {}
    reader = PdfReader(io.BytesIO(pdf))
    told_of = "".join(str(reader.get_object(n)) for n in range(1, reader.trailer["/Size"]))
    assert "扫描页" in texts(pdf)[0]
    assert not any(
        word in told_of for word in ("/JS", "/JavaScript", "/URI", "/Annots", "/AA", "/OpenAction")
    )


def test_bookmarks_lead_to_the_first_page_of_each_part(root):
    pdf, told = bound(root, PARTS)
    reader = PdfReader(io.BytesIO(pdf))
    volume, parts = reader.outline
    assert volume.title == "正卷"
    assert [(one.title, reader.get_destination_page_number(one) + 1) for one in parts] == [
        (part["title"], told["pages"][part["key"]][0]) for part in PARTS
    ]


def test_only_one_part_is_in_memory_while_a_volume_is_bound(root, monkeypatch):
    """What is written of a part is written before the next one is made."""
    out, seen = io.BytesIO(), []
    made = binding._shown

    def watched(part, place, at):
        seen.append(out.tell())
        return made(part, place, at)

    monkeypatch.setattr(binding, "_shown", watched)
    binding.bind(out, str(root), "某案", [{"title": "正卷", "front": [], "parts": PARTS, "back": []}])
    assert seen == sorted(set(seen))


@given(st.lists(st.text(st.characters(blacklist_categories=("Cs",)), max_size=60), max_size=4))
@settings(max_examples=examples(25), deadline=None)
def test_whatever_is_written_in_a_paper_is_text_and_never_markup(tmp_path_factory, words):
    root = tmp_path_factory.mktemp("papers")
    (root / "p").write_bytes(word(*words, '#panic("x") $1/0$ \\ " ] } @a <b> [c] *d* _e_ `f`'))
    pdf, _ = bound(root, [{"key": "p", "title": '"] #panic()', "docx": "p"}])
    assert '#panic("x")' in "".join(texts(pdf)).replace("\n", "")


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (13_000, 12_000), (2**31 - 1, 2**31 - 1)])
def test_a_small_file_that_claims_a_vast_picture_is_named_and_never_unpacked(tmp_path, width, height):
    """A kilobyte that says it has 3,600 million pixels: the file is bound all the same, and says why it is not shown."""
    honest = png()
    head = b"IHDR" + struct.pack(">II", width, height) + honest[24:29]
    (tmp_path / "bomb").write_bytes(honest[:12] + head + struct.pack(">I", zlib.crc32(head)) + honest[33:])
    (tmp_path / "whole").write_bytes(png())
    parts = [
        {"key": n, "title": f"扫描件{n}", "file": n, "form": "png", "body": w.paragraph(w.BODY, "另存于卷外")}
        for n in ("bomb", "whole")
    ]
    pdf, told = bound(tmp_path, parts)
    assert "像素" in str(told) and "bomb" in str(told)
    assert "另存于卷外" in texts(pdf)[0]
