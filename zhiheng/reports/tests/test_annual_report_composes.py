"""The year's report puts figures in place, names what is not recorded, and stands up to its own claims reader."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decided import decided
from tests.examples import examples
from zhiheng.cases.models import Case
from zhiheng.reports import annual, commands, docx, reconciliation

ON = date(2025, 2, 1)


@pytest.fixture
def cases(world):
    def case(
        unit, title, cause="trademark_infringement", day=date(2024, 3, 5), value=123_450_00, forfeit=50_000_00
    ):
        made = Case.objects.create(
            unit=unit,
            cause=cause,
            title=title,
            party_name="某商行",
            party_type="individual_business",
            decided_on=day,
            case_value_fen=value,
            forfeit_fen=forfeit,
        )
        decided([made])
        return made

    return [
        case(world.a.unit, "甲一案"),
        case(world.a.unit, "甲二案", day=date(2024, 12, 31), value=None),
        case(world.b.unit, "乙一案", forfeit=1),
        case(world.b.unit, "乙假冒案", cause="patent_counterfeiting"),
        case(world.city.unit, "市纠纷案", cause="patent_dispute", value=None, forfeit=None),
        case(world.city.unit, "去年案", day=date(2023, 12, 31)),
    ]


def compose(unit) -> annual.Report:
    return annual.compose(unit, annual.Period(2024), on=ON, ledger_head="ab" * 32)


def test_every_figure_of_the_text_is_the_computed_one(world, cases):
    report = compose(world.city.unit)
    assert "查办商标侵权案件3件，案值24.69万元，罚没金额10.00万元。" in report.text
    assert "查处假冒专利1件" in report.text and "办理专利侵权纠纷案件1件" in report.text
    pieces = [
        piece
        for section in report.sections
        for part in section.parts
        for paragraph in part.paragraphs
        for piece in paragraph
        if piece.value
    ]
    assert all(piece.text == report.figures[piece.value.figure.id].text for piece in pieces)


def test_what_is_not_recorded_is_left_out_and_named(world, cases):
    report = compose(world.city.unit)
    named = {missing.id for missing in report.not_recorded}
    assert "abn.patent" in named and not named & report.figures.keys()
    assert "核查非正常专利申请" not in report.text
    # Said beside the text, which is what an office publishes.
    assert any("非正常专利申请查办数" in note for note in report.notes) and "尚无登记" not in report.text
    assert "{" not in report.text and not any("{" in note for note in report.notes)


def test_a_district_reports_its_own_cases_only(world, cases):
    report = compose(world.a.unit)
    assert report.title.startswith(world.a.unit.name)
    assert report.figures["enf.tm.n"].value == 2 and report.figures["enf.fp.n"].value == 0


def test_the_claims_reader_bears_out_our_own_report(world, cases):
    held = reconciliation.hold(world.city.unit, compose(world.city.unit).text, 2024)
    told = {item.claim.indicator_id for item in held.items}
    assert {"enf.tm.n", "enf.tm.val", "enf.tm.fine", "enf.fp.n", "enf.ip.total", "adj.handled"} <= told
    assert [item for item in held.items if item.status != "matches"] == []


def test_a_wording_with_the_wrong_unit_is_refused_with_its_place(tmp_path):
    path = tmp_path / "2024-01-01.yaml"
    path.write_text(
        "title: t\nopening: o\nnot_recorded: n\nbasis: b\nsections:\n- heading: h\n  parts:\n  - heading: p\n"
        "    paragraphs: ['案值{enf.tm.val}元']\n"
    )
    with pytest.raises(
        annual.WordingError, match=r"第 1 节第 1 部分第 1 段的 {enf.tm.val} 之后应写单位“万元”"
    ):
        annual.read_wording(path)


def test_a_wording_with_an_unknown_figure_is_refused(tmp_path):
    path = tmp_path / "2025-01-01.yaml"
    path.write_text(
        "title: t\nopening: o\nnot_recorded: n\nbasis: b\nsections:\n- heading: h\n  parts:\n  - heading: p\n"
        "    paragraphs: ['查办{enf.tm.x}件']\n"
    )
    with pytest.raises(annual.WordingError, match="不是指标"):
        annual.read_wording(path)


@settings(max_examples=examples(300), deadline=None)
@given(typed=st.text(alphabet="#{}=\n enf.tmn件甲", max_size=60))
def test_whatever_is_typed_is_read_or_refused_by_its_line_and_read_back_the_same(typed):
    try:
        read = annual.read_words(typed)
    except annual.WordingError as error:
        assert "行" in str(error) or "正文" in str(error)
        return
    again = annual.read_words(annual.editable(read))
    assert again["sections"] == [
        {"heading": " ".join(s["heading"].split()),
         "parts": [{"heading": " ".join(p["heading"].split()), "paragraphs": [" ".join(w.split()) for w in p["paragraphs"]]}
                   for p in s["parts"]]}
        for s in read["sections"]
    ]  # fmt: skip


def test_the_word_file_opens_and_holds_text_tables_and_ledger_head(world, cases):
    from docx import Document

    report = compose(world.city.unit)
    paper = Document(io.BytesIO(docx.report_docx(report, ON)))
    text = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert "查办商标侵权案件3件" in text and "ab" * 32 in text
    figures, units, months = paper.tables[:3]
    assert [cell.text for cell in figures.rows[1].cells][:6] == [
        "商标侵权案件查办数",
        "件",
        "3",
        "1",
        "增长200.0%",
        "3",
    ]
    assert units.rows[-1].cells[1].text == months.rows[-1].cells[1].text == "3"
    assert len(months.rows) == 14
    assert paper.core_properties.author == world.city.unit.name


def test_the_word_file_is_the_same_bytes_every_time(world, cases):
    report = compose(world.a.unit)
    assert docx.report_docx(report, ON) == docx.report_docx(report, ON)


def run(*arguments: str) -> int:
    import argparse

    parser = argparse.ArgumentParser()
    commands.add_parsers(parser.add_subparsers())
    parsed = parser.parse_args(arguments)
    return parsed.run(parsed)


def test_the_report_command_prints_one_json_document(world, cases, capsys):
    assert run("report", "2024", "--format", "json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["year"] == 2024
    fines = next(f for f in printed["figures"] if f["id"] == "enf.tm.fine")
    assert (fines["title"], fines["unit"], fines["value"], fines["rows"]) == (
        "商标侵权案件罚没金额",
        "万元",
        10.000001,
        3,
    )


def test_the_report_command_for_one_unit_and_an_unknown_one(world, cases, capsys):
    assert run("report", "2024", "--format", "json", "--unit", world.a.unit.code) == 0
    assert json.loads(capsys.readouterr().out)["figures"][0]["value"] == 2
    assert run("report", "2024", "--unit", "999999") == 2
    assert "没有代码为“999999”的单位" in capsys.readouterr().err


def test_the_commands_without_any_unit_say_what_to_do(db, capsys):
    assert run("report", "2024") == 2
    assert "zhiheng demo" in capsys.readouterr().err


def test_the_reconcile_command_answers_each_claim(world, cases, tmp_path, capsys):
    text = tmp_path / "report.txt"
    text.write_text("某局2024年法治建设情况\n查办商标侵权案件3件，罚没金额12.00万元。审查文件17件。")
    assert run("reconcile", str(text), "--year", "2024", "--format", "json") == 0
    answered = json.loads(capsys.readouterr().out)
    assert [(a["status"], a["recorded"], a["figure"]) for a in answered] == [
        ("matches", 3, "enf.tm.n"),
        ("differs", 100000.01, "enf.tm.fine"),
        ("not_recorded", None, None),
    ]


def test_the_reconcile_command_refuses_a_missing_file_in_words(world, capsys, tmp_path):
    assert run("reconcile", str(tmp_path / "none.txt"), "--year", "2024") == 2
    captured = capsys.readouterr()
    assert captured.out == "" and "打不开文件" in captured.err


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("2023年查办商标侵权案件1件。", "matches"),
        ("2024年第一季度查办商标侵权案件2件。", "matches"),
        ("2024年1-3月查办商标侵权案件3件。", "differs"),
        ("2019年查办商标侵权案件5件。", "not_recorded"),
        ("截至2024年底，累计查办商标侵权案件900件。", "not_recorded"),
    ],
)
def test_a_claim_is_held_against_its_own_period(world, cases, said, status):
    (item,) = reconciliation.hold(world.city.unit, f"某局2024年工作情况\n{said}", 2024).items
    assert item.status == status, item.verdict.words


@pytest.mark.parametrize(("publisher", "foreign"), [("重庆市知识产权局", False), ("成都市知识产权局", True)])
def test_a_text_of_another_office_is_said_to_be_so(world, cases, publisher, foreign):
    text = f"{publisher}2024年法治建设情况\n查办商标侵权案件3件。"
    assert reconciliation.hold(world.city.unit, text, 2024).foreign is foreign
