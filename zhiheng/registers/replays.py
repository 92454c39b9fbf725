"""What the ledger says of records: each is what its acts left it as, none is without its beginning, none is gone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from zhiheng.audit.models import Entry
from zhiheng.audit.services import plain
from zhiheng.audit.verification import Replay, Spoken, replay
from zhiheng.documents.replays import stored_fault

from . import fields
from .declaration import BESIDE, Register, of_label, registered
from .models import Attachment, RecordImport

# Acts on files, which say nothing of the columns.
_OF_FILES = frozenset({"添加附件", "撤下附件"})
_VOID = "作废"


@replay
class Records(Replay):
    """Every record of a declared kind as its entries left it: columns, what they refer to, version, voided or not."""

    def __init__(self) -> None:
        self._untold = self._unclear = 0
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
            if name not in BESIDE:
                changed = isinstance(value, dict) and value.keys() == {"from", "to"}
                said[name] = value["to"] if changed else value
        if str(said.get("source", "")).startswith("《") and "taken_from" not in entry.data:
            # So older entries said where in a table the row stood, over a column of that name.
            said["source"] = None
        self._rows.execute(
            "INSERT OR REPLACE INTO said VALUES (?, ?, ?)", (*key, json.dumps(said, ensure_ascii=False))
        )

    def close(self) -> Iterator[str]:
        for register in registered():
            yield from self._kind(register)
        for kind, pk in self._rows.execute("SELECT kind, id FROM said"):
            yield f"{of_label(kind).title} {pk} 的记录不见了，账上没有删除。"
        unchecked = (
            (self._untold, "登记时条目还没有记明所指的记录（单位、人员、上级）"),
            (self._unclear, "导入时条目把来源一栏记成了在表中的位置"),
        )
        if told := [f"{many} 处{why}，未核对。" for many, why in unchecked if many]:
            self.unchecked = "".join(told)

    def _kind(self, register: Register) -> Iterator[str]:
        columns = [f for f in register.facts if not f.is_relation and f.name not in BESIDE]
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
                if column.name == "source" and said.get("source", "") is None:
                    self._unclear += 1
                    continue
                now = plain(fields.told(column, getattr(record, column.name)))
                # What no act spoke of is what a new record begins with.
                if now != said.get(column.name, plain(fields.told(column, column.get_default()))):
                    yield f"{where}的{fields.title(column)}与账上不符：被改过。"
            last = said[""]
            for column in relations:
                if column.name not in last["refers"]:
                    self._untold += 1
                elif last["refers"][column.name] != getattr(record, column.attname):
                    yield f"{where}的{fields.title(column)}与账上不符：被改过。"
            said_of_it = record.voided_on or record.voided_because
            voided = [str(record.voided_on), record.voided_because] if said_of_it else None
            if (record.version, voided) != (last["version"], last["voided"]):
                yield f"{where}的版本或作废与账上不符：被改过。"


@replay
class Attachments(Replay):
    """Files of records: each was added, and set aside, as an entry of its record says; its bytes are what they were."""

    def __init__(self) -> None:
        self._spoken = Spoken()
        self._aside: dict[int, tuple[date, str]] = {}

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        for entry in entries:
            if entry.action not in _OF_FILES or of_label(entry.subject_kind) is None:
                continue
            data = entry.data
            mine = Attachment.objects.filter(
                kind=entry.subject_kind, record_id=entry.subject_id, digest=data["digest"]
            ).order_by("id")
            where = f"“{entry.subject_name}”的附件“{data['file']}”（第 {entry.seq} 条）"
            if entry.action == "撤下附件":
                row = next((one for one in mine if one.pk not in self._aside), None)
                if row is not None:
                    self._aside[row.pk] = entry.on, data["why"]
                continue
            row = next((one for one in mine if one.pk not in self._spoken), None)
            if row is None:
                yield f"{where}不见了。"
                continue
            self._spoken.add(row.pk)
            said = (data["label"], data["file"], entry.on, entry.actor_id, data.get("size", row.size))
            if (row.label, row.file_name, row.on, row.added_by_id, row.size) != said:
                yield f"{where}的登记与账上不符：被改过。"
            if fault := stored_fault(row.digest):
                yield f"{where}的文件：{fault}。"

    def close(self) -> Iterator[str]:
        for pk in self._spoken.strangers(Attachment.objects.all()):
            yield f"附件 {pk} 在留痕账上没有添加的条目：是直接写进数据库的。"
        for row in Attachment.objects.exclude(set_aside_on=None, set_aside_because="").order_by("pk"):
            if self._aside.pop(row.pk, None) != (row.set_aside_on, row.set_aside_because):
                yield f"附件“{row.file_name}”（{row.pk}）的撤下与账上不符：被改过。"
        for pk in self._aside:
            yield f"附件 {pk} 账上已撤下，记录里没有。"


@replay
class Tables(Replay):
    """Tables of records that were handed in: by whom, which file, what came of it."""

    def __init__(self) -> None:
        self._spoken = Spoken()
        self._last: dict[int, Entry] = {}

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        for entry in entries:
            if entry.subject_kind != RecordImport._meta.label_lower:
                continue
            pk = int(entry.subject_id)
            row = RecordImport.objects.filter(pk=pk).first()
            where = f"登记表“{entry.subject_name}”（第 {entry.seq} 条）"
            if row is None:
                yield f"{where}的记录不见了。"
                continue
            data = entry.data
            # The name was kept from its end; older entries have it whole.
            said = [
                data["file"][-200:],
                data["digest"],
                data.get("kind", row.kind),
                data.get("unit", row.unit_id),
            ]
            if [row.file_name, row.file_digest, row.kind, row.unit_id] != said:
                yield f"{where}的登记与账上不符：被改过。"
            self._last[pk] = entry
            if entry.action == "收到登记表":
                self._spoken.add(pk)
                if (row.made_by_id, row.on) != (entry.actor_id, entry.on):
                    yield f"{where}的导入人或者日期被改过。"
            for kept in filter(None, (row.file_digest, data.get("rejects"))):
                if fault := stored_fault(kept):
                    yield f"{where}的文件：{fault}。"

    def close(self) -> Iterator[str]:
        for pk in self._spoken.strangers(RecordImport.objects.all()):
            yield f"登记表 {pk} 在留痕账上没有收到的条目：是直接写进数据库的。"
        for row in RecordImport.objects.order_by("pk").iterator(chunk_size=500):
            entry = self._last.get(row.pk)
            if entry is None:
                continue  # told above
            taken_on = entry.on if entry.action == "导入登记表" else None
            counts = {name: getattr(row, name) for name in ("created", "changed", "unchanged", "rejected")}
            rejects = entry.data.get("rejects", row.rejects_digest if taken_on else "")
            if (row.taken_on, row.rejects_digest) != (taken_on, rejects) or any(
                entry.data.get(name, value) != value for name, value in counts.items()
            ):
                yield f"登记表“{row.file_name}”（{row.pk}）的结果与账上不符：被改过。"
