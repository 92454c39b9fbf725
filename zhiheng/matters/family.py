"""A family: the package that keeps the record of some kinds of matters, with what the law book cannot say.

A kind of the book names its family; the family declares its table and registers itself when its app starts. It may add

- guards: functions that answer a guard of the book from rows (:func:`zhiheng.matters.facts.provides`),
- `checks`: what must hold between the answers of a step,
- `known`: values that a form begins with because they can be computed; `narrowed`: which of the choices of a field this matter has,
- `words`: what its papers print beside answers and inherited facts, on which decision's line; `told`: what its page tells beside the headline facts; `beside`:
  pages of its own about a record, as buttons,
- `decided`, `undone`: what a decision, and the end of one, mean for its rows.

Everything else a kind is, is data.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import models

from zhiheng.law import Kind, Step, current_book
from zhiheng.ui.lists import Action

if TYPE_CHECKING:
    from zhiheng.refusal import Reason

    from .engine import Standing
    from .facts import Situation
    from .models import MatterRecord, StepTaken

PARTY_COLUMNS = ("name", "type", "id_no", "legal_rep", "address", "phone", "birth_on", "capacity", "agent")


def _nothing(*args) -> None:
    return None


@dataclass(frozen=True)
class Family:
    """`code` names its record's page, `list_page` the page of its list (names of addresses). `principal`: which columns of the record hold
    the principal party's facts, by attribute of a party. `number`: what a record is called by; `is_taken`: whether a unit's record bears a number;
    `closed`: the column that, once filled, leaves nothing to add; `derived`: columns
    that the family itself rewrites from rows of its own; `state_words`: states that only records without a run have."""

    code: str
    title: str
    list_page: str
    model: type[MatterRecord]
    principal: Mapping[str, str] = field(default_factory=dict)
    number: Callable[[Any], str] = str
    is_taken: Callable[[Any, str], bool] = lambda unit, number: False
    closed: str = "archived_on"
    derived: tuple[str, ...] = ()
    checks: tuple[Callable[[Situation], Iterator[Reason]], ...] = ()
    known: Mapping[str, Callable[[Situation], Any]] = field(default_factory=dict)
    narrowed: Mapping[str, Callable[[Situation], Collection[str]]] = field(default_factory=dict)
    words: Callable[[Any, StepTaken, Standing, str], Mapping[str, Any]] = (
        lambda record, taken, standing, line: {}
    )
    told: Callable[[Any, Standing | None], list[tuple[str, str]]] = lambda record, standing: []
    beside: Callable[[Any], list[Action]] = lambda record: []
    state_words: Mapping[str, str] = field(default_factory=dict)
    decided: Callable[[Any, StepTaken, Step, Mapping[str, Any]], None] = _nothing
    undone: Callable[[Any, StepTaken, Step, Mapping[str, Any]], None] = _nothing

    @cached_property
    def columns(self) -> dict[str, models.Field]:
        """The record's own columns by name."""
        return {f.name: f for f in self.model._meta.concrete_fields}

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
    """Called when the family's app starts. A kind of the book that names a column the table does not have stops the start."""
    _families[family.code] = family
    if faults := [fault for kind in family.kinds for fault in _faults(family, kind)]:
        from zhiheng.law import BookError, Fault

        raise BookError(
            [Fault(f"kinds/{code}.yaml", 0, key, problem, mend) for code, key, problem, mend in faults]
        )
    return family


def _faults(family: Family, kind: Kind) -> Iterator[tuple[str, str, str, str]]:
    known = "、".join(sorted(family.columns))
    book = current_book()
    for key, target in kind.keeps.items():
        _role, dot, attribute = target.partition(".")
        if key in book.fields and book.fields[key].protected:
            yield (
                kind.code,
                f"keeps.{key}",
                f"“{book.fields[key].title}”是保密信息，不能记入栏目",
                "请删去这一项",
            )
        if dot and attribute not in PARTY_COLUMNS:
            yield kind.code, f"keeps.{key}", f"参加人没有“{attribute}”", f"可用：{'、'.join(PARTY_COLUMNS)}"
        elif not dot and target not in family.columns:
            yield kind.code, f"keeps.{key}", f"“{family.title}”没有栏目“{target}”", f"可用：{known}"
    for code in kind.procedures:
        for version in book.procedure_versions[code]:
            for step in version.steps.values():
                for attribute in step.joins:
                    if attribute not in ("role", *PARTY_COLUMNS):
                        where = f"{code} {version.effective} steps.{step.code}.joins.{attribute}"
                        yield (
                            kind.code,
                            where,
                            f"参加人没有“{attribute}”",
                            f"可用：role、{'、'.join(PARTY_COLUMNS)}",
                        )
                for record in step.records:
                    if record.column != "officers" and record.column not in family.columns:
                        where = f"{code} {version.effective} steps.{step.code}.records.{record.column}"
                        yield kind.code, where, f"“{family.title}”没有栏目“{record.column}”", f"可用：{known}"


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
