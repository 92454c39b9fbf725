"""Numbers read the way people mean them, or come back with every reading they may have."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.numbers import chinese, read, scan

FULL = str.maketrans("0123456789.", "０１２３４５６７８９．")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("廿五", 25), ("卅六", 36), ("廿", 20), ("卌二", 42), ("一百〇五", 105), ("一百十五", 115), ("十", 10),
        ("二〇二四", 2024), ("五〇〇〇", 5000), ("三五〇〇", 3500), ("一二〇万", 1_200_000),
        ("一亿二千万", 120_000_000), ("壹亿贰仟万", 120_000_000), ("一万亿二千亿", 1_200_000_000_000),
        ("1千零5", 1005), ("12万零8", 120_008), ("3万零500", 30_500), ("1亿零5万", 100_050_000), ("3亿5千零20万", 350_200_000),
        ("一点二亿", 120_000_000), ("1.5百万", 1_500_000), ("12,345.67", Decimal("12345.67")), ("1,2345", 12_345),
        ("１２，３４５", 12_345), ("三万五百", 30_500), ("1万500", 10_500), ("两萬伍仟", 25_000), ("零", 0), ("35千", 35_000),
    ],
)  # fmt: skip
def test_a_number_written_in_any_of_the_ways_of_papers_is_read_exactly(text, value):
    number = read(text)
    assert number.exact and number.value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三万二", 32_000),
        ("两千三", 2300),
        ("一千五", 1500),
        ("一百二", 120),
        ("两万五", 25_000),
        ("一亿三", 130_000_000),
    ],
)
def test_an_elliptic_last_digit_counts_in_the_next_place(text, value):
    assert read(text).value == value


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("3万2", {30_002, 32_000}),
        ("叁万贰", {30_002, 32_000}),
        ("1亿5000", {100_005_000, 150_000_000}),
        ("一亿五千", {100_005_000, 150_000_000}),
        ("2千5", {2005, 2500}),
        ("壹佰壹万", {1_010_000, 1_100_000}),
    ],
)
def test_what_can_be_read_two_ways_gives_both_readings_and_no_value(text, readings):
    number = read(text)
    assert set(number.readings) == readings
    assert number.value is None and not number.exact


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("三四十", 30, 40), ("两三千", 2000, 3000), ("十七八", 17, 18), ("七八万", 70_000, 80_000), ("二十三四万", 230_000, 240_000),
        ("三五百", 300, 500), ("十几", 11, 19), ("几十", 10, 90), ("数百万", 1_000_000, 9_000_000), ("一百一二十", 110, 120),
    ],
)  # fmt: skip
def test_two_neighbouring_digits_and_open_places_are_a_range(text, low, high):
    number = read(text)
    assert (number.readings, number.high) == ((low,), high)
    assert not number.exact


@pytest.mark.parametrize(
    ("text", "value", "rough"),
    [
        ("5000多", 5000, "≥"), ("一百二十余", 120, "≥"), ("十余万", 100_000, "≥"), ("百余", 100, "≥"), ("上百", 100, "≥"),
        ("上千万", 10_000_000, "≥"), ("三十来", 30, "≈"), ("1.2亿多", 120_000_000, "≥"),
    ],
)  # fmt: skip
def test_a_rough_number_keeps_its_value_and_says_that_it_is_rough(text, value, rough):
    number = read(text)
    assert (number.value, number.rough, number.exact) == (value, rough, False)


@pytest.mark.parametrize(
    "text", ["", "万", "千百", "一一百", "三万零", "一千零", "3.5万2千", "12,34", "1,23,456", "百十来", "一二三十", "十万百", "件5", "五多", "几", "二两"]
)  # fmt: skip
def test_what_forms_no_number_is_none(text):
    assert read(text) is None


def _sections(number, *, write):
    """A number as people mix digits and 亿/万, with 零 where places are empty."""
    groups = [(10**8, "亿"), (10**4, "万"), (1, "")]
    text, gap = "", False
    for worth, unit in groups:
        part, number = divmod(number, worth)
        if not part:
            gap = bool(text)
            continue
        text += ("零" if text and (gap or part < 1000) else "") + write(part) + unit
        gap = False
    return text or write(0)


@given(st.integers(0, 10**12 - 1) | st.integers(0, 10**9))
def test_digits_mixed_with_myriads_read_back_to_the_same_number(number):
    for write in (str, lambda part: f"{part:,}", lambda part: str(part).translate(FULL)):
        back = read(_sections(number, write=write))
        assert back.exact and back.value == number


@given(st.integers(0, 10**16 - 1), st.integers(0, 4))
def test_decimals_and_grouping_never_change_the_value(number, places):
    written = f"{number / Decimal(10**places):f}"
    assert read(written).value == Decimal(written)
    if not places:
        assert read(f"{number:,}").value == number


@given(
    st.lists(st.integers(0, 10**9), min_size=1, max_size=5),
    st.sampled_from(["件，", "元；共", "人、另有", "\n"]),
)
def test_numbers_in_running_text_are_found_at_their_places(numbers, between):
    text = between.join(chinese(number) for number in numbers)
    found = list(scan(text))
    assert [text[numeral.start : numeral.end] for numeral in found] == [chinese(number) for number in numbers]
    assert [numeral.number.value for numeral in found] == numbers


def test_full_width_digits_keep_their_places_in_the_text():
    text = "查办案件１２万零８件，其中廿五件"
    assert [(text[n.start : n.end], int(n.number.value)) for n in scan(text)] == [
        ("１２万零８", 120_008),
        ("廿五", 25),
    ]


@given(st.text(alphabet="零〇一二两三十百千万亿0123456789.,余多几上点廿 ", max_size=30))
def test_any_run_of_number_characters_is_read_or_left_without_an_error(text):
    number = read(text)
    assert number is None or all(reading >= 0 for reading in number.readings)
    for numeral in scan(text):
        assert 0 <= numeral.start < numeral.end <= len(text)
