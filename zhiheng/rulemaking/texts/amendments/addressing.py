"""The places a decision names: 第二条、第三条第一款第（二）项至第（四）项, 名称, 附件2, 第三章章名."""

from __future__ import annotations

import re

from ..numbering import CN, NUMERAL, Number, value
from .instructions import Address

_UNIT = re.compile(
    rf"第\s*[（(]?(?P<n>{NUMERAL})[）)]?\s*(?P<unit>分编|[编章节条款项目])(?:之(?P<sub>[{CN}]{{1,3}}))?(?P<name>的?(?:章名|节名|编名|名称|标题))?"
)
_PART = re.compile(
    rf"(?P<part>(?:法律|法规|规章|文件|条例|办法)?(?:名称|题名|标题|题目)|题注|引言|序言|前言|导语|目录|署名|落款|全文|附(?:件|表|录|图)\s*{NUMERAL}?(?:（续）)*)"
)
_SAME = {
    "题名": "名称",
    "标题": "名称",
    "题目": "名称",
    "序言": "引言",
    "前言": "引言",
    "导语": "引言",
    "落款": "署名",
}
_LAW = re.compile(
    r"^(?:《[^》]+》|[\u4e00-\u9fff]{0,20}?(?:法|条例|办法|规定|解释|细则|规则|决定|意见|通知))(?:的|中)?(?=第|名称|标题|题注|引言|附|目录)"
)
_JOIN = re.compile(r"(?:、|，|和|及|以及|与|或者)(?=第|名称|标题|题注|引言|附|目录)")
_RANKS = {"编": 0, "分编": 1, "章": 2, "节": 3, "条": 4, "款": 5, "项": 6, "目": 7}


class Unclear(ValueError):
    """What in a sentence was not understood."""


def places_named(words: str, focus: list[Address]) -> tuple[list[Address], str, str]:
    """The places a piece begins with (第二条、第三条第一款), what follows them, and the words they were."""
    start = words = words.strip()
    law = _LAW.match(words)
    if law:
        words = words[law.end() :]
    words = re.sub(r"^(?:原|现行)", "", words)
    found: list[Address] = []
    current = focus[0] if focus else Address()
    while True:
        part = _PART.match(words) if not words.startswith("附则") else None
        if part:
            name = re.sub(r"^(?:法律|法规|规章|文件|条例|办法)", "", part["part"]).replace(" ", "")
            found.append(Address(part=_SAME.get(name, name)))
            words = words[part.end() :]
        else:
            address, rest = chain(words, current)
            if address is None:
                break
            to = re.match(r"^(?:至|到)(?=第)", rest)
            if to:
                last, rest = chain(rest[to.end() :], address)
                if last is None:
                    raise Unclear("“至”后面没有写明条款")
                found += _span(address, last)
                address = last
            else:
                found.append(address)
            current, words = address, rest
        joined = _JOIN.match(words)
        if not joined:
            break
        words = words[joined.end() :]
        words = re.sub(r"^(?:原|现行)", "", words)
    return found, words, start[: len(start) - len(words)]


def chain(words: str, current: Address) -> tuple[Address | None, str]:
    match = _UNIT.match(words)
    if not match:
        return None, words
    address: Address | None = None
    rank = -1
    while match and _RANKS[match["unit"]] > rank:
        unit, n = match["unit"], value(match["n"])
        if n is None:
            raise Unclear(f"不认识的序号“{match[0]}”")
        number = (n, (value(match["sub"]) or 0) if match["sub"] else 0)
        if unit in ("编", "分编", "章", "节"):
            above = (address or (current if unit != "编" else Address())).division
            above = tuple(pair for pair in above if _RANKS[pair[0]] < _RANKS[unit])
            address = Address(division=(*above, (unit, number)))
            if match["name"]:
                return address.at(part="章名"), words[match.end() :]
        elif unit == "条":
            address = Address(article=number)
        elif unit == "款":
            address = (address or current).at(paragraph=n, item=None, subitem=None, division=())
        elif unit == "项":
            address = (address or current).at(item=n, subitem=None, division=())
        else:
            address = (address or current).at(subitem=n, division=())
        rank = _RANKS[unit]
        words = words[match.end() :]
        match = _UNIT.match(words)
    return address, words


def unit_of(address: Address) -> str:
    if address.division:
        return address.division[-1][0]
    return "目" if address.subitem else "项" if address.item else "款" if address.paragraph else "条"


def number_of(address: Address, unit: str) -> Number:
    if unit in ("编", "分编", "章", "节"):
        if not address.division or address.division[-1][0] != unit:
            raise Unclear(f"应当写明第几{unit}")
        return address.division[-1][1]
    if unit == "条":
        if not address.article or address.paragraph:
            raise Unclear("应当写明第几条")
        return address.article
    n = {"款": address.paragraph, "项": address.item, "目": address.subitem}[unit]
    if not n:
        raise Unclear(f"应当写明第几{unit}")
    return (n, 0)


def _span(first: Address, last: Address) -> list[Address]:
    unit = unit_of(last)
    if unit == "条" and first.article and last.article:
        a, b = first.article, last.article
        if a[0] == b[0]:
            return [Address(article=(a[0], n)) for n in range(a[1], b[1] + 1)]
        if b[1] or a[1] or b[0] < a[0]:
            raise Unclear("起止条文之间有哪些条不明确，请逐条写明")
        return [Address(article=(n, 0)) for n in range(a[0], b[0] + 1)]
    key = {"款": "paragraph", "项": "item", "目": "subitem"}.get(unit)
    if key is None:
        raise Unclear("章节的起止请逐一写明")
    return [last.at(**{key: n}) for n in range(getattr(first, key) or 1, getattr(last, key) + 1)]
