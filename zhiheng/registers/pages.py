"""What the pages of records show, ready for the templates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from zhiheng.accounts.models import Person
from zhiheng.accounts.selectors import may_in
from zhiheng.law import current_book
from zhiheng.ui.lists import Action, Column

from . import fields, lists, selectors
from .declaration import CORRECT, VOID, VOIDED, Register, of_model, registered
from .importing import Result

_SHOWN = 100  # of a long table the first are shown; the rejects file has all
_CHILDREN = 50


@dataclass(frozen=True)
class Fact:
    """One column as the page says it. `wide` takes a row; `link` leads to the record it names."""

    title: str
    words: str
    wide: bool
    link: str
    corrections: tuple


def crumbs(one: Register, actor: Person, record: Any = None, on: date | None = None) -> list[tuple[str, str]]:
    """From the kind's list down to the record, by way of the records above it that the actor may see."""
    if record is None:
        return [(one.title, one.url("records"))]
    above = one.parent_register
    if above is None:
        return [(one.title, one.url("records")), (str(record), one.url("record", record.pk))]
    parent = getattr(record, one.parent)
    if parent.unit_id not in actor.unit_ids:
        return [(one.title, one.url("records")), (str(record), one.url("record", record.pk))]
    return [*crumbs(above, actor, parent, on), (str(record), one.url("record", record.pk))]


def tabs(one: Register) -> list[dict[str, Any]]:
    """The kinds of one package beside each other; none for a package with one kind."""
    kinds = [kind for kind in registered() if kind.group == one.group]
    found = [{"title": kind.title, "url": kind.url("records"), "here": kind is one} for kind in kinds]
    return found if len(found) > 1 else []


def list_actions(actor: Person, one: Register, on: date) -> list[Action]:
    doors = _doors(actor, one, "list", actor.unit_id, on)
    if not selectors.may_begin(actor, one, actor.unit_id, on):
        return doors
    actions = [*doors, Action("导入登记表", one.url("record-import-new"), icon="upload")]
    if not one.parent:
        begins = [act for act in one.acts if act.begins and act.by_hand]
        actions = [
            Action(act.title, one.url("record-begin", act.code), icon="plus", primary=not place)
            for place, act in enumerate(begins)
        ] + actions
    return actions


def _doors(actor: Person, one: Register, of: str, unit_id: int, on: date, record: Any = None) -> list[Action]:
    """The further pages of the kind, or of one record, that are for this person, now."""
    args = () if record is None else (record.pk,)
    return [
        Action(door.title, door.url(*args), icon=door.icon, primary=door.first)
        for door in one.doors
        if door.of == of
        and (door.offered is None or door.offered(record))
        and (door.right is None or may_in(actor, door.right, unit_id, on))
    ]


def record_page(actor: Person, one: Register, record: Any, on: date) -> dict[str, Any]:
    entries = selectors.history(record)
    corrected = selectors.corrections(one, entries)
    offers = selectors.offers(actor, one, record, on)
    own = selectors.may_begin(actor, one, record.unit_id, on) and record.state != VOIDED
    possible = [offer for offer in offers if not offer.reasons]
    actions = [
        Action(offer.act.title, one.url("record-act", record.pk, offer.act.code), primary=not place)
        for place, offer in enumerate(possible)
    ]
    if own:
        actions += [
            Action("更正", one.url("record-act", record.pk, CORRECT), icon="pencil"),
            Action("作废", one.url("record-act", record.pk, VOID)),
        ]
    doors = _doors(actor, one, "record", record.unit_id, on, record)
    if first := [door for door in doors if door.primary]:
        actions = [*first, *(replace(action, primary=False) for action in actions)]
    actions += [door for door in doors if not door.primary]
    attachments = list(selectors.attachments_of(one, record)) if one.attachments else []
    return {
        "register": one,
        "record": record,
        "state": one.state(record.state),
        "facts": _facts(one, record, actor, corrected),
        "leads": [*(one.leads(actor, record) if one.leads else ()), *_instruments(record)],
        "actions": actions,
        "blocked": [offer for offer in offers if offer.reasons],
        "attaches": record.state != VOIDED and not selectors.file_reasons(actor, one, "", record.unit_id, on),
        "files": [
            {"file": file, "url": one.url("record-file", record.pk, file.pk), "size": _size(file.size)}
            for file in attachments
        ],
        "attach_url": one.url("record-attach", record.pk),
        "children": [_children(actor, record, child, on) for child in one.children],
        "history": [_told(entry) for entry in entries],
    }


