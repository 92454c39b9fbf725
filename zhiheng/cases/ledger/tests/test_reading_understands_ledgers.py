"""Whatever the layout, the same cases come out; what cannot be read truly comes back with its reason."""

import datetime as dt
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.cases.ledger import FIELDS, read_ledger, write_rejects
from zhiheng.cases.ledger.tests.ledger_files import HEADER, UNITS, case, write_xlsx

STATED = [name for name in FIELDS if name not in ("source_sheet", "source_row")]
quick = settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def stated(ledger):
    return list(ledger.rows.tuples(*STATED))


def read(tmp_path, *sheets, names=None, **options):
    return read_ledger(write_xlsx(tmp_path / "台账.xlsx", *sheets, names=names), units=UNITS, **options)


def test_a_plain_ledger_is_read_into_fields(tmp_path):
    row = read(tmp_path, [HEADER, case()]).rows[0]
    assert row.unit == "500101"
    assert row.doc_no == "渝万州市监处罚〔2024〕1号"
    assert row.cause == "trademark_infringement"
    assert (row.filed_on, row.decided_on) == (dt.date(2024, 3, 5), dt.date(2024, 4, 5))
    assert (row.case_value_fen, row.fine_fen) == (150_000, 300_000)
    assert row.source_row == 2


@quick
@given(st.permutations(range(len(HEADER))))
def test_any_order_of_columns_gives_the_same_rows(tmp_path, order):
    rows = [HEADER, case(1), case(2, 备注="系列案")]
    shuffled = [[row[index] for index in order] for row in rows]
    assert stated(read(tmp_path, shuffled)) == stated(read(tmp_path, rows))


@quick
@given(st.randoms(use_true_random=False))
def test_titles_sums_blank_lines_and_footers_change_nothing(tmp_path, rng: random.Random):
    cases = [case(number) for number in range(1, 6)]
    noise = [
        [""] * len(HEADER),
        ["小计", "", "", "", "", "", "", 3000, 6000, ""],
        ["", "", "", "", "", "", "", "", "", ""],
        HEADER,
        [9, "", "", "", "", "", "", "", "", ""],
    ]
    table = list(cases)
    for row in rng.sample(noise, rng.randint(1, len(noise))):
        table.insert(rng.randint(0, len(table)), row)
    dirty = [
        ["2024年案件台账"],
        ["填报单位：万州区市场监督管理局", "", "单位：元"],
        [],
        HEADER,
        *table,
        ["合 计", "5件", "", "", "", "", "", 7500, 15000, ""],
        ["备注：本表由各所填报"],
        ["填报人：", "", "审核人：", "", "填报日期：2025年1月5日"],
    ]
    assert stated(read(tmp_path, dirty)) == stated(read(tmp_path, [HEADER, *cases]))


def test_a_header_in_two_rows_is_joined(tmp_path):
    rows = [
        ["当事人", "", "立案", "", "处罚情况", "", "案由", "案值"],
        ["名称", "信用代码", "文号", "日期", "罚款（万元）", "决定书文号", "", "（万元）"],
        [
            "青禾食品店",
            "92500101MA5U00000X",
            "立1",
            "2024.3.5",
            0.3,
            "渝万州市监处罚〔2024〕1号",
            "假冒专利",
            1.5,
        ],
    ]
    ledger = read(tmp_path, rows, default_unit="500101")
    row = ledger.rows[0]
    assert (row.party_name, row.party_id, row.filed_on) == (
        "青禾食品店",
        "92500101MA5U00000X",
        dt.date(2024, 3, 5),
    )
    assert (row.fine_fen, row.case_value_fen, row.cause) == (300_000, 1_500_000, "patent_counterfeiting")


def test_quarterly_sheets_are_read_together_and_a_sheet_without_table_is_named(tmp_path):
    ledger = read(
        tmp_path,
        [HEADER, case(1)],
        [HEADER, case(2)],
        [["填表说明"], ["请如实填写"]],
        names=["一季度", "二季度", "说明"],
    )
    assert [row.source_sheet for row in ledger.rows] == ["一季度", "二季度"]
    assert any("说明" in note for note in ledger.notes)


