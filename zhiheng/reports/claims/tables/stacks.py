"""Tables that lost their columns, every cell on a line of its own, put back into rows."""

import re

from ..normalise import Stack
from .cells import Cell
from .units import IN_HEAD, said_unit, shown, unit

_INFORMATION = "信息内容"
_CONTINUES = re.compile(
    "所得|财物|场所|设施|物品|停业|许可|非法|金额|数量?$|率$|决定|处罚|执照|证件|人员|案件|措施"
)


def rows(text: str, stack: Stack) -> list[list[Cell]]:
    """The rows of a table pasted one cell to a line; its head, where it has as many cells as the rows."""
    head: list[Cell] = []
    for start, end in stack.head:
        cell = Cell(text[start:end], start, end)
        if head and (unit(cell.text) or IN_HEAD.fullmatch(cell.text)) and not unit(head[-1].text):
            inner = IN_HEAD.fullmatch(cell.text)
            said = inner[1] or inner[2] if inner else cell.text
            head[-1] = Cell(f"{head[-1].text}（{said}）", head[-1].start, end)
        else:
            head.append(cell)
    found = [[Cell(text[a:b], a, b) for a, b in row] for row in stack.rows]
    if len(found) == 1 and not stack.labels:
        return _single(head, found[0])
    width = len(found[0])
    return [head[-width:], *found] if len(head) >= width else found


def _single(head: list[Cell], numbers: list[Cell]) -> list[list[Cell]]:
    """One row of numbers below the lines of a head, one of which may be the caption with the unit, one the row's name.

    [] where the head does not say which line stands over which number.
    """
    n = len(numbers)
    titles = [cell.text for cell in head]
    said = [said_unit(title) is not None for title in titles]
    label: list[Cell] = []
    if _INFORMATION in titles:
        columns = head[titles.index(_INFORMATION) + 1 :]
        if len(columns) == n + 1:
            columns, label = columns[:-1], columns[-1:]
    elif all(said[-n:]) and len(head) >= n:
        columns = head[-n:]
    elif len(head) > n and all(said[-n - 1 : -1]):
        columns, label = head[-n - 1 : -1], head[-1:]
    else:
        caption = next((i for i in range(len(head) - n - 1, -1, -1) if said[i]), None)
        if caption is None:
            return []
        columns = list(head[caption + 1 :])
        counted = said_unit(titles[caption])
        while len(columns) > n:  # a head cell broken over two lines
            at = next((i for i in range(1, len(columns)) if _CONTINUES.match(columns[i].text)), 1)
            one, two = columns[at - 1 : at + 1]
            columns[at - 1 : at + 1] = [Cell(one.text + two.text, one.start, two.end)]
        columns = [
            c if said_unit(c.text) else Cell(f"{c.text}（{shown(counted)}）", c.start, c.end) for c in columns
        ]
    if len(columns) != n:
        return []
    if label:
        return [[Cell(_INFORMATION, label[0].start, label[0].start), *columns], [*label, *numbers]]
    return [columns, numbers]
