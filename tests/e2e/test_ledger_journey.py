"""A ledger's way in: tried, looked at, confirmed, mended, found again in the list of cases."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.world import make_unit
from zhiheng.accounts.models import Unit
from zhiheng.cases.models import Case, LedgerImport
from zhiheng.demo.ledgers import write_sample_ledgers
from zhiheng.demo.year import demonstration_year, units
from zhiheng.law import current_book


@pytest.fixture
def sample(world, tmp_path):
    """A district's dirty ledger, in a house that has all the units."""
    for unit in units():
        if not Unit.objects.filter(code=unit["code"]).exists():
            make_unit(unit["code"], unit["name"], unit["short_name"], world.city.unit, kind=unit["kind"])
    found = write_sample_ledgers(tmp_path, demonstration_year(current_book()))
    return next(ledger for ledger in found if any(item.fatal for item in ledger.dirt))


def upload(page, path: Path) -> None:
    page.get_by_label("台账文件").set_input_files(path)
    page.follow(page.get_by_role("button", name="试导入"))


def mended(data: bytes, sample, path: Path) -> Path:
    """The rejects file with the true date written into every coloured cell."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book:
        for cells in sheet.iter_rows(min_row=2):
            words = [str(cell.value).replace(" ", "") for cell in cells]
            true = next(case for case in sample.cases if case.party_name in words or case.doc_no in words)
            for cell in cells:
                if cell.comment:
                    cell.value = str(true.filed_on)
    book.save(path)
    return path


def test_a_planner_tries_confirms_mends_and_finds_the_cases(page, world, sample, tmp_path):
    fatal = sum(item.fatal for item in sample.dirt)
    good = len(sample.cases) - fatal
    page.sign_in(world.city.planner)
    page.open("/cases/ledgers/")
    page.shot("ledgers-empty")
    page.follow(page.get_by_role("main").get_by_role("link", name="导入台账"))
    page.shot("ledger-new")
    upload(page, sample.path)
    expect(page.locator(".counts")).to_contain_text(f"{good}将新增")
    expect(page.locator(".counts")).to_contain_text(f"{fatal}将退回")
    assert not Case.objects.exists() and not LedgerImport.objects.exists()
    expect(page.locator("#header tbody tr").first).to_contain_text("不认识")
    page.shot("ledger-dry-run")

    page.follow(page.get_by_role("button", name="确认导入"))
    expect(page.get_by_role("status").first).to_contain_text(f"已导入 {good} 行")
    page.shot("ledger-imported")
    assert Case.objects.count() == good
    with page.expect_download() as download:
        page.get_by_role("link", name="下载退回表").click()
    assert download.value.suggested_filename == f"退回表-{sample.path.stem}.xlsx"
    rejects = Path(download.value.path()).read_bytes()

    page.open("/cases/ledgers/new/")
    upload(page, mended(rejects, sample, tmp_path / "改好的退回表.xlsx"))
    expect(page.locator(".counts")).to_contain_text(f"{fatal}将新增")
    expect(page.locator("#rejected")).to_have_count(0)
    page.follow(page.get_by_role("button", name="确认导入"))
    assert Case.objects.count() == len(sample.cases)

    page.follow(page.get_by_role("link", name="查看案件"))
    expect(page.locator(".chips")).to_contain_text("改好的退回表.xlsx")
    expect(page.locator("#listing tbody tr")).to_have_count(fatal)
    page.shot("ledger-cases")

    page.open("/cases/ledgers/new/")
    upload(page, sample.path)
    expect(page.get_by_role("status").first).to_contain_text("能读准的行都已导入过")
    expect(page.get_by_role("button", name="确认导入")).to_have_count(0)
    page.open("/cases/ledgers/")
    expect(page.locator("#listing tbody tr")).to_have_count(2)
    page.shot("ledgers")


def test_the_rejected_rows_can_be_fetched_before_anything_is_imported(page, world, sample):
    page.sign_in(world.city.planner)
    page.open("/cases/ledgers/new/")
    upload(page, sample.path)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载退回表").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert sum(sheet.max_row - 1 for sheet in book) == sum(item.fatal for item in sample.dirt)
    assert not Case.objects.exists()
    page.follow(page.get_by_role("button", name="确认导入"))
    expect(page.get_by_role("status").first).to_contain_text("已导入")


def test_a_changed_row_shows_the_old_and_the_new_value_before_it_is_taken(page, world, sample, tmp_path):
    path = tmp_path / "渝中区局更正.csv"
    lines = "决定书文号,当事人,案由,决定日期,罚款金额（元）\n渝中市监处罚〔2024〕9001号,青禾商行,假冒专利,2024-05-06,{}\n"
    page.sign_in(world.city.planner)
    for fine in (1000, 2500):
        path.write_text(lines.format(fine), encoding="utf-8")
        page.open("/cases/ledgers/new/")
        upload(page, path)
        if fine == 2500:
            expect(page.locator("#changes")).to_contain_text("罚款：1,000.00 元 → 2,500.00 元")
            page.shot("ledger-changes")
        page.follow(page.get_by_role("button", name="确认导入"))
        expect(page.get_by_role("status").first).to_be_visible()
    assert Case.objects.get().fine_fen == 2500_00
    page.follow(page.get_by_role("link", name="查看案件"))
    page.follow(page.locator("#listing tbody a").first)
    page.follow(page.get_by_role("link", name="留痕"))
    expect(page.get_by_role("main")).to_contain_text("按台账更正")


def test_a_wrong_file_is_refused_at_its_field(page, world, tmp_path):
    page.sign_in(world.city.planner)
    page.open("/cases/ledgers/new/")
    wrong = tmp_path / "照片.xlsx"
    wrong.write_bytes(b"\xff\xd8\xff\xe0" + bytes(100))
    upload(page, wrong)
    expect(page.get_by_role("alert")).to_contain_text("“照片.xlsx”实际是图片")
    expect(page.get_by_label("台账文件")).to_have_attribute("aria-invalid", "true")
    page.shot("ledger-refused")
    upload(page, Path(__file__))
    expect(page.get_by_role("alert")).to_contain_text("的类型不对")
    assert not LedgerImport.objects.exists()


def test_on_a_phone_the_reasons_stand_below_one_another(phone, world, sample):
    phone.sign_in(world.city.planner)
    phone.open("/cases/ledgers/")
    phone.shot("ledgers-empty")
    phone.open("/cases/ledgers/new/")
    phone.shot("ledger-new")
    upload(phone, sample.path)
    expect(phone.locator("#rejected")).to_be_visible()
    phone.shot("ledger-dry-run")
    phone.follow(phone.get_by_role("button", name="确认导入"))
    phone.shot("ledger-imported")
    phone.open("/cases/ledgers/")
    phone.shot("ledgers")


def test_a_handler_sees_imports_but_is_offered_none(page, world):
    page.sign_in(world.a.handler)
    page.open("/cases/ledgers/")
    expect(page.get_by_role("main").get_by_role("link", name="导入台账")).to_have_count(0)
    page.open("/cases/ledgers/new/")
    path = Path(__file__).with_name("a.csv")
    page.get_by_label("台账文件").set_input_files(
        files=[{"name": path.name, "mimeType": "text/csv", "buffer": "当事人,案由,决定书文号\n".encode()}]
    )
    page.follow(page.get_by_role("button", name="试导入"))
    expect(page.get_by_role("alert")).to_contain_text("您没有导入台账的权限")
