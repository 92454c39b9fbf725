"""Figures of numbers that others keep: each indicator of the book that no package here counts, once a return states it.

Imported with the module `registers`, after those of the packages that own rows (`INSTALLED_APPS` lists them first): what
they count is not received from others.
"""

from __future__ import annotations

from zhiheng.figures.measures import Money, Total
from zhiheng.figures.registry import Figure, Records, find, register
from zhiheng.registers.declaration import find as register_of
from zhiheng.registers.lists import columns

from .claims import Indicator, load_indicators
from .models import ReceivedReturn

_SHOWN = ("paper", "source", "unit", "first", "last", "number", "amount_fen")

RETURNS = Records(
    name="外部统计",
    noun="条",
    rows=ReceivedReturn.objects.all,
    day="last",
    begins="first",
    # A return of a stock speaks of its own day alone.
    until="last",
    void="voided_on",
    columns=lambda: columns(register_of("returns"), _SHOWN),
    find=("paper", "source"),
    related=("unit",),
    link=lambda received: register_of("returns").url("record", received.pk),
    because=lambda received: f"已于 {received.voided_on} 作废：{received.voided_because}",
)


def _figure(indicator: Indicator) -> Figure:
    money = indicator.unit == "元"
    return Figure(
        id=indicator.id,
        title=indicator.name,
        unit="万元" if money else indicator.unit,
        counts=f"{indicator.counts}；据报送的统计数字，来源文件见逐条记录"[:300],
        of=RETURNS,
        where={"indicator": (indicator.id,)},
        measure=Money("amount_fen") if money else Total("number"),
        stock=indicator.measure == "stock",
        by=("unit",),
        silent=True,
    )


# In the order of the book; their ids are the choices of a return.
RECEIVED = tuple(
    _figure(indicator)
    for indicator in load_indicators()
    if indicator.unit and indicator.measure in {"flow", "stock"} and find(indicator.id) is None
)
register(*RECEIVED)
