"""Reads what headings and the lines around a table say: which unit of money, which group a column belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from zhiheng.canonical import closed_up
from zhiheng.numbers import FEN

from .vocabulary import money_unit, qualified, read_header, squeeze

_UNIT = r"(?:人民币)?(亿|千万|百万|十万|万|千|百)?(元|圆)(?:人民币)?"
_ALONE = re.compile(
    rf"(?:单位|计量单位|金额单位|货币单位|[^:：\d]{{1,8}}[:：])?[:：]?(?:{_UNIT}|(?:人民币)?(亿|万)|(?P<sign>[¥￥]))"
)
_TAIL = re.compile(rf"[/:：、\-_（(]?(?:单位[:：]?)?{_UNIT}[)）]?$")
_SHORT_TAIL = re.compile(r"[/:：、_](?:人民币)?(亿|万|千)$")  # 案值/万
_BRACKET = re.compile(r"[(\[【〔（〈<]([^()\[\]【】〔〕（）〈〉<>]*)[)\]】〕）〉>]")
# 填报单位 names a bureau; 单位, 计量单位, 金额单位 name a measure.
_LINE = re.compile(
    r"(?<![填报送案编制表立处执罚属责任查])单位(?:均|一律|统一)?(?:用|使用|填写?|填报|采用)?[:：为是]?[(（]?([^。；;\n()（）]{1,20})"
)
_WORDED = re.compile(
    rf"(?:以|按|均为|均以|用){_UNIT}(?:为单位|计|计算|列示|填列|填报|表示)|"
    rf"(?:金额|数额|款额|款项)(?:数据)?(?:单位)?(?:均|一律|都)?(?:为|是|以|按){_UNIT}"
)
_CAPITALS = re.compile(r"[(（]大写[)）]$|大写金额$")
_CLAUSES = re.compile(r"[,，;；。]+")
_TRADITIONAL = str.maketrans("萬億圓單額為計", "万亿元单额为计")
_PARTS = re.compile(r"[、,，;；/／和及\s|]+")
_GROUP_WORDS = re.compile(r"(?:基本)?(?:情况|信息|部分|栏目|项目|环节|阶段|内容)$")
GENERIC = {"日期", "时间", "文号", "编号", "名称", "姓名", "金额", "数额", "类型", "性质", "代码", "证件号码", "号", "号码", "机关", "单位"}  # fmt: skip


def _fen(scale: str | None, yuan: str | None) -> int:
    return FEN[(scale or "") + "元"] if yuan or scale else FEN["元"]


def _found(pattern: re.Pattern[str], text: str) -> set[int]:
    found = set()
    for match in pattern.finditer(text):
        groups = match.groups()
        pairs = [groups[at : at + 2] for at in range(0, len(groups) - 1, 2)]
        found |= {_fen(*pair) for pair in pairs if any(pair)}
    return found


@cache
def units_in_heading(text: str) -> frozenset[int]:
    """Fen per unit of every unit of money that a column's heading states: 案值（万元，保留两位小数）, 罚款/万元, 案值 万元."""
    plain = squeeze(text).translate(_TRADITIONAL)
    found: set[int] = set()
    for inside in _BRACKET.findall(plain):
        for part in _PARTS.split(inside):
            found |= _alone(part)
        found |= _found(_WORDED, inside)
    if not found and _CAPITALS.search(plain):
        return frozenset({FEN["元"]})  # 大写 is written out to the fen, in yuan
    bare = _BRACKET.sub("", plain)
    if not found and (match := _TAIL.search(bare)) and match.start():
        found.add(_fen(match[1], match[2]))
    if not found and (match := _SHORT_TAIL.search(bare)):
        found.add(FEN[f"{match[1]}元"])
    return frozenset(found | _found(_WORDED, bare))