def test_the_unit_comes_from_cell_then_title_then_caller(tmp_path):
    bare = [row[:1] + row[2:] for row in (HEADER, case())]
    assert read(tmp_path, bare, default_unit="500103").rows[0].unit == "500103"
    assert read(tmp_path, [["渝中区2024年知识产权案件台账"], *bare]).rows[0].unit == "500103"
    assert read(tmp_path, [HEADER, case(办案单位="忠县局")], default_unit="500103").rows[0].unit == "500233"
    rejected = read(tmp_path, bare).rejected
    assert len(rejected) == 1 and "单位" in rejected[0].reason


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("渝中区市场监管局", "500103"),
        ("渝中", "500103"),
        ("忠县", "500233"),
        ("石柱县局", "500240"),
        ("两江新区分局", "500191"),
        ("高新区局", "500192"),
    ],
)
def test_a_unit_is_known_by_any_of_its_names(tmp_path, name, code):
    assert read(tmp_path, [HEADER, case(办案单位=name)]).rows[0].unit == code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("销售侵犯注册商标专用权的商品", "trademark_infringement"),
        ("销售假冒注册商标的商品", "trademark_infringement"),
        ("假冒专利", "patent_counterfeiting"),
        ("专利侵权纠纷", "patent_dispute"),
        ("侵犯特殊标志专有权", "special_sign"),
        ("擅自使用地理标志专用标志", "gi"),
        ("冒充注册商标", "trademark_other"),
        ("擅自开展专利代理业务", "patent_agency"),
        ("从事商标代理行为不规范", "trademark_agency"),
        ("虚假宣传", "other"),
    ],
)
def test_the_cause_follows_from_the_wording(tmp_path, words, code):
    assert read(tmp_path, [HEADER, case(案由=words)]).rows[0].cause == code


def test_one_bad_row_never_loses_the_others(tmp_path):
    ledger = read(tmp_path, [HEADER, case(1), case(2, 立案日期="2022427日"), case(3)])
    assert [row.doc_no for row in ledger.rows] == ["渝万州市监处罚〔2024〕1号", "渝万州市监处罚〔2024〕3号"]
    (item,) = ledger.rejected
    assert (item.row, item.column, item.value) == (3, "立案日期", "2022427日")
    assert item.reason and item.remedy


def test_the_same_case_twice_is_taken_once_and_a_contradiction_comes_back(tmp_path):
    same = case(1, 决定书文号="渝万州市监处罚[2024]第001号")
    other = case(1, 当事人="万州区另一家店")
    ledger = read(tmp_path, [HEADER, case(1), same, other])
    assert len(ledger.rows) == 1 and ledger.repeated == 1
    assert [(item.row, item.value) for item in ledger.rejected] == [(4, "渝万州市监处罚〔2024〕1号")]


def test_doubts_are_told_but_values_stay(tmp_path):
    rows = [HEADER, *(case(number) for number in range(1, 12))]
    rows += [
        case(20, 决定日期="2023-12-31", 立案日期="2023-12-01"),
        case(21, **{"案值（元）": "1500万元"}),
        case(22, 立案日期="2042-03-05", 决定日期=""),
    ]
    ledger = read(tmp_path, rows)
    assert len(ledger.rows) == 14
    said = " ".join(item.message for item in ledger.remarks)
    assert "文号年份与决定日期2023-12-31不一致" in said and "万元" in said and "2042" in said
    assert ledger.rows[12].case_value_fen == 1_500_000_000


def test_a_total_that_does_not_add_up_is_noted(tmp_path):
    ledger = read(tmp_path, [HEADER, case(1), case(2), ["合计", "", "", "", "", "", "", 9999, 6000, ""]])
    assert any("9,999" in note for note in ledger.notes)
    assert not any("6,000" in note for note in ledger.notes)


def test_forfeit_that_is_not_fine_plus_confiscation_is_remarked(tmp_path):
    header = [*HEADER, "没收违法所得（元）", "罚没款（元）"]
    ledger = read(tmp_path, [header, [*case(1), 200, 3200], [*case(2), 200, 3000]])
    assert [item.row for item in ledger.remarks] == [3]
    assert ledger.rows[1].forfeit_fen == 300_000


def test_unknown_columns_are_kept(tmp_path):
    ledger = read(tmp_path, [[*HEADER, "红盾编号"], [*case(), "HD-7"]])
    assert ledger.rows[0].extra == '{"红盾编号": "HD-7"}'


def test_rough_and_uncomputable_amounts_are_flagged(tmp_path):
    ledger = read(
        tmp_path, [HEADER, case(1, **{"案值（元）": "一万余元"}), case(2, **{"案值（元）": "无法计算"})]
    )
    first, second = ledger.rows
    assert (first.case_value_fen, first.approx) == (1_000_000, "case_value_fen")
    assert (second.case_value_fen, second.not_computable) == (None, "case_value_fen")


