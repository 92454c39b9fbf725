"""Files that are no ledgers, or that would do harm: refused in words, and nothing is written."""

from __future__ import annotations

import io
import random
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from zhiheng.audit.models import Entry
from zhiheng.cases import importing
from zhiheng.cases.models import Case, LedgerImport
from zhiheng.cli import main
from zhiheng.refusal import Refused

ON = date(2025, 1, 6)
HEADER = ("办案单位", "决定书文号", "当事人", "案由", "决定日期", "罚款金额（元）")
ROW = ("渝北区局", "渝北市监处罚〔2024〕1号", "青禾商行", "假冒专利", "2024-05-06", 1000)


def workbook(rows=(ROW,), formula: str = "") -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"strings_to_formulas": False})
    sheet = book.add_worksheet("台账")
    for number, cells in enumerate([HEADER, *rows]):
        sheet.write_row(number, 0, cells)
    if formula:
        sheet.write_formula(1, 5, formula, value="")
    book.close()
    return buffer.getvalue()


def changed(data: bytes, **parts: bytes) -> bytes:
    """The workbook with parts replaced or added; `__` in a name stands for `/`, a trailing word for the ending."""
    out = io.BytesIO()
    given = {
        name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"): part
        for name, part in parts.items()
    }
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            new.writestr(item.filename, given.pop(item.filename, None) or old.read(item))
        for name, part in given.items():
            new.writestr(name, part)
    return out.getvalue()


def encrypted() -> bytes:
    """What Office writes for a workbook with a password: an OLE container that holds an EncryptedPackage."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(600)
        + "EncryptedPackage".encode("utf-16-le")
        + bytes(4000)
    )


FILES = {
    "not-what-it-says.xlsx": (b"\xff\xd8\xff\xe0" + bytes(100), "实际是图片"),
    "page.xlsx": (b"<html><table></table></html>", "实际是网页"),
    "workbook.csv": (workbook(), "与扩展名“.csv”不符"),
    "archive.xlsx": (changed(workbook(), **{"xl__workbook_xml": b""})[:-20], "损坏"),
    "macro.xlsx": (changed(workbook(), xl__vbaProject_bin=b"x"), "含宏"),
    "bomb.xlsx": (changed(workbook(), xl__media__big_bin=bytes(60_000_000)), "压缩炸弹"),
    "encrypted.xlsx": (encrypted(), "已加密"),
    "empty.xlsx": (b"", "是空的"),
    "noise.csv": (b"\xff\xfa" + random.Random(1).randbytes(5000).replace(b"\x00", b""), "文字编码认不出"),
    "binary.csv": (bytes(range(256)) * 8, "不是文字文件"),
    "entity.xlsx": (
        changed(workbook(), xl__sharedStrings_xml=b'<!DOCTYPE a [<!ENTITY b "c">]><sst>&b;</sst>'),
        "不该有的 XML 声明",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_trusted_is_refused_in_words_and_writes_nothing(
    world, tmp_path, settings, capsys, name
):
    data, words = FILES[name]
    path = tmp_path / name
    path.write_bytes(data)
    settings.DATA_DIR = tmp_path / "data"
    with pytest.raises(Refused, match=words) as refused:
        importing.import_ledger(actor=world.city.planner, path=path, file_name=name, on=ON)
    assert refused.value.reasons[0].field == "file"
    assert main(["import_ledger", str(path), "--format", "json"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert words in said.err and name in said.err and "Traceback" not in said.err
    assert (Case.objects.count(), LedgerImport.objects.count(), Entry.objects.count()) == (0, 0, 0)
    assert not (tmp_path / "data").exists() and not Path(settings.FILES_DIR).exists()


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(world, tmp_path, settings, monkeypatch):
    path = tmp_path / "huge.xlsx"
    with path.open("wb") as file:
        file.truncate(500 * 1024 * 1024 + 1)  # sparse: only its size is real
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("the file was read"))
    for name in ("huge.xlsx", "another-name.xlsx"):
        with pytest.raises(Refused, match="超过50MB的上限"):
            importing.import_ledger(actor=world.city.planner, path=path, file_name=name, on=ON)


def test_a_formula_without_a_kept_result_brings_its_row_back_and_one_with_a_result_is_read(world, tmp_path):
    data = workbook(
        (ROW, ("渝北区局", "渝北市监处罚〔2024〕2号", "乙商行", "假冒专利", "2024-05-06", 7)), formula="=1+1"
    )
    path = tmp_path / "formula.xlsx"
    path.write_bytes(data)
    result = importing.import_ledger(actor=world.city.planner, path=path, file_name=path.name, on=ON)
    assert result.imported == 1
    assert [(r.row, r.column) for r in result.rejected] == [(2, "罚款金额（元）")]
    assert "公式没有保存计算结果" in result.rejected[0].reason


def test_a_text_that_looks_like_a_formula_stays_a_text(world, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        ",".join(HEADER)
        + '\n渝北区局,渝北市监处罚〔2024〕1号,"=HYPERLINK(""http://x"",""商行"")",假冒专利,2024-05-06,1000\n',
        encoding="utf-8",
    )
    importing.import_ledger(actor=world.city.planner, path=path, file_name=path.name, on=ON)
    assert Case.objects.get().party_name == '=HYPERLINK("http://x","商行")'


def test_a_file_without_cases_is_taken_as_no_rows_and_says_why(world, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("姓名,电话\n张三,1\n", encoding="utf-8")
    result = importing.import_ledger(
        actor=world.city.planner, path=path, file_name=path.name, on=ON, dry_run=True
    )
    assert (result.rows, result.imported) == (0, 0)
    assert any("没有认出" in note for note in result.ledger.notes)


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["admin", "auditor", "handler"])
def test_who_runs_the_system_or_works_cases_brings_in_no_ledger(world, signed_in, tmp_path, who):
    actor, path = getattr(world.city, who), tmp_path / "台账.xlsx"
    path.write_bytes(workbook())
    with pytest.raises(Refused, match="没有导入台账的权限"):
        importing.import_ledger(actor=actor, path=path, file_name=path.name, on=ON)
    with path.open("rb") as file:
        answer = signed_in(actor).post("/cases/ledgers/new/", {"file": file, "year": "2024"})
    assert "没有导入台账的权限" in answer.content.decode()
    assert not Case.objects.exists() and not LedgerImport.objects.exists()
