"""One reading of every typed value: of what a form cleaned, a rehearsal wrote, a program sent, and the JSON in which answers are kept.

A day is a ``date``, a moment a ``datetime`` with its zone, an amount whole fen, a number whole; a table's cells are read by the types of
its columns. JSON and YAML write days and moments as text: this is the one place that reads them back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
_EMPTY = (None, "", [], ())
# How yes and no are written, in a table as on paper.
YES_OR_NO = {"是": True, "否": False}


class Unfit(ValueError):
    """A value that its field cannot hold; the message says what it would have to be."""


def read(field: Any, value: Any) -> Any:
    """The value of a field, of a column or of what only a paper asks, as the engine has it; what is empty stays as it is. ``field``
    has ``type`` and may have ``choices`` and ``columns``.

    Raises :class:`Unfit` in words when it is no value of the type.
    """
    if value in _EMPTY or (reader := _READERS.get(field.type)) is None:
        return value
    return reader(field, value)


def kept(field: Any, value: Any) -> Any:
    """As :func:`read`, for what was kept before the book said as much about it as today: what does not fit stays as it stands."""
    try:
        return read(field, value)
    except Unfit:
        return value


def _day(field: Any, value: Any) -> date:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise Unfit("应当是日期，例如 2025-03-03") from None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Unfit("应当是日期，例如 2025-03-03")
    return value


def _moment(field: Any, value: Any) -> datetime:
    if isinstance(value, str) and len(value) > len("2025-03-03"):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, datetime):
        raise Unfit("应当是日期和时间，例如 2025-03-03 09:30")
    return value.astimezone(CHINA) if value.tzinfo else value.replace(tzinfo=CHINA)


def _whole(field: Any, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unfit("应当是整数")
    return value


def _fen(field: Any, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Unfit("应当是以分计的金额")
    return value


def _yes(field: Any, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit("应当是“是”或者“否”")
    return value


def _chosen(field: Any, value: Any) -> str:
    known = dict(field.choices)
    if known and (not isinstance(value, str | int) or value not in known):
        shown = "、".join(f"{code}（{title}）" for code, title in list(known.items())[:12])
        raise Unfit(f"没有这一项，可填：{shown}")
    return value


def _worded(field: Any, value: Any) -> Any:
    """Words; where the book names some of them, their code stands for them. Other words stay possible (a choice has no others)."""
    return (
        field.choices.get(value, value)
        if isinstance(value, str) and getattr(field, "choices", None)
        else value
    )


def _several(field: Any, value: Any) -> Any:
    if not isinstance(value, list | tuple):
        raise Unfit("应当是一列")
    for one in value:
        _chosen(field, one)
    return value


def _rows(field: Any, value: Any) -> list:
    if not isinstance(value, list | tuple):
        raise Unfit("应当是一列")
    columns = {column.code: column for column in getattr(field, "columns", ())}
    return [
        _row(columns, row, number) if isinstance(row, Mapping) else row
        for number, row in enumerate(value, start=1)
    ]


def _row(columns: Mapping[str, Any], row: Mapping[str, Any], number: int) -> dict[str, Any]:
    found = {}
    for code, cell in row.items():
        try:
            found[code] = read(columns[code], cell) if code in columns else cell
        except Unfit as unfit:
            raise Unfit(f"第{number}行的“{columns[code].title}”写的是“{str(cell)[:40]}”，{unfit}") from None
    return found


_READERS: dict[str, Callable[[Any, Any], Any]] = {
    "text": _worded,
    "date": _day,
    "datetime": _moment,
    "integer": _whole,
    "money": _fen,
    "bool": _yes,
    "choice": _chosen,
    "choices": _several,
    "list": _rows,
}
