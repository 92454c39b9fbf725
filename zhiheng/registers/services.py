"""What happens to records: acts, corrections, voiding, files. Guard, write and entry in one transaction, every time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q, QuerySet

from zhiheng.accounts.models import Person
from zhiheng.audit import services as audit
from zhiheng.documents import services as documents
from zhiheng.refusal import Reason, Refused

from . import fields, selectors
from .declaration import HOUSE, VOIDED, Act, Register
from .models import Attachment, Record

_VERSION, REFERS, TAKEN_FROM = "version", "refers", "taken_from"
_WHY_LENGTH = 200


class Changed(Refused):
    """The record is not what the form showed any more. `version` is what it is now."""

    def __init__(self, reasons: Iterable[Reason], version: int) -> None:
        super().__init__(reasons)
        self.version = version


@transaction.atomic
def begin(
    *,
    actor: Person | None,
    on: date,
    register: Register,
    act: Act,
    answers: Mapping[str, Any],
    parent: Record | None = None,
    later: Mapping[str, Any] | None = None,
    source: str = "",
    by_house: bool = False,
) -> Record:
    """Make a record. Its unit is the one answered, else its parent's, else the actor's own. Nobody (None) is the house itself, whose
    package says `by_house`, as it must for an act that is not done by hand.

    `answers` are the act's columns, as the form cleans them. A row of a table may know more: `later` are columns that
    later acts would ask for, and its `unit`; `source` says where the row stood.
    """
    _refuse_other_answers(act, answers)
    _refuse_hand(act, actor, by_house)
    later = later or {}
    _refuse_unknown({"unit", *(f.name for f in register.written)}, later)
    if register.parent:
        parent = _standing_parent(actor, register, parent, act, on)
    unit = answers.get("unit") or later.get("unit") or (parent.unit if parent else actor.unit)
    _refuse(selectors.right_reasons(actor, register, act.title, act.right, unit.pk, on))
    record = register.model(**{"unit": unit, **({register.parent: parent} if register.parent else {})})
    _answer(register, act, record, answers, on)
    for name, value in later.items():
        setattr(record, name, value)
    _derive(register, record)
    _refuse(reason for guard in act.guards if (reason := guard(record, on)))
    _refuse(faults(register, record, on))
    _save(register, record)
    said = {
        name: fields.told(register.column(name), getattr(record, name))
        for name in _said(register, act, later)
    }
    data = {k: v for k, v in said.items() if v not in (None, "")}
    refers = {f.name: getattr(record, f.attname) for f in register.facts if f.is_relation}
    _enter(actor, on, act.title, record, data, refers=refers, source=source)
    return record


@transaction.atomic
def take(
    *,
    actor: Person | None,
    on: date,
    register: Register,
    record: Record,
    act: Act,
    answers: Mapping[str, Any],
    seen: int | None = None,
    sent: QuerySet | None = None,
    by_house: bool = False,
) -> Record:
    """Do a declared act to a record. `seen` is the version the actor looked at; None: whatever it is now. `sent`: records that the
    actor reaches by another door than that of their unit. `by_house` as for `begin`.

    Raises Changed when the record moved on since, Refused with every reason when the act is not possible.
    """
    _refuse_other_answers(act, answers)
    _refuse_hand(act, actor, by_house)
    held = _hold(actor, register, record, on, sent)
    _refuse(selectors.right_reasons(actor, register, act.title, act.right, held.unit_id, on))
    _refuse_unseen(register, held, seen)
    _refuse(selectors.reasons_against(actor, register, act, held, on))
    was = _values(register, held)
    _answer(register, act, held, answers, on)
    _derive(register, held)
    _refuse(faults(register, held, on))
    _save(register, held)
    changed = _difference(register, was, held, fresh=True)
    _enter(actor, on, act.title, held, changed, refers=_refers(register, held, changed))
    return held


@transaction.atomic
def correct(
    *,
    actor: Person,
    on: date,
    register: Register,
    record: Record,
    answers: Mapping[str, Any],
    why: str,
    seen: int | None = None,
    source: str = "",
) -> Record:
    """Put right what was written down wrongly. Old and new value, who, when and why stay readable on the record's page.

    `answers` may hold any of `register.written`; those that are as they were are left alone, and if all are it is
    refused. A column that only a later act fills in is not filled in by a correction.
    """
    _refuse_unknown({f.name for f in register.written}, answers)
    if not why.strip():
        raise Refused.because("请写明更正理由", field="why")
    held = _hold(actor, register, record, on)
    _refuse(_reasons(actor, register, "更正", held, on))
    _refuse_unseen(register, held, seen)
    was_unit = held.unit_id
    was = _values(register, held)
    _refuse(_undone_acts(register, held, answers))
    for name, value in answers.items():
        column = register.column(name)
        setattr(held, name, column.get_default() if value is None and not column.null else value)
    if held.unit_id != was_unit:
        _refuse(_reasons(actor, register, "更正", held, on))
    _derive(register, held)
    changed = _difference(register, was, held)
    if not changed:
        raise Refused.because("没有改动任何一项", way_out="请改动要更正的项目，或取消")
    _refuse(faults(register, held, on))
    _save(register, held)
    data = {**changed, "why": why.strip()[:_WHY_LENGTH]}
    _enter(actor, on, "更正", held, data, refers=_refers(register, held, changed), source=source)
    return held


@transaction.atomic
def void(
    *, actor: Person, on: date, register: Register, record: Record, why: str, seen: int | None = None
) -> Record:
    """Declare a record entered by mistake: no list or figure counts it any more, its page says so, its key is free."""
    if not why.strip():
        raise Refused.because("请写明作废理由", field="why")
    held = _hold(actor, register, record, on)
    reasons = _reasons(actor, register, "作废", held, on)
    for child in register.children:
        standing = selectors.children_of(actor, held, child, on).count()
        if standing:
            reasons.append(
                Reason(
                    f"下面还有 {standing} {child.noun}{child.title}",
                    way_out=f"请先作废这些{child.title}，或保留这条记录",
                )
            )
    _refuse(reasons)
    _refuse_unseen(register, held, seen)
    held.voided_on, held.voided_because = on, why.strip()[:_WHY_LENGTH]
    _save(register, held)
    _enter(actor, on, "作废", held, {"why": held.voided_because})
    return held


@transaction.atomic
def attach(
    *,
    actor: Person,
    on: date,
    register: Register,
    record: Record,
    label: str,
    files: Iterable[tuple[str, BinaryIO]],
) -> list[Attachment]:
    """Attach files, (name, content) each, all or none. A file that is attached already is left as it is."""
    if label not in register.attachments:
        raise Refused.because(
            f"{register.title}没有“{label}”这类附件",
            way_out=f"可选：{'、'.join(register.attachments) or '（不收附件）'}",
            field="label",
        )
    held = _hold(actor, register, record, on)
    _refuse(_reasons(actor, register, "添加附件", held, on, of_files=True))
    there = set(
        selectors.attachments_of(register, held)
        .filter(set_aside_on__isnull=True)
        .values_list("digest", flat=True)
    )
    made = []
    for name, file in files:
        kept = documents.keep_upload(file_name=name, file=file, field="files")
        if kept["digest"] in there:
            continue
        there.add(kept["digest"])
        made.append(
            Attachment.objects.create(
                kind=register.label,
                record_id=held.pk,
                label=label,
                file_name=kept["name"],
                digest=kept["digest"],
                size=kept["size"],
                on=on,
                added_by=actor,
            )
        )
    if not made:
        raise Refused.because("这些文件已经附在这条记录上", way_out="请选择其他文件", field="files")
    for one in made:
        data = {"label": label, "file": one.file_name, "digest": one.digest, "size": one.size}
        audit.record(actor=actor, on=on, action="添加附件", subject=held, data=data)
    return made


@transaction.atomic
def set_aside(
    *, actor: Person, on: date, register: Register, record: Record, attachment: Attachment, why: str
) -> Attachment:
    """Take a file out of use, with the reason. It stays on the record's page and can still be downloaded."""
    if not why.strip():
        raise Refused.because("请写明撤下理由", field="why")
    held = _hold(actor, register, record, on)
    _refuse(_reasons(actor, register, "撤下附件", held, on, of_files=True))
    found = Attachment.objects.select_for_update(of=("self",)).get(pk=attachment.pk)
    if (found.kind, found.record_id) != (register.label, held.pk):
        raise Refused.because("这个附件不属于这条记录")
    if found.set_aside_on:
        raise Refused.because(f"这个附件已于 {found.set_aside_on} 撤下")
    found.set_aside_on, found.set_aside_because = on, why.strip()[:_WHY_LENGTH]
    found.save(update_fields=["set_aside_on", "set_aside_because"])
    data = {"file": found.file_name, "digest": found.digest, "why": found.set_aside_because}
    audit.record(actor=actor, on=on, action="撤下附件", subject=held, data=data)
    return found


