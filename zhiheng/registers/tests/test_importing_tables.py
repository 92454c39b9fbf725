"""A table of records taken in: the template leads there, faulty rows come back, and a second time changes nothing."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.audit.models import Entry
from zhiheng.canonical import visible
from zhiheng.outreach.models import Activity, ActivityKind, BaseReview, EducationBase, ReachRule
from zhiheng.outreach.tests.publicity import ON, hold_activity, name_base, review_base
from zhiheng.refusal import Refused
from zhiheng.registers import importing, selectors, services, tables
from zhiheng.registers.declaration import find, registered
from zhiheng.registers.lists import records_list
from zhiheng.registers.models import RecordImport

IMPORT = "/registers/outreach/bases/import/"
HEADINGS = ["基地名称", "推荐单位", "类型", "依托单位", "第几批", "命名日期"]


def table(path: Path, *rows, headings=HEADINGS) -> Path:
    book = openpyxl.Workbook()
    for row in (headings, *rows):
        book.active.append(row)
    book.save(path)
    return path


def take_in(world, path: Path, kind="bases", *, actor=None):
    return importing.import_table(actor=actor or world.city.planner, on=ON, register=find(kind), path=path)


def exported(actor, kind: str, path: Path) -> Path:
    """The list's own export of every column."""
    request = RequestFactory().get("/", {"export": "xlsx"})
    request.user = actor
    one = find(kind)
    answer = records_list(one, ON, whole=True).read(request, selectors.records_for(actor, one, ON)).xlsx()
    path.write_bytes(b"".join(answer.streaming_content))
    return path


