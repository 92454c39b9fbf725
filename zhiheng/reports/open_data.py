"""A period's figures for the public: csv and Parquet with a dictionary of every column and every figure, in one zip.

Figures of units and months, no row of any record: nothing in it tells of a person or a party.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as parquet

from zhiheng.figures import selectors as figures
from zhiheng.figures.registry import Figure
from zhiheng.figures.selectors import Value

from .annual import Report
from .received import RECEIVED

# Six digits: one fen is 0.000001 万元.
_NUMBER = pa.decimal128(26, 6)
# Nothing in a package changes with the moment it is made.
_MOMENT = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Column:
    name: str
    words: str
    kind: pa.DataType


@dataclass(frozen=True)
class Table:
    """One file of the package; `rows` hold a value for each column, None where nothing is recorded."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple]


_TEXT, _DAY = pa.string(), pa.date32()
_FIGURE = (
    Column("figure", "指标编号，见 figures 表", _TEXT),
    Column("first", "期初", _DAY),
    Column("last", "期末", _DAY),
)
_VALUE = Column("value", "数值，以指标的计量单位计；空为没有登记，不是零", _NUMBER)


def package(report: Report, on: date) -> bytes:
    """The zip of a report's figures, as of a day. Equal figures give equal bytes."""
    out = io.BytesIO()
    made = list(tables(report))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for table in made:
            _put(pack, f"{table.name}.csv", _csv([c.name for c in table.columns], table.rows))
            _put(pack, f"{table.name}.parquet", _parquet(table))
        _put(pack, "dictionary.csv", _csv(("table", "column", "type", "meaning"), list(dictionary(made))))
        _put(pack, "README.txt", _about(report, made, on).encode())
    return out.getvalue()


def tables(report: Report) -> Iterator[Table]:
    """Figures and their rules; their values for the whole; by unit; by month."""
    reported, told = set(RECEIVED.values()), report.figures.values()
    yield Table(
        "figures",
        "指标",
        (
            Column("figure", "指标编号", _TEXT),
            Column("title", "名称", _TEXT),
            Column("unit", "计量单位", _TEXT),
            Column("counts", "口径", _TEXT),
            Column("stock", "是否为期末存量", pa.bool_()),
            Column("source", "records 由逐件记录汇总，returns 据报送", _TEXT),
        ),
        [
            (
                one.figure.id, one.figure.title, one.figure.unit, one.figure.counts,
                all(part.stock for part in one.figure.parts), "returns" if one.figure in reported else "records",
            )
            for one in told
        ],
    )  # fmt: skip
    days = (report.scope.first, report.scope.last)
    yield Table(
        "values",
        "各项指标",
        (*_FIGURE, _VALUE, Column("records", "组成它的记录数", pa.int64())),
        [(one.figure.id, *days, _exact(one), one.rows) for one in told],
    )
    yield Table(
        "by_unit",
        "各单位",
        (*_FIGURE, Column("unit", "单位代码", _TEXT), Column("unit_name", "单位", _TEXT), _VALUE),
        list(_by_unit(report)),
    )
    yield Table(
        "by_month",
        "各月",
        (*_FIGURE, Column("month", "月份，例如 2024-05；存量为月末数", _TEXT), _VALUE),
        list(_by_month(report)),
    )


def _told_by(report: Report, by: str) -> list[Figure]:
    return [one.figure for one in report.figures.values() if by in one.figure.by]


def _by_unit(report: Report) -> Iterator[tuple]:
    units = figures.units_of(report.scope)
    names = {unit.code: unit.name for unit in units}
    for figure in _told_by(report, "unit") if units else ():
        for part in figures.breakdown(figure, report.scope, "unit", units):
            days = (part.scope.first, part.scope.last)
            yield (figure.id, *days, part.key, names[part.key], _exact(part.value))


def _by_month(report: Report) -> Iterator[tuple]:
    """All figures over all months are one question: the breakdown of each would be a statement of its own."""
    told, months = _told_by(report, "month"), list(report.scope.months())
    answered = dict(zip(months, figures.compute_each(months, told), strict=True))
    for figure in told:
        for month in figures.months_of(figure, report.scope):
            value = answered[month][figure.id]
            yield (figure.id, month.first, month.last, f"{month.first:%Y-%m}", _exact(value))


def _exact(value: Value) -> Decimal | None:
    return None if value.value is None else value.value.quantize(Decimal("0.000001"))


def dictionary(made: Sequence[Table]) -> Iterator[tuple[str, str, str, str]]:
    for table in made:
        for column in table.columns:
            yield table.name, column.name, str(column.kind), column.words


def _csv(head: Sequence[str], rows: Sequence[tuple]) -> bytes:
    out = io.StringIO()
    written = csv.writer(out, lineterminator="\r\n")
    written.writerow(head)
    written.writerows([_cell(value) for value in row] for row in rows)
    return ("\ufeff" + out.getvalue()).encode()  # by the mark office programs know that it is UTF-8


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parquet(table: Table) -> bytes:
    columns = [
        pa.array([row[place] for row in table.rows], column.kind)
        for place, column in enumerate(table.columns)
    ]
    schema = pa.schema(
        [pa.field(c.name, c.kind, metadata={"meaning": c.words}) for c in table.columns],
        metadata={"title": table.title},
    )
    out = io.BytesIO()
    parquet.write_table(pa.table(columns, schema=schema), out)
    return out.getvalue()


def _put(pack: zipfile.ZipFile, name: str, data: bytes) -> None:
    pack.writestr(zipfile.ZipInfo(name, _MOMENT), data, zipfile.ZIP_DEFLATED)


def _about(report: Report, made: Sequence[Table], on: date) -> str:
    lines = [
        f"{report.unit.name}{report.period.words}知识产权法治数据",
        f"数字截至 {on:%Y-%m-%d}。每张表有 csv（UTF-8）和 Parquet 两种，内容相同；各列含义见 dictionary.csv，各项指标的口径见 figures。",
        "空值表示没有登记，不是零。分单位、分月的数不一定能相加，以口径为准。",
        *(f"{table.name}：{table.title}，{len(table.rows)} 行" for table in made),
    ]
    return "\n".join(lines) + "\n"
