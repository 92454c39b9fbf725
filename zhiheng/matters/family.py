"""A family: the package that keeps the record of some kinds of matters, with what the law book cannot say.

A kind of the book names its family; the family declares its table and registers itself when its app starts. It may add

- guards: functions that answer a guard of the book from rows (:func:`zhiheng.matters.facts.provides`),
- `checks`: what must hold between the answers of a step,
- `known`: values that a form begins with because they can be computed; `composed`: answers written from the others where nobody
  words them; `narrowed`: which of the choices of a field this matter has,
- `words`: what its papers print beside answers and inherited facts, on which decision's line; `told`: what its page tells beside the headline facts; `beside`:
  pages of its own about a record, as buttons,
- `counted`: on which table a figure of the year counts, where that is not the record's own,
- `decided`, `undone`: what a decision, and the end of one, mean for its rows.

Everything else a kind is, is data.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models

from zhiheng.law import Book, BookError, Kind, KindFigure, Step, current_book, fault_at
from zhiheng.search.index import Index
from zhiheng.ui.lists import Action

if TYPE_CHECKING:
    from zhiheng.refusal import Reason

    from .engine import Standing
    from .facts import Situation
    from .models import MatterRecord, StepTaken

PARTY_COLUMNS = ("name", "type", "id_no", "legal_rep", "address", "phone", "birth_on", "capacity", "agent")
# Columns of a record by which others name it.
_NUMBERS = ("lead_no", "case_no", "doc_no")


def _nothing(*args) -> None:
    return None


@dataclass(frozen=True)
class Family:
    """`code` names its record's page, `list_page` the page of its list (names of addresses). `principal`: which columns of the record hold
    the principal party's facts, by attribute of a party. `number`: what a record is called by; `finds`: the columns, or the
    index, by which its records are looked for; `is_taken`: whether a unit's record bears a number;
    `closed`: the column that, once filled, leaves nothing to add; `derived`: columns
    that the family itself rewrites from rows of its own; `state_words`: states that only records without a run have."""

    code: str
    title: str
    list_page: str
    model: type[MatterRecord]
    principal: Mapping[str, str] = field(default_factory=dict)
    number: Callable[[Any], str] = str
    is_taken: Callable[[Any, str], bool] = lambda unit, number: False
    finds: Index | tuple[str, ...] = ("title",)
    closed: str = "archived_on"
    derived: tuple[str, ...] = ()
    checks: tuple[Callable[[Situation], Iterator[Reason]], ...] = ()
    known: Mapping[str, Callable[[Situation], Any]] = field(default_factory=dict)
    composed: Mapping[str, Callable[[Situation], Any]] = field(default_factory=dict)
    narrowed: Mapping[str, Callable[[Situation], Collection[str]]] = field(default_factory=dict)
    words: Callable[[Any, StepTaken, Standing, str], Mapping[str, Any]] = (
        lambda record, taken, standing, line: {}
    )
    told: Callable[[Any, Standing | None], list[tuple[str, str]]] = lambda record, standing: []
    beside: Callable[[Any], list[Action]] = lambda record: []
    state_words: Mapping[str, str] = field(default_factory=dict)
    counted: Callable[[KindFigure], type[models.Model]] | None = None
    decided: Callable[[Any, StepTaken, Step, Mapping[str, Any]], None] = _nothing
    undone: Callable[[Any, StepTaken, Step, Mapping[str, Any]], None] = _nothing

    @cached_property
    def columns(self) -> dict[str, models.Field]:
        """The record's own columns by name."""
        return {f.name: f for f in self.model._meta.concrete_fields}

    @cached_property
    def written(self) -> dict[str, models.Field]:
        """Those that a step may write: what ties the record to its unit, its matter and its ledger is not a step's business."""
        return {n: f for n, f in self.columns.items() if not (f.primary_key or f.is_relation)}

    def bears(self, number: str) -> models.Q | None:
        """The condition on its records that one bears the number, of its filing, its lead or its paper; None where they bear none."""
        named = [models.Q(**{name: number}) for name in _NUMBERS if name in self.columns]
        return reduce(or_, named) if named else None

    @property
    def kinds(self) -> list[Kind]:
        return current_book().kinds_of(self.code)

    def longest(self, kind: Kind, field_code: str) -> int | None:
        """How many characters the record has for this field; None when it keeps no column of it."""
        target = kind.keeps.get(field_code, "")
        if "." in target:
            from .models import Party

            return Party._meta.get_field(target.partition(".")[2]).max_length
        return self.columns[target].max_length if target in self.columns else None


