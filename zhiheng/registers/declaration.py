"""What a kind of record is, in one declaration: `Register`. A faulty one stops the start and says what to mend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Case, Q, Value, When
from django.urls import reverse

from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Right
from zhiheng.accounts.scoping import MatterScopedQuerySet
from zhiheng.figures.registry import Figure, Records
from zhiheng.figures.registry import register as register_figures
from zhiheng.refusal import Reason
from zhiheng.ui.assets import ICONS

from .fields import sort_of, title
from .models import STANDING, Record, RecordQuerySet

VOIDED = "voided"
# What a list may show beside the model's columns: where a record stands, and its name.
WORKED_OUT = frozenset({"state", "title"})
# Columns of every record that no act asks for.
HOUSE = frozenset({"id", "version", "voided_on", "voided_because"})
# What an entry of the ledger says beside the columns: a column of such a name could not be told from it, nor held.
BESIDE = frozenset({"version", "why", "taken_from", "refers", "through"})

Guard = Callable[[Any, date], "Reason | None"]
Check = Callable[[Any, date], "Iterable[Reason]"]


# Names parted by spaces: "name kind held_on". A declaration reads them back as a tuple.
Names = str | tuple[str, ...]


def _read_names(one: Any, *attributes: str) -> None:
    for attribute in attributes:
        given = getattr(one, attribute)
        names = tuple(given.split()) if isinstance(given, str) else tuple(given)
        object.__setattr__(one, attribute, names)


class DeclarationError(ValueError):
    """A declaration that cannot work; the message names kind, part and mend."""


@dataclass(frozen=True)
class State:
    """Where a record stands, worked out from its columns: the first state whose `where` holds. The last one may be Q().

    `where` may be a function of the day, for what becomes so by time passing. `colour` is one of the tags' colours.
    """

    code: str
    title: str
    where: Q | Callable[[date], Q]
    colour: str = "grey"

    def on(self, day: date) -> Q:
        return self.where(day) if callable(self.where) else self.where


@dataclass(frozen=True)
class Act:
    """One thing a person does to a record: a form of some of its columns, and an entry in the ledger.

    `title` is what the button says and the ledger keeps. `asks` are columns in the order of the form; one with a "?"
    behind it may stay empty. `states` are those in which the act is offered (none named: in all). `guards` answer with
    the reason why not. `sets` gives further columns from (record with the answers, day). `right` is the kind's unless
    the act needs another; `article` the rule the act rests on, `intro` what the form says first. An act that is not `by_hand` is
    taken by the kind's own package alone, in somebody's name or in nobody's: no page offers it, no table brings it in.
    """

    code: str
    title: str
    asks: Names
    states: Names = ""
    guards: tuple[Guard, ...] = ()
    sets: Callable[[Any, date], dict[str, Any]] | None = None
    right: Right | None = None
    article: str = ""
    intro: str = ""
    by_hand: bool = True

    begins = False

    def __post_init__(self) -> None:
        _read_names(self, "asks", "states")

    @cached_property
    def columns(self) -> tuple[str, ...]:
        return tuple(name.removesuffix("?") for name in self.asks)

    def requires(self, name: str) -> bool:
        return name in self.asks


@dataclass(frozen=True)
class Begin(Act):
    """The act that makes a record. Its rows are what an import takes."""

    begins = True


@dataclass(frozen=True)
class Door:
    """A further page of a kind, which its package draws itself: of one record (`address` is given its number), or of all of them
    (`of="list"`, `address` as it stands). The button stands with the acts, for everybody who sees the page, or for those who hold
    `right` over the record; with `offered`, only on records (with their `state`) of which it says yes. A `first` one stands before the
    acts: it is what one does here."""

    title: str
    address: str
    icon: str
    of: str = "record"
    right: Right | None = None
    offered: Callable[[Any], bool] | None = None
    first: bool = False

    def url(self, *args: Any) -> str:
        return reverse(self.address, args=args)


@dataclass(frozen=True)
class Register:
    """A kind of record.

    code: in addresses and for programs, for ever.        model: inherits `models.Record`.
    noun: the measure word (家, 场).                       icon: one of `ui.assets.ICONS`.
    right: who may act (`accounts.rights`).
    day: the day by which records are listed and counted; it begins an index.
    shows: columns of the list; "state" is where a record stands, "title" its name.      finds: columns that the search looks in.
    acts: first the one that begins a record.             states: in order, the first that holds.
    check: what does not fit together in a record as it would be after an act, whichever act or import it is.
    parent: the column that points to a record of another kind; such records begin on their parent's page.
    attachments: the kinds of files that may be attached; none: no files.
    until: the column of the day from which a record no longer stands, for numbers of what stands on a day.
    figures: the numbers over these records: a function that is given them as figures count them.
    noted: for records that tell of matters (`models.OfMattersQuerySet`): called with (person, record, moment) when somebody is shown one.
    leads: what else of the house a record names: (who looks, record) → (title, [(words, address)]), shown on its page.
    doors: pages of the kind's own, beside those that every kind has.
    derives: columns worked out from the others, which stay true through every act, import and correction.
    past: days of what has been done, none of which lies ahead of the day of writing.
    """

    code: str
    model: type[Record]
    noun: str
    icon: str
    right: Right
    day: str
    shows: Names
    finds: Names
    acts: tuple[Act, ...]
    states: tuple[State, ...] = ()
    check: Check | None = None
    parent: str = ""
    attachments: Names = ""
    until: str = ""
    figures: Callable[[Records], Iterable[Figure]] | None = None
    leads: Callable[[Any, Any], Iterable[tuple[str, list[tuple[str, str]]]]] | None = None
    empty: str = ""
    noted: Callable[[Person, Record, datetime], None] | None = None
    doors: tuple[Door, ...] = ()
    derives: Callable[[Any], dict[str, Any]] | None = None
    past: Names = ""

    def __post_init__(self) -> None:
        _read_names(self, "shows", "finds", "attachments", "past")
        _prove(self)

    # ------------------------------------------------------------------------------------------------ names

    @property
    def title(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def group(self) -> str:
        """The package that owns the kind: one entry of the navigation, one part of the addresses."""
        return self.model._meta.app_label

    @property
    def group_title(self) -> str:
        return str(apps.get_app_config(self.group).verbose_name)

    @property
    def label(self) -> str:
        """As the ledger names the kind."""
        return self.model._meta.label_lower

    def url(self, name: str, *args: Any) -> str:
        return reverse(name, args=[self.group, self.code, *args])

    # ------------------------------------------------------------------------------------------------ columns

    def column(self, path: str) -> models.Field:
        """A column by its name, or one of the record above by its path: base__name."""
        above, _, name = path.rpartition("__")
        meta = self.column(above).related_model._meta if above else self.model._meta
        return meta.get_field(name)

    @cached_property
    def key(self) -> tuple[str, ...]:
        """The columns of the model's `unique_key`, by which people and an import know a record again; none where it has no such key,
        or two."""
        constraints = self.model._meta.constraints
        found = [
            c.fields
            for c in constraints
            if isinstance(c, models.UniqueConstraint) and c.condition == STANDING
        ]
        return tuple(found[0]) if len(found) == 1 else ()

    @cached_property
    def facts(self) -> tuple[models.Field, ...]:
        """All columns that say something of the record, in the order of the model; the unit where the model puts it."""
        return tuple(f for f in self.model._meta.concrete_fields if f.name not in HOUSE)

    @cached_property
    def written(self) -> tuple[models.Field, ...]:
        """Columns that some act done by hand asks for: what can be corrected, and what a table may hold."""
        asked = {name for act in self.acts if act.by_hand for name in act.columns}
        return tuple(f for f in self.facts if f.name in asked and f.name != self.parent)

    def correctable(self, record: Record) -> tuple[models.Field, ...]:
        """What can be corrected in a record: what its beginning asked, and what later acts have written already. A
        correction never does an act."""
        begun = {name for act in self.acts if act.begins for name in act.columns}
        return tuple(
            f for f in self.written if f.name in begun or getattr(record, f.name) not in (None, "", [])
        )

    @cached_property
    def links(self) -> tuple[str, ...]:
        """The relations a page or an export of these records shows: their own, and the chain of records above."""
        above = self.parent_register
        chain = (name for name in above.links if name.split("__")[0] == above.parent) if above else ()
        own = (f.name for f in self.facts if f.is_relation)
        return (*own, *(f"{self.parent}__{name}" for name in chain))

    @cached_property
    def begin(self) -> Begin:
        return next(act for act in self.acts if act.begins)

    def act(self, code: str) -> Act | None:
        return next((act for act in self.acts if act.code == code), None)

    # ------------------------------------------------------------------------------------------------ rows

    def rows(self, on: date) -> RecordQuerySet:
        """All records with `state`, their state's code on the day."""
        cases = [When(voided_on__isnull=False, then=Value(VOIDED))]
        # A condition that is always true cannot stand in a WHEN.
        cases += [When(where, then=Value(s.code)) for s in self.states if (where := s.on(on))]
        last = self.states[-1].code if self.states and not self.states[-1].on(on) else ""
        return self.model.objects.annotate(state=Case(*cases, default=Value(last)))

    def state(self, code: str) -> State | None:
        return next((s for s in (*self.states, _VOID) if s.code == code), None)

    # ------------------------------------------------------------------------------------------------ family

    @property
    def parent_register(self) -> Register | None:
        return of_model(self.column(self.parent).related_model) if self.parent else None

    @property
    def children(self) -> tuple[Register, ...]:
        """Kinds whose records begin on the page of a record of this kind."""
        return tuple(r for r in registered() if r.parent and r.column(r.parent).related_model is self.model)


