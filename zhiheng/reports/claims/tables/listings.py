"""Names with bare numbers behind them: under one unit (处罚数量（宗）：警告31；罚款420), or each with its own (案件数（件）：610)."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .cells import Cell
from .columns import Given
from .units import listed, unit

_OPENS = re.compile(r"（(?:单位：)?([^（）：\n]{1,12})）(?:[：\n]{1,2}|(?=[0-9]))")
_NUMBER = r"[0-9][0-9,]*(?:\.[0-9]+)?"
_ITEM = re.compile(
    rf"(?P<name>[^0-9；，、。：（）\n]{{1,20}})：? ?(?P<number>{_NUMBER}(?:（(?P<own>[^（）0-9]{{1,4}})）)?)(?=[；，、。\n]|$)"
)
_SINGLE = re.compile(
    rf"(?P<name>[^0-9；，、。：（）\n|\t]{{1,20}})（(?:单位：)?(?P<unit>[^（）：\n]{{1,6}})）：? ?(?P<number>{_NUMBER})(?=[；，、。\n]|$)"
)
# 指标：商标侵权案件查办数；数值：610；单位：件
_NAMED = re.compile(
    rf"(?:指标(?:名称)?|项目|名称)：(?P<name>[^；，。：\n]{{1,30}})[；，\n] ?(?:"
    rf"(?:数值|数量|数据|数|本年数?)：(?P<number>{_NUMBER})[；，\n] ?(?:计量)?单位：(?P<unit>[^；，。：\n]{{1,6}})"
    rf"|(?:计量)?单位：(?P<unit2>[^；，。：\n]{{1,6}})[；，\n] ?(?:数值|数量|数据|数|本年数?)：(?P<number2>{_NUMBER}))(?=[；，。\n]|$)"
)


@dataclass(slots=True)
class Listing:
    """The items have a name and a number each; `given` are the units of the caption, or that of the one item."""

    caption: str
    given: Given
    items: list[list[Cell]]

    @property
    def span(self) -> tuple[int, int]:
        return self.items[0][0].start, self.items[-1][-1].end


def listings(text: str, taken: Sequence[tuple[int, int]] = ()) -> list[Listing]:
    """The listings of a clean text outside of `taken` spans (in order), in order of appearance."""
    found: list[Listing] = []
    starts = [start for start, _ in taken]
    for m in _OPENS.finditer(text):
        given = Given(listed(m[1]))
        if not given.units or (found and m.start() < found[-1].span[1]):
            continue
        items, at = [], m.end()
        while item := _ITEM.match(text, at):
            if not unit(item["own"] or "件"):
                break
            items.append([_cell(text, item, "name"), _cell(text, item, "number")])
            at = item.end() + (text[item.end() : item.end() + 1] in "；，、\n")
        if len(items) < 2:
            low = max(m.start() - 20, text.rfind("\n", 0, m.start()) + 1)
            near = _SINGLE.finditer(text, low, m.end() + 24)
            single = next((one for one in near if one.start() < m.start() < one.end()), None)
            if single is None:
                continue
            items = [[_cell(text, single, "name"), _cell(text, single, "number")]]
        i = bisect_left(starts, m.end())
        if (i < len(taken) and starts[i] < items[-1][-1].end) or (i and taken[i - 1][1] > items[0][0].start):
            continue
        line = text.rfind("\n", 0, m.start()) + 1
        found.append(Listing(text[max(line, m.start() - 40) : m.start()], given, items))
    return sorted([*found, *_named(text, taken, found)], key=lambda one: one.span)


def _named(text: str, taken: Sequence[tuple[int, int]], found: Sequence[Listing]) -> Iterator[Listing]:
    """Items whose name, number and unit each stand behind their own word."""
    if "单位：" not in text:
        return
    spans = sorted([*taken, *(one.span for one in found)])
    for m in _NAMED.finditer(text):
        given = Given(listed(m["unit"] or m["unit2"]))
        i = bisect_left(spans, m.span())
        free = (i == len(spans) or spans[i][0] >= m.end()) and (not i or spans[i - 1][1] <= m.start())
        if given.units and free:
            number = "number" if m["number"] else "number2"
            yield Listing("", given, [[_cell(text, m, "name"), _cell(text, m, number)]])


def _cell(text: str, m: re.Match, name: str) -> Cell:
    return Cell(m[name], *m.span(name))
