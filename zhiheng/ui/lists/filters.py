"""Filters: conditions of a list, kept in the address and said in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any

from django import forms as django_forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from zhiheng.search.index import Index, Through

from ..forms import DayField, Form, LineInput, OptionField, plain


class Filter:
    """A condition kept in the address under `name`. `fields` are the form fields it is typed in, the same objects for every
    request that they fit: nothing of a request is kept in them."""

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


def words_of(typed: str) -> list[str]:
    """What is looked for where there is no index: words parted by spaces."""
    return plain(typed).split()


def holding(
    rows: QuerySet, paths: Sequence[str], words: Iterable[str], lookup: str = "icontains"
) -> QuerySet:
    """The rows that hold each of the words in one of the fields."""
    for word in words:
        condition = Q()
        for path in paths:
            condition |= Q(**{f"{path}__{lookup}": word})
        rows = rows.filter(condition)
    return rows


class Text(Filter):
    """Words found in any of the model fields, or in those of an index, which a long list needs.

    `starts=True` looks only at the beginning of the fields, which an index of the database can answer.
    """

    css = "text"

    def __init__(
        self,
        name: str,
        label: str,
        paths: Sequence[str] | Index | Through,
        *,
        starts: bool = False,
        hint: str = "",
    ) -> None:
        super().__init__(name, label)
        self.index = paths if isinstance(paths, (Index, Through)) else None
        self.paths = () if self.index else tuple(paths)
        self.lookup, self.hint = "istartswith" if starts else "icontains", hint

    def fields(self, request):
        return self._fields

    @cached_property
    def _fields(self) -> dict[str, django_forms.Field]:
        widget = LineInput(attrs={"type": "search", "placeholder": self.hint})
        return {
            self.name: django_forms.CharField(label=self.label, required=False, max_length=100, widget=widget)
        }

    def apply(self, rows, data):
        typed = data.get(self.name) or ""
        if self.index:
            return self.index.narrow(rows, typed)
        return holding(rows, self.paths, words_of(typed), self.lookup)


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
        self._field = lru_cache(maxsize=200)(self._made)

    def fields(self, request):
        choices = self.choices(request) if callable(self.choices) else self.choices
        return {self.name: self._field(tuple(map(tuple, choices)))}

    def _made(self, choices: tuple[tuple[Any, str], ...]) -> django_forms.Field:
        return OptionField(label=self.label, required=False, choices=[("", "全部"), *choices])

    def apply(self, rows, data):
        value = data.get(self.name)
        if not value:
            return rows
        if not isinstance(self.by, str):
            return self.by(rows, value)
        above, _, column = self.by.rpartition("__")
        if above and "__" not in above:
            # By the key of the row above, which stands in an index of the list's own table.
            of = rows.model._meta.get_field(above).related_model
            return rows.filter(**{above: of._base_manager.filter(**{column: value}).values("pk")[:1]})
        return rows.filter(**{self.by: value})

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
        return self._fields

    @cached_property
    def _fields(self) -> dict[str, django_forms.Field]:
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
