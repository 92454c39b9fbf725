import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.numbers import LIMIT, LIMIT_FEN, amount, capitals, chinese, figures, read, read_money

ANY_AMOUNT = st.integers(min_value=0, max_value=LIMIT_FEN - 1) | st.integers(min_value=0, max_value=10**9)


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (105, "壹元零伍分"),
        (1000, "壹拾元整"),
        (1_000_000, "壹万元整"),
        (1_000_500, "壹万零伍元整"),
        (10_050_000, "壹拾万零伍佰元整"),
        (48_599_00, "肆万捌仟伍佰玖拾玖元整"),
        (100_000_000_00, "壹亿元整"),
        (100_000_001_00, "壹亿零壹元整"),
        (12_345_67, "壹万贰仟叁佰肆拾伍元陆角柒分"),
        (10**14, "壹万亿元整"),
        (10**14 + 100, "壹万亿零壹元整"),
    ],
)
def test_known_amounts_are_written_as_a_bank_writes_them(fen, text):
    assert capitals(fen) == text


@given(ANY_AMOUNT)
def test_reading_the_capitals_back_gives_the_same_amount(fen):
    assert read_money(capitals(fen)).readings == (fen,)


@given(ANY_AMOUNT)
def test_only_the_characters_of_the_standard_appear_and_zeros_never_double(fen):
    text = capitals(fen)
    assert set(text) <= set("零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整")
    assert "零零" not in text
    assert not text.startswith("零") or fen < 100


@given(st.integers(min_value=0, max_value=LIMIT_FEN // 100 - 1))
def test_whole_yuan_end_in_yuan_zheng(yuan):
    assert capitals(yuan * 100).endswith("元整")


@given(ANY_AMOUNT)
def test_figures_and_capitals_state_the_same_amount(fen):
    assert int(figures(fen).replace(",", "").replace(".", "")) == fen
    assert amount(fen) == f"人民币{capitals(fen)}（{figures(fen)}元）"


@pytest.mark.parametrize("wrong", [1.5, "100", None, True])
def test_an_amount_that_is_not_whole_fen_is_refused(wrong):
    with pytest.raises(TypeError, match="以分计的整数"):
        capitals(wrong)


def test_a_negative_amount_is_refused():
    with pytest.raises(ValueError, match="超出"):
        capitals(-1)


@pytest.mark.parametrize("fen", [LIMIT_FEN, LIMIT_FEN * 10])
def test_an_amount_beyond_sixteen_digits_of_yuan_is_refused(fen):
    with pytest.raises(ValueError, match="超出"):
        capitals(fen)


@given(st.integers(0, LIMIT - 1) | st.integers(0, 10**6))
def test_a_number_written_in_han_numerals_reads_back(number):
    back = read(chinese(number))
    assert back.exact and back.value == number


@given(ANY_AMOUNT)
def test_the_whole_statement_of_a_paper_is_not_read_as_another_amount(fen):
    assert read_money(f"人民币{capitals(fen)}").readings == (fen,)
    assert read_money(f"{figures(fen)}元").readings == (fen,)
