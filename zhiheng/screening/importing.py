"""A received list read in: first a trial that says what every column was taken for and what each row would become, then the same rows.

An application counts once in a list, however often its row comes and however its number is written. The file is kept as it came.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from zhiheng.accounts.models import Person
from zhiheng.audit import services as audit
from zhiheng.documents import services as documents
from zhiheng.jobs import foreign
from zhiheng.jobs import services as jobs

from . import tables
from .models import Application, ListFile, ReceivedList, Stage
from .selectors import refuse_stranger
from .services import locked

LARGE = 4 << 20
"""Bytes from which on a list is read by a job and not while somebody waits for the page."""
_TOLD = 1_000
_BATCH = 2_000
# Field of the list → column of the application.
_COLUMNS = {
    "title": "title", "kind": "patent_type", "applicant": "applicant", "inventor": "inventor", "address": "address", "phone": "phone",
    "agency": "agency", "ipc": "ipc", "stated": "stated", "facts": "facts",
}  # fmt: skip
_DAYS = {"filed_on": "filed_on", "reply_by": "reply_by"}
# What a row states, in one order for good: the seal is made of it.
SEALED = ("number", "printed", "title", "applicant", "address", "agency", "filed_on", "stated", "row")
_LENGTHS = {
    name: Application._meta.get_field(name).max_length for name in (*_COLUMNS.values(), "printed", "number")
}


def try_file(
    *,
    actor: Person,
    received: ReceivedList,
    data: bytes,
    name: str,
    on: date,
    limits: foreign.Limits = foreign.TABLE,
    watch: jobs.Watch = jobs.NOBODY,
) -> ListFile:
    """Read a list without writing any application: what its columns are taken for, what is repeated, what cannot be taken.

    Raises Refused in words when the file as a whole cannot be taken (too large for this machine, damaged, no list).
    """
    refuse_stranger(actor, received, on)
    table = _read(
        data, name, limits
    )  # before the transaction: reading may take minutes, and others write meanwhile
    digest = documents.store(data)
    with transaction.atomic():
        received = locked(received)
        refuse_stranger(actor, received, on)
        found = _sorted_out(received, table)
        made = ListFile.objects.create(
            received=received,
            name=name[:200],
            digest=digest,
            layout=table["layout"] | {"feedback": table["feedback"]},
            columns=table["columns"],
            unknown=table["unknown"] + [f"{heading}（重复）" for heading in table["repeated"]],
            notes=found["notes"],
            rows=len(table["rows"]),
            taken=len(found["good"]),
            repeated=found["repeated"],
            rejected=found["rejected"],
            told=found["told"][:_TOLD],
            made_by=actor,
            on=on,
        )
        audit.record(
            actor=actor,
            on=on,
            action="试导入名单",
            subject=received,
            name=made.name,
            data={"file": made.digest, "rows": made.rows},
        )
        watch.done({"file": made.pk})
    return made


def take_over(
    *,
    actor: Person,
    file: ListFile,
    on: date,
    limits: foreign.Limits = foreign.TABLE,
    watch: jobs.Watch = jobs.NOBODY,
) -> ListFile:
    """Take over what the trial showed, from the very file that was shown."""
    refuse_stranger(actor, file.received, on)
    watch.stage("读取文件")
    table = None if file.taken_on else _read(documents.read(file.digest), file.name, limits)
    if table is not None:
        watch.stage(f"写入{len(table['rows']):,}行")
    with transaction.atomic():
        received = locked(file.received)
        refuse_stranger(actor, received, on)
        file = ListFile.objects.select_for_update().get(pk=file.pk)
        if file.taken_on is None:
            _write(actor, received, file, table, on)
        watch.done({"file": file.pk})
    return file


def _write(actor: Person, received: ReceivedList, file: ListFile, table: Mapping[str, Any], on: date) -> None:
    """The rows of a file that was read become applications, inside the caller's transaction."""
    found = _sorted_out(received, table)
    listed_on = received.received_on or on
    Application.objects.bulk_create(
        (_application(received, file, table, listed_on, *row) for row in found["good"]), batch_size=_BATCH
    )
    file.taken, file.repeated, file.rejected = len(found["good"]), found["repeated"], found["rejected"]
    file.told, file.notes, file.taken_on, file.seal = found["told"][:_TOLD], found["notes"], on, seal_of(file)
    file.save()
    received.rows += file.taken
    received.save(update_fields=["rows"])
    audit.record(
        actor=actor,
        on=on,
        action="导入名单",
        subject=received,
        name=file.name,
        data={
            "list_file": file.pk, "file": file.digest, "rows": file.rows, "taken": file.taken, "repeated": file.repeated,
            "rejected": file.rejected, "seal": file.seal,
        },
    )  # fmt: skip


