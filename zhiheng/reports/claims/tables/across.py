"""Rows that state their own total: the columns of one unit beside the one headed 合计.

Which columns a total covers nothing in a head says for certain. Where it says it plainly every row is checked; where not,
the rows themselves tell: those that add up, when they are most, make the others suspicious.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from ..claim import Claim, plain
from .columns import Column

_TOTAL = re.compile("(?P<of>.*?)(?:合计|总计|小计|共计|总数)")
# Columns whose numbers are stages of one thing, a part of the column before, or of another time: no list of parts.
_NO_LIST = re.compile(
    "其中|占|同比|环比|增|减|上年|去年|往年|累计|受理|立案|结案|办结|审结|移送|案值|货值|产值|余额|期[初末]"
)
_FEW = 2  # so many rows are no evidence of their own

Row = Mapping[int, Claim | None]  # place of the column → its claim; None where a number was not understood


def check(columns: Sequence[Column], rows: Sequence[Row]) -> None:
    """Flag the totals of `rows` that their own columns do not come to."""
    for total, parts in _totals(columns):
        checked = [found for row in rows if (found := _difference(row, total, parts))]
        wrong = [(claim, members, off) for claim, members, off in checked if off]
        plainly = len(checked) <= _FEW and _is_list([columns[i].title for i in parts])
        if wrong and (plainly or 2 * len(wrong) < len(checked)):
            for claim, members, off in wrong:
                claim.flags.append({"kind": "total", "words": _words(claim, members, off)})


def _totals(columns: Sequence[Column]) -> Iterator[tuple[int, list[int]]]:
    """Each column of totals with the columns it may be the total of: under the same words of the head, else beside it."""
    titles = [_bare(column.title) for column in columns]
    heads = [
        _TOTAL.fullmatch(title) if column.data else None
        for title, column in zip(titles, columns, strict=True)
    ]
    for total, head in enumerate(heads):
        if head is None:
            continue
        plain_ = [i for i, column in enumerate(columns) if column.data and heads[i] is None]
        under = [i for i in plain_ if head["of"] and titles[i].startswith(head["of"])]
        if len(under) < 2:
            before = max((i for i in range(total) if heads[i]), default=-1)
            after = min((i for i in range(total + 1, len(columns)) if heads[i]), default=len(columns))
            under = [i for i in plain_ if before < i < total]
            if len(under) < 2:  # 合计 | 商标 | 专利: the total stands first
                under = [i for i in plain_ if total < i < after]
        if len(under) >= 2:
            yield total, under


def _bare(title: str) -> str:
    return re.sub(r"（[^（）]*）|\s", "", title)


def _is_list(titles: Sequence[str]) -> bool:
    return not any(map(_NO_LIST.search, titles))


def _difference(row: Row, total: int, parts: Sequence[int]) -> tuple[Claim, list[Claim], Decimal] | None:
    """The total, its parts and by how much they exceed it, 0 within what rounding explains; None where the row does not say."""
    claim = row.get(total)
    if claim is None or claim.measure == "ratio" or claim.approx:
        return None
    if any(i in row and row[i] is None for i in parts):
        return None
    members = [row[i] for i in parts if i in row and row[i].base_unit == claim.base_unit]
    if len(members) < 2 or any(m.approx or m.measure == "ratio" for m in members):
        return None
    off = sum((m.scale for m in members), Decimal(0)) - claim.scale
    quanta = claim.quantum + sum((m.quantum for m in members), Decimal(0))
    slack = quanta / 2 if claim.quantum != 1 else Decimal(0)
    return claim, members, off if abs(off) > slack else Decimal(0)


def _words(claim: Claim, members: Sequence[Claim], off: Decimal) -> str:
    factor = claim.scale / claim.value if claim.value else Decimal(1)
    terms = "+".join(_n(m.scale / factor) for m in members[:12]) + ("+…" if len(members) > 12 else "")
    more = "多" if off > 0 else "少"
    return (
        f"本行各列之和{terms}={_n((claim.scale + off) / factor)}，"
        f"比所写{_n(claim.value)}{claim.unit or ''}{more}{_n(abs(off) / factor)}"
    )


def _n(value: Decimal) -> str:
    return str(plain(value.quantize(Decimal("0.0001")).normalize()))