# ---------------------------------------------------------------------------------------------------- what must hold


def faults(register: Register, record: Record, on: date) -> list[Reason]:
    """What does not fit in a record as it would be: a column, or columns beside each other by the kind's own check.

    The constraints are the database's: `_save` says in words which of them it refused.
    """
    found: list[Reason] = []
    columns = {f.name: f for f in register.facts}
    try:
        # Relations were chosen from what the actor may see; asking the database again would cost a query each.
        record.clean_fields(exclude={*HOUSE, *register.links})
    except ValidationError as error:
        for name, errors in error.error_dict.items():
            words = "；".join(message for one in errors for message in one.messages)
            found.append(Reason(f"“{fields.title(columns[name])}”填得不对：{words}", field=name))
    for name, column in columns.items():
        value = getattr(record, column.attname)
        # A column that may be left out of a form because it is worked out may not be emptied.
        if value is None and not column.null:
            if not any(one.field == name for one in found):
                found.append(Reason(f"“{fields.title(column)}”不能为空", field=name))
        elif words := fields.unfit(column, value):
            found.append(Reason(f"“{fields.title(column)}”{words}", field=name))
    for name in register.past:
        if (day := getattr(record, name)) is not None and day > on:
            found.append(Reason(f"“{fields.title(columns[name])}”{day}还没有到", field=name))
    if found:
        return found
    return list(register.check(record, on)) if register.check else []