_families: dict[str, Family] = {}


def register(family: Family) -> Family:
    """Called when the family's app starts. A kind of the book that names what its family does not have stops the start."""
    _families[family.code] = family
    return family


def refuse_faulty_kinds(book: Book) -> None:
    """What the book alone cannot know of its kinds: whether there is such a family, and such columns of its table.

    Raises :class:`BookError` with every fault found, each with file, line, key and mend.
    """
    faults = [
        fault_at(file, path, problem, mend)
        for kind in book.kinds.values()
        for file, path, problem, mend in _faults(book, kind)
    ]
    if faults:
        raise BookError(sorted(set(faults), key=lambda fault: (fault.file, fault.line)))


_Finding = tuple[str, tuple[str | int, ...], str, str]


def _faults(book: Book, kind: Kind) -> Iterator[_Finding]:
    file = f"kinds/{kind.code}.yaml"
    family = _families.get(kind.family)
    if family is None:
        yield file, ("family",), f"系统没有“{kind.family}”这一类事项", f"可用：{'、'.join(_families)}"
        return
    versions = [version for code in kind.procedures for version in book.procedure_versions[code]]
    for path, problem, mend in (
        *_keeps(book, kind, family),
        *_headlines(kind, family, {code for version in versions for code in version.fields}),
        *_figures(book, kind, family),
    ):
        yield file, path, problem, mend
    for version in versions:
        file = f"procedures/{version.code}/{version.effective}.yaml"
        for step in version.steps.values():
            for attribute in step.joins:
                if attribute not in ("role", "replaces", *PARTY_COLUMNS):
                    at = ("steps", step.code, "joins", attribute)
                    known = "、".join(("role", "replaces", *PARTY_COLUMNS))
                    yield file, at, f"参加人没有“{attribute}”", f"可用：{known}"
            for record in step.records:
                at = ("steps", step.code, "records", record.column)
                if record.column == "officers":
                    continue
                if record.column not in family.written:
                    yield (
                        file,
                        at,
                        _no_column(family, record.column),
                        f"可用：{'、'.join(sorted(family.written))}",
                    )
                elif record.how in _WRITES or record.how == "field":
                    types = [version.fields[code].type for code in record.of if code in version.fields]
                    type_ = types[0] if record.how == "field" and types else _WRITES.get(record.how, "")
                    if not _fits(type_, family.written[record.column]):
                        yield (file, at, *_unfit(type_, family.written[record.column]))


def _no_column(family: Family, name: str) -> str:
    return f"“{family.title}”没有可以写入的栏目“{name}”"


# What each way of `records` writes, as a type of field.
_WRITES = {"day": "date", "word": "text", "number": "text", "paper": "text"} | dict.fromkeys(
    ("sum", "adds", "takes"), "integer"
)
_HELD: dict[str, tuple[type[models.Field], ...]] = {
    "date": (models.DateField,),
    "datetime": (models.DateTimeField,),
    "integer": (models.IntegerField,),
    "money": (models.IntegerField,),
    "bool": (models.BooleanField,),
    **dict.fromkeys(("text", "longtext", "choice"), (models.CharField, models.TextField)),
}


def _fits(type_: str, column: models.Field) -> bool:
    held = _HELD.get(type_)
    return held is None or isinstance(column, held)