def test_the_key_is_the_same_for_every_style_and_the_digest_changes_with_content(tmp_path):
    one = read(tmp_path, [HEADER, case(1)]).rows[0]
    two = read(
        tmp_path, [HEADER, case(1, 决定书文号="渝万州市监处罚【2024】0001号", 立案日期="2024年3月5日")]
    ).rows[0]
    three = read(tmp_path, [HEADER, case(1, 备注="改")]).rows[0]
    assert (one.key, one.digest) == (two.key, two.digest)
    assert one.key == three.key and one.digest != three.digest


MENDS = [
    ("立案日期", "2022427日", "2024-03-05"),
    ("案值（元）", "1000-2000元", 1500),
    ("办案单位", "不存在的局", "万州区局"),
    ("案由", "", "侵犯注册商标专用权"),
    ("当事人", "", "万州区青禾2号食品店"),
]


@pytest.mark.parametrize(("column", "bad", "good"), MENDS)
def test_the_mended_rejects_file_gives_the_rows(tmp_path, column, bad, good):
    import openpyxl

    title = [["万州区2024年台账", "", "单位：万元"], [name.replace("（元）", "") for name in HEADER]]
    ledger = read(tmp_path, [*title, case(1), case(2, **{column: bad}), case(3)])
    assert len(ledger.rows) == 2
    rejects = tmp_path / "退回.xlsx"
    assert write_rejects(rejects, ledger) == 1
    book = openpyxl.load_workbook(rejects)
    sheet = book.active
    headings = [cell.value for cell in sheet[1]]
    place = next(i for i, text in enumerate(headings) if text.startswith(column.split("（")[0]))
    cell = sheet.cell(2, place + 1)
    assert cell.fill.fgColor.rgb.endswith("FFD6D6") and cell.comment is not None
    assert sheet.cell(2, headings.index("退回原因") + 1).value
    cell.value = good
    book.save(rejects)
    mended = read_ledger(rejects, units=UNITS)
    assert not mended.rejected
    whole = read(tmp_path, [*title, case(1), case(2, **{column: good}), case(3)])
    assert stated(mended) == [row for row in stated(whole) if "2号" in row[3]]


def test_text_that_looks_like_a_formula_stays_text(tmp_path):
    import openpyxl

    ledger = read(
        tmp_path,
        [
            HEADER,
            case(1, 备注="=1+1", 当事人="@甲店"),
            case(2, 备注="=HYPERLINK(1)", 立案日期="2024年13月1日"),
        ],
    )
    assert (ledger.rows[0].note, ledger.rows[0].party_name) == ("=1+1", "@甲店")
    rejects = tmp_path / "退回.xlsx"
    write_rejects(rejects, ledger)
    sheet = openpyxl.load_workbook(rejects).active
    cell = next(cell for cell in sheet[2] if cell.value == "=HYPERLINK(1)")
    assert cell.data_type == "s" or "HYPERLINK" not in str(openpyxl.load_workbook(rejects, data_only=False))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_gives_the_same_rows_as_xlsx(tmp_path, encoding, delimiter):
    import csv

    rows = [HEADER, case(1), case(2, 备注="换行\n的备注")]
    path = tmp_path / "台账.csv"
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(rows)
    assert stated(read_ledger(path, units=UNITS)) == stated(read(tmp_path, rows))


def test_vertically_merged_units_are_filled_down(tmp_path):
    import xlsxwriter

    path = tmp_path / "合并.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for r, row in enumerate([HEADER, case(1), case(2), case(3)]):
        for c, value in enumerate(row):
            if not (c == 1 and r > 1):
                sheet.write(r, c, value)
    sheet.merge_range(1, 1, 3, 1, "渝中区局")
    book.close()
    assert {row.unit for row in read_ledger(path, units=UNITS).rows} == {"500103"}


@pytest.mark.parametrize(
    ("number", "doubted"),
    [
        ("91110000802100433B", False),
        ("91110000802100433C", True),
        ("11010519491231002X", False),
        ("110105194912310021", True),
        ("110105********002X", False),
        ("500000123456789", False),
        ("待核", False),
        ("", False),
    ],
)
def test_an_identifier_with_a_wrong_check_sign_is_pointed_out_and_kept(tmp_path, number, doubted):
    """GB 32100, GB 11643: what is masked, older or not known is no such number."""
    header = [*HEADER, "统一社会信用代码"]
    ledger = read_ledger(write_xlsx(tmp_path / "台账.xlsx", [header, [*case(1), number]]), units=UNITS)
    assert not ledger.rejected and len(ledger.rows) == 1
    assert any("校验位" in remark.message for remark in ledger.remarks) == doubted
