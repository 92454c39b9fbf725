"""What must hold for any number, any surroundings, any damage."""

import random
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.growth import growth
from zhiheng.reports.claims import match, read, read_claims
from zhiheng.reports.claims.numerals import chinese_to_int
from zhiheng.reports.claims.scoring import load_passages

PASSAGES = load_passages(Path(__file__).parent / "passages")
PROSE = [p for p in PASSAGES if p["claims"] and "\n" not in p["text"].strip() and "\t" not in p["text"]]
DIGITS = "零一二三四五六七八九"


def to_chinese(n: int) -> str:
    """A plain writer of Chinese numerals, for reading back (一百零五, 三万二千)."""
    if n == 0:
        return "零"
    for size, word in ((10**8, "亿"), (10**4, "万")):
        if n >= size:
            head, tail = divmod(n, size)
            gap = "零" if tail and tail < size // 10 else ""
            return to_chinese(head) + word + (gap + to_chinese(tail) if tail else "")
    out, zero = "", False
    for size, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, n = divmod(n, size)
        if digit:
            out += ("零" if zero and out else "") + DIGITS[digit] + word
            zero = False
        elif out:
            zero = True
    return out[1:] if out.startswith("一十") else out


def _one(text: str):
    [claim] = read_claims(text)
    return claim


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_a_chinese_numeral_is_read_back(n):
    assert chinese_to_int(to_chinese(n)) == n


@given(st.integers(min_value=2, max_value=10**9), st.sampled_from(["plain", "commas", "wide", "chinese"]))
def test_a_whole_number_in_any_writing_is_read_back(n, style):
    written = {
        "plain": str(n),
        "commas": f"{n:,}",
        "wide": f"{n:,}".translate(str.maketrans("0123456789,", "０１２３４５６７８９，")),
        "chinese": to_chinese(n),
    }[style]
    claim = _one(f"全年查办商标侵权案件{written}件。")
    assert (claim.value, claim.unit, claim.scale) == (n, "件", n)


@given(
    st.decimals(min_value="0.01", max_value="99999", places=2),
    st.sampled_from([("", 1), ("万", 10**4), ("亿", 10**8), ("万亿", 10**12)]),
)
def test_a_decimal_with_its_magnitude_is_read_back(value, magnitude):
    word, factor = magnitude
    claim = _one(f"罚没金额{value}{word}元。")
    assert (claim.value, claim.unit, claim.scale) == (value, f"{word}元", value * factor)


@given(st.decimals(min_value="0.1", max_value="100", places=1))
def test_a_percentage_is_read_back_as_a_fraction(value):
    assert _one(f"结案率为{value}%。").scale == value / 100


@given(st.integers(min_value=1, max_value=99))
def test_a_percentage_in_words_is_read_back(n):
    assert _one(f"结案率为百分之{to_chinese(n)}。").scale == Decimal(n) / 100


@given(
    st.sampled_from(PROSE),
    st.sampled_from(
        ["", "会议强调，要持续深化改革。", "有关情况通报如下。\n", "各单位要认真贯彻落实，确保取得实效。\n\n"]
    ),
    st.sampled_from(["", "以上情况，特此说明。", "\n各项工作稳步推进，社会反响良好。"]),
)
@settings(max_examples=examples(150), deadline=None)
def test_neutral_prose_around_a_text_moves_offsets_and_nothing_else(passage, before, after):
    text = passage["text"].rstrip("\n")
    plain = [_comparable(c) for c in read(text, year=2024).claims]
    wrapped = [_comparable(c) for c in read(before + text + after, year=2024).claims]
    assert wrapped == plain


def _comparable(claim):
    moving = ("start", "end", "clean")
    return {k: v for k, v in claim.to_dict().items() if k not in moving}


@given(
    st.text(
        alphabet="一二三十百千万亿两零点半0123456789.,，。；、（）《》“”件家元%年月日第至到从由增长其中共 \n\t|&#<>令号",
        max_size=120,
    )
)
@settings(max_examples=examples(400), deadline=None)
def test_no_text_crashes_the_reader(text):
    for claim in match(read(text).claims):
        assert text[claim.start : claim.end] == claim.text
        assert claim.to_dict()["why"]


def test_ten_thousand_mutations_crash_nothing():
    rng = random.Random(20241231)
    pool = "".join(p["text"] for p in PASSAGES)
    for _ in range(10_000):
        at = rng.randrange(len(pool) - 60)
        piece = list(pool[at : at + rng.randrange(5, 60)])
        for _ in range(rng.randrange(1, 6)):
            what, where = rng.randrange(3), rng.randrange(len(piece) or 1)
            if what == 0 and piece:
                del piece[where % len(piece)]
            elif what == 1:
                piece.insert(where, rng.choice(pool))
            elif piece:
                piece[where % len(piece)] = chr(rng.randrange(0x20, 0xFFFF))
        text = "".join(piece)
        for claim in read(text).claims:
            assert text[claim.start : claim.end] == claim.text