def _unfit(type_: str, column: models.Field) -> tuple[str, str]:
    return (
        f"栏目“{column.verbose_name}”（{column.name}）不能写入{type_}类型的值",
        "请改写另一个栏目，或者改用相应类型的字段",
    )


def _keeps(book: Book, kind: Kind, family: Family) -> Iterator[tuple]:
    for key, target in kind.keeps.items():
        at = ("keeps", key)
        _role, dot, attribute = str(target).partition(".")
        if key in book.fields and book.fields[key].protected:
            yield at, f"“{book.fields[key].title}”是保密信息，不能记入栏目", "请删去这一项"
        if dot and attribute not in PARTY_COLUMNS:
            yield at, f"参加人没有“{attribute}”", f"可用：{'、'.join(PARTY_COLUMNS)}"
        elif not dot and target not in family.written:
            yield at, _no_column(family, target), f"可用：{'、'.join(sorted(family.written))}"
        elif not dot and key in book.fields and not _fits(book.fields[key].type, family.written[target]):
            yield (at, *_unfit(book.fields[key].type, family.written[target]))


def _headlines(kind: Kind, family: Family, fields: Collection[str]) -> Iterator[tuple]:
    for index, codes in enumerate(kind.facts):
        for code in codes.split("+"):
            role, dot, attribute = code.partition(".")
            if role in kind.parties and (not dot or attribute in PARTY_COLUMNS):
                continue
            if code != "officers" and code not in family.columns and code not in fields:
                yield (
                    ("facts", index),
                    f"没有“{code}”可以显示",
                    "可用：officers、参加人（及其“.栏目”）、案卷栏目、程序所问的字段",
                )


def _figures(book: Book, kind: Kind, family: Family) -> Iterator[tuple]:
    for index, figure in enumerate(kind.figures):
        at = ("figures", index)
        columns = {
            f.name: f
            for f in (family.counted(figure) if family.counted else family.model)._meta.concrete_fields
            if not f.is_relation
        }
        days = [name for name, column in columns.items() if isinstance(column, models.DateField)]
        amounts = [name for name in columns if name.endswith("_fen")]
        if figure.day not in days:
            yield (*at, "day"), f"没有日期栏目“{figure.day}”", f"可用：{'、'.join(days)}"
        if figure.measure and figure.measure not in amounts:
            yield (*at, "measure"), f"没有金额栏目“{figure.measure}”", f"可用：{'、'.join(amounts)}"
        for name, wanted in figure.where.items():
            if name not in columns:
                yield (*at, "where", name), f"没有栏目“{name}”", f"可用：{'、'.join(columns)}"
                continue
            words = getattr(book, getattr(columns[name], "vocabulary", ""), None)
            known = words if words is not None else dict(columns[name].choices or ())
            for value in wanted:
                if known and value not in known:
                    yield (
                        (*at, "where", name),
                        f"“{columns[name].verbose_name}”没有“{value}”",
                        f"可用：{'、'.join(map(str, known))}",
                    )
                elif not known and not _holds(columns[name], value):
                    yield (*at, "where", name), f"“{value}”不是“{columns[name].verbose_name}”的值", "请核对"


def _holds(column: models.Field, value: Any) -> bool:
    try:
        column.to_python(value)
    except (ValidationError, TypeError, ValueError):
        return False
    return True


def families() -> list[Family]:
    return list(_families.values())


def family_of(kind: str | Kind) -> Family:
    """The family that keeps a kind's records. Raises LookupError in words when none is installed."""
    kind = current_book().kind(kind) if isinstance(kind, str) else kind
    try:
        return _families[kind.family]
    except KeyError:
        raise LookupError(
            f"事项种类“{kind.title}”属于“{kind.family}”，系统没有这一类；可用：{'、'.join(_families)}"
        ) from None


def family_named(code: str) -> Family:
    return _families[code]