def _broken_constraints(register: Register, record: Record) -> list[Reason]:
    """The constraints that the database would refuse the record for, in their own words."""
    found = []
    for constraint in register.model._meta.constraints:
        try:
            constraint.validate(register.model, record)
        except ValidationError as error:
            found.append(Reason("；".join(error.messages), field=_field_of(register, constraint)))
    return found


def _field_of(register: Register, constraint: models.BaseConstraint) -> str:
    """The field at which a broken constraint is shown: the last column it speaks of, which is what was typed last."""
    names = getattr(constraint, "fields", ()) or _names(getattr(constraint, "condition", None))
    typed = [f.name for f in register.written]
    return next((name for name in reversed(list(names)) if name in typed), "")


def _names(condition: Any) -> list[str]:
    if not isinstance(condition, Q):
        return []
    found: list[str] = []
    for child in condition.children:
        found += _names(child) if isinstance(child, Q) else [child[0].split("__")[0]]
    return found


def _refuse(reasons: Iterable[Reason]) -> None:
    reasons = tuple(reasons)
    if reasons:
        raise Refused(reasons)


def _refuse_unknown(known: set[str], answers: Mapping[str, Any]) -> None:
    if unknown := answers.keys() - known:
        raise ValueError(f"no such columns here: {', '.join(sorted(unknown))}")


def _refuse_other_answers(act: Act, answers: Mapping[str, Any]) -> None:
    _refuse_unknown(set(act.columns), answers)


def _refuse_hand(act: Act, actor: Person | None, by_house: bool) -> None:
    if not by_house and (actor is None or not act.by_hand):
        raise Refused.because(f"“{act.title}”由系统办理，不能手工登记")


def _reasons(
    actor: Person, register: Register, title: str, held: Any, on: date, *, of_files: bool = False
) -> list[Reason]:
    """Of the acts every kind has: the kind's own right (of files, that to any of its acts), and a record that still stands."""
    if of_files:
        reasons = selectors.file_reasons(actor, register, title, held.unit_id, on)
    else:
        reasons = selectors.right_reasons(actor, register, title, None, held.unit_id, on)
    if held.state == VOIDED:
        reasons.append(
            Reason(f"这条{register.title}记录已于 {held.voided_on} 作废，不能再{title}", way_out="请另行登记")
        )
    if not register.begin.by_hand and not of_files:
        reasons.append(Reason(f"{register.title}由系统登记，不能{title}"))
    return reasons


# ---------------------------------------------------------------------------------------------------- writing


def _hold(
    actor: Person | None, register: Register, record: Record, on: date, sent: QuerySet | None = None
) -> Any:
    """The record as it is now, locked until the transaction ends."""
    rows = register.rows(on)
    if sent is not None:
        rows = rows.filter(pk__in=sent.values("pk"))
    elif actor is not None:
        rows = rows.visible_to(actor)
    held = rows.select_for_update(of=("self",)).filter(pk=record.pk).first()
    if held is None:
        raise Refused.because(f"没有这条{register.title}记录，或者它不属于您的单位")
    return held


