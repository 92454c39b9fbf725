"""The list of a kind and of its imports, put together from the declaration. The export holds every column."""

from __future__ import annotations

from datetime import date

from django.utils.html import format_html

from zhiheng.accounts.selectors import unit_choices
from zhiheng.ui.lists import Choice, Column, DateRange, List, Text, To, Unit

from . import fields
from .declaration import VOIDED, Register
from .tables import parent_headings

_BEGIN = "请用右上角的按钮登记，或导入登记表。"


class _Standing(Choice):
    """Where records stand. Those entered by mistake are left out until they are asked for."""

    def __init__(self, one: Register, on: date) -> None:
        self.one, self.on = one, on
        choices = [(s.code, s.title) for s in one.states]
        super().__init__("state", "状态", [*choices, (VOIDED, "已作废")], self._in_state)

    def apply(self, rows, data):
        return super().apply(rows, data) if data.get(self.name) else rows.standing()

    def _in_state(self, rows, code):
        if code == VOIDED:
            return rows.filter(voided_on__isnull=False)
        # The state's own condition may use an index; that no earlier state holds is tested on what is left.
        return rows.standing().filter(self.one.state(code).on(self.on), state=code)


def state_tag(one: Register, record) -> str:
    state = one.state(record.state)
    return format_html('<span class="tag tag-{}">{}</span>', state.colour, state.title) if state else "—"


def columns(one: Register, names: tuple[str, ...]) -> list[Column]:
    """List columns by name; the first leads to the record."""
    made = []
    for name in names:
        given = {"link": To("record", before=(one.group, one.code))} if not made else {}
        if name == "state":
            made.append(
                Column(
                    "状态",
                    lambda row: state.title if (state := one.state(row.state)) else "",
                    kind="tag",
                    render=lambda row: state_tag(one, row),
                )
            )
        elif name == "title":
            made.append(Column(one.title, str, kind="wide", **given))
        else:
            column = one.column(name)
            if not made and fields.sort_of(column) == "text":
                given["kind"] = "wide"
            made.append(fields.list_column(column, **given))
    return made


def records_list(one: Register, on: date, *, whole: bool = False, begins: bool = False) -> List:
    """The list of a kind on the day. `whole`: with every column, as the export has it and an import reads it back.

    `begins`: the reader may begin such records, which an empty list then says.
    """
    shown = columns(one, one.shows)
    if whole:
        # The record above by its key, as a table names it, and not only by its title.
        names = (*one.shows, *(f.name for f in one.facts if f.name not in one.shows))
        shown = columns(one, tuple(name for name in names if name != one.parent))
        shown += [Column(h, path.replace("__", "."), kind="name") for h, path in parent_headings(one).items()]
    hint = "、".join(str(one.column(name).verbose_name) for name in one.finds)
    filters = [Text("q", "查找", one.finds, hint=hint)]
    filters.append(Unit(lambda request: unit_choices(request.user)))
    filters += [
        Choice(f.name, str(f.verbose_name), f.flatchoices, f.name)
        for f in one.facts
        if f.choices and f.name in one.shows
    ]
    filters.append(_Standing(one, on))
    filters.append(DateRange(one.day, str(one.column(one.day).verbose_name), one.day))
    return List(
        name=one.title,
        columns=shown,
        filters=filters,
        order=f"-{one.day}",
        noun=one.noun,
        empty=one.empty or f"还没有{one.title}。" + (_BEGIN if begins and not one.parent else ""),
    )


def imports_list(one: Register) -> List:
    return List(
        name=f"{one.title}导入",
        columns=[
            Column(
                "文件",
                "file_name",
                kind="wide",
                link=To("record-import", before=(one.group, one.code)),
            ),
            Column("导入人", "made_by.name", kind="code"),
            Column("日期", "on", kind="day"),
            Column("新增", "created", kind="number"),
            Column("更正", "changed", kind="number"),
            Column("未变", "unchanged", kind="number"),
            Column("退回", "rejected", kind="number"),
            Column("状态", lambda i: "已导入" if i.taken_on else "只试过", kind="tag"),
        ],
        order="-id",
        noun="次",
        empty="还没有导入过。",
        export=False,
    )