_VOID = State(VOIDED, "已作废", Q(voided_on__isnull=False), "red")


def _prove(one: Register) -> None:
    def fault(what: str, mend: str) -> DeclarationError:
        return DeclarationError(f"登记“{one.code}”：{what}；{mend}")

    if not issubclass(one.model, Record):
        raise fault(
            f"{one.model.__name__} 不是 Record 的子类", "请让模型继承 zhiheng.registers.models.Record"
        )

    if (one.noted is None) == isinstance(one.model._default_manager.all(), MatterScopedQuerySet):
        raise fault(
            "讲到办案内容的记录，查阅须留痕，系统管理员不得查阅；二者缺一",
            "请让模型的 objects 用 OfMattersQuerySet，并在声明里写 noted；不是的，两样都不写",
        )

    if taken := BESIDE & {f.name for f in one.facts}:
        raise fault(
            f"列名 {'、'.join(sorted(taken))} 在留痕条目里另有意思，改动核对不出来", "请给列换一个名称"
        )

    if one.icon not in ICONS:
        raise fault(f"没有图标 {one.icon}", "请从 zhiheng.ui.assets.ICONS 里选，或在那里加上")

    def known(names: Iterable[str], where: str) -> None:
        for name in names:
            try:
                column = one.column(name)
            except FieldDoesNotExist:
                raise fault(f"{where} 里的 {name} 不是模型的列", "请改成模型里的列名") from None
            if name not in {"voided_on"}:
                sort_of(column)

    known([one.day], "day")
    if one.column(one.day).null:
        raise fault(
            f"day 的列 {one.day} 可以为空，按它排列的清单就走不了索引，计数也会漏掉没有日期的",
            "请去掉模型里的 null=True；可以不填的，写 blank=True，由 Begin 的 sets 补上",
        )
    known([name for name in one.shows if name not in WORKED_OUT], "shows")
    known(one.finds, "finds")
    known([one.parent] if one.parent else [], "parent")
    known([one.until] if one.until else [], "until")
    known(one.past, "past")
    for act in one.acts:
        known(act.columns, f"acts 的 {act.code}")
        if unknown := set(act.states) - {s.code for s in one.states}:
            raise fault(f"事项 {act.code} 的状态 {'、'.join(sorted(unknown))} 没有声明", "请在 states 里声明")
    for what, codes in (("acts", [a.code for a in one.acts]), ("states", [s.code for s in one.states])):
        if len(set(codes)) < len(codes):
            raise fault(f"{what} 里有重复的代码", "请改成不同的代码")
    if taken := {a.code for a in one.acts} & RESERVED:
        raise fault(f"事项代码 {'、'.join(sorted(taken))} 由登记本身使用", "请换一个代码")
    if not any(act.begins for act in one.acts):
        raise fault("没有开始一条记录的事项", "请在 acts 里写一个 Begin(…)")
    if one.states and any(not s.on(date.min) for s in one.states[:-1]):
        raise fault("只有最后一个状态可以没有条件", "请把无条件的状态放在最后")
    if not one.key:
        raise fault(
            "模型要有一个、也只能有一个 unique_key", "请在 Meta.constraints 里写明凭哪些列认出同一条记录"
        )
    if one.parent and one.parent not in one.key:
        raise fault(f"unique_key 里没有上级 {one.parent}", "请加上，否则不同上级下的记录分不开")
    first = {index.fields[0] for index in one.model._meta.indexes if index.fields}
    if one.day not in first and not one.column(one.day).db_index:
        raise fault(f"列 {one.day} 没有索引，百万条时列表会慢", "请在 Meta.indexes 里加以它开头的索引")
    for column in one.facts:
        if column.name.endswith("_fen") and not isinstance(column, models.BigIntegerField):
            raise fault(f"金额 {column.name} 容不下大数", "请用 PositiveBigIntegerField")
    wanting = [
        f.name
        for f in one.facts
        if not f.blank
        and not f.null
        and not f.has_default()
        and f.name not in {"unit", one.parent, *one.begin.columns}
        and one.begin.sets is None
        and one.derives is None
    ]
    if wanting:
        raise fault(f"“{one.begin.title}”没有问必填的 {'、'.join(wanting)}", "请写进 asks，或让列可以为空")


