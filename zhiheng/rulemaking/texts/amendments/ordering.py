"""Numbers after a decision: what is named takes its number, what is not keeps its order and closes up."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

from ..numbering import Number


def arrange(
    entries: list[tuple[Number, Any]],
    deleted: set[int],
    becomes: dict[int, Number],
    added: list[tuple[Number | None, Any]],
    *,
    shifting: bool,
) -> list[tuple[Number, Any]] | None:
    """New numbers in their order. ``deleted`` and ``becomes`` go by ``id()``; added without a number go to the end.

    Not ``shifting``: what is not named keeps its number (第一百九十九条 is gone, 第二百条 stays). None where two provisions
    would share a number.
    """
    fixed = [(becomes[id(row)], row) for _, row in entries if id(row) in becomes and id(row) not in deleted]
    fixed += [(number, row) for number, row in added if number is not None]
    last_ones = [row for number, row in added if number is None]
    floating = [(number, row) for number, row in entries if id(row) not in becomes and id(row) not in deleted]
    if len({number for number, _ in fixed}) != len(fixed):
        return None
    if not shifting:
        row = [*fixed, *floating]
        if len({number for number, _ in row}) != len(row) and len({n for n, _ in entries}) == len(entries):
            return None
        ordered = sorted(row, key=lambda pair: pair[0])
    else:
        ordered = _fill(entries, dict(fixed), floating)
    for one in last_ones:
        n = ordered[-1][0][0] if ordered else 0
        ordered.append(((n + 1, 0), one))
    return ordered


def _fill(
    entries: list[tuple[Number, Any]], fixed: dict[Number, Any], floating: list[tuple[Number, Any]]
) -> list[tuple[Number, Any]]:
    """Fixed numbers first, the rest in the free places between them; gaps of the old numbering stay where nothing moved."""
    before: dict[int, Number] = {}
    previous = (0, 0)
    for number, row in entries:
        before[id(row)] = previous
        previous = number
    ordered: list[tuple[Number, Any]] = []
    waiting = list(reversed(floating))
    last: Number = (0, 0)
    last_old: Number | None = (0, 0)
    remaining = dict(sorted(fixed.items(), reverse=True))

    def place(number: Number, row: Any) -> None:
        nonlocal last
        ordered.append((number, row))
        last = number

    while remaining or waiting:
        here = next(reversed(remaining), None)
        if here is not None and (
            (here[0] == last[0] and here[1] == last[1] + 1) or here == (last[0] + 1, 0) or here <= last
        ):
            place(here, remaining.pop(here))
            last_old = None
            continue
        if waiting:
            number, row = waiting.pop()
            if number[1]:  # 之一 follows the article it was added to
                new = (last[0], last[1] + 1) if ordered else number
            else:
                gap = number[0] - before[id(row)][0] if before[id(row)] == last_old else 1
                new = (last[0] + max(gap, 1), 0)
                if here is not None and new >= here:
                    new = (last[0] + 1, 0)
            place(new, row)
            last_old = number
        else:
            place(here, remaining.pop(here))
    return ordered


def longest_in_order(values: list[int]) -> list[int]:
    """Positions of a longest run of ascending values."""
    tails: list[int] = []
    ends: list[int] = []
    previous: list[int] = []
    for n, number in enumerate(values):
        at = bisect_left(tails, number)
        if at == len(tails):
            tails.append(number)
            ends.append(n)
        else:
            tails[at], ends[at] = number, n
        previous.append(ends[at - 1] if at else -1)
    run: list[int] = []
    n = ends[-1] if ends else -1
    while n >= 0:
        run.append(n)
        n = previous[n]
    return run[::-1]
