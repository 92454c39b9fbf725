"""What reading a case ledger gives: accepted rows by column, rejected cells, remarks.

The accepted rows are held column by column (one list per field), because that is how they are parsed and checked;
`Rows.tuples` turns them into tuples ready for a bulk insert.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Row(NamedTuple):
    """One case as a ledger states it. Money in fen, None where the ledger says nothing."""

    unit: str  # code of the handling unit
    lead_no: str  # 案源编号
    case_no: str  # 立案号
    doc_no: str  # decision number in canonical form, "" when there is none
    doc_no_printed: str
    title: str  # 案件名称
    party_name: str
    party_operator: str  # the person of 店(人), or a legal representative given with the name
    party_type: str  # individual_business | organisation | person | ""
    party_id: str
    cause: str
    cause_text: str
    source: str
    source_text: str
    lead_on: dt.date | None
    filed_on: dt.date | None
    decided_on: dt.date | None
    served_on: dt.date | None
    closed_on: dt.date | None
    published_on: dt.date | None
    case_value_fen: int | None
    turnover_fen: int | None
    gains_fen: int | None
    fine_fen: int | None
    confiscated_gains_fen: int | None
    forfeit_fen: int | None  # 罚没款 as printed, else fine and confiscated gains together
    paid_fen: int | None
    approx: str  # fields whose amount the ledger gives only roughly, joined by ","
    not_computable: str  # fields whose amount the ledger calls 无法计算, joined by ","
    goods: str
    penalty_text: str
    status: str
    status_text: str
    handlers: str
    confirmed: str  # 以本行为准: a person has decided that this row goes before what is there
    note: str
    extra: str  # unknown columns, JSON object of header → text; "" when there is none
    source_sheet: str
    source_row: int  # row number as the spreadsheet shows it, from 1
    key: str  # identifies the case across imports
    digest: str  # changes when any stated value changes


FIELDS: tuple[str, ...] = Row._fields
DATE_FIELDS = ("lead_on", "filed_on", "decided_on", "served_on", "closed_on", "published_on")
AMOUNT_FIELDS = (
    "case_value_fen",
    "turnover_fen",
    "gains_fen",
    "fine_fen",
    "confiscated_gains_fen",
    "forfeit_fen",
    "paid_fen",
)


_BETWEEN = "\x1e"


def _together(values: list[Any]) -> list[Any] | str:
    sample = values[:500]
    if len(set(sample)) * 2 < len(sample) or not values or set(map(type, values)) != {str}:
        return values
    text = _BETWEEN.join(values)
    return text if text.count(_BETWEEN) == len(values) - 1 else values


class Rows(Sequence[Row]):
    """Accepted rows; `columns[name]` is the list of one field's values, all lists equally long."""

    def __init__(self, columns: dict[str, list[Any]] | None = None):
        self.columns: dict[str, list[Any]] = columns or {name: [] for name in FIELDS}

    def __len__(self) -> int:
        return len(self.columns["key"])

    def __getstate__(self) -> dict[str, Any]:
        """For the way between processes: a column of texts that all differ goes as one text, many times as fast."""
        return {name: _together(values) for name, values in self.columns.items()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.columns = {
            name: values if type(values) is list else values.split(_BETWEEN) for name, values in state.items()
        }

    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        return Row(*(self.columns[name][index] for name in FIELDS))

    def __iter__(self) -> Iterator[Row]:
        return map(Row._make, self.tuples())

    def tuples(self, *names: str, iso_dates: bool = False) -> Iterable[tuple]:
        """Tuples of the named fields (all, in FIELDS order, when none is named), for `executemany`.

        iso_dates: dates as "2024-03-05" texts, the form in which SQLite keeps them.
        """
        chosen = []
        for name in names or FIELDS:
            column = self.columns[name]
            if iso_dates and name in DATE_FIELDS:
                text = {day: day.isoformat() if day else None for day in set(column)}
                column = [text[day] for day in column]
            chosen.append(column)
        return zip(*chosen, strict=True)


class Rejection(NamedTuple):
    """One reason why a row was not taken over. A row may have several.

    A tuple, as a remark is: a ledger may have one for each of its rows, and all cross from the process that reads.
    """

    sheet: str
    row: int
    column: str  # header as printed, "" when the whole row is meant
    value: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        where = f"工作表“{self.sheet}”第{self.row}行" + (f"“{self.column}”列" if self.column else "")
        return f"{where}：{self.reason}；{self.remedy}"


class Remark(NamedTuple):
    """Something doubtful in an accepted row: shown to the officer, never corrected silently."""

    sheet: str
    row: int
    column: str
    value: str
    message: str

    def __str__(self) -> str:
        column = f"“{self.column}”列" if self.column else ""
        return f"工作表“{self.sheet}”第{self.row}行{column}：{self.message}"


@dataclass(frozen=True, slots=True)
class Ask:
    """A question about a column that only a person can answer; until then nothing of its sheet is taken over."""

    sheet: str
    column: str  # header as printed
    why: str
    choices: tuple[str, ...]

    @property
    def about(self) -> str:
        """What is asked: "column", which of two columns is meant; "year", of days without one; "money", the unit."""
        if self.choices[0].startswith("第"):
            return "column"
        return "year" if self.choices[0].endswith("年") else "money"

    def __str__(self) -> str:
        return f"工作表“{self.sheet}”“{self.column}”列：{self.why}；请选择：{'、'.join(self.choices)}"


@dataclass(frozen=True, slots=True)
class Sum:
    """A column of money added up: what its good rows come to, beside what the sheet itself states."""

    sheet: str
    column: str
    fen: int
    stated_fen: int | None  # None when the sheet states no total
    agrees: bool | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet as understood: `field` is None for a column kept verbatim in `extra`."""

    sheet: str
    index: int
    printed: str
    field: str | None
    fen_per_unit: int | None = None  # amounts only: 100 for 元, 1_000_000 for 万元
    unit_from: str = ""  # amounts only: where the unit was found
    year: int | None = None  # days only, where some are written without a year: the one they are read in
    year_from: str = ""  # where that year stands


@dataclass(slots=True)
class Ledger:
    """A ledger file as read."""

    rows: Rows = field(default_factory=Rows)
    rejected: list[Rejection] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    header: list[Column] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    waiting: int = 0  # rows of sheets that wait for an answer
    sums: list[Sum] = field(default_factory=list)
    repeated: int = 0  # rows stating the very same case again, taken once
    sheets: list[Any] = field(default_factory=list, repr=False)  # the cells, kept for the rejects file

    @property
    def rejected_rows(self) -> int:
        return len({(item.sheet, item.row) for item in self.rejected})
