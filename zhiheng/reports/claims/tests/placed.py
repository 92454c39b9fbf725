"""A house with its records' indicators, to place sentences against without a database."""

from datetime import date

from zhiheng.reports.claims import House, Placer, load_indicators, match, read
from zhiheng.reports.claims.tests.sentences import FACTS

YEAR = (date(2024, 1, 1), date(2024, 12, 31))
KEPT = [
    i
    for i in load_indicators()
    if i.id.startswith(("enf.tm.", "enf.fp.", "enf.ip.", "enf.gi.", "enf.special.")) or i.id == "adj.handled"
]
HOUSE = House(
    "重庆市知识产权局",
    ("市知识产权局", "我局", "本局", "市局"),
    ("重庆市", "重庆", "全市", "我市", "本市"),
    {"渝北区": 1, "渝北": 1, "渝北区局": 1, "渝中区": 2, "渝中": 2},
    ("知识产权局", "知识产权部门", "知识产权系统", "市场监管部门", "市场监管局"),
)


def held(text: str, number: str) -> bool:
    """Whether the claim with this number would be compared with the year's total of one of the facts."""
    reading = read(text, year=2024)
    match(reading.claims)
    placer = Placer(reading, HOUSE, 2024, KEPT)
    for claim in reading.claims:
        if number in claim.text and claim.measure in ("flow", "stock"):
            placed = placer.place(claim)
            return (
                placed.placed
                and placed.figures in [(fact.id,) for fact in FACTS]
                and placed.whose in ("all", "below")
                and (placed.first, placed.last) == YEAR
            )
    return False
