"""What the columns of a table hold: the words, the unit and the time that stand over each of its places."""

import re
from dataclasses import dataclass, field

from . import times
from .units import IN_HEAD, Counted, has_brackets, implied, unit

_MONEY = re.compile("金额|款额?$|[案货产]值|收入|支出|经费|资金|融资额|贷款|成交额|税")
_PENALTY = re.compile("(?:^|[^0-9\u4e00-\u9fff])罚款$")  # beside 警告 and 没收, under 宗、万元: how many
_SHARE = re.compile("增长|增速|增幅|同比|环比|比重|占比|构成|比例|率$")
# What tells of the number beside it, and names nothing: 口径, 备注.
_ASIDE = re.compile("口径|备注|说明|来源|同比|环比|记录数")
_NO_DATA = re.compile(
    r"记录数|口径|序号|编号|年份|备注|电话|号码|文号|日期|时间|页码|代码|邮编|账号|经度|纬度"
)
_SAME_AS_BESIDE = re.compile("增/减|增减|增加或减少")
_UNIT_ROW = re.compile("(?:计量)?单位")
# 单位：个、人: which of them a column counts in
_BY_TITLE = {
    "人": "人员|人数|干部|队伍|从业",
    "人次": "人次|人数",
    "辆": "车",
    "家": "企业|主体|机构|单位",
    "户": "户",
    "件": "案|件|申请|专利|商标",
    "起": "案",
    "宗": "案",
    "次": "次|检查|活动",
    "项": "项",
}


@dataclass(slots=True)
class Column:
    """`title` without its unit; `said`: the unit stands in the head itself; `data`: its numbers count something."""

    title: str
    unit: Counted | None = None
    time: times.Time = (None, None)
    data: bool = True
    said: bool = False

    @property
    def tells_times(self) -> bool:
        return times.tells_times(self.title)

    @property
    def aside(self) -> bool:
        return _ASIDE.search(self.title) is not None

    @property
    def tells_units(self) -> bool:
        return _UNIT_ROW.fullmatch(self.title.replace(" ", "")) is not None


@dataclass(slots=True)
class Given:
    """The units that stand over or under a whole table: one for all, or one for each kind of column."""

    units: list[Counted] = field(default_factory=list)

    @property
    def default(self) -> Counted | None:
        counted = (u for u in self.units if u[1].kind not in ("share", "money"))
        return next(counted, self.units[0] if self.units else None)

    def for_column(self, title: str) -> Counted | None:
        """The one that a column under `title` counts in: 单位：件、万元、% has shares for growth, money for amounts."""
        by_kind = {u[1].kind: u for u in reversed(self.units)}
        for kind, pattern in (("share", _SHARE), ("money", _MONEY)):
            if (
                kind in by_kind
                and pattern.search(title)
                and not (len(by_kind) > 1 and _PENALTY.search(title))
            ):
                return by_kind[kind]
        counted = [u for u in self.units if u[1].kind not in ("share", "money")]
        fits = (u for u in counted if re.search(_BY_TITLE.get(u[1].word, "$^"), title))
        return (next(fits, None) if len(counted) > 1 else None) or self.default


def columns(heads: list[list[str]], width: int, given: Given, year: int | None) -> list[Column]:
    """One column per place: what stands over it in every row of the head, joined cells told to all they cover."""
    if len(heads) > 1 and len(heads[-1]) != len(heads[0]) and len(heads[-1]) == width:
        # rows of other lengths: where the cells of a shorter one begin is not known, but one cell covers all
        heads = [[h[0]] * width if sum(map(bool, h)) == 1 else h for h in heads]
        heads = [h for h in heads if len(h) == width or (len(h) < width and "" in h)]
    wide = max(map(len, heads))
    rows = [[*head, *[""] * (wide - len(head))] for head in heads]
    for r, row in enumerate(rows[:-1]):
        for c in range(1, wide):
            if not row[c] and (r == 0 or rows[r - 1][c] == rows[r - 1][c - 1]):
                row[c] = row[c - 1]
    found: list[Column] = []
    for c in range(wide):
        said = list(dict.fromkeys(row[c] for row in rows if row[c]))
        told = None
        for title in said:
            below = column(title, year)
            told = below if told is None else _under(told, below)
        one = told or Column("")
        one.unit = one.unit or given.for_column(one.title) or implied(one.title)
        if one.unit is None and found and _SAME_AS_BESIDE.search(one.title):
            one.unit = found[-1].unit
        found.append(one)
    return found


def column(title: str, year: int | None = None) -> Column:
    """A column with one cell of head over it; in a row of units that cell is only the unit."""
    if bare := unit(title):
        return Column("", bare, said=True)
    m = None
    if has_brackets(title):
        m = next((m for m in IN_HEAD.finditer(title) if unit((m[1] or m[2]).removeprefix("单位："))), None)
    counted = unit((m[1] or m[2]).removeprefix("单位：")) if m else None
    if counted is None and "%" in title:
        counted = unit("%")
    bare_title = title[: m.start()] + title[m.end() :] if m and counted else title
    data = not _NO_DATA.search(title) and not times.tells_times(title)
    return Column(bare_title, counted, times.time_of(title, year), data, counted is not None)


def is_money(title: str) -> bool:
    return _MONEY.search(title) is not None


def is_share(title: str) -> bool:
    return _SHARE.search(title) is not None


def _under(above: Column, below: Column) -> Column:
    title = above.title if above.title == below.title else above.title + below.title
    return Column(
        title,
        below.unit or above.unit,
        (below.time[0] or above.time[0], below.time[1] or above.time[1]),
        above.data and below.data,
        above.said or below.said,
    )
