"""Amounts of money: exact to the fen, rough where the text is rough, both readings where it has two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.numbers import FEN, capitals, read_money


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("五〇〇〇元", 500_000), ("一亿二千万元", 12_000_000_000), ("壹亿贰仟万元整", 12_000_000_000), ("0.1万元", 100_000),
        ("3块5角", 350), ("十二元五角", 1250), ("叁角", 30), ("壹佰元零伍分", 10_005), ("伍万圆正", 5_000_000), ("人民币伍万元整", 5_000_000),
        ("12元0角5分", 1205), ("两千块钱", 200_000), ("3千5百元", 350_000), ("¥5,000.00", 500_000), ("RMB5000", 500_000),
        ("１２３．４５元", 12_345), ("5000元人民币", 500_000), ("三万二", 3_200_000), ("2万", 2_000_000),
    ],
)  # fmt: skip
def test_an_amount_is_read_to_the_fen(text, fen):
    money = read_money(text)
    assert (money.readings, money.high, money.rough, money.inexact) == ((fen,), None, "", False)


@pytest.mark.parametrize(
    ("text", "fen"), [("5000多元", 500_000), ("一万余元", 1_000_000), ("约5千元", 500_000), ("近万元", 1_000_000), ("一千元左右", 100_000), ("不足万元", 1_000_000)]
)  # fmt: skip
def test_a_rough_amount_says_so(text, fen):
    money = read_money(text)
    assert money.fen == fen and money.rough


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("三四十元", 3000, 4000), ("3-5万元", 3_000_000, 5_000_000), ("3000元至5000元", 300_000, 500_000), ("三万到五万", 3_000_000, 5_000_000), ("十几万元", 11_000_000, 19_000_000)],
)  # fmt: skip
def test_a_range_has_two_ends_and_no_single_amount(text, low, high):
    money = read_money(text)
    assert (money.readings[0], money.high, money.fen) == (low, high, None)


@pytest.mark.parametrize("text", ["三万二元", "叁万贰元整", "3万2元", "一亿五千元"])
def test_an_elliptic_digit_right_before_the_unit_has_two_readings(text):
    assert len(set(read_money(text).readings)) == 2


@pytest.mark.parametrize(
    ("text", "fen"), [("5k", 500_000), ("5K元", 500_000), ("1.2w", 1_200_000), ("3W块", 3_000_000), ("约5k", 500_000), ("0.5k", 50_000)]
)  # fmt: skip
def test_the_letters_typed_for_a_thousand_and_ten_thousand_are_those_words(text, fen):
    assert read_money(text).fen == fen


@pytest.mark.parametrize("text", ["3千5", "5k5", "3w5"])
def test_a_digit_behind_a_thousand_or_ten_thousand_has_two_readings(text):
    assert len(set(read_money(text).readings)) == 2
    assert read_money(text, FEN["万元"]).fen is None


@pytest.mark.parametrize("text", ["5kg", "10KB", "3W灯", "k", "w元", "4K电视"])
def test_units_that_begin_with_the_same_letters_are_no_amounts(text):
    assert read_money(text) is None


def test_a_bare_thousand_under_ten_thousands_has_two_readings_and_a_sign_of_yuan_too():
    assert set(read_money("5千", FEN["万元"]).readings) == {500_000, 5_000_000_000}
    assert set(read_money("¥50", FEN["万元"]).readings) == {5000, 50_000_000}
    assert read_money("五十", FEN["万元"]).readings == (50_000_000,)
    assert read_money("5000元", FEN["万元"]).readings == (500_000,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "元",
        "-5元",
        "负三元",
        "5美元",
        "$5",
        "3元5",
        "十五元二十角",
        "5元6",
        "一万元两万元",
        "100 20",
        "5-3元",
        "abc",
    ],
)
def test_what_is_no_amount_of_yuan_is_none(text):
    assert read_money(text) is None


@given(st.integers(0, 10**15), st.sampled_from(sorted(FEN)))
def test_a_bare_number_takes_the_unit_of_its_column(number, unit):
    assert read_money(str(number), FEN[unit]).readings == (number * FEN[unit],)


@given(st.integers(0, 10**16))
def test_capitals_and_figures_of_one_amount_are_read_the_same_under_any_column(fen):
    for unit in FEN.values():
        assert read_money(capitals(fen), unit).readings == (fen,)


@given(
    st.text(alphabet="零一二三十百千万亿元角分整0123456789.,-至约余多¥", max_size=24),
    st.sampled_from(sorted(FEN.values())),
)
def test_any_text_is_read_or_left_without_an_error(text, unit):
    money = read_money(text, unit)
    assert money is None or all(reading >= 0 for reading in money.readings)
