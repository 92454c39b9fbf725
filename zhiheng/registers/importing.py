"""Taking a table of records in: tried first, every faulty row handed back, a second time changing nothing.

A trial does all that the import does, guards and constraints included, and takes it back: what it says is what will be.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from django.db import transaction

from zhiheng.accounts.models import Person
from zhiheng.audit import services as audit
from zhiheng.documents import services as documents
from zhiheng.refusal import Refused

from . import fields, selectors, services
from .declaration import Register
from .models import Record, RecordImport
from .tables import Fault, Row, Table, read_table, write_rejects

_BATCH = 500


@dataclass(frozen=True)
class Change:
    """A record that the table states otherwise: what it is, where the row stands, "name：old → new" each."""

    record: str
    place: str
    words: tuple[str, ...]


@dataclass
class Result:
    """What an import did, or a trial would do. Every row is one of created, changed, unchanged and rejected."""

    table: Table
    created: int = 0
    unchanged: int = 0
    changes: list[Change] = field(default_factory=list)
    rejected: list[Row] = field(default_factory=list)

    @property
    def changed(self) -> int:
        return len(self.changes)

    @property
    def rows(self) -> int:
        return len(self.table.rows)


def try_table(
    *, actor: Person, on: date, register: Register, file: BinaryIO, file_name: str
) -> tuple[RecordImport, Result]:
    """Read an uploaded table and say what it would do; the file is kept for the import that may follow.

    Raises Refused when the file as a whole cannot be taken, or the actor may not begin such records.
    """
    _refuse_stranger(actor, register, on)
    data = file.read()
    result = _run(actor, on, register, data, file_name, keep=False)
    return _keep(actor, on, register, data, file_name, result), result


@transaction.atomic
def _keep(
    actor: Person, on: date, register: Register, data: bytes, file_name: str, result: Result | None = None
) -> RecordImport:
    """Keep the file of a table that is to be taken over."""
    counts = _counts(result) if result else {}
    made = RecordImport.objects.create(
        kind=register.label,
        unit=actor.unit,
        made_by=actor,
        on=on,
        file_name=file_name[-200:],
        file_digest=documents.store(data),
        **counts,
    )
    said = {
        "file": made.file_name,
        "digest": made.file_digest,
        "kind": made.kind,
        "unit": made.unit_id,
        **counts,
    }
    audit.record(actor=actor, on=on, action="收到登记表", subject=made, data=said)
    return made


def trial_of(*, actor: Person, on: date, register: Register, made: RecordImport) -> Result:
    """What the kept file would do now."""
    return _run(actor, on, register, documents.read(made.file_digest), made.file_name, keep=False)


@transaction.atomic
def take_over(*, actor: Person, on: date, register: Register, made: RecordImport) -> Result:
    """Import what was tried: all good rows, or, when something breaks, none."""
    _refuse_stranger(actor, register, on)
    held = RecordImport.objects.select_for_update(of=("self",)).get(pk=made.pk)
    if held.taken_on:
        raise Refused.because(f"这份登记表已于 {held.taken_on} 导入", way_out="要再次导入请重新上传")
    if held.made_by_id != actor.pk:
        raise Refused.because("这份登记表由他人上传", way_out="请由上传人确认，或自行上传")
    result = _run(actor, on, register, documents.read(held.file_digest), held.file_name, keep=True)
    for name, value in _counts(result).items():
        setattr(held, name, value)
    held.taken_on = on
    if result.rejected:
        held.rejects_digest = documents.store(write_rejects(result.rejected))
    held.save()
    audit.record(
        actor=actor,
        on=on,
        action="导入登记表",
        subject=held,
        data={
            "file": held.file_name,
            "digest": held.file_digest,
            "rejects": held.rejects_digest,
            **_counts(result),
        },
    )
    return result


@transaction.atomic
def import_table(*, actor: Person, on: date, register: Register, path: Path) -> Result:
    """Take a table over at once, untried; for commands."""
    _refuse_stranger(actor, register, on)
    made = _keep(actor, on, register, path.read_bytes(), path.name)
    return take_over(actor=actor, on=on, register=register, made=made)


def _refuse_stranger(actor: Person, register: Register, on: date) -> None:
    if reasons := selectors.right_reasons(
        actor, register, f"导入{register.title}", register.begin.right, actor.unit_id, on
    ):
        raise Refused(reasons)


def _counts(result: Result) -> dict[str, int]:
    return {
        "created": result.created,
        "changed": result.changed,
        "unchanged": result.unchanged,
        "rejected": len(result.rejected),
    }


@contextmanager
def _on_disk(data: bytes, file_name: str) -> Iterator[Path]:
    """The file under its own name, which the reader's refusals speak of."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / (re.sub(r"[\x00-\x1f/\\]", "_", file_name)[-100:] or "table")
        path.write_bytes(data)
        yield path


def _run(actor: Person, on: date, register: Register, data: bytes, file_name: str, *, keep: bool) -> Result:
    with _on_disk(data, file_name) as path:
        table = read_table(register, path, actor)
    result = Result(table)
    with transaction.atomic():
        parents = _parents(actor, register, table.rows, on)
        known = _known(register, table.rows, actor, parents)
        seen: dict[tuple, Row] = {}
        for row in table.rows:
            if not row.faults:
                _take_row(actor, on, register, row, file_name, parents, known, seen, result)
            if row.faults:
                result.rejected.append(row)
        if not keep:
            transaction.set_rollback(True)
    return result


