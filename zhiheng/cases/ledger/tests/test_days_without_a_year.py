"""A day without a year has the year of its title, and only where nothing speaks against it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.cases.ledger import read_ledger
from zhiheng.cases.ledger.dates import month_and_day
from zhiheng.cases.ledger.tests.ledger_files import UNITS, write_xlsx
from zhiheng.cases.ledger.years import spoken_of

HEADS = ["办案单位", "决定书文号", "当事人", "案由", "立案日期", "决定日期"]
STILL = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2024, 12, 30))
FORMS = (
    "{0.month}月{0.day}日",
    "{0.month}.{0.day}",
    "{0.month:02}-{0.day:02}",
    "{0.month}/{0.day}",
    "{0.month} 月 {0.day} 号",
)
TITLES = (
    "万州区局{}年案件台账", "{}年度案件", "台账（{}年1—12月）", "统计时段：{0}年1月1日至{0}年12月31日", "{}年案件（根据渝知发〔2019〕3号填报）",
    "{}年台账 填报日期：2031年1月6日", "{}.1-12月案件",
)  # fmt: skip


def read(tmp_path, *rows, name="台账", answers=None, year=None):
    return read_ledger(
        write_xlsx(tmp_path / f"{name}.xlsx", list(rows)), units=UNITS, answers=answers, year=year
    )


def case(filed, decided, number="渝万州市监处罚〔{}〕7号", year=2024):
    return ["万州区局", number.format(year), "青禾食品店", "商标侵权", filed, decided]


@given(DAYS, st.integers(0, 1), st.sampled_from(FORMS), st.sampled_from(TITLES))
@settings(max_examples=examples(60), **STILL)
def test_a_day_is_read_in_the_one_year_of_the_title_and_that_is_told(tmp_path, filed, later, form, title):
    decided = filed + dt.timedelta(later)
    if decided.year != filed.year:
        return
    row = case(form.format(filed), decided.isoformat(), year=filed.year)
    ledger = read(tmp_path, [title.format(filed.year)], HEADS, row)
    assert [one.filed_on for one in ledger.rows] == [filed]
    assert any(f"按标题读作{filed.year}年" in note for note in ledger.notes)
    [column] = [column for column in ledger.header if column.field == "filed_on"]
    assert (column.year, column.year_from) == (filed.year, "标题")


def test_the_year_stands_in_the_name_of_the_file_or_of_the_tab(tmp_path):
    row = case("3月5日", "4月5日")
    assert [one.filed_on for one in read(tmp_path, HEADS, row, name="2024年台账").rows] == [
        dt.date(2024, 3, 5)
    ]
    path = write_xlsx(tmp_path / "台账.xlsx", [HEADS, row], names=["2024年3月"])
    assert [one.decided_on for one in read_ledger(path, units=UNITS).rows] == [dt.date(2024, 4, 5)]


def test_without_any_year_the_row_comes_back(tmp_path):
    ledger = read(tmp_path, ["案件台账"], HEADS, case("3月5日", "2024-04-05"))
    assert not ledger.rows and "没有写年份" in ledger.rejected[0].reason


def test_two_years_are_asked_about_and_the_answer_is_taken(tmp_path):
    rows = (["2023—2024年案件"], HEADS, case("3月5日", "2024-04-05"))
    [ask] = read(tmp_path, *rows).asks
    assert (ask.column, ask.choices, ask.about) == ("立案日期", ("2023年", "2024年"), "year")
    assert "标题写的是2023年，标题写的是2024年" in ask.why
    answered = read(tmp_path, *rows, answers={"立案日期": "2023年"})
    assert [row.filed_on for row in answered.rows] == [dt.date(2023, 3, 5)] and not answered.asks
    assert any("按您的回答读作2023年" in note for note in answered.notes)


@pytest.mark.parametrize(
    ("filed", "decided", "year", "reason"),
    [
        ("2024-03-05", "4月5日", 2023, "与文号的2023年不符"),
        ("3月5日", "", 2023, "与文号的2023年不符"),
        ("11月5日", "1月5日", 2024, "早于立案日期"),
    ],
)
def test_a_row_that_speaks_against_the_titles_year_comes_back(tmp_path, filed, decided, year, reason):
    ledger = read(tmp_path, ["2024年案件"], HEADS, case(filed, decided, year=year))
    assert not ledger.rows and any(reason in item.reason for item in ledger.rejected)


def test_a_service_that_fell_into_the_next_year_is_not_read_into_this_one(tmp_path):
    row = [*case("2024-11-05", "2024-12-20"), "1月8日"]
    ledger = read(tmp_path, ["2024年案件"], [*HEADS, "送达日期"], row)
    assert not ledger.rows and "先后就颠倒了" in ledger.rejected[0].reason


def test_a_column_of_years_gives_each_row_its_own(tmp_path):
    rows = [[year, *case("3月5日", "4.5", year=year)] for year in (2022, "2023", "2024年")]
    for number, row in enumerate(rows):
        row[2] = row[2].replace("7号", f"{number}1号")
    ledger = read(tmp_path, ["年度", *HEADS], *rows)
    assert [row.decided_on for row in ledger.rows] == [dt.date(year, 4, 5) for year in (2022, 2023, 2024)]


@pytest.mark.parametrize(
    ("said", "years"),
    [
        ("填报日期：2025年1月6日", set()), ("渝知发〔2025〕3号", set()), ("《商标法》（2019年修正）", set()), ("编号12024", set()),
        ("二〇二四年度", {2024}), ("２０２４年", {2024}), ("台账202406", {2024}), ("台账20240630", set()), ("2023年12月1日至2024年3月5日", {2023, 2024}),
        ("2024年1—6月", {2024}), ("2024-01", {2024}),
    ],
)  # fmt: skip
def test_days_and_numbers_of_letters_are_no_years_of_a_table(said, years):
    assert set(spoken_of([("标题", said)])) == years


@given(st.dates(dt.date(2020, 1, 1), dt.date(2029, 12, 31)), st.sampled_from(FORMS))
def test_a_day_that_states_its_year_lacks_none(day, form):
    assert month_and_day(form.format(day)) == (day.month, day.day)
    for stated in (
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        f"{day.year}.{day.month}",
    ):
        assert month_and_day(stated) is None
