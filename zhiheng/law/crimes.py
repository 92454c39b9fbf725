"""Standards of prosecution (追诉标准), held against what is known of an act: a reason to look at a referral, never a finding."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .penalties import yuan

if TYPE_CHECKING:
    from .lawbook import Limit


@dataclass(frozen=True)
class CrimeSuspicion:
    """A standard of prosecution that an act reaches: which crime, by what, the article."""

    code: str
    crime: str
    why: str
    article: str


_AMOUNTS = {
    "turnover": "非法经营数额",
    "sales": "销售金额",
    "gains": "违法所得",
    "goods_value": "货值金额",
    "loss": "直接经济损失",
    "pieces": "标识",
}
_LOWER_IF = {"several": "两种以上商标、专利", "repeat": "近年因同类行为受过处罚又实施"}


def reached(
    limits: Iterable[Limit], amounts: Mapping[str, int], circumstances: Collection[str] = ()
) -> list[CrimeSuspicion]:
    """Those of the standards that the amounts reach (see :meth:`Book.crime_suspicions`)."""
    found = []
    for limit in limits:
        why = [one for one in limit.lower_if if one in circumstances]
        values = {**limit.values, **(limit.lower if why else {})}
        said = f"（{'、'.join(_LOWER_IF[one] for one in why)}）" if why else ""
        met = [
            f"{title}{_counted(amounts, key):,}件，达到{values[key]:,}件{said}"
            if key == "pieces"
            else f"{title}{yuan(amounts[key])}，达到{yuan(values[key] * 100)}{said}"
            for key, title in _AMOUNTS.items()
            if key in values and _counted(amounts, key) >= values[key] * (1 if key == "pieces" else 100)
        ]
        if times := values.get("unsold_times"):
            unsold, sold = amounts.get("goods_value", 0), amounts.get("sales", 0)
            least = values["sales"] * times * 100
            if unsold and sold + unsold >= least:
                what = "销售金额与尚未销售的货值合计" if sold else "尚未销售的货值"
                met.append(f"{what}{yuan(sold + unsold)}，达到{yuan(least)}")
        if times := values.get("unsold_pieces_times"):
            unsold, every = amounts.get("pieces_unsold", 0), amounts.get("pieces", 0)
            least = values["pieces"] * times
            if unsold and max(unsold, every) >= least and every - unsold < values["pieces"]:
                what = "已经销售和尚未销售的标识合计" if every > unsold else "尚未销售的标识"
                met.append(f"{what}{max(unsold, every):,}件，达到{least:,}件{said}")
        if met:
            found.append(CrimeSuspicion(limit.code, limit.title, "；".join(met), str(limit.article)))
    return found


def _counted(amounts: Mapping[str, int], key: str) -> int:
    """The amount that is held against a standard: of labels, those that were made, or sold."""
    every = amounts.get(key, 0)
    return every - amounts.get("pieces_unsold", 0) if key == "pieces" else every
