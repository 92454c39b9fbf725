"""Units as tables name them: in brackets behind a head, in a caption, in a cell of their own, or only in what is counted."""

import re

from ..numerals import MAGNITUDES
from ..words import Unit, words

Counted = tuple[int, Unit]  # the magnitude before the unit (万), and the unit

IN_HEAD = re.compile(r"[（\[]([^（）\[\]]{1,12})[）\]]|[/／]([^/／]{1,4})$")
_MAGNITUDE = re.compile("(?:" + "|".join(sorted(MAGNITUDES, key=len, reverse=True)) + ")")
_APART = re.compile("[、，,/及和]")
# What a head counts where it names no unit: 出动人次, 制发件数, 处理决定数量, 项目数量, 执法人员数
_IMPLIED = re.compile(
    r"(?P<own>人次|家次|户次|场次|批次|辆次|车次|件次|项次)数?$"
    r"|(?P<people>人员(?:总?数量?)?$|人数)"
    r"|(?P<counted>[件宗起户家次项条份场批例篇])数"
    r"|(?P<things>(?:机构|基地|站点|平台|窗口)(?:总?数量?)$)"
    r"|(?P<cases>(?:决定|申请|案件|文件)数量|制发|废止|现行有效|(?:申请|授权|注册|登记)量$)"
    r"|(?P<items>(?:项目|事项)数)"
)
_LONGEST = 10  # 亿元人民币, with a space before and behind
_CASES = re.compile("行政复议|行政诉讼|经复议|起诉|信息公开申请")
_UNIT_OF = {"people": "人", "things": "个", "cases": "件", "items": "项"}


def unit(word: str) -> Counted | None:
    """The unit that `word` is, with the magnitude before it."""
    units = words().units
    if len(word) > _LONGEST:
        return None
    word = word.strip()
    if word in units:
        return 1, units[word]
    m = _MAGNITUDE.match(word)
    if m and word[m.end() :] in units:
        return MAGNITUDES[m[0]], units[word[m.end() :]]
    return None


def has_brackets(title: str) -> bool:
    return "（" in title or "/" in title or "[" in title or "／" in title


def said_unit(title: str) -> Counted | None:
    """The unit that a head or a caption names in brackets."""
    if not has_brackets(title):
        return None
    return next(
        (u for m in IN_HEAD.finditer(title) if (u := unit((m[1] or m[2]).removeprefix("单位：")))), None
    )


def listed(said: str) -> list[Counted]:
    """The units of 件、万元、%."""
    return [u for word in _APART.split(said) if word and (u := unit(word))]


def implied(title: str) -> Counted | None:
    """The unit that the thing counted has where none is written."""
    m = _IMPLIED.search(title)
    if m is None:
        return None
    return unit(m[m.lastgroup] if m.lastgroup in ("own", "counted") else _UNIT_OF[m.lastgroup])


def of_caption(caption: str) -> Counted | None:
    """What a table counts by its caption, where neither heads nor rows say: 行政复议情况."""
    return unit("件") if _CASES.search(caption) else None


def shown(counted: Counted) -> str:
    magnitude, measure = counted
    word = next((w for w, n in MAGNITUDES.items() if n == magnitude), "") if magnitude > 1 else ""
    return word + measure.word