def rejected(data: bytes) -> list[dict]:
    rows = list(openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


GOOD = ["甲基地", "渝北区局", "学校", "甲中学", 1, date(2024, 4, 26)]


def test_good_rows_are_taken_faulty_ones_come_back_with_reasons(world, tmp_path):
    bad = ["乙基地", "渝北区局", "学堂", "乙中学", "一", "2024年13月1日"]
    stranger = ["丙基地", "没有的局", "学校", "丙中学", 1, "2024.4.26"]
    bare = ["丁基地", "500103", "园区", "", 1, "2024-04-26"]
    result = take_in(world, table(tmp_path / "基地.xlsx", GOOD, bad, stranger, bare, GOOD))
    assert (result.created, result.changed, result.unchanged, len(result.rejected)) == (1, 0, 0, 4)
    base = EducationBase.objects.get()
    assert (base.name, base.unit, base.kind, base.named_on) == (
        "甲基地",
        world.a.unit,
        "school",
        date(2024, 4, 26),
    )
    made = RecordImport.objects.get()
    rows = rejected(importing.documents.read(made.rejects_digest))
    said = {row["基地名称"]: row["退回原因"] for row in rows}
    assert "“类型”：没有“学堂”这一项。可填：学校、企业、场馆、园区、其他。" in said["乙基地"]
    assert "“第几批”：“一”不是整数" in said["乙基地"] and "“命名日期”：" in said["乙基地"]
    assert "“推荐单位”：没有“没有的局”这一项" in said["丙基地"]
    assert "请填写“依托单位”" in said["丁基地"]
    assert "第2行是同一条" in said["甲基地"]
    assert rows[0]["原表位置"] == "工作表“Sheet”第3行" and rows[0]["类型"] == "学堂"


def test_the_mended_rejects_are_taken_and_nothing_else_changes(world, tmp_path):
    take_in(
        world, table(tmp_path / "基地.xlsx", GOOD, ["乙基地", "渝北区局", "学堂", "乙中学", 1, "2024.4.26"])
    )
    path = tmp_path / "退回.xlsx"
    path.write_bytes(importing.documents.read(RecordImport.objects.get().rejects_digest))
    book = openpyxl.load_workbook(path)
    book.active["C2"] = "学校"
    book.save(path)
    result = take_in(world, path)
    assert (result.created, len(result.rejected), result.table.unknown) == (1, 0, [])
    assert EducationBase.objects.count() == 2


def test_a_second_import_changes_nothing(world, tmp_path):
    path = table(tmp_path / "基地.xlsx", GOOD)
    take_in(world, path)
    acts = Entry.objects.filter(subject_kind="outreach.educationbase").count()
    result = take_in(world, path)
    assert (result.created, result.changed, result.unchanged, len(result.rejected)) == (0, 0, 1, 0)
    assert Entry.objects.filter(subject_kind="outreach.educationbase").count() == acts == 1


def test_a_row_that_states_otherwise_is_a_correction_with_old_and_new(world, tmp_path):
    base = name_base(world, "甲基地", organ="甲小学")
    result = take_in(world, table(tmp_path / "更正.xlsx", GOOD))
    assert result.changes[0].words == ("依托单位：甲小学 → 甲中学",)
    (kept,) = selectors.corrections(find("bases"), selectors.history(base))["organ"]
    assert kept.was == "甲小学" and kept.why == "按登记表更正：更正.xlsx"


def test_a_blank_cell_and_a_missing_column_leave_what_is_recorded(world, tmp_path):
    name_base(world, "甲基地", organ="甲中学", doc_no="渝知〔2024〕1号")
    result = take_in(world, table(tmp_path / "a.xlsx", ["甲基地", None, "", "—", None, None]))
    assert (result.unchanged, len(result.rejected)) == (1, 0)
    assert EducationBase.objects.get().doc_no == "渝知〔2024〕1号"


def test_what_a_later_act_would_fill_in_is_no_correction(world, tmp_path):
    name_base(world, "甲基地", organ="甲中学")
    path = table(
        tmp_path / "a.xlsx", [*GOOD, "2024-06-01", "关闭"], headings=[*HEADINGS, "撤销日期", "撤销理由"]
    )
    result = take_in(world, path)
    assert "请用“撤销命名”登记" in result.rejected[0].faults[0].words
    assert EducationBase.objects.get().withdrawn_on is None
    fresh = table(
        tmp_path / "b.xlsx",
        ["乙基地", *GOOD[1:], "2024-06-01", "关闭"],
        headings=[*HEADINGS, "撤销日期", "撤销理由"],
    )
    assert take_in(world, fresh).created == 1, "a new row may say all that is known"


def test_a_voided_record_does_not_come_back_by_an_old_table(world, tmp_path):
    base = name_base(world, "甲基地")
    services.void(actor=world.city.planner, on=ON, register=find("bases"), record=base, why="重登")
    result = take_in(world, table(tmp_path / "a.xlsx", GOOD))
    assert "作废（重登）" in result.rejected[0].faults[0].words
    assert EducationBase.objects.count() == 1


def test_another_units_rows_are_rejected_and_not_shown(world, tmp_path):
    hold_activity(world.b.handler, "乙局活动", note="乙局内情")
    headings = ["活动名称", "举办单位", "形式", "开始日期", "结束日期", "备注"]
    path = table(
        tmp_path / "a.xlsx",
        ["乙局活动", "渝中区局", "主题宣传", "2024-04-20", "2024-04-26", "改"],
        headings=headings,
    )
    result = take_in(world, path, "activities", actor=world.a.handler)
    said = result.rejected[0].faults[0].words
    assert "没有“渝中区局”这一项" in said and "内情" not in said
    result = take_in(world, path, "activities", actor=world.city.planner)
    assert "您不能更正：由本单位的" in result.rejected[0].faults[0].words


def test_records_below_name_the_one_above(world, tmp_path):
    base = name_base(world, "甲基地")
    headings = ["教育基地", "复核年度", "复核日期", "结论"]
    path = table(
        tmp_path / "复核.xlsx", ["甲基地", 2024, "2024-05-01", "合格"], ["没有的", 2024, "2024-05-01", "合格"],
        headings=headings,
    )  # fmt: skip
    result = take_in(world, path, "base-reviews")
    assert (result.created, len(result.rejected)) == (1, 1)
    assert BaseReview.objects.get().base == base
    assert "没有找到教育基地“没有的”" in result.rejected[0].faults[0].words
    assert take_in(world, path, "base-reviews").unchanged == 1


def test_an_unknown_column_is_named_and_one_in_another_unit_of_money_is_not_read(world, tmp_path):
    headings = ["活动名称", "形式", "开始日期", "结束日期", "经费（万元）", "负责人"]
    path = table(
        tmp_path / "a.xlsx", ["甲", "主题宣传", "2024-04-20", "2024-04-20", 3, "王"], headings=headings
    )
    result = take_in(world, path, "activities", actor=world.a.handler)
    assert result.table.unknown == ["经费（万元）", "负责人"]
    assert Activity.objects.get().cost_fen is None


def test_a_formula_without_a_stored_value_sends_its_row_back(world, tmp_path):
    result = take_in(world, table(tmp_path / "a.xlsx", [*GOOD[:4], "=1+0", GOOD[5]]))
    assert "公式没有保存计算结果" in result.rejected[0].faults[0].words


def test_the_trial_writes_no_record_and_says_what_will_be(world, signed_in, tmp_path):
    client = signed_in(world.city.planner)
    path = table(tmp_path / "基地.xlsx", GOOD, ["乙基地", "渝北区局", "学堂", "乙中学", 1, "2024.4.26"])
    answer = client.post(
        f"{IMPORT}", {"file": SimpleUploadedFile("基地.xlsx", path.read_bytes())}, follow=True
    )
    page = answer.content.decode()
    assert "<b>1</b>将新增" in page and "<b>1</b>将退回" in page and "没有“学堂”这一项" in page
    assert not EducationBase.objects.exists()
    assert [e.action for e in Entry.objects.all()] == ["收到登记表"]
    made = RecordImport.objects.get()
    rejects = b"".join(client.get(f"{IMPORT}{made.pk}/rejects/").streaming_content)
    assert rejected(rejects)[0]["基地名称"] == "乙基地"
    answer = client.post(f"{IMPORT}{made.pk}/", follow=True)
    assert "已导入：新增 1，更正 0，退回 1。" in answer.content.decode()
    assert EducationBase.objects.count() == 1
    original = b"".join(client.get(f"{IMPORT}{made.pk}/original/").streaming_content)
    assert original == path.read_bytes()


def test_only_who_tried_a_table_confirms_it_and_only_once(world, tmp_path):
    path = table(tmp_path / "基地.xlsx", GOOD)
    bases = find("bases")
    with path.open("rb") as file:
        made, _ = importing.try_table(
            actor=world.city.planner, on=ON, register=bases, file=file, file_name="基地.xlsx"
        )
    with pytest.raises(Refused, match="由他人上传"):
        importing.take_over(actor=world.city.leader, on=ON, register=bases, made=made)
    importing.take_over(actor=world.city.planner, on=ON, register=bases, made=made)
    with pytest.raises(Refused, match="已于 2024-06-03 导入"):
        importing.take_over(actor=world.city.planner, on=ON, register=bases, made=made)


def test_who_may_not_begin_such_records_may_not_import_them(world, signed_in, tmp_path):
    path = table(tmp_path / "基地.xlsx", GOOD)
    with pytest.raises(Refused, match="您不能导入教育基地"):
        take_in(world, path, actor=world.a.leader)
    page = signed_in(world.a.leader).get("/registers/outreach/bases/").content.decode()
    assert "导入登记表</a>" not in page
    assert not RecordImport.objects.exists()


def test_a_wrong_file_is_refused_in_words_and_leaves_nothing(world, signed_in):
    client = signed_in(world.city.planner)
    for name, data, words in (
        ("照片.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(50), "实际是图片"),
        ("空.csv", "甲,乙\n1,2\n".encode(), "没有找到表头"),
    ):
        answer = client.post(IMPORT, {"file": SimpleUploadedFile(name, data)})
        assert answer.status_code == 422 and words in answer.content.decode()
    assert not RecordImport.objects.exists() and not Entry.objects.exists()


@pytest.mark.parametrize("kind", [one.code for one in registered() if one.begin.by_hand])
def test_the_template_is_read_back_as_an_empty_table(world, signed_in, kind, tmp_path):
    client = signed_in(world.city.planner)
    answer = client.get(find(kind).url("record-import-template"))
    path = tmp_path / "模板.xlsx"
    path.write_bytes(b"".join(answer.streaming_content))
    read = tables.read_table(find(kind), path, world.city.planner)
    assert (read.rows, read.unknown) == ([], [])
    guide = openpyxl.load_workbook(path)["填写说明"]
    assert any(row[1].value == "必填" for row in guide.iter_rows())


# ---------------------------------------------------------------------------------------------------- import(export(x))

_words = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Cn", "Co")), min_size=1, max_size=20
).filter(lambda text: visible(text).strip() == text and text not in {"-", "/", "—"})
_days = st.dates(date(2000, 1, 1), date(2024, 6, 1))


@st.composite
def activities(draw):
    held = draw(_days)
    reach = draw(st.none() | st.integers(0, 10**12))
    return {
        "name": draw(_words),
        "kind": draw(st.sampled_from(ActivityKind.values)),
        "held_on": held,
        "ended_on": held,
        "place": draw(st.just("") | _words),
        "organisers": draw(
            st.lists(_words.filter(lambda t: not set("；;、\n\x85\u2028\u2029") & set(t)), max_size=3)
        ),
        "reach": reach,
        "reach_rule": "" if reach is None else draw(st.sampled_from(ReachRule.values)),
        "cost_fen": draw(st.none() | st.integers(0, 10**13)),
        "note": draw(st.just("") | _words),
    }


@settings(
    max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(activities(), max_size=6, unique_by=lambda a: (a["name"], a["held_on"])))
def test_an_export_imported_again_changes_nothing(world, tmp_path, monkeypatch, given_activities):
    # The child process is tested above; here the same function reads in this one.
    monkeypatch.setattr(tables.foreign, "read", lambda read, *given, **limits: read(*given))
    Activity.objects.all().delete()
    for answers in given_activities:
        hold_activity(world.a.handler, **answers)
    before = list(Activity.objects.order_by("pk").values())
    result = take_in(
        world,
        exported(world.a.handler, "activities", tmp_path / "出.xlsx"),
        "activities",
        actor=world.a.handler,
    )
    faults = [(f.column, f.words) for row in result.rejected for f in row.faults]
    assert not faults and not result.changes
    assert (result.created, result.unchanged) == (0, len(given_activities))
    assert list(Activity.objects.order_by("pk").values()) == before


def test_every_kind_is_exported_and_imported_again_without_change(world, tmp_path):
    base = name_base(world, "甲基地", doc_no="渝知〔2024〕1号")
    review_base(world, base, findings="好\n很好", visitors=1200)
    hold_activity(world.city.planner, "甲活动", organisers=["甲", "乙"], note="第一行\n第二行", cost_fen=1)
    for kind in ("bases", "base-reviews", "activities"):
        result = take_in(world, exported(world.city.planner, kind, tmp_path / f"{kind}.xlsx"), kind)
        assert (result.created, result.changed, result.unchanged) == (0, 0, 1), kind
        assert not result.rejected and not result.table.unknown, (kind, result.table.unknown)


@pytest.mark.parametrize("again", ["基地名称", "基地名称*", " 基地名称（必填）"])
def test_two_columns_of_one_name_send_the_file_back(world, tmp_path, again):
    path = table(tmp_path / "基地.xlsx", [*GOOD, "乙基地"], headings=[*HEADINGS, again])
    with pytest.raises(Refused, match=r"的“基地名称”有2列（A、G）"):
        take_in(world, path)
    assert not EducationBase.objects.exists()


def test_two_columns_that_nobody_reads_are_only_named(world, tmp_path):
    path = table(tmp_path / "基地.xlsx", [*GOOD, "x", "y"], headings=[*HEADINGS, "备查", "备查"])
    result = take_in(world, path)
    assert result.created == 1 and result.table.unknown == ["备查", "备查"]


def test_a_broken_workbook_is_refused_in_the_readers_language(world, tmp_path):
    path = tmp_path / "基地.xlsx"
    path.write_bytes(b"PK\x03\x04junk")
    with pytest.raises(Refused) as refused:
        take_in(world, path)
    assert "已损坏，打不开；请" in str(refused.value) and "zip" not in str(refused.value)