def _refuse_unseen(register: Register, held: Any, seen: int | None) -> None:
    """Nobody acts on a record that moved on since they looked at it. Asked after the right: the news are for who may act."""
    if seen is not None and seen != held.version:
        news = selectors.changes_since(register, held, seen)
        raise Changed(
            [
                Reason(
                    "您打开这张表以后，记录有了改动：" + "；".join(news or ["（见留痕）"]),
                    way_out="请对照后再提交；再次提交即以您填写的内容为准",
                )
            ],
            held.version,
        )


def _answer(register: Register, act: Act, record: Record, answers: Mapping[str, Any], on: date) -> None:
    missing = [
        Reason(f"请填写“{fields.title(register.column(name))}”", field=name)
        for name in act.columns
        if act.requires(name)
        and answers.get(name) in (None, "", [])
        and not (name == "unit" and record.unit_id)
        and fields.sort_of(register.column(name)) != "bool"
    ]
    _refuse(missing)
    for name, value in answers.items():
        if name == "unit" and value is None:
            continue
        column = register.column(name)
        # A form's empty answer is None; a text column's is "".
        setattr(record, name, column.get_default() if value is None and not column.null else value)
    if act.sets:
        for name, value in act.sets(record, on).items():
            setattr(record, name, value)


def _derive(register: Register, record: Record) -> None:
    if register.derives:
        for name, value in register.derives(record).items():
            setattr(record, name, value)


def _standing_parent(
    actor: Person | None, register: Register, parent: Record | None, act: Act, on: date
) -> Record:
    """The record above, held; the actor must see it, and it must stand."""
    above = register.parent_register
    if parent is None:
        raise ValueError(f"{register.code} begins below a record of {above.code}")
    held = _hold(actor, above, parent, on)
    if held.state == VOIDED:
        raise Refused.because(
            f"上级记录已于 {held.voided_on} 作废，不能{act.title}", way_out="请在仍有效的记录下登记"
        )
    return held


def _said(register: Register, act: Act, later: Mapping[str, Any]) -> list[str]:
    """What the entry of a beginning says: the answers, what the act set, the parent, the unit."""
    said = {*act.columns, *later, register.parent, "unit"}
    return [f.name for f in register.facts if f.name in said or act.sets or register.derives]


def _undone_acts(register: Register, record: Record, answers: Mapping[str, Any]) -> Iterable[Reason]:
    """Columns that a correction would fill in although the act that asks for them was not done."""
    correctable = {f.name for f in register.correctable(record)}
    for name, value in answers.items():
        if name not in correctable and value not in (None, "", []):
            act = next(act for act in register.acts if name in act.columns)
            yield Reason(
                f"“{fields.title(register.column(name))}”还没有登记过，不能更正",
                way_out=f"请用“{act.title}”登记",
                field=name,
            )


def _values(register: Register, record: Record) -> dict[str, tuple[Any, Any]]:
    """Column → its value as the row holds it, and as the ledger tells it: two people of one name are told alike and are two."""
    return {
        f.name: (getattr(record, f.attname), fields.told(f, getattr(record, f.name))) for f in register.facts
    }


def _difference(
    register: Register, was: Mapping[str, tuple[Any, Any]], record: Record, *, fresh: bool = False
) -> dict[str, Any]:
    """Column → {"from", "to"} of what changed; with `fresh`, what was empty before is said as its value alone."""
    changed: dict[str, Any] = {}
    for name, (value, told) in _values(register, record).items():
        before, told_before = was[name]
        if value != before:
            empty = fresh and told_before in (None, "", [])
            changed[name] = told if empty else {"from": told_before, "to": told}
    return changed


def _refers(register: Register, record: Record, changed: Mapping[str, Any]) -> dict[str, int | None]:
    """The rows that changed columns refer to, by id: their names alone do not say which."""
    return {f.name: getattr(record, f.attname) for f in register.facts if f.is_relation and f.name in changed}


def _save(register: Register, record: Record) -> None:
    if record.pk:
        record.version += 1
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError as error:
        # The database is asked by writing: whoever asks first and writes then may be overtaken in between.
        _refuse(_broken_constraints(register, record))
        raise Refused.because(
            f"这条{register.title}与数据库里已有的内容冲突，没有写入", way_out="请核对后再试"
        ) from error


def _enter(
    actor: Person | None,
    on: date,
    action: str,
    record: Record,
    data: Mapping[str, Any],
    *,
    refers: Mapping[str, int | None] | None = None,
    source: str = "",
) -> None:
    # The version tells somebody with an old form which acts they have not seen.
    more = ({REFERS: refers} if refers else {}) | ({TAKEN_FROM: source} if source else {})
    audit.record(
        actor=actor, on=on, action=action, subject=record, data={**data, **more, _VERSION: record.version}
    )
