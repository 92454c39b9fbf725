"""A list as declared, and as asked for in one request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any
from urllib.parse import urlencode

from django import forms as django_forms
from django.db.models import Model, QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString

from ..forms import Form
from ..templatetags import zh
from . import export, ordering
from .columns import Column
from .filters import Filter, Text

COUNT_STEP = 10_000
# Of what a search finds, which may stand far apart.
SEARCH_STEP = 1_000
MANY = 50_000
EXPORT_CAP = 1_000_000  # a sheet ends at 1,048,576 rows
BESIDE = "zhiheng_told"
"""Attribute of a request that is answered beside the web server: a function that is told how many rows are written."""
PER_PAGE = 50
_FARTHEST_PAGE = 10**7
# By which way a column is sorted.
_ARROWS = {"descending": "arrow-down", "ascending": "arrow-up", "": "arrows-sort"}


def asked_page(request) -> int:
    """Which page of rows the address asks for: 1 and up, whatever it says."""
    try:
        asked = int(request.GET.get("page", 1))
    except ValueError:
        asked = 1
    return min(max(asked, 1), _FARTHEST_PAGE)


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

    `about` is what the export says of the rows beside when, by whom and under which conditions it was made.
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
    about: Sequence[tuple[str, str]] = ()

    def read(
        self, request, rows: QuerySet, *, total: int | None = None, keys: Sequence[Any] | None = None
    ) -> Listing:
        """Filters and page from the address. What the caller knows already of the list without any filter: `total`, the exact count
        of `rows`, or `keys`, those of all that belong to it in its standing order. With keys, `rows` needs no condition: they are it."""
        return Listing(self, request, rows, total if keys is None else len(keys), keys)

    def respond(
        self,
        request,
        rows: QuerySet,
        *,
        template: str = "ui/list.html",
        total: int | None = None,
        keys: Sequence[Any] | None = None,
        **context,
    ) -> HttpResponse:
        """The page, or the xlsx of the filtered rows when the address says `export=xlsx`; many rows are asked for first.

        `context` goes to the template: `title`, `subtitle`, `crumbs` [(label, address), …], `actions` [Action, …], `intro`.
        """
        found = self.read(request, rows, total=total, keys=keys)
        return found.sheet() or render(request, template, {"listing": found, **context})


@dataclass
class Listing:
    """One list as asked for in one request."""

    list: List
    request: Any
    given: QuerySet
    known_total: int | None = None
    known_keys: Sequence[Any] | None = None

    @cached_property
    def form(self) -> Form:
        fields: dict[str, django_forms.Field] = {}
        for one in self.list.filters:
            fields |= one.fields(self.request)
        form = Form(self.request.GET, auto_id="filter_%s")
        form.add(fields)
        form.is_valid()
        return form

    @cached_property
    def bars(self) -> list[dict]:
        """Filters with their bound fields, for the template."""
        return [
            {"css": one.css, "label": one.label, "fields": [self.form[name] for name in one.names]}
            for one in self.list.filters
        ]

    @cached_property
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
        rows = self.given if self.known_keys is None else self.given.filter(pk__in=self.known_keys)
        for one in self.list.filters:
            rows = one.apply(rows, self.form.cleaned_data)
        return rows

    @property
    def sort(self) -> str:
        """The sort in force: a column's field with "-" for descending, or "" for the standing order."""
        asked = self.request.GET.get("sort", "")
        wanted = asked.removeprefix("-")
        return asked if any(self.sorts_by(c) for c in self.list.columns if c.sort == wanted) else ""

    @cached_property
    def many(self) -> bool:
        """More rows than can be sorted while somebody waits."""
        return self.capped or self.total > MANY

    def sorts_by(self, column: Column) -> bool:
        """Whether sorting by the column is offered: of many rows only where an index stands in that order."""
        if not column.sort:
            return False
        return not self.many or ordering.is_indexed(self.given.model, column.sort)

    @property
    def standing(self) -> tuple[str, ...]:
        return (self.list.order,) if isinstance(self.list.order, str) else tuple(self.list.order)

    @property
    def ordered(self) -> QuerySet:
        """All rows in the order shown, as an export streams them."""
        return ordering.ordered(self.filtered, self.sort, self.standing)

    @cached_property
    def heads(self) -> list[dict]:
        """Columns with the address that sorts by them."""
        heads = []
        # What of the address stays when one sorts: all but the page.
        asked = {key: values for key, values in self.request.GET.lists() if key not in ("page", "export")}
        for column in self.list.columns:
            head = {"label": column.label, "css": column.look.css, "sort": "", "direction": ""}
            if self.sorts_by(column):
                down = self.sort == f"-{column.sort}"
                up = self.sort == column.sort
                # Figures and days are looked at from the top first.
                first = (
                    f"-{column.sort}"
                    if column.kind in {"day", "moment", "yuan", "wan", "number"}
                    else column.sort
                )
                following = column.sort.removeprefix("-") if down else f"-{column.sort}" if up else first
                head["sort"] = "?" + urlencode(sorted({**asked, "sort": [following]}.items()), doseq=True)
                head["direction"] = "descending" if down else "ascending" if up else ""
            heads.append(head)
        return heads

    @property
    def head_cells(self) -> SafeString:
        """The heads as HTML; as the rows and the filters, put together here."""
        made = []
        for head in self.heads:
            label, direction = escape(head["label"]), head["direction"]
            if head["sort"]:
                label = f'<a href="{escape(head["sort"])}">{label} {zh.icon(_ARROWS[direction])}</a>'
            sorts = f' aria-sort="{direction}"' if direction else ""
            made.append(f'<th scope="col" role="columnheader" class="{head["css"]}"{sorts}>{label}</th>\n')
        return SafeString("".join(made))

    @property
    def bar_cells(self) -> SafeString:
        """The filters as HTML: each with its name, its one field or from and to, and what is wrong with it."""
        made = []
        for bar in self.bars:
            label, fields = escape(bar["label"]), bar["fields"]
            if len(fields) == 1:
                inner = f'<label class="form-label" for="{fields[0].id_for_label}">{label}</label>{fields[0]}'
            else:
                ends = '<span aria-hidden="true">至</span>'.join(
                    f'<label class="visually-hidden" for="{one.id_for_label}">{escape(str(one.label))}</label>{one}'
                    for one in fields
                )
                inner = f'<span class="form-label" aria-hidden="true">{label}</span><div class="range-ends">{ends}</div>'
            wrong = "".join(
                f'<div class="invalid-feedback" id="{one.auto_id}_error">{escape(str(one.errors[0]))}</div>'
                for one in fields
                if one.errors
            )
            made.append(f'<div class="filter {bar["css"]}">{inner}{wrong}</div>\n')
        return SafeString("".join(made))

    @cached_property
    def asked_page(self) -> int:
        return asked_page(self.request)

    @property
    def counted_to(self) -> int:
        """How far rows are counted, in steps: always past the page asked for, so that every page can be reached."""
        step = min(COUNT_STEP, SEARCH_STEP) if self.searching else COUNT_STEP
        return (self.asked_page * self.list.per_page // step + 1) * step

    @property
    def searching(self) -> bool:
        """Whether words are looked for by an index, among however many rows."""
        data = self.form.cleaned_data
        return any(one.index and data.get(one.name) for one in self.list.filters if isinstance(one, Text))

    @cached_property
    def total(self) -> int:
        """Number of rows, counted no further than one past `counted_to` unless the caller knew it."""
        if self.known_total is not None and not self.narrowed:
            return self.known_total
        return self.filtered.order_by().values("pk")[: self.counted_to + 1].count()

    @cached_property
    def narrowed(self) -> bool:
        """Whether a filter is in force, or cannot be read."""
        return bool(self.form.errors or self.chips)

    @cached_property
    def capped(self) -> bool:
        return self.known_total is None and self.total > self.counted_to

    @property
    def total_words(self) -> str:
        if self.capped:
            return f"超过 {self.counted_to:,} {self.list.noun}"
        return f"共 {self.total:,} {self.list.noun}"

    @cached_property
    def page_count(self) -> int:
        """Pages that can be offered now; with more rows than were counted, the last of them leads further."""
        return max(1, -(-(self.counted_to if self.capped else self.total) // self.list.per_page))

    @property
    def page(self) -> int:
        return min(self.asked_page, self.page_count)

    @cached_property
    def rows(self) -> list:
        first = (self.page - 1) * self.list.per_page
        if self.known_keys is not None and not self.sort and not self.narrowed:
            keys = self.known_keys[first : first + self.list.per_page]
        elif self.sort and self.many:
            keys = ordering.walked(self.filtered, self.sort, first, self.list.per_page)
        elif self.sort and self.total <= COUNT_STEP:
            keys = ordering.sorted_here(self.filtered, self.sort)[first : first + self.list.per_page]
        else:
            # Keys alone are light to sort and often in an index; a million whole rows are neither. What comes along with a row is
            # joined to those of the page only: a planner that sees the join first may begin at its other end.
            page = self.given.filter(pk__in=self.ordered.values("pk")[first : first + self.list.per_page])
            return list(ordering.ordered(self._needed(page), self.sort, self.standing))
        found = self._needed(self.given).in_bulk(keys)
        return [found[key] for key in keys if key in found]

    def _needed(self, rows: QuerySet) -> QuerySet:
        """The rows with what the columns show: a case has fifty columns, its list shows a dozen."""
        needed: list[str] = []
        for column in self.list.columns:
            fields = column.fields(rows.model)
            if fields is None:
                return rows
            needed += fields
        # What comes along with a row stays whole unless a column says which part of it is shown.
        along = list(_paths(rows.query.select_related))
        for path in along:
            if any(other.startswith(f"{path}__") for other in along):
                # Named beside what lies behind it, a record would come with that alone: each of its columns is named.
                needed += [
                    f"{path}__{field.name}" for field in _model_at(rows.model, path)._meta.concrete_fields
                ]
            else:
                needed.append(path)
        return rows.only(*dict.fromkeys(needed))

    @property
    def body(self) -> SafeString:
        """The rows as HTML. Put together here: five hundred cells of a page are more than a template renders quickly."""
        opened = [
            (
                c.html,
                f'<td role="cell" class="{c.look.css}" data-label="{escape(c.label)}"><span>',
                f'<td role="cell" class="{c.look.css} blank" data-label="{escape(c.label)}"><span>',
            )
            for c in self.list.columns
        ]
        cells = []
        for row in self.rows:
            cells.append('<tr role="row">')
            for html, usual, blank in opened:
                shown = html(row)
                cells += (blank if shown == zh.NOTHING else usual, shown, "</span></td>")
            cells.append("</tr>\n")
        return SafeString("".join(cells))

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

    def sheet(self) -> HttpResponse | None:
        """Where the address asks for it, the rows as a sheet, or the way to the job that makes one of many; None for the page."""
        if not self.list.export or self.request.GET.get("export") != "xlsx" or self.too_many:
            return None
        if self.many and not hasattr(self.request, BESIDE):
            return redirect(f"{reverse('exports')}?{urlencode({'of': self.request.get_full_path()})}")
        return self.xlsx()

    def xlsx(self) -> FileResponse:
        return export.xlsx(self, getattr(self.request, BESIDE, None))


def _model_at(model: type[Model], path: str) -> type[Model]:
    for name in path.split("__"):
        model = model._meta.get_field(name).related_model
    return model


def _paths(related: dict | bool, above: str = "") -> Iterator[str]:
    for name, below in related.items() if isinstance(related, dict) else ():
        yield f"{above}{name}"
        yield from _paths(below, f"{above}{name}__")