def _read(text: str) -> None:
    match(read(text).claims)


def test_the_work_of_a_long_report_grows_in_line_with_it():
    body = "\n".join(p["text"] for p in PASSAGES if p["file"] != "damaged")
    # as sparse as a real report: prose between the claims
    prose = "各单位要认真贯彻落实有关要求，不断完善工作机制，持续提升服务水平，切实维护市场秩序。" * 8
    report = "".join(line + prose for line in body.split("\n"))
    report = (report * (400_000 // len(report) + 1))[:400_000]
    assert len(report.encode()) > 900_000
    assert growth(_read, report[:25_000], report, runs=2) < 64


HOSTILE = [
    "1" * 5,
    "1,111",
    "一百万",
    "2件3人",
    "《",
    "“",
    "其中1件，",
    "同比增长1%、",
    "从1件增至",
    "居全国第",
    "1 ",
    "1\t",
    "&#",
    "分别为1、",
    "较2020年翻",
    "数百",
    "约1/",
    "三类案件",
    "比全国水平高",
    "一\n1\n",
    "1\t2\n",
    "18.\n",
]


@pytest.mark.parametrize(
    "unit", ["2件3人", "其中1件，", "从1件增至", "1\t", "1\t2\n", "《一\n", "同比增长1%、", "一\n1\n"]
)
def test_the_work_of_a_hostile_megabyte_grows_in_line_with_it(unit):
    """bench/claims.py reads five, the most that may be sent."""
    size = 1_000_000 // len(unit.encode())
    assert growth(_read, unit * (size // 16), unit * size, runs=1) < 64


@pytest.mark.parametrize("unit", HOSTILE)
def test_work_grows_in_line_with_the_text(unit):
    small = unit * (1_500 // len(unit))
    assert growth(_read, small, small * 16, runs=2) < 64


# ------------------------------------------------------------------------------------------------ tables

_CELLS = st.one_of(
    st.integers(0, 99_999).map(str),
    st.decimals(0, 9999, places=2).map(str),
    st.integers(1000, 999_999).map("{:,}".format),
    st.sampled_from(["", "-", "/", "无", "41/39", "约3", "12件", "8（+2.1%）", "3+4", "①5", "5*", "≥7"]),
)


@st.composite
def _tables(draw) -> tuple[list[list[str]], str]:
    width = draw(st.integers(1, 4))
    unit = st.sampled_from(["件", "万元", "人次", "家", "%"])
    noun = st.sampled_from(["立案", "结案", "金额", "检查", "占比"])
    name = st.sampled_from(["商标侵权", "假冒专利", "地理标志", "东山区", "其他"])
    heads = [f"{draw(noun)}{i}（{draw(unit)}）" for i in range(width)]
    rows = [[draw(name), *(draw(_CELLS) for _ in range(width))] for _ in range(draw(st.integers(1, 4)))]
    return [["类别", *heads], *rows], draw(st.sampled_from(["\t", "|"]))


@given(_tables())
@settings(max_examples=examples(100))
def test_every_cell_with_a_number_under_a_head_is_a_claim_or_said_to_be_unread(table):
    grid, mark = table
    edge = mark.strip()
    text = "".join(edge + mark.join(row) + edge + "\n" for row in grid)
    reading = read(text)
    told = [(one.start, one.end) for one in (*reading.claims, *reading.unread)]
    at = text.index("\n")
    for cell in (cell for row in grid[1:] for cell in row[1:]):
        at = text.index(cell, at)
        if any(char in "0123456789" for char in cell):
            assert any(start < at + len(cell) and at < end for start, end in told), (text, cell)
        at += len(cell)


@given(st.decimals(1, 99_999, places=2), st.sampled_from(["件", "家次", "万元", "元"]))
def test_a_unit_in_brackets_behind_a_number_is_its_unit(value, unit):
    if value == value.to_integral_value() and 1900 <= value <= 2100:
        return  # 2024（件） names a year's column
    [bare] = read(f"查办合计{value}{unit}。", year=2024).claims
    [inside] = read(f"查办合计{value}（{unit}）。", year=2024).claims
    assert (inside.value, inside.unit, inside.scale) == (bare.value, bare.unit, bare.scale)


@given(st.integers(1, 9), st.integers(11, 99), st.sampled_from(["万元", "亿元"]))
def test_digits_with_words_between_them_are_one_number(hundreds, rest, unit):
    [claim] = read(f"案值{hundreds}百{rest}{unit}。", year=2024).claims
    [plain] = read(f"案值{hundreds * 100 + rest}{unit}。", year=2024).claims
    assert claim.scale == plain.scale
