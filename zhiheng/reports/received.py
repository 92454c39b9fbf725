"""Figures of numbers that others report: each indicator of the book that is not counted from cases, once a return states it.

Declared with the module `registers`, after those of the packages that own rows (`INSTALLED_APPS` lists them first). What cases are
is never received from others. What is kept in registers may be: a district that keeps none of its inspections here still reports
how many there were. Such a number is a figure of its own (`….told`), never added to the records; `told_for` takes it where there
are no records.
"""

from __future__ import annotations

from collections.abc import Mapping

from zhiheng.figures.measures import Money, Total
from zhiheng.figures.registry import Figure, Records, find, register
from zhiheng.figures.selectors import Value
from zhiheng.registers.declaration import find as register_of
from zhiheng.registers.lists import columns
from zhiheng.registers.models import Record

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
    money, own = indicator.unit == "元", find(indicator.id)
    return Figure(
        id=f"{indicator.id}.told" if own else indicator.id,
        title=f"{indicator.name}（报送数）" if own else indicator.name,
        unit="万元" if money else indicator.unit,
        counts=f"{indicator.counts}；据报送的统计数字，来源文件见逐条记录"[:300],
        of=RETURNS,
        where={"indicator": (indicator.id,)},
        measure=Money("amount_fen") if money else Total("number"),
        stock=indicator.measure == "stock",
        by=("unit",),
        silent=True,
    )


def _receivable(indicator: Indicator) -> bool:
    """A number, and none that is made from cases."""
    own = find(indicator.id)
    kept = own is not None and own.of is not None and issubclass(own.of.rows().model, Record)
    return bool(indicator.unit) and indicator.measure in {"flow", "stock"} and (own is None or kept)


# Indicator → the figure of what is reported of it, in the order of the book; the indicators are the choices of a return.
RECEIVED: dict[str, Figure] = {}


def declare() -> None:
    """Make the figures known, once those of the packages that own rows are."""
    RECEIVED.update({one.id: _figure(one) for one in load_indicators() if _receivable(one)})
    register(*RECEIVED.values())


def told_for(indicator_id: str, values: Mapping[str, Value]) -> Value | None:
    """The indicator as the records answer it, else as it was reported; None when neither says anything."""
    own = values.get(indicator_id)
    if own is not None and own.value is not None:
        return own
    reported = values.get(RECEIVED[indicator_id].id) if indicator_id in RECEIVED else None
    return reported if reported is not None and reported.value is not None else None
