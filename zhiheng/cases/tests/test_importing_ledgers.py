"""Ledgers as districts keep them, taken in whole: what is true comes in once, what cannot be read comes back."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from django.db import connection

from tests.casework import Worker
from tests.world import make_person, make_unit
from zhiheng.accounts.models import Unit
from zhiheng.accounts.rights import Role
from zhiheng.audit import services as audit
from zhiheng.audit.models import Entry
from zhiheng.cases import importing, ledger_table
from zhiheng.cases.models import Case, LedgerImport
from zhiheng.demo.ledgers import write_sample_ledgers
from zhiheng.demo.year import demonstration_year, units
from zhiheng.documents import services as documents
from zhiheng.law import current_book
from zhiheng.refusal import Refused

ON = date(2025, 1, 6)
HEADER = (
    "办案单位",
    "决定书文号",
    "当事人",
    "案由",
    "立案日期",
    "决定日期",
    "案值（元）",
    "罚款金额（元）",
    "备注",
)
AMOUNTS = ("case_value_fen", "fine_fen", "forfeit_fen")
STATED = ("cause", "party_name", "filed_on", "decided_on", "doc_no", *AMOUNTS)


def row(number=1, **cells) -> list:
    """One row of HEADER, of 渝北区局 unless said otherwise."""
    number_of = f"渝北市监处罚〔2024〕{number}号"
    usual = ("渝北区局", number_of, f"青禾{number}商行", "侵犯注册商标专用权", "2024-03-05", "2024-05-06")
    values = dict(zip(HEADER, (*usual, 5000 + number, 1000, ""), strict=True))
    return list((values | cells).values())


def write(path: Path, rows, header=HEADER) -> Path:
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    sheet = book.add_worksheet("台账")
    for number, cells in enumerate([header, *rows]):
        for column, value in enumerate(cells):
            if value not in ("", None):
                sheet.write(number, column, value)
    book.close()
    return path


def take(actor, path: Path, **asked):
    return importing.import_ledger(actor=actor, path=path, file_name=path.name, on=ON, **asked)


def everything() -> tuple:
    """All that an import may write."""
    files = Path(importing.settings.FILES_DIR)
    return (
        list(Case.objects.order_by("pk").values()),
        LedgerImport.objects.count(),
        Entry.objects.count(),
        sorted(path.name for path in files.rglob("*") if path.is_file()) if files.exists() else [],
    )


@pytest.fixture(scope="session")
def year():
    return demonstration_year(current_book())


@pytest.fixture
def samples(world, year, tmp_path):
    """The sample ledgers, in a house that has all the units."""
    for unit in units():
        if not Unit.objects.filter(code=unit["code"]).exists():
            make_unit(unit["code"], unit["name"], unit["short_name"], world.city.unit, kind=unit["kind"])
    (tmp_path / "ledgers").mkdir()
    return write_sample_ledgers(tmp_path / "ledgers", year)


# ---- the sample ledgers


def test_a_dirty_ledger_gives_its_cases_with_their_true_values_and_hands_the_fatal_rows_back(world, samples):
    for sample in samples:
        result = take(world.city.planner, sample.path, year=2024)
        assert not result.asks, (sample.path.name, [str(ask) for ask in result.asks])
        fatal = {(item.sheet, item.row) for item in sample.dirt if item.fatal}
        assert {(item.sheet, item.row) for item in result.rejected} == fatal, sample.path.name
        # 元 taken for 万元: read as written, pointed out, never corrected by us.
        slips = {f"{item.sheet}第{item.row}行" for item in sample.dirt if item.kind == "unit slip"}
        by_number = {case.doc_no: case for case in sample.cases if case.doc_no}
        rows = list(Case.objects.filter(ledger=result.record).select_related("unit"))
        assert result.imported == len(rows) == len(sample.cases) - len(fatal) > 10
        for taken in rows:
            true = by_number[taken.doc_no]
            assert taken.unit.code == sample.unit
            for name in STATED:
                value, given = getattr(true, name), getattr(taken, name)
                if name in AMOUNTS:
                    # None: a layout may not have the column.
                    slipped = (
                        (value * 10_000, round(value / 10_000))
                        if value and taken.ledger_place in slips
                        else ()
                    )
                    assert given in (value, None, *slipped), (sample.path.name, taken.ledger_place, name)
                else:
                    assert given == value, (sample.path.name, taken.ledger_place, name)
        assert sum(case.fine_fen or case.forfeit_fen or 0 for case in rows) > 0
        assert audit.verify().broken == ""


def test_a_second_import_of_the_same_ledger_changes_nothing(world, samples):
    for sample in samples:
        first = take(world.city.planner, sample.path, year=2024)
        rows = list(Case.objects.order_by("pk").values())
        second = take(world.city.planner, sample.path, year=2024)
        assert (second.imported, second.changed, second.unchanged) == (0, 0, first.imported)
        assert second.rejected == first.rejected
        assert list(Case.objects.order_by("pk").values()) == rows


def test_the_rejects_file_mended_and_imported_again_gives_the_missing_rows(world, samples, tmp_path):
    for number, sample in enumerate(samples):
        first = take(world.city.planner, sample.path, year=2024)
        if not first.rejects:
            continue
        book = openpyxl.load_workbook(io.BytesIO(first.rejects))
        faults = {(item.sheet, item.row): item for item in first.rejected}
        by_number = {case.doc_no: case for case in sample.cases}
        for sheet in book:
            heads = [cell.value for cell in sheet[1]]
            for cells in sheet.iter_rows(min_row=2):
                place = cells[-1].value
                item = next(f for (name, line), f in faults.items() if place == f"工作表“{name}”第{line}行")
                bad = cells[heads.index(item.column)]
                assert bad.comment and item.reason in bad.comment.text
                true = next(
                    case for number_, case in by_number.items()
                    if any(str(cell.value).replace(" ", "") == number_ for cell in cells)
                    or any(cell.value == case.party_name for cell in cells)
                )  # fmt: skip
                bad.value = str(true.filed_on)
        mended = tmp_path / f"mended-{number}.xlsx"
        book.save(mended)
        again = take(world.city.planner, mended, year=2024)
        assert (again.imported, again.rejected) == (first.rejected_rows, []), sample.path.name
        assert take(world.city.planner, sample.path, year=2024).imported == 0
        assert Case.objects.filter(unit__code=sample.unit).count() == len(sample.cases)


# ---- rows


def test_one_bad_row_never_loses_the_others(world, tmp_path):
    rows = [row(n) for n in range(1, 6)]
    rows[2] = row(3, 决定日期="2024年13月1日")
    result = take(world.city.planner, write(tmp_path / "a.xlsx", rows))
    assert (result.rows, result.imported, result.rejected_rows) == (5, 4, 1)
    assert [(r.row, r.column, r.value) for r in result.rejected] == [(4, "决定日期", "2024年13月1日")]
    assert result.record.rejected == 1
    assert documents.read(result.record.rejects_digest) == result.rejects


def test_a_row_that_states_other_values_updates_its_case_and_tells_the_history(world, tmp_path):
    path = write(tmp_path / "a.xlsx", [row(1), row(2)])
    take(world.city.planner, path)
    before = Case.objects.get(doc_no="渝北市监处罚〔2024〕2号")
    Case.objects.filter(pk=before.pk).update(party_phone="023-1", paid_fen=5)
    changed = write(tmp_path / "a.xlsx", [row(1), row(2, **{"罚款金额（元）": 1500, "备注": "更正"})])
    dry = take(world.city.planner, changed, dry_run=True)
    assert [change.values for change in dry.changes] == [
        {"fine_fen": (1000_00, 1500_00), "forfeit_fen": (1000_00, 1500_00), "note": ("", "更正")}
    ]
    result = take(world.city.planner, changed)
    assert (result.imported, result.changed, result.unchanged) == (0, 1, 1)
    after = Case.objects.get(pk=before.pk)
    assert (after.fine_fen, after.forfeit_fen, after.note) == (1500_00, 1500_00, "更正")
    assert (after.party_phone, after.paid_fen, after.ledger) == ("023-1", 5, result.record)
    entry = Entry.objects.get(subject_kind="cases.case", subject_id=str(before.pk))
    assert entry.action == "按台账更正"
    assert entry.data["values"]["fine_fen"] == [1000_00, 1500_00]


def test_a_ledger_with_fewer_columns_or_blank_cells_never_empties_a_case(world, tmp_path):
    more = ("没收违法所得（元）", "结案日期", "案件名称")
    full = [*row(1), 250, "2024-06-28", "某店销售侵权商品案"]
    take(world.city.planner, write(tmp_path / "year.xlsx", [full], (*HEADER, *more)))
    before = Case.objects.get()
    assert (before.forfeit_fen, before.state) == (1250_00, "ledger_closed")
    few = row(1, **{"罚款金额（元）": 1100, "立案日期": ""})
    few[HEADER.index("决定日期")] = ""
    result = take(world.city.planner, write(tmp_path / "quarter.xlsx", [few]))
    after = Case.objects.get()
    assert result.changed == 1 and result.rejected == []
    assert (after.fine_fen, after.confiscated_gains_fen, after.forfeit_fen) == (1100_00, 250_00, 1350_00)
    kept = (
        "title",
        "decided_on",
        "filed_on",
        "closed_on",
        "case_value_fen",
        "state",
        "source",
        "outcome",
        "party_type",
    )
    for name in kept:
        assert getattr(after, name) == getattr(before, name), name


def test_a_dry_run_writes_nothing_and_foretells_the_import(world, tmp_path):
    path = write(tmp_path / "a.xlsx", [row(1), row(2, 立案日期="2024年2月30日")])
    before = everything()
    dry = take(world.city.planner, path, dry_run=True)
    assert everything() == before
    assert (dry.imported, dry.rejected_rows, dry.record) == (1, 1, None)
    real = take(world.city.planner, path)
    assert (real.imported, real.rejected) == (dry.imported, dry.rejected)


def test_a_row_of_another_district_comes_back_to_a_district_officer(world, tmp_path):
    path = write(tmp_path / "a.xlsx", [row(1), row(2, 办案单位="渝中区局"), row(3, 办案单位="火星区局")])
    result = take(world.a.admin, path)
    assert result.imported == 1
    assert [(r.row, r.column) for r in result.rejected] == [(3, "办案单位"), (4, "办案单位")]
    assert "渝中区局的案件，不在您的管辖范围" in result.rejected[0].reason
    assert "不是本系统里的单位" in result.rejected[1].reason
    assert not Case.objects.filter(unit=world.b.unit).exists()


def test_an_officer_without_the_right_is_refused(world, tmp_path):
    path = write(tmp_path / "a.xlsx", [row(1)])
    before = everything()
    with pytest.raises(Refused, match="没有导入台账的权限"):
        take(world.a.handler, path)
    with pytest.raises(Refused, match="不在您的管辖范围"):
        take(world.a.admin, path, unit=world.b.unit)
    assert everything() == before


def test_rows_without_a_unit_go_to_the_district_that_imports_or_the_unit_named(world, tmp_path):
    header, rows = HEADER[1:], [row(1)[1:]]
    path = write(tmp_path / "a.xlsx", rows, header)
    assert take(world.city.planner, path, dry_run=True).rejected_rows == 1
    assert take(world.city.planner, path, unit=world.b.unit, dry_run=True).imported == 1
    take(world.a.admin, path)
    assert Case.objects.get().unit == world.a.unit


def test_a_case_worked_in_this_system_is_not_taken_a_second_time(world, tmp_path):
    own = Worker(world.a).register()
    Case.objects.filter(pk=own.pk).update(doc_no="渝北市监处罚〔2024〕7号", case_no="渝北市监立〔2024〕70号")
    header = (*HEADER, "立案号")
    rows = [
        [*row(1), ""],
        [*row(2, 决定书文号="渝北市监处罚字[2024]第007号"), ""],
        [*row(3, 决定书文号=""), "渝北市监立【2024】70号"],
    ]
    result = take(world.city.planner, write(tmp_path / "a.xlsx", rows, header))
    assert result.imported == 1
    assert [(r.row, r.column) for r in result.rejected] == [(3, "决定书文号"), (4, "立案号")]
    assert all("已在本系统办理" in r.reason for r in result.rejected)


def test_a_case_first_reported_as_filed_and_later_as_decided_stays_one_case(world, tmp_path):
    header = (*HEADER, "立案号")
    filed = [*row(1, 决定书文号="", 决定日期="", **{"罚款金额（元）": ""}), "渝北市监立〔2024〕9号"]
    take(world.city.planner, write(tmp_path / "q1.xlsx", [filed], header))
    case = Case.objects.get()
    assert (case.state, case.outcome) == ("ledger_open", "")
    decided = [*row(1), "渝北市监立[2024]9号"]
    second_decision = [*row(2), "渝北市监立[2024]9号"]
    path = write(tmp_path / "q2.xlsx", [decided, second_decision], header)
    result = take(world.city.planner, path)
    assert (result.imported, result.changed) == (1, 1)
    case.refresh_from_db()
    assert (case.doc_no, case.state, case.outcome) == ("渝北市监处罚〔2024〕1号", "ledger_decided", "penalty")
    assert take(world.city.planner, path).unchanged == 2
    # The first quarter's ledger once more: the case is not opened anew, and not made undecided.
    late = take(world.city.planner, tmp_path / "q1.xlsx")
    assert (late.imported, late.changed, late.rejected_rows) == (0, 0, 1)
    assert "已按决定书文号“渝北市监处罚〔2024〕1号”导入" in late.rejected[0].reason
    assert Case.objects.count() == 2


def test_an_unknown_cause_is_kept_in_words_and_pointed_out(world, tmp_path):
    header = (*HEADER, "承办人", "红盾编号")
    cells = [*row(1, 案由="侵犯奇特标记"), "冉某禾", "HD01"]
    result = take(world.city.planner, write(tmp_path / "a.xlsx", [cells], header))
    case = Case.objects.get()
    assert (case.cause, case.title) == ("other", "青禾1商行侵犯奇特标记案")
    assert case.extra == {"案由原文": "侵犯奇特标记", "承办人": "冉某禾", "红盾编号": "HD01"}
    assert any("案由“侵犯奇特标记”不在案由表里" in remark for remark in result.record.remarks)


LONG = {"当事人": 120, "涉案商品": 200, "决定书文号": 60, "立案号": 60, "案源编号": 60, "案件名称": 200,
        "统一社会信用代码": 30, "经营者": 60}  # fmt: skip


@pytest.mark.parametrize("column", LONG)
def test_a_text_longer_than_its_column_comes_back_in_words_and_one_that_fits_is_kept_whole(
    world, tmp_path, column
):
    limit = LONG[column]
    header = HEADER if column in HEADER else (*HEADER, column)
    place = header.index(column)
    good, bad = [*row(1), ""][: len(header)], [*row(2), ""][: len(header)]
    good[place], bad[place] = "甲" * limit, "乙" * (limit + 1)
    result = take(
        world.city.planner, write(tmp_path / "a.xlsx", [good, bad, [*row(3), ""][: len(header)]], header)
    )
    assert result.imported == 2
    assert {(r.row, r.column) for r in result.rejected} == {(3, column)}
    assert f"有{limit + 1}个字，最多{limit}个字" in result.rejected[0].reason
    kept = Case.objects.order_by("pk").first()
    assert "甲" * limit in (
        kept.party_name, kept.goods, kept.doc_no, kept.case_no, kept.lead_no, kept.title, kept.party_id, kept.legal_rep
    )  # fmt: skip


def test_every_text_column_of_the_table_is_bounded_by_the_import_or_by_a_code(world):
    """A new varchar column must not become a way to a database error."""
    coded = {
        "kind",
        "cause",
        "source",
        "party_type",
        "state",
        "outcome",
        "value_method",
        "ledger_key",
        "ledger_digest",
    }
    own = {"ledger_place"}  # shortened by us: it is made of the sheet's name
    columns = {field.name for field in Case._meta.fields if getattr(field, "max_length", None)}
    stated = importing.ledger_table.table_columns(importing.Rows(), {})
    bounded = {importing._COLUMN.get(name, name) for name in importing._BOUNDED}
    assert (columns & set(stated)) - coded - own == bounded


@pytest.mark.parametrize("place", ["当事人", "备注", "案由", "自设列"])
def test_an_invisible_nul_character_brings_only_its_row_back(world, tmp_path, place):
    header = (*HEADER, "自设列")
    bad = [*row(1), "x"]
    bad[header.index(place)] = f"侵犯注册商标专用权\x00{place}"
    result = take(world.city.planner, write(tmp_path / "a.xlsx", [bad, [*row(2), "y"]], header))
    assert result.imported == 1
    assert ["控制字符" in r.reason for r in result.rejected] == [True]
    assert openpyxl.load_workbook(io.BytesIO(result.rejects)).active.max_row == 2


def test_long_texts_without_a_limit_are_kept_whole(world, tmp_path):
    text = "附" * 30_000
    take(world.city.planner, write(tmp_path / "a.xlsx", [row(1, 备注=text)]))
    assert Case.objects.get().note == text


# ---- the whole


def test_a_crash_in_the_middle_leaves_nothing(world, tmp_path, monkeypatch):
    path = write(tmp_path / "a.xlsx", [row(1), row(2, 决定日期="2024年13月1日")])
    before = everything()

    def fail(**_):
        raise OSError("the disk is gone")

    for name in ("audit.record", "ledger_table.insert"):
        with monkeypatch.context() as broken:
            broken.setattr(f"zhiheng.cases.importing.{name}", lambda *a, **k: fail())
            with pytest.raises(OSError, match="disk is gone"):
                take(world.city.planner, path)
        assert everything() == before
    assert take(world.city.planner, path).imported == 1


def test_the_ledger_of_changes_names_the_import_and_fixes_what_it_stated(world, tmp_path):
    path = write(tmp_path / "a.xlsx", [row(1), row(2)])
    first = take(world.city.planner, path)
    entry = Entry.objects.get(subject_kind="cases.ledgerimport", subject_id=str(first.record.pk))
    assert entry.action == "导入台账"
    assert entry.actor_id == world.city.planner.pk
    assert entry.data["file"] == first.record.file_digest
    assert {name: entry.data[name] for name in ("rows", "imported", "changed", "unchanged", "rejected")} == {
        "rows": 2, "imported": 2, "changed": 0, "unchanged": 0, "rejected": 0,
    }  # fmt: skip
    other = take(world.city.planner, write(tmp_path / "b.xlsx", [row(1), row(2, 备注="另")]))
    again = Entry.objects.get(subject_kind="cases.ledgerimport", subject_id=str(other.record.pk))
    seals = [documents.read(one.data["seal"]).decode() for one in (entry, again)]
    keys = [line.rpartition(" ")[0] for line in seals[0].splitlines()]
    assert sorted(keys) == sorted(Case.objects.values_list("ledger_key", flat=True))
    assert [line.rpartition(" ")[0] for line in seals[1].splitlines()] == [keys[1]]  # the row that changed
    assert seals[1].strip() not in seals[0]
    assert audit.verify().broken == ""


def test_the_record_belongs_to_the_district_whose_rows_it_brought(world, tmp_path):
    one = take(world.city.planner, write(tmp_path / "a.xlsx", [row(1)]))
    two = take(world.city.planner, write(tmp_path / "b.xlsx", [row(2), row(3, 办案单位="渝中区局")]))
    assert (one.record.unit, two.record.unit) == (world.a.unit, world.city.unit)


def test_the_file_name_says_whose_ledger_it_is_even_when_the_upload_lies_elsewhere(world, tmp_path):
    path = write(tmp_path / "upload.bin", [row(1)[1:]], HEADER[1:])
    result = importing.import_ledger(
        actor=world.city.planner, path=path, file_name="渝中区局2024年台账.xlsx", on=ON
    )
    assert result.record.unit == world.b.unit
    assert result.record.file_name == "渝中区局2024年台账.xlsx"


def test_a_file_waiting_for_its_confirmation_is_gone_after_an_hour(world, tmp_path):
    import os

    path = write(tmp_path / "a.xlsx", [row(1)])
    digest = importing.keep_for_confirmation(path)
    kept = importing.kept_file(digest)
    assert kept.read_bytes() == path.read_bytes()
    os.utime(kept, (0, 0))
    other = write(tmp_path / "b.xlsx", [row(2)])
    importing.keep_for_confirmation(other)
    with pytest.raises(Refused, match="请重新上传"):
        importing.kept_file(digest)
    with pytest.raises(Refused, match="请重新上传"):
        importing.kept_file("../" * 3 + "secret")


def test_a_person_who_left_the_role_may_no_longer_import(world, tmp_path):
    former = make_person(world.a.unit, "jia-jihua", "钱去职", Role.PLANNER)
    former.grants.update(until=date(2024, 12, 31))
    with pytest.raises(Refused, match="没有导入台账的权限"):
        take(former, write(tmp_path / "a.xlsx", [row(1)]))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps its indexes during an import")
def test_indexes_taken_down_for_a_large_import_are_there_again_even_after_a_crash(
    world, tmp_path, monkeypatch
):
    def indexes():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'cases_case'"
            )
            return sorted(cursor.fetchall())

    monkeypatch.setattr(ledger_table, "_BATCH", 5)
    before, seen = indexes(), []
    insert = ledger_table._insert

    def insert_and_look(cursor, columns, rows):
        seen.append(len(indexes()))
        insert(cursor, columns, rows)

    monkeypatch.setattr(ledger_table, "_insert", insert_and_look)
    take(world.city.planner, write(tmp_path / "a.xlsx", [row(n) for n in range(1, 10)]))
    assert seen == [1] and indexes() == before and Case.objects.count() == 9

    def crash(*_):
        raise OSError("disk full")

    monkeypatch.setattr(ledger_table, "_insert", crash)
    with pytest.raises(OSError, match="disk full"):
        take(world.city.planner, write(tmp_path / "b.xlsx", [row(n) for n in range(11, 30)]))
    assert indexes() == before and Case.objects.count() == 9


def test_the_illegal_turnover_of_a_trademark_case_is_its_value_where_none_is_stated(world, tmp_path):
    path = tmp_path / "台账.csv"
    path.write_text(
        "办案单位,决定书文号,当事人,案由,决定日期,违法经营额(元),罚没金额(元)\n"
        "渝北区局,渝北市监处罚〔2024〕1号,甲商行,商标侵权,2024-05-06,12345.60,1000\n"
        "渝北区局,渝北市监处罚〔2024〕2号,乙商行,假冒专利,2024-05-07,500,1000\n",
        encoding="utf-8",
    )
    importing.import_ledger(actor=world.city.planner, path=path, file_name=path.name, on=date(2025, 1, 20))
    values = dict(Case.objects.values_list("party_name", "case_value_fen"))
    assert values == {"甲商行": 12_345_60, "乙商行": None}