def _instruments(record: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """The laws that a record names in its `instruments`, where the law book holds them, by their full or their short title."""
    named = {name.strip("《》 ") for name in getattr(record, "instruments", ())}
    if not named:
        return []
    known = {
        versions[-1].title: reverse("law-instrument", args=[code])
        for code, versions in current_book().instruments.items()
        if named & {versions[-1].title, versions[-1].short}
    }
    return [("法规库", sorted(known.items()))] if known else []


def _facts(one: Register, record: Any, actor: Person, corrected) -> list[Fact]:
    """The columns that say something: not what only acts to come would fill in, and not the page's own title again."""
    written = {f.name for f in one.written} - {f.name for f in one.correctable(record)}
    facts = [_fact(one, record, f, actor, corrected) for f in one.facts if f.name not in written]
    return [fact for fact in facts if fact.words != str(record) or fact.corrections]


def _told(entry) -> dict[str, Any]:
    contents = selectors.contents(entry)
    short = len(contents) <= 3 and sum(len(words) for _, words in contents) <= 120
    # The day of the act, where it is not the day on which it was written down.
    other_day = entry.on != timezone.localtime(entry.at).date()
    return {"entry": entry, "contents": contents, "short": short, "other_day": other_day}


def _fact(one: Register, record: Any, column, actor: Person, corrected) -> Fact:
    value = getattr(record, column.name)
    words = fields.words(column, value)
    link = ""
    named = of_model(column.related_model) if column.is_relation else None
    if named is not None and value is not None and value.unit_id in actor.unit_ids:
        link = named.url("record", value.pk)
    wide = (fields.sort_of(column) in {"lines", "list"} and len(words) > 20) or len(words) > 40
    return Fact(fields.title(column), words, wide, link, tuple(corrected.get(column.name, ())))


def _children(actor: Person, record: Any, child: Register, on: date) -> dict[str, Any]:
    rows = list(selectors.children_of(actor, record, child, on)[: _CHILDREN + 1])
    shown = tuple(name for name in child.shows if name not in {child.parent, "unit", "title"})
    begins = []
    if record.state != VOIDED:
        begins = [
            Action(act.title, child.url("record-begin-in", record.pk, act.code), icon="plus")
            for act in child.acts
            if act.begins and selectors.may_begin(actor, child, record.unit_id, on, act)
        ]
    columns: list[Column] = lists.columns(child, shown)
    return {
        "register": child,
        "columns": columns,
        "rows": rows[:_CHILDREN],
        "more": len(rows) > _CHILDREN,
        "all": child.url("records"),
        "actions": begins,
    }


def _size(size: int) -> str:
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{max(1, round(size / 1024)):,} KB"


def trial_page(one: Register, result: Result) -> dict[str, Any]:
    """What a table would do: counts, the first changes, the first faults in words."""
    faults = [
        {
            "place": row.place,
            "column": fault.column,
            "cell": _cell_of(row, fault.column),
            "words": fault.words,
        }
        for row in result.rejected
        for fault in row.faults
    ]
    return {
        "register": one,
        "result": result,
        "counts": [
            ("行", result.rows, ""),
            ("将新增", result.created, ""),
            ("将更正", result.changed, ""),
            ("已有且未变", result.unchanged, ""),
            ("将退回", len(result.rejected), "amber" if result.rejected else ""),
        ],
        "faults": faults[:_SHOWN],
        "more_faults": max(0, len(faults) - _SHOWN),
        "changes": result.changes[:_SHOWN],
        "more_changes": max(0, result.changed - _SHOWN),
        "notes": result.table.notes,
        "unknown": sorted(set(result.table.unknown)),
    }


def done_page(one: Register, made) -> dict[str, Any]:
    """What an import came to."""
    return {
        "register": one,
        "made": made,
        "counts": [
            ("新增", made.created, ""),
            ("更正", made.changed, ""),
            ("未变", made.unchanged, ""),
            ("退回", made.rejected, "amber" if made.rejected else ""),
        ],
        "rejects_url": one.url("record-import-file", made.pk, "rejects"),
        "original_url": one.url("record-import-file", made.pk, "original"),
        "records_url": one.url("records"),
    }


def _cell_of(row, heading: str) -> str:
    if heading not in row.headings:
        return ""
    return str(row.cells[row.headings.index(heading)])


def import_crumbs(one: Register) -> list[tuple[str, str]]:
    return [
        (one.title, one.url("records")),
        ("导入登记表", reverse("record-import-new", args=[one.group, one.code])),
    ]