@cache
def units_in_line(text: str) -> frozenset[int]:
    """The same of a line above or below the table: 单位：件、万元, 金额以万元为单位, 人民币万元, 2024年台账（万元）."""
    plain = closed_up(text).translate(_TRADITIONAL)
    if len(plain) > 300:
        return frozenset()
    found = _alone(plain.strip("()（）[]【】")) | _found(_WORDED, plain)
    for clause in _CLAUSES.split(plain):  # 案值单位为万元，罚款单位为元 names two
        for match in _LINE.finditer(clause):
            for part in _PARTS.split(match[1]):
                found |= _alone(part)
        found |= _alone(clause.strip("()（）[]【】"))
    for inside in _BRACKET.findall(plain):
        found |= _alone(inside)
    return frozenset(found)


def units_of_column(lines: Iterable[str], name: str, names: Iterable[str]) -> frozenset[int]:
    """What lines around the table say of the column called `name`: 案值以万元计，罚没款以元计 says one thing of each.

    names: those of all columns of money. A clause that names some of them speaks of those alone, and goes before what is
    said of the whole table.
    """
    own: set[int] = set()
    whole: set[int] = set()
    names = [other for other in names if other and other not in GENERIC]
    for line in lines:
        clauses = [closed_up(clause) for clause in _CLAUSES.split(line)]
        if not any(other in clause for clause in clauses for other in names):
            whole |= units_in_line(line)
            continue
        for clause in clauses:
            named = [other for other in names if other in clause]
            named = [one for one in named if not any(one != other and one in other for other in named)]
            if "等" in clause:
                named = []  # 案值等金额以万元为单位
            if name in named:
                own |= units_in_line(clause)
            elif not named:
                whole |= units_in_line(clause)
    return frozenset(own or whole)


def _alone(text: str) -> set[int]:
    match = _ALONE.fullmatch(text)
    if not match:
        return set()
    return {FEN["元"]} if match["sign"] else {_fen(match[1] or match[3], match[2] or match[3])}


def is_unit_row(texts: Iterable[str]) -> bool:
    """Whether a row under the heading only names units: （件）, 万元, 元, 年月日."""
    texts = [squeeze(text).strip("()（）[]【】") for text in texts if text]
    measures = {
        "件",
        "个",
        "起",
        "宗",
        "人",
        "年月日",
        "年/月/日",
        "日",
        "天",
        "—",
        "-",
        "/",
        "瓶",
        "台",
        "只",
    }
    money = sum(bool(_alone(text)) for text in texts)
    return money > 0 and all(_alone(text) or text in measures for text in texts)


def join(top: list[str], sub: list[str], spans: dict[int, str]) -> list[tuple[str, str]]:
    """(heading, group) of each column of a header in two rows: 罚款 under 处罚情况, 日期 under 立案, （万元） under 案值.

    spans: column → text of the merged heading that covers it in the upper row; without merged cells a text reaches to
    the next one.
    """
    joined, group = [], ""
    for column, (upper, lower) in enumerate(zip(top, sub, strict=True)):
        if upper or column in spans:
            group = spans.get(column, upper)
        if not lower:
            joined.append((upper, "" if upper else group))
            continue
        joined.append((_heading(group, lower), group))
    return joined


def _heading(group: str, lower: str) -> str:
    if money_unit(lower) is not None:
        return f"{group}（{squeeze(lower).strip('()（）')}）"
    bare = _GROUP_WORDS.sub("", _BRACKET.sub("", squeeze(group)))
    together = bare + squeeze(lower)
    own = read_header(lower)[0]
    if read_header(together)[0] and (squeeze(lower) in GENERIC or not own):
        return together
    if not own and bare in GENERIC and read_header(turned := squeeze(lower) + bare)[0]:
        return turned  # 立案 under 日期
    if own and qualified(own, bare) and "处罚决定" not in bare and not qualified(own, squeeze(lower)):
        return f"{group}-{lower}"  # 罚款金额 under 拟处罚意见
    if own is not None or not group:
        return lower
    return f"{group}-{lower}"
