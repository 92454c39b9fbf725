"""Reads over records of any kind. The actor comes first; "absent" and "not yours" are the same Http404."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import NoReverseMatch

from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may_in, who_may
from zhiheng.audit.selectors import history_of
from zhiheng.refusal import Reason

from . import fields
from .declaration import VOIDED, Act, Register, find, groups, of_label, registered
from .models import Attachment, Record, RecordImport


def register_for(group: str, code: str) -> Register:
    one = find(code)
    if one is None or one.group != group:
        raise Http404("没有这种登记。")
    return one


def tabled_for(group: str, code: str) -> Register:
    """A kind whose records people begin, and may bring in as tables."""
    one = register_for(group, code)
    if not one.begin.by_hand:
        raise Http404("这种记录由系统登记，没有登记表。")
    return one


def group_for(group: str) -> tuple[Register, ...]:
    for code, kinds in groups():
        if code == group:
            return kinds
    raise Http404("没有这类登记。")


def records_for(actor: Person, one: Register, on: date) -> QuerySet:
    """All records of the kind the actor may see, voided ones too, with `state` on the day."""
    return one.rows(on).visible_to(actor).select_related(*one.links)


def record_for(actor: Person, one: Register, pk: int, on: date) -> Record:
    """The one door to a record."""
    found = records_for(actor, one, on).filter(pk=pk).first()
    if found is None:
        raise Http404(f"没有这条{one.title}记录，或者它不属于您的单位。")
    return found


def children_of(actor: Person, record: Record, child: Register, on: date) -> QuerySet:
    """The standing records of a child kind, latest first."""
    found = records_for(actor, child, on).filter(**{child.parent: record}).standing()
    return found.order_by(f"-{child.day}", "-pk")


def attachments_of(one: Register, record: Record) -> QuerySet[Attachment]:
    return Attachment.objects.filter(kind=one.label, record_id=record.pk).select_related("added_by")


def attachment_for(actor: Person, one: Register, pk: int, attachment_pk: int, on: date) -> Attachment:
    record = record_for(actor, one, pk, on)
    found = attachments_of(one, record).filter(pk=attachment_pk).first()
    if found is None:
        raise Http404("这条记录没有这个附件。")
    return found


def imports_for(actor: Person, one: Register) -> QuerySet[RecordImport]:
    return RecordImport.objects.visible_to(actor).filter(kind=one.label).select_related("unit", "made_by")


def import_for(actor: Person, one: Register, pk: int) -> RecordImport:
    found = imports_for(actor, one).filter(pk=pk).first()
    if found is None:
        raise Http404("没有这次导入，或者它不属于您的单位。")
    return found


# ---------------------------------------------------------------------------------------------------- acts


@dataclass(frozen=True)
class Offer:
    """An act as it stands for one person and record: possible, or not because of `reasons`."""

    act: Act
    reasons: tuple[Reason, ...]


def right_reasons(
    actor: Person | None, one: Register, title: str, right: Right | None, unit_id: int, on: date
) -> list[Reason]:
    """Why the person may not; the house itself (nobody) may."""
    right = right or one.right
    if actor is None or may_in(actor, right, unit_id, on):
        return []
    return [
        Reason(f"您不能{title}：由{who_may(right)}办理", way_out="请由有此角色的人办理，或请管理员授予角色")
    ]


def file_reasons(actor: Person, one: Register, title: str, unit_id: int, on: date) -> list[Reason]:
    """Why the person may neither attach a file nor take it out of use: they may do none of the acts. A record that one begins and
    another fills in has files of both."""
    rights = dict.fromkeys(act.right or one.right for act in one.acts)
    if any(may_in(actor, right, unit_id, on) for right in rights):
        return []
    return right_reasons(actor, one, title, None, unit_id, on)


def reasons_against(
    actor: Person | None, one: Register, act: Act, record: Any, on: date
) -> tuple[Reason, ...]:
    """Why the act cannot be done to this record (with its `state`) by this person today; empty: it can."""
    reasons = right_reasons(actor, one, act.title, act.right, record.unit_id, on)
    return (*reasons, *conditions_against(one, act, record, on))


def conditions_against(one: Register, act: Act, record: Any, on: date) -> tuple[Reason, ...]:
    """Why the act cannot be done to this record today, whoever does it."""
    reasons: list[Reason] = []
    if record.state == VOIDED:
        reasons.append(
            Reason(f"这条{one.title}记录已于 {record.voided_on} 作废", way_out="如属误作废，请重新登记")
        )
    elif act.states and record.state not in act.states:
        wanted = "、".join(state.title for code in act.states if (state := one.state(code)))
        standing = one.state(record.state)
        reasons.append(
            Reason(
                f"现在是“{standing.title if standing else '—'}”，“{act.title}”只用于“{wanted}”",
                article=act.article,
            )
        )
    reasons += [reason for guard in act.guards if (reason := guard(record, on))]
    return tuple(reasons)


def offers(actor: Person, one: Register, record: Any, on: date) -> list[Offer]:
    """Every act on the record, in the order of the declaration, possible or not."""
    return [
        Offer(act, reasons_against(actor, one, act, record, on))
        for act in one.acts
        if act.by_hand and not act.begins
    ]


def may_begin(actor: Person, one: Register, unit_id: int, on: date, act: Act | None = None) -> bool:
    act = act or one.begin
    return act.by_hand and may_in(actor, act.right or one.right, unit_id, on)


# ---------------------------------------------------------------------------------------------------- history


@dataclass(frozen=True)
class Correction:
    """One value that was corrected: what stood there before, who said so, when and why."""

    name: str
    was: str
    on: date
    by: str
    why: str


def history(record: Record) -> list:
    """The ledger's entries about the record, latest first."""
    return list(history_of(record).order_by("-seq"))