def seal_of(file: ListFile) -> str:
    """The digest of what the file's applications state, in the order of the file."""
    rows = Application.objects.filter(file=file).order_by("row").values_list(*SEALED)
    lines = (
        "\x1f".join("" if v is None else str(v) for v in row) for row in rows.iterator(chunk_size=_BATCH)
    )
    return audit.digest("\n".join(lines).encode())


def _read(data: bytes, name: str, limits: foreign.Limits) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list{Path(name).suffix.lower()}"
        path.write_bytes(data)
        try:
            return foreign.read(
                tables.read_table, str(path), name, limits=limits, raises=(tables.Unreadable,)
            )
        except tables.Unreadable as error:
            from zhiheng.refusal import Refused

            raise Refused.because(str(error), field="file") from error


def _sorted_out(received: ReceivedList, table: Mapping[str, Any]) -> dict[str, Any]:
    """Rows that would be taken as (row, number, cells), and those that would not, with why."""
    place = table["headings"].index(table["columns"]["application_no"])
    known = set(received.applications.values_list("number", flat=True).iterator(chunk_size=10_000))
    seen: dict[str, int] = {}
    good, told = [], []
    repeated = rejected = 0
    for row, cells in table["rows"]:
        number, why = tables.number_of(cells[place])
        if row in table["unread"]:
            why = table["unread"][row]
        if why:
            rejected += 1
        elif number in seen:
            repeated, why = repeated + 1, f"与第{seen[number]}行是同一件申请，只计一次"
        elif number in known:
            repeated, why = repeated + 1, "名单中已有这件申请，只计一次"
        else:
            seen[number] = row
            good.append((row, number, cells))
            continue
        told.append({"row": row, "number": number or cells[place][:80], "why": why})
    notes = list(table["notes"])
    doubtful = [f"第{row}行 {number}" for row, number, _ in good if tables.misprinted(number)]
    if doubtful:
        notes.append(
            f"有{len(doubtful)}件申请号的校验位不对，可能有一位写错；照样导入，请与来函核对：{'、'.join(doubtful[:5])}{'等' if len(doubtful) > 5 else ''}"
        )
    elsewhere = _elsewhere(received, seen)
    if elsewhere:
        shown = "、".join(elsewhere[:5])
        notes.append(f"有{len(elsewhere)}件申请也在其他名单中：{shown}{'等' if len(elsewhere) > 5 else ''}")
    return {"good": good, "told": told, "repeated": repeated, "rejected": rejected, "notes": notes}


def _elsewhere(received: ReceivedList, numbers: Iterable[str]) -> list[str]:
    numbers, found = list(numbers), []
    for start in range(0, len(numbers), 10_000):
        rows = Application.objects.filter(number__in=numbers[start : start + 10_000]).exclude(
            received=received
        )
        found += rows.values_list("number", flat=True).distinct()
    return sorted(found)


def _application(
    received: ReceivedList,
    file: ListFile,
    table: Mapping[str, Any],
    listed_on: date,
    row: int,
    number: str,
    cells: list[str],
) -> Application:
    headings = table["headings"]
    said = {key: cells[headings.index(heading)] for key, heading in table["columns"].items()}
    columns = {column: said.get(key, "") for key, column in _COLUMNS.items()}
    columns = {name: value[: _LENGTHS[name]] if _LENGTHS[name] else value for name, value in columns.items()}
    named = {*table["columns"].values()}
    kept_apart = {*_COLUMNS, *_DAYS, "application_no"}
    office = {
        table["columns"][key] for key in tables.OFFICE if key in table["columns"] and key not in kept_apart
    }
    return Application(
        received=received,
        unit_id=received.unit_id,
        file=file,
        row=row,
        number=number,
        printed=said["application_no"][: _LENGTHS["printed"]],
        **columns,
        **{column: tables.day_of(said.get(key, "")) for key, column in _DAYS.items()},
        section=section_of(said.get("ipc", "")),
        listed_on=listed_on,
        stage=Stage.RECEIVED,
        extra={
            heading: cell
            for heading, cell in zip(headings, cells, strict=True)
            if cell and (heading not in named or heading in office)
        },
        texts={
            key: value
            for key, value in said.items()
            if value and key not in kept_apart and key not in tables.OFFICE
        },
    )


def section_of(ipc: str) -> str:
    """The class of the first IPC symbol, like G06F; "" when there is none."""
    found = re.search(r"([A-H])\s*(\d{2})\s*([A-Z])", ipc.upper())
    return "".join(found.groups()) if found else ""


def unconfirmed(received: ReceivedList) -> Iterator[ListFile]:
    return received.files.filter(taken_on__isnull=True).iterator()
