"""What the ledger says of records: each is what its acts left it as, none is without its beginning, none is gone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from zhiheng.audit.models import Entry
from zhiheng.audit.services import plain
from zhiheng.audit.verification import Replay, replay

from . import fields
from .declaration import Register, of_label, registered

# What an entry says beside the columns; a column of the same name cannot be told from it.
_BESIDE = frozenset({"version", "why", "source", "refers"})
# Acts on files, which say nothing of the columns.
_OF_FILES = frozenset({"添加附件", "撤下附件"})
_VOID = "作废"


@replay
class Records(Replay):
    """Every record of a declared kind as its entries left it: columns, what they refer to, version, voided or not."""

    def __init__(self) -> None:
        self._untold = 0
        # On disk: there may be many.
        self._rows = sqlite3.connect("")
        self._rows.execute(
            "CREATE TABLE said (kind TEXT, id INTEGER, columns TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID"
        )

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        for entry in entries:
            if entry.action not in _OF_FILES and of_label(entry.subject_kind) is not None:
                self._take(entry)
        return iter(())

    def _take(self, entry: Entry) -> None:
        key = entry.subject_kind, int(entry.subject_id)
        found = self._rows.execute("SELECT columns FROM said WHERE kind = ? AND id = ?", key).fetchone()
        said: dict[str, Any] = json.loads(found[0]) if found else {"": {"refers": {}}}
        refers = said[""]["refers"] | entry.data.get("refers", {})
        voided = [str(entry.on), entry.data.get("why")] if entry.action == _VOID else None
        said[""] = {"version": entry.data.get("version"), "voided": voided, "refers": refers}
        for name, value in entry.data.items():
            if name not in _BESIDE:
                changed = isinstance(value, dict) and value.keys() == {"from", "to"}
                said[name] = value["to"] if changed else value
        self._rows.execute(
            "INSERT OR REPLACE INTO said VALUES (?, ?, ?)", (*key, json.dumps(said, ensure_ascii=False))
        )

    def close(self) -> Iterator[str]:
        for register in registered():
            yield from self._kind(register)
        for kind, pk in self._rows.execute("SELECT kind, id FROM said"):
            yield f"{of_label(kind).title} {pk} 的记录不见了，账上没有删除。"
        if self._untold:
            self.unchecked = f"{self._untold} 处登记时条目还没有记明所指的记录（单位、人员、上级），未核对。"

    def _kind(self, register: Register) -> Iterator[str]:
        columns = [f for f in register.facts if not f.is_relation and f.name not in _BESIDE]
        relations = [f for f in register.facts if f.is_relation]
        for record in register.model._base_manager.order_by("pk").iterator(chunk_size=500):
            key = register.label, record.pk
            found = self._rows.execute("SELECT columns FROM said WHERE kind = ? AND id = ?", key).fetchone()
            where = f"{register.title}“{record}”（{record.pk}）"
            if found is None:
                yield f"{where}在留痕账上没有条目：是直接写进数据库的。"
                continue
            self._rows.execute("DELETE FROM said WHERE kind = ? AND id = ?", key)
            said = json.loads(found[0])
            for column in columns:
                now = plain(fields.told(column, getattr(record, column.name)))
                if column.name in said and said[column.name] != now:
                    yield f"{where}的{fields.title(column)}与账上不符：被改过。"
            last = said[""]
            for column in relations:
                if column.name not in last["refers"]:
                    self._untold += 1
                elif last["refers"][column.name] != getattr(record, column.attname):
                    yield f"{where}的{fields.title(column)}与账上不符：被改过。"
            voided = [str(record.voided_on), record.voided_because] if record.voided_on else None
            if (record.version, voided) != (last["version"], last["voided"]):
                yield f"{where}的版本或作废与账上不符：被改过。"
