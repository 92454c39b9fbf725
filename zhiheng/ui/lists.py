"""Every list of the house: declared columns and filters, filters in the address, pages, and the same rows as xlsx.

    CASES = List(
        name="案件清单",
        columns=[
            Column("案号", "case_no", sort="case_no", link=lambda case: reverse("case", args=[case.pk])),
            Column("罚没金额（元）", "forfeit_fen", kind="yuan", sort="forfeit_fen"),
        ],
        filters=[Text("q", "查找", ("case_no", "party_name")), Choice("cause", "案由", CAUSES, "cause")],
        order="-id",
        empty="还没有案件。",
    )

    def cases(request):
        return CASES.respond(request, selectors.cases_visible_to(request.user), title="案件")

A list stays fast on a million rows: rows are counted a little beyond the page asked for and no further, a page is found
by its keys alone before its rows are read, and an export streams.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

import xlsxwriter
from django import forms as django_forms
from django.db.models import F, Q, QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from zhiheng.search.index import Index

from .forms import DayField, Form, OptionSelect, plain
from .templatetags import zh

COUNT_STEP = 10_000
EXPORT_CAP = 1_000_000  # a sheet ends at 1,048,576 rows
PER_PAGE = 50
_FARTHEST_PAGE = 10**7

Kind = Literal["text", "name", "wide", "code", "day", "moment", "yuan", "wan", "number", "tag"]


@dataclass(frozen=True)
class _Look:
    """How one kind of value is shown, and written to xlsx (number format, column width)."""

    show: Callable[[Any], str]
    css: str
    cell: Callable[[Any], Any]
    width: int
    number_format: str = ""


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _local(value: datetime) -> datetime:
    return timezone.localtime(value).replace(tzinfo=None)


_LOOKS: dict[str, _Look] = {
    "text": _Look(zh.dash, "", _text, 24),
    "name": _Look(zh.dash, "name", _text, 28),
    "wide": _Look(zh.dash, "wide", _text, 48),
    "code": _Look(zh.dash, "tight", _text, 22),
    "tag": _Look(zh.dash, "tight", _text, 14),
    "day": _Look(zh.day, "tight", lambda v: v, 12, "yyyy-mm-dd"),
    "moment": _Look(zh.moment, "tight", _local, 17, "yyyy-mm-dd hh:mm"),
    "yuan": _Look(zh.yuan, "number", lambda v: Decimal(v) / 100, 16, "#,##0.00"),
    "wan": _Look(zh.wan, "number", lambda v: Decimal(v) / 1_000_000, 14, "#,##0.00"),
    "number": _Look(zh.number, "number", lambda v: v, 12, "#,##0"),
}


@dataclass(frozen=True)
class Column:
    """`value` is an attribute path (`unit.short_name`, `get_cause_display`) or a function of the row.

    `kind` decides alignment, format and the xlsx cell; name the unit of money in the label. `sort` is the model field
    the header sorts by. `link` gives the address a cell leads to. `html` of a cell may be overridden with `render`
    (a function of the row returning safe HTML, e.g. a clock badge); the export then still writes `value`.
    """

    label: str
    value: str | Callable[[Any], Any]
    kind: Kind = "text"
    sort: str = ""
    link: Callable[[Any], str] | None = None
    render: Callable[[Any], str] | None = None

    @property
    def look(self) -> _Look:
        return _LOOKS[self.kind]

    def raw(self, row: Any) -> Any:
        if not isinstance(self.value, str):
            return self.value(row)
        for step in self.value.split("."):
            row = getattr(row, step, None)
            if callable(row):
                row = row()
            if row is None:
                return None
        return row

    def html(self, row: Any) -> str:
        shown = self.render(row) if self.render else self.look.show(self.raw(row))
        if self.kind == "tag" and not self.render and shown != zh.NOTHING:
            shown = format_html('<span class="tag">{}</span>', shown)
        url = self.link(row) if self.link and shown != zh.NOTHING else ""
        return format_html('<a href="{}">{}</a>', url, shown) if url else shown

    def xlsx(self, row: Any) -> Any:
        value = self.raw(row)
        return None if value is None or value == "" else self.look.cell(value)


class Filter:
    """A condition kept in the address under `name`. `fields` are the form fields it is typed in."""

    css = ""

    def __init__(self, name: str, label: str) -> None:
        self.name, self.label = name, label

    def fields(self, request) -> dict[str, django_forms.Field]:
        raise NotImplementedError

    def apply(self, rows: QuerySet, data: Mapping[str, Any]) -> QuerySet:
        raise NotImplementedError

    def words(self, data: Mapping[str, Any], form: Form) -> str:
        """The condition in words for its chip, "" when it is not set."""
        value = data.get(self.name)
        return f"{self.label}：{value}" if value not in (None, "") else ""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)


class Text(Filter):
    """Words found in any of the model fields, or in those of an index, which a long list needs.

    `starts=True` looks only at the beginning of the fields, which an index of the database can answer.
    """

    css = "text"

    def __init__(
        self, name: str, label: str, paths: Sequence[str] | Index, *, starts: bool = False, hint: str = ""
    ) -> None:
        super().__init__(name, label)
        self.index = paths if isinstance(paths, Index) else None
        self.paths = () if isinstance(paths, Index) else tuple(paths)
        self.lookup, self.hint = "istartswith" if starts else "icontains", hint

    def fields(self, request):
        widget = django_forms.TextInput(attrs={"type": "search", "placeholder": self.hint})
        return {
            self.name: django_forms.CharField(label=self.label, required=False, max_length=100, widget=widget)
        }

    def apply(self, rows, data):
        typed = data.get(self.name) or ""
        if self.index:
            return self.index.narrow(rows, typed)
        for word in plain(typed).split():
            condition = Q()
            for path in self.paths:
                condition |= Q(**{f"{path}__{self.lookup}": word})
            rows = rows.filter(condition)
        return rows


class Choice(Filter):
    """One of a list. `choices` may be a function of the request (e.g. the units this person sees).

    `by` is the model field, or a function (rows, value) -> rows for conditions that are more than equality.
    """

    def __init__(
        self,
        name: str,
        label: str,
        choices: Iterable[tuple[Any, str]] | Callable[[Any], Iterable[tuple[Any, str]]],
        by: str | Callable[[QuerySet, str], QuerySet],
    ) -> None:
        super().__init__(name, label)
        self.choices, self.by = choices, by

    def fields(self, request):
        choices = self.choices(request) if callable(self.choices) else self.choices
        return {
            self.name: django_forms.ChoiceField(
                label=self.label,
                required=False,
                choices=[("", "全部"), *choices],
                widget=OptionSelect,
                error_messages={"invalid_choice": "没有“%(value)s”这一项。"},
            )
        }

    def apply(self, rows, data):
        value = data.get(self.name)
        if not value:
            return rows
        return rows.filter(**{self.by: value}) if isinstance(self.by, str) else self.by(rows, value)

    def words(self, data, form):
        value = data.get(self.name)
        return f"{self.label}：{dict(form.fields[self.name].choices).get(value, value)}" if value else ""


class Unit(Choice):
    """A unit by its code; `choices` as for Choice, normally a function of the request."""

    def __init__(self, choices, name: str = "unit", label: str = "单位", by: str = "unit__code") -> None:
        super().__init__(name, label, choices, by)


class DateRange(Filter):
    """From a day to a day, both included. In the address as <name>_from and <name>_to."""

    css = "range"

    def __init__(self, name: str, label: str, path: str, *, is_moment: bool = False) -> None:
        super().__init__(name, label)
        self.path, self.is_moment = path, is_moment

    @property
    def names(self):
        return (f"{self.name}_from", f"{self.name}_to")

    def fields(self, request):
        first, last = self.names
        return {
            first: DayField(label=f"{self.label}自", required=False),
            last: DayField(label=f"{self.label}至", required=False),
        }

    def apply(self, rows, data):
        first, last = (data.get(name) for name in self.names)
        if self.is_moment:
            zone = timezone.get_current_timezone()
            if first:
                rows = rows.filter(
                    **{f"{self.path}__gte": datetime(first.year, first.month, first.day, tzinfo=zone)}
                )
            if last:
                after = last + timedelta(days=1)
                rows = rows.filter(
                    **{f"{self.path}__lt": datetime(after.year, after.month, after.day, tzinfo=zone)}
                )
            return rows
        if first:
            rows = rows.filter(**{f"{self.path}__gte": first})
        return rows.filter(**{f"{self.path}__lte": last}) if last else rows

    def words(self, data, form):
        first, last = (data.get(name) for name in self.names)
        if not first and not last:
            return ""
        return f"{self.label}：{first or '最早'} 至 {last or '最近'}"


@dataclass(frozen=True)
class Action:
    """A button in the title block of a page."""

    label: str
    url: str
    icon: str = ""
    primary: bool = False


@dataclass(frozen=True)
class List:
    """The declaration of one list. `name` is the export's file and sheet name, `noun` the measure word of its rows.

    `order` is the standing order (one field or several); the primary key is always added, so that pages do not overlap.
    """

    name: str
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    order: str | Sequence[str] = "-pk"
    noun: str = "条"
    empty: str = "还没有记录。"
    per_page: int = PER_PAGE
    export: bool = True

    def read(self, request, rows: QuerySet, *, total: int | None = None) -> Listing:
        """Filters and page from the address. `total` is the exact count of `rows` when the caller knows it already."""
        return Listing(self, request, rows, total)

    def respond(
        self, request, rows: QuerySet, *, template: str = "ui/list.html", total: int | None = None, **context
    ) -> HttpResponse:
        """The page, or the xlsx of the filtered rows when the address says `export=xlsx`.

        `context` goes to the template: `title`, `subtitle`, `crumbs` [(label, address), …], `actions` [Action, …], `intro`.
        """
        found = self.read(request, rows, total=total)
        if self.export and request.GET.get("export") == "xlsx" and not found.too_many:
            return found.xlsx()
        return render(request, template, {"listing": found, **context})


@dataclass
class Listing:
    """One list as asked for in one request."""

    list: List
    request: Any
    given: QuerySet
    known_total: int | None = None

    @cached_property
    def form(self) -> Form:
        fields: dict[str, django_forms.Field] = {}
        for one in self.list.filters:
            fields |= one.fields(self.request)
        form = type("FilterForm", (Form,), fields)(self.request.GET, auto_id="filter_%s")
        form.is_valid()
        return form

    @property
    def bars(self) -> list[dict]:
        """Filters with their bound fields, for the template."""
        return [
            {"css": one.css, "label": one.label, "fields": [self.form[name] for name in one.names]}
            for one in self.list.filters
        ]

    @property
    def chips(self) -> list[dict]:
        """Conditions in force, each with the address that lifts it."""
        data = self.form.cleaned_data
        return [
            {"words": words, "lift": zh.query({"request": self.request}, **dict.fromkeys(one.names))}
            for one in self.list.filters
            if (words := one.words(data, self.form))
        ]

    @property
    def cleared(self) -> str:
        """The address without any condition, keeping what does not belong to the list."""
        names = [name for one in self.list.filters for name in one.names]
        return zh.query({"request": self.request}, **dict.fromkeys([*names, "sort"]))

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Parameters of the address that are not filters (the sort, a tab); the filter form carries them on."""
        own = {name for one in self.list.filters for name in one.names} | {"page", "export"}
        return [
            (key, value) for key, values in self.request.GET.lists() if key not in own for value in values
        ]

    @cached_property
    def filtered(self) -> QuerySet:
        # A condition that cannot be read shows nothing rather than everything.
        if self.form.errors:
            return self.given.none()
        rows = self.given
        for one in self.list.filters:
            rows = one.apply(rows, self.form.cleaned_data)
        return rows

    @property
    def sort(self) -> str:
        """The sort in force: a column's field with "-" for descending, or "" for the standing order."""
        asked = self.request.GET.get("sort", "")
        return asked if asked.removeprefix("-") in {c.sort for c in self.list.columns if c.sort} else ""

    @cached_property
    def ordered(self) -> QuerySet:
        standing = [self.list.order] if isinstance(self.list.order, str) else list(self.list.order)
        fields = [self.sort, *standing] if self.sort else standing
        if not any(name.removeprefix("-") in {"pk", "id"} for name in fields):
            fields.append("-pk")
        # What is not recorded stands last in both directions and on both databases.
        return self.filtered.order_by(
            *(
                F(name[1:]).desc(nulls_last=True) if name.startswith("-") else F(name).asc(nulls_last=True)
                for name in fields
            )
        )

    @property
    def heads(self) -> list[dict]:
        """Columns with the address that sorts by them."""
        heads = []
        for column in self.list.columns:
            head = {"label": column.label, "css": column.look.css, "sort": "", "direction": ""}
            if column.sort:
                down = self.sort == f"-{column.sort}"
                up = self.sort == column.sort
                # Figures and days are looked at from the top first.
                first = (
                    f"-{column.sort}"
                    if column.kind in {"day", "moment", "yuan", "wan", "number"}
                    else column.sort
                )
                following = column.sort.removeprefix("-") if down else f"-{column.sort}" if up else first
                head["sort"] = zh.query({"request": self.request}, sort=following)
                head["direction"] = "descending" if down else "ascending" if up else ""
            heads.append(head)
        return heads

    @cached_property
    def asked_page(self) -> int:
        try:
            asked = int(self.request.GET.get("page", 1))
        except ValueError:
            asked = 1
        return min(max(asked, 1), _FARTHEST_PAGE)

    @property
    def counted_to(self) -> int:
        """How far rows are counted, in steps: always past the page asked for, so that every page can be reached."""
        return (self.asked_page * self.list.per_page // COUNT_STEP + 1) * COUNT_STEP

    @cached_property
    def total(self) -> int:
        """Number of rows, counted no further than one past `counted_to` unless the caller knew it."""
        if self.known_total is not None and not self.chips and not self.form.errors:
            return self.known_total
        return self.filtered.order_by().values("pk")[: self.counted_to + 1].count()

    @property
    def capped(self) -> bool:
        return self.known_total is None and self.total > self.counted_to

    @property
    def total_words(self) -> str:
        if self.capped:
            return f"超过 {self.counted_to:,} {self.list.noun}"
        return f"共 {self.total:,} {self.list.noun}"

    @property
    def page_count(self) -> int:
        """Pages that can be offered now; with more rows than were counted, the last of them leads further."""
        return max(1, -(-(self.counted_to if self.capped else self.total) // self.list.per_page))

    @property
    def page(self) -> int:
        return min(self.asked_page, self.page_count)

    @cached_property
    def rows(self) -> list:
        first = (self.page - 1) * self.list.per_page
        # Keys alone are light to sort and often in an index; a million whole rows are neither.
        keys = list(self.ordered.values_list("pk", flat=True)[first : first + self.list.per_page])
        found = self.given.in_bulk(keys)
        return [found[key] for key in keys if key in found]

    @property
    def body(self) -> Iterator[SafeString]:
        """The rows as HTML. Put together here: five hundred cells of a page are more than a template renders quickly."""
        opened = [
            (
                format_html('<td role="cell" class="{}" data-label="{}"><span>', c.look.css, c.label),
                format_html('<td role="cell" class="{} blank" data-label="{}"><span>', c.look.css, c.label),
                c,
            )
            for c in self.list.columns
        ]
        for row in self.rows:
            cells = []
            for usual, blank, column in opened:
                shown = column.html(row)
                cells.append(blank if shown == zh.NOTHING else usual)
                cells.append(conditional_escape(shown))
                cells.append("</span></td>")
            yield mark_safe(f'<tr role="row">{"".join(cells)}</tr>\n')

    @property
    def first(self) -> int:
        return (self.page - 1) * self.list.per_page + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @property
    def pages(self) -> list[int]:
        """Page numbers to offer, 0 for a gap."""
        near = {1, self.page_count, *range(self.page - 2, self.page + 3)}
        shown, previous = [], 0
        for number in sorted(n for n in near if 1 <= n <= self.page_count):
            if number - previous > 1:
                shown.append(0)
            shown.append(number)
            previous = number
        return shown

    @cached_property
    def too_many(self) -> bool:
        """Asked to export more rows than one file takes."""
        if not self.list.export or self.request.GET.get("export") != "xlsx":
            return False
        return self.filtered.order_by().values("pk")[: EXPORT_CAP + 1].count() > EXPORT_CAP

    @property
    def export_cap(self) -> int:
        return EXPORT_CAP

    def xlsx(self) -> FileResponse:
        """The filtered rows in the order shown, streamed row by row through a temporary file: memory stays constant."""
        file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 — the response closes it
        # constant_memory writes each row out as the next begins; text is never taken for a formula.
        book = xlsxwriter.Workbook(
            file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        sheet = book.add_worksheet(self.list.name[:31])
        head = book.add_format({"bold": True, "bg_color": "#EEF2F6", "bottom": 1})
        formats = {
            look: book.add_format({"num_format": look.number_format})
            for look in _LOOKS.values()
            if look.number_format
        }
        columns = self.list.columns
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.look.width)
            sheet.write_string(0, index, column.label, head)
        sheet.freeze_panes(1, 0)
        number = 0
        for number, row in enumerate(self.ordered.iterator(chunk_size=2000), 1):
            for index, column in enumerate(columns):
                value = column.xlsx(row)
                if value is None:
                    continue
                if isinstance(value, str):
                    sheet.write_string(number, index, value)
                elif isinstance(value, (date, datetime)):
                    sheet.write_datetime(number, index, value, formats[column.look])
                else:
                    sheet.write_number(number, index, value, formats.get(column.look))
        if number:
            sheet.autofilter(0, 0, number, len(columns) - 1)
        about = book.add_worksheet("说明")
        about.set_column(0, 0, 14)
        about.set_column(1, 1, 60)
        person = getattr(self.request.user, "name", "")
        lines = [
            ("导出时间", zh.moment(timezone.now())),
            ("导出人", person),
            ("行数", f"{number:,}"),
            *(("筛选条件", chip["words"]) for chip in self.chips),
        ]
        for index, (label, words) in enumerate(lines):
            about.write_string(index, 0, label, head)
            about.write_string(index, 1, words)
        book.close()
        file.seek(0)
        stamp = timezone.localtime().strftime("%Y%m%d-%H%M")
        response = FileResponse(file, as_attachment=True, filename=f"{self.list.name}-{stamp}.xlsx")
        response.zhiheng_rows = number  # for the ledger of acts, see zhiheng.audit.handing_out
        return response