# ---------------------------------------------------------------------------------------------------- one row


def _take_row(
    actor: Person,
    on: date,
    register: Register,
    row: Row,
    file_name: str,
    parents: Mapping[tuple, Record | None],
    known: Mapping[tuple, Record],
    seen: dict[tuple, Row],
    result: Result,
) -> None:
    parent = parents.get(tuple(sorted(row.parent.items()))) if register.parent else None
    if register.parent and parent is None:
        above = register.parent_register
        said = "、".join(map(str, row.parent.values())) or "（没有写）"
        row.faults.append(Fault("", f"没有找到{above.title}“{said}”，请先登记或核对名称"))
        return
    key = _key(register, row, actor, parent)
    first = seen.setdefault(key, row)
    if first is not row:
        row.faults.append(Fault("", f"与{first.place}是同一条，请合并成一行"))
        return
    there = known.get(key)
    source = f"《{file_name}》{row.place}"
    try:
        if there is None:
            asked = set(register.begin.columns)
            services.begin(
                actor=actor,
                on=on,
                register=register,
                act=register.begin,
                answers={name: value for name, value in row.values.items() if name in asked},
                later={name: value for name, value in row.values.items() if name not in asked},
                parent=parent,
                source=source,
            )
            result.created += 1
            return
        if there.unit_id not in actor.unit_ids:
            row.faults.append(Fault("", f"同一条{register.title}已由其他单位登记，请核对"))
            return
        if there.voided_on:
            row.faults.append(
                Fault(
                    "",
                    f"这条记录已于 {there.voided_on} 作废（{there.voided_because}）；确需重新登记的请在页面登记",
                )
            )
            return
        written = {f.name: f for f in register.written}
        stated = {name: value for name, value in row.values.items() if getattr(there, name) != value}
        if foreign := [name for name in stated if name not in written]:
            titles = "、".join(fields.title(register.column(name)) for name in foreign)
            row.faults.append(Fault(titles, f"“{titles}”与已有的记录不同，而它不能更正"))
            return
        if not stated:
            result.unchanged += 1
            return
        was = {name: fields.words(written[name], getattr(there, name)) for name in stated}
        services.correct(
            actor=actor,
            on=on,
            register=register,
            record=there,
            answers=stated,
            why=f"按登记表更正：{file_name}",
            source=source,
        )
        words = tuple(
            f"{fields.title(written[name])}：{was[name]} → {fields.words(written[name], value)}"
            for name, value in stated.items()
        )
        result.changes.append(Change(str(there), row.place, words))
    except Refused as refused:
        titles = {f.name: fields.title(f) for f in register.facts}
        row.faults += [Fault(titles.get(reason.field, ""), str(reason)) for reason in refused.reasons]


# ---------------------------------------------------------------------------------------------------- looking up


def _key(register: Register, row: Row, actor: Person, parent: Record | None) -> tuple:
    """The row's natural key as the table's columns hold it: ids of units and parents."""
    own = parent.unit_id if parent else actor.unit_id
    key = []
    for name in register.key:
        if name == register.parent:
            key.append(parent.pk)
        elif name == "unit":
            key.append(row.values["unit"].pk if "unit" in row.values else own)
        else:
            value = row.values.get(name)
            key.append(getattr(value, "pk", value))
    return tuple(key)


def _parents(actor: Person, register: Register, rows: Sequence[Row], on: date) -> dict[tuple, Record | None]:
    """For each way the rows name the record above: that record, None when there is none, or more than one."""
    above = register.parent_register
    if above is None:
        return {}
    found: dict[tuple, Record | None] = {}
    prefix = f"{register.parent}__"
    for named in {tuple(sorted(row.parent.items())) for row in rows}:
        asked = {path.removeprefix(prefix): text for path, text in named}
        matching = list(above.model.objects.visible_to(actor).standing().filter(**asked)[:2]) if asked else []
        found[named] = matching[0] if len(matching) == 1 else None
    return found


def _known(
    register: Register, rows: Sequence[Row], actor: Person, parents: Mapping[tuple, Record | None]
) -> dict[tuple, Record]:
    """Records there are already, by key; one entered by mistake only where no standing one has the key.

    Not only what the actor may see: whoever meets another unit's key is told so by the right, not by the database.
    """
    names = [name for name in register.key if name not in {"unit", register.parent}]
    by = names[0] if names else register.parent
    if by == register.parent and by:
        wanted = {parent.pk for parent in parents.values() if parent}
    else:
        wanted = {getattr(v, "pk", v) for row in rows if (v := row.values.get(by)) is not None}
    attributes = [register.column(name).attname for name in register.key]
    found: dict[tuple, Record] = {}
    rest = iter(wanted)
    while batch := list(islice(rest, _BATCH)):
        matching = register.model.objects.filter(**{f"{by}__in": batch}).select_related(*register.links)
        for record in matching.order_by("pk"):
            key = tuple(getattr(record, attribute) for attribute in attributes)
            if key not in found or found[key].voided_on:
                found[key] = record
    return found
