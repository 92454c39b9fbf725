"""The table of districts: figures of each side by side, in some of them an order. What is fined or confiscated is never ranked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.http import Http404

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.selectors import units_visible_to
from zhiheng.figures.registry import Figure, find
from zhiheng.figures.selectors import Value, compute_each, scope_of

from .pages import figure_url
from .periods import Period

_FILE = Path(__file__).parent / "book" / "districts.yaml"
_RANKS = {"more", "less", "none"}


class TableError(ValueError):
    """districts.yaml cannot be used; the message names what is wrong and how to mend it."""


@dataclass(frozen=True)
class Compared:
    """One column: a figure, the order of districts in it ("" for none), and why there is none."""

    figure: Figure
    rank: str
    why: str = ""


@dataclass(frozen=True)
class Group:
    title: str
    columns: tuple[Compared, ...]


@dataclass(frozen=True)
class Table:
    """`article`: why what is fined has no order."""

    article: str
    groups: tuple[Group, ...]

    @property
    def columns(self) -> list[Compared]:
        return [column for group in self.groups for column in group.columns]


@cache
def table() -> Table:
    """What districts.yaml says. Raises TableError."""
    return read(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def read(told: dict[str, Any]) -> Table:
    return Table(
        told["article"],
        tuple(
            Group(one["title"], tuple(_column(column, told["article"]) for column in one["figures"]))
            for one in told["groups"]
        ),
    )


def _column(told: dict[str, str], article: str) -> Compared:
    figure, rank = find(told["figure"]), told["rank"]
    if figure is None:
        raise TableError(f"区县对比表：没有指标 {told['figure']}；请改成已有的指标")
    if rank not in _RANKS:
        raise TableError(f"区县对比表：{figure.title}的 rank 写作“{rank}”；请写 more、less 或者 none")
    if rank != "none" and of_money(figure):
        raise TableError(f"区县对比表：{figure.title}是金额，不得排名次（{article}）；请写 rank: none")
    if rank == "none" and not told.get("why"):
        raise TableError(f"区县对比表：{figure.title}不排名次，请用 why 写明理由")
    return Compared(figure, "" if rank == "none" else rank, told.get("why", ""))


def of_money(figure: Figure) -> bool:
    """Whether the figure, or a part of it, is an amount of money."""
    return any(part.measure.money for part in figure.parts)


@dataclass(frozen=True)
class Cell:
    value: Value
    place: int | None
    url: str


@dataclass(frozen=True)
class Row:
    unit: Unit
    cells: tuple[Cell, ...]


def places(values: list[Any], rank: str) -> list[int | None]:
    """The place of each value: equal ones share theirs, and what is not recorded has none."""
    if not rank:
        return [None] * len(values)
    known = sorted((value for value in values if value is not None), reverse=rank == "more")
    return [None if value is None else known.index(value) + 1 for value in values]


def rows(actor: Person, period: Period, on: date, by: str = "") -> list[Row]:
    """Every unit below the actor's with its figures over the period; in the order of a ranked figure `by`, else of their codes.

    Raises Http404 for who has no units below, and for an order that there is not.
    """
    units = list(units_visible_to(actor).filter(parent=actor.unit_id).order_by("code"))
    columns = table().columns
    if not units:
        raise Http404("本单位没有下级单位，没有区县对比表。")
    if by and by not in {column.figure.id for column in columns if column.rank}:
        raise Http404("没有这种排序：罚没款项等不排名次的指标不能用来排序。")
    scopes = [scope_of(unit, period.first, period.last, on) for unit in units]
    answered = compute_each(scopes, [column.figure for column in columns])
    ranked = [
        places([values[column.figure.id].value for values in answered], column.rank) for column in columns
    ]
    found = [
        Row(
            unit,
            tuple(
                Cell(
                    values[column.figure.id],
                    ranked[at][place],
                    figure_url(column.figure, period, unit=unit.code),
                )
                for at, column in enumerate(columns)
            ),
        )
        for place, (unit, values) in enumerate(zip(units, answered, strict=True))
    ]
    if not by:
        return found
    at = next(at for at, column in enumerate(columns) if column.figure.id == by)
    return sorted(found, key=lambda row: (row.cells[at].place or len(found) + 1, row.unit.code))
