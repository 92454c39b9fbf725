"""Every sentence that a paper may be written of, laid out as Word and read back, gives the very figures it was written from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.figures.registry import find
from zhiheng.figures.selectors import Value
from zhiheng.reports import annual, docx
from zhiheng.reports.annual import BOOK
from zhiheng.reports.claims import House, Placer, compare, load_indicators, match, read
from zhiheng.reports.claims.sources import read_bytes
from zhiheng.reports.models import PaperKind
from zhiheng.reports.periods import PARTS, Period
from zhiheng.reports.received import RECEIVED

CITY = House(
    "重庆市知识产权局", ("市知识产权局", "我局", "本局"), ("重庆市", "重庆", "全市", "我市"),
    {"渝北区": 1, "渝北": 1, "渝北区局": 1}, ("知识产权局", "知识产权系统"),
)  # fmt: skip
DISTRICT = House(
    "重庆市渝北区市场监督管理局", ("渝北区局", "区市场监管局", "我局"), ("渝北区", "渝北", "全区"), {},
    ("市场监督管理局", "市场监管局"), ("重庆市知识产权局", "市知识产权局", "重庆市"),
)  # fmt: skip
EDITIONS = [(paper, path) for paper in PaperKind.values for path in sorted((BOOK / paper).glob("*.yaml"))]
PLACES = {
    name
    for _, path in EDITIONS
    for section in annual.read_wording(path)["sections"]
    for part in section["parts"]
    for paragraph in part["paragraphs"]
    for name in annual._PLACE.findall(paragraph)
    if name not in annual._WORDS
}


def figure_of(name: str):
    """What answers the place: the records' figure, else the one that is received."""
    return find(name) or RECEIVED[name]


def lines(wording: dict, values: dict, words: dict) -> list[tuple[str, str]]:
    """A paper as its lines, headings numbered."""
    found = [("title", wording["title"].format(**words)), ("text", wording["opening"].format(**words))]
    for number, section in enumerate(wording["sections"], 1):
        found.append(("heading", f"{annual.numeral(number)}、{section['heading']}"))
        for inner, part in enumerate(section["parts"], 1):
            found.append(("subheading", f"（{annual.numeral(inner)}）{part['heading']}"))
            for paragraph in part["paragraphs"]:
                pieces = annual._write(paragraph, values, {}, words, {}, [])
                found.append(("text", "".join(piece.text for piece in pieces)))
    return found


@pytest.mark.parametrize(
    ("paper", "path"), EDITIONS, ids=[f"{paper}-{path.stem}" for paper, path in EDITIONS]
)
@pytest.mark.parametrize("house", [CITY, DISTRICT], ids=["city", "district"])
@settings(max_examples=examples(15), deadline=None)
@given(
    counts=st.lists(st.integers(0, 20_000_000), min_size=len(PLACES), max_size=len(PLACES)),
    part=st.sampled_from(sorted(PARTS)),
)
def test_what_is_written_is_what_is_read(paper, path, house, counts, part):
    period = Period(2024, part)
    values = {}
    for name, count in zip(sorted(PLACES), counts, strict=True):
        figure = figure_of(name)
        number = Decimal(count) / figure.scale if figure.measure.money else Decimal(count)
        values[figure.id] = Value(figure, number, 1)
    words = {"unit": house.name, **period.names}
    wording = annual.read_wording(path)
    laid_out = lines(wording, values, words)
    made = docx._begun(laid_out[0][1], house.name, date(2025, 1, 20))
    for kind, text in laid_out[1:]:
        docx._line(made, kind, text)
    reading = read(read_bytes(made.save(), "paper.docx"), year=2024)
    match(reading.claims)
    kept = [one for one in load_indicators() if one.id in values or one.figures or one.id in PLACES]
    placer = Placer(reading, house, 2024, kept)

    def told(name: str) -> tuple:
        figure = figure_of(name)
        shown = Decimal(values[figure.id].text)
        return shown * 10_000 if figure.measure.money else shown

    written = [
        (name, told(name))
        for section in wording["sections"]
        for part_ in section["parts"]
        for paragraph in part_["paragraphs"]
        for name in annual._PLACE.findall(paragraph)
        if name not in annual._WORDS
    ]
    found = []
    for claim in reading.claims:
        placement = placer.place(claim)
        assert placement.placed, (claim.text, placement.unplaced, placement.excludes)
        assert placement.last == period.last, claim.text
        assert claim.as_of or placement.first == period.first, claim.text
        [indicator_id] = placement.figures or (claim.indicator_id,)
        indicator = next(one for one in kept if one.id == indicator_id)
        stock = all(one.stock for one in figure_of(indicator.figure_for(claim)).parts)
        assert (claim.measure == "stock") == stock, claim.text
        found.append((indicator.figure_for(claim), Decimal(claim.scale)))
    assert found == written


@settings(max_examples=examples(200), deadline=None)
@given(count=st.integers(0, 2_000_000_000))
def test_a_rounded_figure_says_less_than_it_is_and_is_borne_out_by_it(count):
    figure = figure_of("pub.reach")
    said = annual.at_least(Value(figure, Decimal(count), 1))
    reading = read(f"重庆市知识产权局2024年法治建设情况\n覆盖社会公众{said}人次。", year=2024)
    match(reading.claims)
    [claim] = reading.claims
    assert count * Decimal("0.9") <= claim.scale <= count
    assert ("超过" in said) == (claim.scale != count)
    assert compare(claim, Decimal(count)).status == "matches"