def corrections(one: Register, entries: Iterable) -> dict[str, list[Correction]]:
    """Column → the values that stood there before a correction, latest first. `entries` are those of `history`."""
    found: dict[str, list[Correction]] = {}
    for entry in entries:
        if "why" not in entry.data:
            continue
        for name, change in entry.data.items():
            if isinstance(change, dict) and change.keys() == {"from", "to"}:
                was = fields.words(one.column(name), change["from"])
                found.setdefault(name, []).append(
                    Correction(name, was, entry.on, entry.actor_name, entry.data["why"])
                )
    return found


def changes_since(one: Register, record: Record, seen: int) -> list[str]:
    """In words, the acts after version `seen`, earliest first: what somebody with an old form has not read."""
    acts = [entry for entry in history_of(record) if "version" in entry.data]
    return [
        f"{entry.on} {entry.actor_name} {entry.action}（{'；'.join(f'{t}：{w}' for t, w in contents(entry))}）"
        for entry in acts
        if entry.data["version"] > seen
    ]


_KEYS = {
    "why": "理由",
    "file": "文件",
    "label": "类别",
    "digest": "文件摘要",
    "rows": "行数",
    "taken_from": "来自",
    "source": "来自",  # in entries from before it was told apart from a column of that name
    "version": "第几版",
    "refers": "所指记录编号",
}
_UNSAID = frozenset({"version", "digest", "refers"})


def contents(entry, *, whole: bool = False) -> list[tuple[str, str]]:
    """What an entry about a record says, as (name, words). `whole`: also what only a program asks for."""
    one = of_label(entry.subject_kind)
    columns = {f.name: f for f in one.facts} if one else {}
    said = []
    # PostgreSQL keeps no order of keys: columns as the model has them, then what was said beside them.
    order = [*columns, *_KEYS]
    for key, value in sorted(
        entry.data.items(), key=lambda item: (item[0] not in order, [*order, item[0]].index(item[0]))
    ):
        if key in _UNSAID and not whole:
            continue
        if key not in columns:
            said.append((_KEYS.get(key, key), str(value)))
        elif isinstance(value, dict) and value.keys() == {"from", "to"}:
            was, now = (fields.words(columns[key], value[end]) for end in ("from", "to"))
            said.append((fields.title(columns[key]), f"{was} → {now}"))
        else:
            said.append((fields.title(columns[key]), fields.words(columns[key], value)))
    return said


def address_of(label: str, pk: str) -> str:
    """The page of a record as the ledger names it; "" when it is not a record of any kind."""
    one = of_label(label)
    try:
        return one.url("record", int(pk)) if one else ""
    except (ValueError, NoReverseMatch):
        return ""


# ---------------------------------------------------------------------------------------------------- for programs


def as_dict(one: Register, record: Any) -> dict[str, Any]:
    """A record for a program: stable codes, ISO days, money in fen; `state` as on the day it was read for."""
    return {
        "kind_of_record": one.code,
        "id": record.pk,
        "version": record.version,
        "state": record.state,
        "voided_on": record.voided_on and record.voided_on.isoformat(),
        **{f.name: fields.plain(f, getattr(record, f.name)) for f in one.facts},
    }


def page_of_dicts(
    actor: Person, one: Register, on: date, *, after: int = 0, limit: int = 100
) -> list[dict[str, Any]]:
    """Standing records by their id, those after `after`: a page of a program's walk over all of them."""
    rows = records_for(actor, one, on).standing().filter(pk__gt=after).order_by("pk")[: min(limit, 1000)]
    return [as_dict(one, row) for row in rows]


def kinds_as_dicts() -> Sequence[dict[str, Any]]:
    """What kinds there are, their columns, states and acts, for a program that reads or writes records."""
    return [
        {
            "kind": one.code,
            "title": one.title,
            "group": one.group,
            "key": list(one.key),
            "parent": one.parent_register.code if one.parent_register else None,
            "columns": [
                {
                    "name": f.name,
                    "title": fields.title(f),
                    "sort": fields.sort_of(f),
                    "choices": [{"code": code, "title": str(t)} for code, t in f.flatchoices],
                }
                for f in one.facts
            ],
            "states": [{"code": s.code, "title": s.title} for s in one.states],
            "acts": [{"code": a.code, "title": a.title, "asks": list(a.asks)} for a in one.acts],
        }
        for one in registered()
    ]
