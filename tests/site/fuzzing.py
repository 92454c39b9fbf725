"""Inputs that nobody would write, for every reader of foreign text: mutations of honest ones. Each reader may raise its own
error and nothing else."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

import xlsxwriter
import xlwt

_HEAD = "办案单位,决定书文号,当事人,案由,立案日期,决定日期,案值（元）,罚款金额（元）\n"
_LEDGER = _HEAD + "渝北区局,渝北市监处罚〔2024〕1号,青禾商行,商标侵权,2024-03-05,2024-05-06,5000,1000\n" * 4
_REPORT = (
    "2024年，全市共查处商标侵权案件1,234件，同比增长12.5%，罚没金额356.7万元。其中：一季度300余件，占三成以上；"
    "假冒专利案件由上年的八十五件下降到62件，平均办案期限缩短至45天。\n"
)
_HTML = f"<html><head><title>报告</title></head><body><p>{_REPORT}</p><table><tr><td>案件</td><td>12</td></tr></table></body></html>"
_LIST = (
    "申请号,名称,摘要,申请人\n"
    + "CN202410000001.X,一种装置,本发明公开了一种装置，包括壳体和盖体。,某公司\n" * 4
)
# What does the most harm for its size.
_PIECES = [
    *(b"\0 \xff \xfe \xef\xbb\xbf \xff\xfe \r \n \t \x07 \" ' , ; < > & % # { } [ ] : - | * ! @ ` ~ \\ /".split(b" ")),
    *("〔 〕 （ ） ％ 万 亿 元 件 年 、 。 － ０ ９ ‮ ​ 𠀀 零 负 约".encode().split(b" ")),
    b"<![CDATA[", b"<![\xe2\x80\xb9![", b"<!--", b"-->", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"]]>", b"</p>",
    b"encoding='JTF-8'", b"charset=x", b'r="xfd1048576"', b'r="XFD1048576"', b"9" * 400, b"-1", b"1e999", b"NaN", b"inf",
    b"2024-02-30", b"0000-00-00", b"99999-01-01", b"layout: 5.0", b"? [a, b]", b"&x [*x]", b"!!python/object:os.system {}",
    b"- " * 200, b"[" * 500, b"{" * 500, b"  " * 200, b"=1+1", b"=cmd|' /c'!A0",
]  # fmt: skip


def mutate(rng: Random, data: bytes) -> bytes:
    """A few random changes: pieces put in, bytes changed, cut out, doubled, moved."""
    made = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        at = rng.randrange(len(made) + 1)
        until = min(len(made), at + rng.choice((1, 2, 8, 64, 400)))
        change = rng.randrange(6)
        if change == 0:
            made[at:at] = rng.choice(_PIECES)
        elif change == 1 and at < len(made):
            made[at] = rng.randrange(256)
        elif change == 2:
            del made[at:until]
        elif change == 3:
            made[at:at] = made[at:until] * rng.choice((1, 3, 20))
        elif change == 4:
            made[at:until] = rng.choice(_PIECES)
        else:
            piece = bytes(made[at:until])
            del made[at:until]
            to = rng.randrange(len(made) + 1)
            made[to:to] = piece
    return bytes(made[:200_000])


def mutate_part(rng: Random, archive: bytes) -> bytes:
    """One part of a zip changed inside, so that what comes out of it is still a zip; now and then the zip itself."""
    if rng.random() < 0.15:
        return mutate(rng, archive)
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        chosen = rng.choice(old.namelist())
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, mutate(rng, data) if name == chosen else data)
    return packed.getvalue()


@dataclass(frozen=True)
class Target:
    """A reader: honest inputs, how they are changed, and what reads them. `contained`: read in a child in production, where
    running out of memory or time is a refusal."""

    seeds: Callable[[], list[bytes]]
    read: Callable[[bytes], object]
    allowed: tuple[type[Exception], ...]
    change: Callable[[Random, bytes], bytes] = mutate
    contained: bool = False


def _workbook(text: str) -> bytes:
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept)
    sheet = book.add_worksheet("台账")
    for number, row in enumerate(csv.reader(io.StringIO(text))):
        for column, cell in enumerate(row):
            if cell.isdigit():
                sheet.write_number(number, column, int(cell))
            else:
                sheet.write_string(number, column, cell)
    book.close()
    return kept.getvalue()


def _old_workbook(text: str) -> bytes:
    """As Excel wrote it until 2003, and as many a bureau still does."""
    kept = io.BytesIO()
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("台账")
    for number, row in enumerate(csv.reader(io.StringIO(text))):
        for column, cell in enumerate(row):
            sheet.write(number, column, int(cell) if cell.isdigit() else cell)
    book.save(kept)
    return kept.getvalue()


def _docx() -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    row = "<w:tr><w:tc><w:p><w:r><w:t>案件</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>12件</w:t></w:r></w:p></w:tc></w:tr>"
    body = f"<w:p><w:r><w:t>{_REPORT}</w:t></w:r></w:p><w:tbl>{row * 3}</w:tbl>"
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "word/document.xml",
            f'<?xml version="1.0"?><w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>',
        )
    return kept.getvalue()


def _on_disk(ending: str, read: Callable[[Path], object]) -> Callable[[bytes], object]:
    def act(data: bytes) -> object:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"list{ending}"
            path.write_bytes(data)
            return read(path)

    return act


def _ledger(path: Path) -> object:
    from zhiheng.cases.ledger import read_ledger

    return read_ledger(path, units={"渝北区局": "500112", "渝中区局": "500103"})


def _report(data: bytes) -> object:
    from zhiheng.reports.claims import read
    from zhiheng.reports.claims.sources import read_bytes

    return read(read_bytes(data, "报告"))


def _list(path: Path) -> object:
    from zhiheng.screening.engine.reading import originals

    return list(originals(path))


def _law(kind: str) -> Callable[[bytes], object]:
    def act(data: bytes) -> object:
        from zhiheng.law.loader import load_text

        return load_text(kind, data.decode(errors="replace"))

    return act


def _law_files(kind: str) -> Callable[[], list[bytes]]:
    def seeds() -> list[bytes]:
        from zhiheng.law.loader import book_dirs

        found = sorted((book_dirs()[0] / kind).rglob("*.yaml"), key=lambda p: p.stat().st_size)
        return [path.read_bytes() for path in found[:12]]

    return seeds


def _of_ledgers(ending: str, seeds: Callable[[], list[bytes]], **how) -> Target:
    from zhiheng.cases.ledger import Refused

    return Target(seeds, _on_disk(ending, _ledger), (Refused,), **how)


def _of_plans(seeds: str, name: str) -> Target:
    """`seeds`: names of the papers of `zhiheng/plans/tests/papers.py`."""
    from zhiheng.plans import reading
    from zhiheng.plans.tests import papers

    return Target(
        lambda: [getattr(papers, one)() for one in seeds.split()],
        lambda data: reading.read_plan(data, name),
        (reading.Unreadable, reading.Unopened),
        mutate_part,
        True,
    )


def _of_reports(seeds: Callable[[], list[bytes]], **how) -> Target:
    from zhiheng.reports.claims import Unreadable

    return Target(seeds, _report, (Unreadable,), **how)


def _of_lists(ending: str, seeds: Callable[[], list[bytes]], **how) -> Target:
    from zhiheng.screening.engine.reading import Unreadable

    return Target(seeds, _on_disk(ending, _list), (Unreadable,), **how)


def _of_law(kind: str) -> Target:
    from zhiheng.law import BookError

    return Target(_law_files(kind), _law(kind), (BookError,))


_PART = {"change": mutate_part, "contained": True}
_TARGETS: dict[str, Callable[[], Target]] = {
    "ledger csv": lambda: _of_ledgers(".csv", lambda: [_LEDGER.encode(), _LEDGER.encode("gb18030")]),
    "ledger xlsx": lambda: _of_ledgers(".xlsx", lambda: [_workbook(_LEDGER)], **_PART),
    "ledger xls": lambda: _of_ledgers(".xls", lambda: [_old_workbook(_LEDGER)], contained=True),
    "plan docx": lambda: _of_plans("in_prose in_a_word_table", "方案.docx"),
    "plan xlsx": lambda: _of_plans("in_a_workbook", "分解表.xlsx"),
    "report txt": lambda: _of_reports(lambda: [_REPORT.encode() * 2, _REPORT.encode("gb18030")]),
    "report html": lambda: _of_reports(lambda: [_HTML.encode()], contained=True),
    "report docx": lambda: _of_reports(lambda: [_docx()], **_PART),
    "report xlsx": lambda: _of_reports(lambda: [_workbook(_LEDGER)], **_PART),
    "list csv": lambda: _of_lists(".csv", lambda: [_LIST.encode(), _LIST.encode("gb18030")]),
    "list xlsx": lambda: _of_lists(".xlsx", lambda: [_workbook(_LIST)], **_PART),
    **{
        f"law {kind}": partial(_of_law, kind)
        for kind in ("procedures", "penalties", "limits", "forms", "instruments", "calendars")
    },
}


def targets() -> dict[str, Target]:
    return {name: made() for name, made in _TARGETS.items()}


def read(name: str, data: bytes) -> bool:
    """What the child process of a test carries out: it imports this one reader and no other."""
    _TARGETS[name]().read(data)
    return True
