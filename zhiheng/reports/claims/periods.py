"""Words of time as they stand in a clause, and the days they mean: 2024年上半年, 去年同期, 近三年."""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

_CN = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_Y = r"(?:19|20)[0-9]{2}"
_PART = r"上半年|下半年|全年|第?[一二三四1-4]季度|前[一二三]季度|1?[0-9][-~至到]1?[0-9]月份?|1?[0-9]月[-~至到]1?[0-9]月份?|1?[0-9]月份?"
_DAY = r"1?[0-9]月[1-3]?[0-9]日"
_WORDS = re.compile(
    rf"自?从?(?:(?P<from_year>{_Y})年)?(?P<from_day>{_DAY})起?[-~至到](?:(?P<to_year>{_Y})年)?(?P<to_day>{_DAY})止?"
    rf"|(?<![^，。；：、（\s])至(?P<end>{_Y})年(?:底|末|12月(?:底|末|31日))"
    rf"|(?P<range>{_Y}年?[-~至到]{_Y}年)"
    rf"|(?P<year>{_Y})(?:年度?|(?=全年))(?!年[中初底末]|[初底末]|中(?![央国心小]))(?:同期)?(?P<part>{_PART})?"
    r"(?:期间|这?一年(?:[里间内]|(?=[，。；：、全共我本各]|$))|[里内间](?=[，。；：、全共我本各]|$))?"
    rf"|(?P<near>今年以来|(?<!再)经过(?:这)?一年(?:来)?的?(?=努力|奋战|攻坚|奋斗)|(?:刚刚)?过去的?一年(?:里|中|来)?|一年[里间内]|(?:本)?报告(?:期|年度)内?|今年|本年度?|当年|年内|年度|这一年|一年来|全年度|去年|上年度?|上一年度?|前年|明年|来年)(?P<same>同期)?(?P<part2>{_PART})?(?:期间)?"
    rf"|(?P<part3>{_PART})(?:期间)?"
    r"|(?P<several>近[两二三四五六七八九十几0-9]{1,3}年来?|[两二三四五六七八九十几0-9]{1,3}年来|[过]?去[两二三四五六七八九十几0-9]{1,3}年|十[一二三四五]五(?:期间|时期|以来)?|[^，。；、]{0,6}以来|历年来?|多年来?)"
    r"|(?P<same3>同期)|(?P<sum>累计)|(?P<asof>截[至止]到?(?:[^，。；：]{1,14}?[底末日前]|[^，。；：]{1,8}?月))"
)
_SHIFT = {
    "去年": -1,
    "上年": -1,
    "上年度": -1,
    "上一年": -1,
    "上一年度": -1,
    "前年": -2,
    "明年": 1,
    "来年": 1,
}
_LABEL = re.compile(rf"(?P<year>{_Y})年?(?P<part>{_PART})?")


@dataclass(frozen=True, slots=True)
class Period:
    """One expression of time: a `year` (absolute, or `shift` from the report's), a `part` of one, or neither: `open`."""

    words: str
    year: int | None = None
    shift: int | None = None
    part: str = ""
    same: bool = False
    open: bool = False

    @property
    def names_year(self) -> bool:
        return self.year is not None or self.shift is not None

    def is_year(self, year: int) -> bool:
        """Whether this does not lead away from `year`."""
        if self.open:
            return False
        return (self.year in (None, year)) and self.shift in (None, 0) and not self.same


def periods(text: str) -> Iterator[tuple[int, tuple[Period, ...]]]:
    """(place, expressions that begin there) of a clause."""
    for m in _WORDS.finditer(text):
        said = m[0]
        if m["from_day"]:
            whole = (m["from_day"], m["to_day"]) == ("1月1日", "12月31日")
            whole = whole and m["to_year"] in (None, m["from_year"])
            year_ = int(m["from_year"]) if m["from_year"] else None
            yield m.start(), (Period(said, year_, part="全年", open=not whole),)
        elif m["range"] or m["several"] or m["asof"]:
            yield m.start(), (Period(said, open=not m["asof"]),)
        elif m["end"]:
            yield m.start(), (Period(said, int(m["end"])),)
        elif m["year"]:
            yield m.start(), (Period(said, int(m["year"]), part=m["part"] or "", same="同期" in said),)
        elif m["near"]:
            yield (
                m.start(),
                (Period(said, shift=_SHIFT.get(m["near"], 0), part=m["part2"] or "", same=bool(m["same"])),),
            )
        elif m["part3"]:
            yield m.start(), (Period(said, part=m["part3"]),)
        else:
            yield m.start(), (Period(said, same=bool(m["same3"])),)


def period_words(
    said: Sequence[Period], label: str | None, year: int
) -> tuple[tuple[date, date], bool] | None:
    """The days that the expressions `said` of a clause mean, and whether they agree; `label` is the period the reader gave
    the claim, which holds where the clause itself says nothing. None: no stretch within one year."""
    if any(one.open for one in said):
        return None
    years = {one.year if one.year is not None else year + one.shift for one in said if one.names_year}
    parts = {one.part for one in said if one.part and one.part != "全年"}
    read = _LABEL.fullmatch((label or str(year)).removeprefix("累计至"))
    sure = len(years) <= 1 and len(parts) <= 1
    if not years:
        if read is None:
            return None
        years = {int(read["year"])}
        if not parts and read["part"]:
            parts = {read["part"]}
    if (
        any(one.same for one in said)
        and all(one.year is None for one in said)
        and not any(one.shift for one in said)
    ):
        sure = False  # 同期 alone: of which year is not said
    days = _days(min(years), min(parts) if parts else "")
    return None if days is None else (days, sure)


@cache
def _days(year: int, part: str) -> tuple[date, date] | None:
    """First and last day of a part of a year; None for months that are none."""
    part = part.removesuffix("份")
    if not part or part == "全年":
        first, last = 1, 12
    elif part.endswith("半年"):
        first, last = (1, 6) if part[0] == "上" else (7, 12)
    elif part.endswith("季度"):
        quarter = _CN[part[1] if part[0] in "第前" else part[0]]
        first, last = (1 if part[0] == "前" else 3 * quarter - 2), 3 * quarter
    else:
        months = [int(n) for n in re.findall("[0-9]+", part)]
        first, last = months[0], months[-1]
    if not 1 <= first <= last <= 12:
        return None
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])