# Codes of acts that every kind has without declaring them.
CORRECT, VOID = "correct", "void"
RESERVED = frozenset({CORRECT, VOID, "attach", "set-aside", "import"})

_registers: dict[str, Register] = {}


def register(*registers: Register) -> None:
    """Make the kinds and their figures known. Called once a kind, in the module `registers` of the package that owns it."""
    from .counting import counted  # lists are made of declarations

    for one in registers:
        if one.code in _registers or of_model(one.model):
            raise DeclarationError(f"登记“{one.code}”登记了两次；请去掉一次，或换一个代码和模型")
        if one.parent and one.parent_register is None:
            raise DeclarationError(f"登记“{one.code}”：它的上级还没有登记；请把上级声明在前面")
        _registers[one.code] = one
        if one.figures:
            register_figures(*one.figures(counted(one)))


def withdraw(one: Register) -> None:
    """Forget a kind again; for tests that declare one of their own."""
    _registers.pop(one.code, None)


def registered() -> tuple[Register, ...]:
    return tuple(_registers.values())


def find(code: str) -> Register | None:
    return _registers.get(code)


def of_model(model: type[models.Model]) -> Register | None:
    return next((one for one in _registers.values() if one.model is model), None)


def of_label(label: str) -> Register | None:
    """The kind as the ledger names it."""
    return next((one for one in _registers.values() if one.label == label), None)


def groups() -> Sequence[tuple[str, tuple[Register, ...]]]:
    """Packages with kinds of their own, each with those that do not begin on another's page."""
    found: dict[str, list[Register]] = {}
    for one in registered():
        if not one.parent:
            found.setdefault(one.group, []).append(one)
    return [(group, tuple(kinds)) for group, kinds in found.items()]


def label_of(one: Register, name: str) -> str:
    return title(one.column(name))
