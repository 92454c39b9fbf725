"""Dates, amounts and numbers come back equal from every way of writing them, and are never guessed."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.canonical import document_number, number_key
from zhiheng.cases.ledger.amounts import NOT_COMPUTABLE, Rough, amount_parser
from zhiheng.cases.ledger.cells import Doubtful, Unreadable
from zhiheng.cases.ledger.dates import date_parser
from zhiheng.cases.ledger.names import party, party_kind_of_id
from zhiheng.cases.ledger.vocabulary import words

FULL = str.maketrans("0123456789.", "０１２３４５６７８９．")
DATE_FORMS = [
    lambda d: d,
    lambda d: dt.datetime(d.year, d.month, d.day, 9, 30),
    lambda d: float((d - dt.date(1899, 12, 30)).days),
    lambda d: d.isoformat(),
    lambda d: f"{d.year}.{d.month}.{d.day}",
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f"{d.year} 年 {d.month} 月 {d.day} 日",
    lambda d: f"{d.year}年{d.month:02d}月{d.day:02d}日（星期三）",
    lambda d: f"{d:%Y%m%d}",
    lambda d: int(f"{d:%Y%m%d}"),
    lambda d: f"{d:%Y-%m-%d} 10:30:00",
    lambda d: f"{d.year}.{d.month}.{d.day}".translate(FULL),
]


@given(st.dates(dt.date(1990, 1, 1), dt.date(2099, 12, 31)), st.sampled_from(DATE_FORMS))
def test_a_date_written_in_any_supported_way_reads_back_equal(day, form):
    assert date_parser()(form(day)) == day


@pytest.mark.parametrize(
    "text", ["2022427日", "2022427", 2022427, "2022111", "2024-02-30", "2024.13.1", "24.3.5", "3月5日"]
)
def test_a_date_that_is_no_single_day_is_handed_back(text):
    assert isinstance(date_parser()(text), Unreadable)


def test_a_date_without_separators_names_its_possible_readings():
    problem = date_parser()("2022111")
    assert "2022-01-11" in problem.reason and "2022-11-01" in problem.reason


def test_a_date_without_year_is_read_only_when_the_year_is_given():
    assert date_parser(2024)("3月5日") == dt.date(2024, 3, 5)
    assert date_parser(2024)("24.3.5") == dt.date(2024, 3, 5)
    assert isinstance(date_parser(2023)("24.3.5"), Unreadable)


def test_a_serial_number_typed_as_text_is_read_with_a_remark():
    answer = date_parser()("45356")
    assert isinstance(answer, Doubtful) and answer.value == dt.date(2024, 3, 5)


@pytest.mark.parametrize("text", ["", "/", "\\", "无", "—", "  "])
def test_an_empty_marker_is_no_value(text):
    assert date_parser()(text) is None
    assert amount_parser()(text) is None


def _han(fen):
    """Capital numerals of a whole number of yuan below one hundred million."""
    digits, yuan = "零壹贰叁肆伍陆柒捌玖", fen // 100

    def four(n):
        text = "".join(
            digits[int(c)] + unit
            for c, unit in zip(f"{n:04d}", ["仟", "佰", "拾", ""], strict=True)
            if c != "0" or 0
        )
        return text

    high, low = divmod(yuan, 10_000)
    return (four(high) + "万" if high else "") + four(low) + "元整"


AMOUNT_FORMS = [
    lambda f: f / 100,
    lambda f: f"{f // 100}.{f % 100:02d}",
    lambda f: f"{f // 100:,}.{f % 100:02d}元",
    lambda f: f" {f // 100}.{f % 100:02d} 元",
    lambda f: f"¥{f // 100}.{f % 100:02d}",
    lambda f: f"{f // 100}.{f % 100:02d}".translate(FULL),
    lambda f: f"{f // 1_000_000}.{f % 1_000_000:06d}万元",
    lambda f: f"人民币{f // 100}.{f % 100:02d}元",
    lambda f: f"{f // 100}.{f % 100:02d}元整",
]


@given(st.integers(0, 10**11), st.sampled_from(AMOUNT_FORMS))
def test_an_amount_written_in_any_supported_way_reads_back_to_the_fen(fen, form):
    assert amount_parser()(form(fen)) == fen


@given(st.integers(0, 10**11))
def test_a_bare_number_takes_the_headers_unit_and_a_unit_in_the_cell_goes_before_it(fen):
    wan = amount_parser(1_000_000)
    assert wan(f"{fen // 1_000_000}.{fen % 1_000_000:06d}") == fen
    assert wan(f"{fen // 100}.{fen % 100:02d}元") == fen


@given(st.integers(1, 9999_9999))
def test_capital_numerals_agree_with_the_figures_they_stand_beside(yuan):
    text = f"{yuan}元（{_han(yuan * 100)}）"
    assert amount_parser()(text) == yuan * 100
    assert isinstance(amount_parser()(f"{yuan + 1}元（{_han(yuan * 100)}）"), Unreadable)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0.1万元", 100_000),
        ("55000.00元(伍万伍仟元整)", 5_500_000),
        ("84252.82 元", 8_425_282),
        ("1万5千元", 1_500_000),
        ("45,690元", 4_569_000),
        ("5000.00元（大写：伍仟元整）", 500_000),
        ("三万二（32000元）", 3_200_000),
        ("一亿二千万元", 12_000_000_000),
    ],
)
def test_the_printed_forms_of_real_ledgers_are_read(text, fen):
    assert amount_parser()(text) == fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [("一万余元", 1_000_000), ("5000多元", 500_000), ("约3万元", 3_000_000), ("2万元左右", 2_000_000)],
)
def test_a_rough_amount_is_marked_as_rough(text, fen):
    assert amount_parser()(text) == Rough(fen)


def test_not_computable_is_neither_zero_nor_empty():
    assert amount_parser()("违法经营额无法计算") is NOT_COMPUTABLE


@pytest.mark.parametrize(
    "text",
    [
        "-5",
        "1,23",
        "不足5000元",
        "5000元（大写：伍万元整）",
        "三万二元",
        "1亿5000",
        "1000-2000元",
        "5000元、200元",
        "100 20",
        "见附件",
        dt.date(2024, 1, 1),
        -3.0,
        1e300,
    ],
)
def test_what_is_not_one_amount_is_handed_back(text):
    assert isinstance(amount_parser()(text), Unreadable)


def test_words_for_no_fine_are_zero_with_a_remark_only_in_a_fine_column():
    assert amount_parser(fine=True)("不予处罚").value == 0
    assert isinstance(amount_parser()("不予处罚"), Unreadable)


BRACKETS = ["〔〕", "[]", "【】", "()", "（）", "﹝﹞"]


@given(
    st.sampled_from(["渝涪陵市监处罚", "津市监执罚", "渝知管罚字", "平市监行处"]),
    st.integers(2015, 2030),
    st.integers(1, 99999),
    st.sampled_from(BRACKETS),
    st.sampled_from(["", "0", "00"]),
    st.sampled_from(["", "第"]),
    st.sampled_from(["", " "]),
)
def test_every_style_of_a_document_number_has_one_canonical_form(
    body, year, serial, brackets, zeros, ordinal, gap
):
    printed = f"{body}{brackets[0]}{gap}{year}{gap}{brackets[1]}{gap}{ordinal}{zeros}{serial}{gap}号"
    canonical = f"{body}〔{year}〕{serial}号"
    assert document_number(printed) == (canonical, True)
    assert document_number(canonical) == (canonical, True)


def test_a_missing_half_bracket_is_read_and_other_text_is_left_alone():
    assert document_number("渝涪陵市监处罚〔2024 951号")[0] == "渝涪陵市监处罚〔2024〕951号"
    assert document_number("见附件") == ("见附件", False)


def test_two_spellings_of_one_bureau_have_one_key():
    assert number_key("渝市监处罚字〔2024〕1号") == number_key("渝市监处罚〔2024〕1号")


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("渝中区好味小吃店（张三）", ("渝中区好味小吃店", "张三", "individual_business")),
        ("重庆青禾商贸有限公司（法定代表人：李四）", ("重庆青禾商贸有限公司", "李四", "organisation")),
        ("万州区青禾食品店（个体工商户）", ("万州区青禾食品店（个体工商户）", "", "individual_business")),
        ("青禾合伙企业（有限合伙）", ("青禾合伙企业（有限合伙）", "", "organisation")),
        ("王五", ("王五", "", "person")),
    ],
)
def test_a_party_is_told_from_its_operator(printed, read):
    assert party(printed) == read


def test_the_credit_code_tells_the_kind_of_party():
    assert party_kind_of_id("92500101MA5U00000X") == "individual_business"
    assert party_kind_of_id("91500101MA5U00000X") == "organisation"
    assert party_kind_of_id("500101199001011234") == "person"
    assert party_kind_of_id("随便") == ""


def test_the_vocabulary_holds_nothing_but_texts():
    flags = ("settled", "unstated")

    def texts(value):
        if isinstance(value, dict):
            return all(texts(item) for name, item in value.items() if name not in flags)
        return all(map(texts, value)) if isinstance(value, list) else isinstance(value, str)

    assert texts(words()), "YAML reads 12315 and No as something else: put quotes around them"
