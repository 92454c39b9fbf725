"""The statistical return (知识产权执法数据统计表): cells of cases by kind, each a figure that opens its rows.

What nobody recorded is an empty cell, never nought. A case may stand in several of the columns by where it was found, so these are
not added up across; the row of totals is counted anew of all the causes, and money is rounded cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db.models import Q

from zhiheng.accounts.models import Person, Unit
from zhiheng.cases.figures import counted_by
from zhiheng.figures import selectors as figures
from zhiheng.figures.measures import Money
from zhiheng.figures.registry import Figure, find
from zhiheng.figures.selectors import Value
from zhiheng.registers.counting import counted
from zhiheng.registers.declaration import of_model

from . import selectors
from .models import CaseMark
from .periods import Period

BOOK = Path(__file__).resolve().parent / "book" / "returns"
# How the figures of cells are called: return.<row>.<column>
_PREFIX = "return"
TOTAL = "total"


@dataclass(frozen=True)
class Cell:
    """`value` None: empty, because nobody recorded it or because row and column do not meet."""

    value: Value | None = None

    @property
    def text(self) -> str:
        return "" if self.value is None or self.value.value is None else self.value.text


@dataclass(frozen=True)
class Line:
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Return:
    """One unit's return of a period, filled in on a day. `columns` are (title, unit); the last of `lines` is the total."""

    title: str
    unit: Unit
    period: Period
    on: date
    actions: tuple[tuple[str, str, Cell], ...]
    columns: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    note: str


@cache
def form() -> Mapping[str, Any]:
    """The return as it is printed: rows, columns, notes."""
    return yaml.safe_load((BOOK / "samr-ip.yaml").read_text(encoding="utf-8"))


def _rows() -> list[dict]:
    told = form()["rows"]
    return [
        *told,
        {"code": TOTAL, "title": "合计", "causes": [cause for row in told for cause in row["causes"]]},
    ]


@cache
def cells() -> dict[str, Figure]:
    """The figure of every cell that row and column meet in and that has a source, by its id."""
    return {
        made.id: made for row in _rows() for column in form()["columns"] if (made := _figure(row, column))
    }


def _figure(row: Mapping, column: Mapping) -> Figure | None:
    if not row["causes"] or column["code"] in row.get("blank", ()):
        return None
    where: dict[str, tuple] = {"cause": tuple(row["causes"])}
    where |= {name: tuple(values) for name, values in column.get("where", {}).items()}
    marks = column["of"] == "marks"
    of = counted(of_model(CaseMark)) if marks else counted_by(column.get("day", "decided_on"))
    mark = column.get("mark")
    by = {"filed_on": "立案", "closed_on": "结案", "decided_on": "作出决定"}[of.day]
    return Figure(
        id=f"{_PREFIX}.{row['code']}.{column['code']}",
        title=f"{row['title']}：{column['title']}",
        unit=column["unit"],
        counts=f"按{by}之日计入{'；以案件统计项目的登记为准，各栏可以重叠' if marks else ''}",
        of=of,
        where=where,
        only=Q(**{mark: True}) if mark else None,
        **({"measure": Money(column["sum"])} if "sum" in column else {}),
    )


def filled_in(actor: Person, period: Period, on: date) -> Return:
    """The return of the actor's unit with all below it. One statement for all cells, one for the actions."""
    scope = selectors.scope_for(actor, period, on)
    known = [figure for one in form()["actions"] if (figure := find(one.get("figure", "")))]
    values = figures.compute(scope, [*cells().values(), *known])
    return Return(
        title=form()["title"],
        unit=actor.unit,
        period=period,
        on=on,
        actions=tuple(
            (one["title"], one["unit"], Cell(values.get(one.get("figure", "")))) for one in form()["actions"]
        ),
        columns=tuple((column["title"], column["unit"]) for column in form()["columns"]),
        lines=tuple(_lines(values)),
        note=" ".join(form()["note"].split()),
    )


def _kept(values: Mapping[str, Value], *columns: str) -> bool:
    """Whether anything at all is recorded in one of these columns for the period: else its noughts say nothing."""
    whole = (values.get(f"{_PREFIX}.{TOTAL}.{code}") for code in columns)
    return any(one is not None and one.rows for one in whole)


def _lines(values: Mapping[str, Value]) -> Iterator[Line]:
    cases = _kept(values, "filed", "closed", "value")
    marks = _kept(values, "saved")  # of all marks, whether they state a sum or not
    for row in _rows():
        cells = []
        for column in form()["columns"]:
            found = values.get(f"{_PREFIX}.{row['code']}.{column['code']}")
            of_marks = column["of"] == "marks"
            kept = marks if of_marks else cases
            # A sum of marks of which none states one is no nought either.
            unsaid = of_marks and "sum" in column and found is not None and not found.value
            cells.append(Cell(found if kept and not unsaid else None))
        yield Line(row["title"], tuple(cells))
