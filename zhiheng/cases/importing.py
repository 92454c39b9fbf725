"""Taking a district's ledger in: dry run first, every rejected row handed back, a second import changing nothing.

`ledger/` reads the file, `ledger_table` turns rows into cases; here it is decided which rows are taken, and by whom.
"""

from __future__ import annotations

import gc
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import compress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may, units_visible_to
from zhiheng.audit import services as audit
from zhiheng.documents import services as documents
from zhiheng.files.spreadsheets import Sheet
from zhiheng.jobs import foreign
from zhiheng.jobs import services as jobs
from zhiheng.refusal import Refused

from . import decisions, ledger_table, seals
from . import ledger_matching as matching
from .ledger import Ask, Column, Ledger, Rejection, Remark, Rows, Sum
from .ledger import Refused as FileRefused
from .ledger.layout import Layout
from .ledger.reading import read_for_import
from .ledger.rejects import write_rejects
from .ledger_matching import Fault
from .models import Case, LedgerImport

KEPT_SECONDS = 3600  # how long the file of a dry run waits for its confirmation
_REMARKS_KEPT = 500
# Any constant will do; it only has to differ from the other advisory locks of this system.
_ADVISORY_LOCK = 0x5A48_4C45
# Ledger field → column of the table where the names differ.
_COLUMN = {"party_operator": "legal_rep"}
_BOUNDED = ("title", "party_name", "party_operator", "party_id", "goods", "doc_no", "doc_no_printed", "case_no", "lead_no")  # fmt: skip
_TEXTS = (*_BOUNDED, "cause_text", "source_text", "status_text", "penalty_text", "handlers", "note", "extra")


@dataclass(frozen=True)
class Change:
    """A case whose ledger row now states other values: column → (as it was, as stated now)."""

    case_id: int
    title: str
    place: str
    values: dict[str, tuple[Any, Any]]


@dataclass
class Result:
    """What an import did, or would do. `rows` = imported + changed + unchanged + rejected rows.

    `rejected` are the reasons, of which a row may have several; `rejects` is the workbook with those rows.
    """

    imported: int
    changed: int
    unchanged: int
    ledger: Ledger
    dry_run: bool
    changes: list[Change] = field(default_factory=list, repr=False)
    rejects: bytes = field(default=b"", repr=False)
    record: LedgerImport | None = None

    @property
    def rows(self) -> int:
        return self.imported + self.changed + self.unchanged + self.rejected_rows

    @property
    def asks(self) -> list[Ask]:
        """Questions about columns; the rows of their sheets wait for the answers."""
        return self.ledger.asks

    @property
    def rejected(self) -> list[Rejection]:
        return self.ledger.rejected

    @property
    def rejected_rows(self) -> int:
        return self.ledger.rejected_rows


def import_ledger(
    *,
    actor: Person,
    path: Path,
    file_name: str,
    on: date,
    unit: Unit | None = None,
    year: int | None = None,
    answers: Mapping[str, str] | None = None,
    dry_run: bool = False,
    limits: foreign.Limits = foreign.LARGE,
    watch: jobs.Watch = jobs.NOBODY,
) -> Result:
    """Read a ledger file and take its good rows over as cases.

    `file_name`: the name under which the officer knows the file; it may say whose ledger it is.
    `limits`: what reading the file, in a process of its own, may cost; smaller while somebody waits for a page.
    `unit`: whose rows they are where the file does not say; by default the actor's own unit unless it has districts.
    `answers`: heading of a column → what a person chose where the ledger leaves open what it means (`Result.asks`); until
    every question of a sheet is answered, nothing of the sheet is taken over.
    Rows of units the actor may not see are rejected. A row already taken over unchanged is left alone; one that states
    other values updates its case, and the old and new values go into the case's history. Imports wait for one another.
    `watch` is told what is being done; that it is done it is told in the transaction of the import.
    Raises Refused when the file as a whole cannot be taken, or the actor may not; then nothing was written.
    """
    if not may(actor, Right.IMPORT_LEDGER, on):
        raise Refused.because("您没有导入台账的权限", way_out="请联系本单位管理员授予计划统计人员角色")
    units = {u.code: u for u in units_visible_to(actor)}
    if unit is None and len(units) == 1:
        unit = actor.unit
    if unit is not None and unit.code not in units:
        raise Refused.because(f"{unit.name}不在您的管辖范围", field="unit")
    with _without_collecting():
        watch.stage("读取文件")
        source = _Source(path, file_name, unit, year, answers or {}, limits)
        ledger = source.read()
        faults = [
            *_foreign_rows(ledger, units),
            *_rows_that_do_not_fit(ledger),
            *_rows_of_the_future(ledger, on),
        ]
        _hand_back(ledger, faults)
        watch.stage(f"核对{len(ledger.rows)}行" + ("" if dry_run else "并写入"))
        if dry_run:
            return _take_over(actor, ledger, units, source, on, dry_run=True)
        with transaction.atomic():
            _wait_for_other_imports()
            result = _take_over(actor, ledger, units, source, on, dry_run=False)
            watch.done({"record": result.record.pk})
            return result


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Millions of cells and no cycles: the collector would only walk over them again and again."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def unit_by_code(code: str) -> Unit:
    """The unit with this code. Raises Refused, naming those there are."""
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        codes = "、".join(Unit.objects.values_list("code", flat=True)[:50])
        raise Refused.because(
            f"没有代码为 {code} 的单位", way_out=f"现有：{codes or '（还没有单位）'}", field="unit"
        )
    return unit


# ---- the file


def keep_aside(data: bytes) -> str:
    """Keep bytes for an hour as `keep_for_confirmation` keeps a file; their digest."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "aside"
        path.write_bytes(data)
        return keep_for_confirmation(path)


def keep_for_confirmation(path: Path) -> str:
    """Keep the file of a dry run aside, so that what is confirmed is what was shown; its digest.

    It waits an hour in a folder of its own: a file that nobody confirmed leaves nothing behind.
    """
    folder = _pending()
    folder.mkdir(parents=True, exist_ok=True)
    forget_unconfirmed(at=time.time())
    digest = audit.digest(path.read_bytes())
    with tempfile.TemporaryDirectory(dir=folder.parent) as aside:
        copy = shutil.copyfile(path, Path(aside) / digest)
        Path(copy).replace(folder / digest)
    return digest


def forget_unconfirmed(*, at: float) -> None:
    """Remove files of dry runs that nobody confirmed within their hour; `at` in seconds since 1970."""
    folder = _pending()
    for old in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):
            if old.stat().st_mtime < at - KEPT_SECONDS:
                old.unlink()


@contextmanager
def confirmed_once(trial: str) -> Iterator[None]:
    """What a dry run showed is taken in once, however often its page is shown again and under how many signed words it comes back.

    `trial` names the dry run. Raises Refused the second time; what is refused inside may be tried again.
    """
    mark = _pending() / audit.digest(f"confirmed {trial}".encode())
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        raise Refused.because("这次试导入已经确认过", way_out="结果请看台账导入的列表") from None
    except FileNotFoundError:
        raise Refused.because("试导入的文件已不在", way_out="请重新上传", field="file") from None
    try:
        yield
    except BaseException:
        mark.unlink(missing_ok=True)
        raise


def kept_file(digest: str) -> Path:
    """The file kept under the digest. Raises Refused when it is gone."""
    path = _pending() / digest
    if not re.fullmatch(r"[0-9a-f]{64}", digest) or not path.is_file():
        raise Refused.because("试导入的文件已不在", way_out="请重新上传", field="file")
    return path


def _pending() -> Path:
    return Path(settings.FILES_DIR) / "pending"


@dataclass
class _Source:
    """A ledger file and all that is asked with it: read in a process of its own, as often as need be."""

    path: Path
    file_name: str
    unit: Unit | None
    year: int | None
    answers: Mapping[str, str]
    limits: foreign.Limits

    def read(self, returned: Iterable[tuple[str, int]] = ()) -> Ledger:
        """The ledger, with the cells of the rows it rejects and of those in `returned`."""
        # Every unit's name is understood, so that a neighbour's row is told apart from a misspelt one.
        names = {name: u.code for u in Unit.objects.all() for name in (u.code, u.name, u.short_name)}
        try:
            with _under_its_name(self.path, self.file_name) as named:
                return foreign.read(
                    read_for_import,
                    str(named.resolve()),
                    units=names,
                    default_unit=self.unit.code if self.unit else None,
                    year=self.year,
                    answers=dict(self.answers),
                    size_limit=settings.UPLOAD_LIMIT_BYTES,
                    returned=list(returned),
                    limits=self.limits,
                    returns=(Ask, Column, Layout, Ledger, Rejection, Remark, Rows, Sheet, Sum),
                    raises=(FileRefused,),
                )
        except FileRefused as refused:
            raise Refused.because(str(refused), field="file") from refused


@contextmanager
def _under_its_name(path: Path, file_name: str) -> Iterator[Path]:
    """The file under the officer's name for it: messages repeat it, and its ending and its unit are read from it."""
    stem, ending = Path(file_name).stem, Path(file_name).suffix
    name = re.sub(r"[\x00-\x1f/\\]", "_", stem)[:60] + ending[:10]
    if path.name == name or path.stat().st_size > settings.UPLOAD_LIMIT_BYTES:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(shutil.copyfile(path, Path(folder) / name))


# ---- rows that are handed back


def _hand_back(ledger: Ledger, faults: Iterable[Fault], also: Iterable[int] = ()) -> None:
    """Move the faulty rows from the accepted to the rejected ones. also: rows that are left out without being faulty."""
    faults, also = list(faults), list(also)
    if not faults and not also:
        return
    columns = ledger.rows.columns
    headers = {(column.sheet, column.field): column.printed for column in ledger.header}
    for fault in faults:
        sheet, printed = columns["source_sheet"][fault.position], "doc_no_printed"
        value = columns[printed if fault.field == "doc_no" else fault.field][fault.position]
        header = "doc_no" if fault.field == printed else fault.field.removesuffix("_text")
        ledger.rejected.append(
            Rejection(
                sheet,
                columns["source_row"][fault.position],
                headers.get((sheet, header), ""),
                str(value),
                fault.reason,
                fault.remedy,
            )
        )
    order = {sheet.name: place for place, (sheet, _) in enumerate(ledger.sheets)}
    ledger.rejected.sort(key=lambda item: (order[item.sheet], item.row))
    gone = {fault.position for fault in faults}.union(also)
    places = {(columns["source_sheet"][i], columns["source_row"][i]) for i in gone}
    ledger.remarks = [remark for remark in ledger.remarks if (remark.sheet, remark.row) not in places]
    keep = [position not in gone for position in range(len(ledger.rows))]
    ledger.rows = Rows({name: list(compress(values, keep)) for name, values in columns.items()})


def _foreign_rows(ledger: Ledger, units: Mapping[str, Unit]) -> Iterator[Fault]:
    codes = ledger.rows.columns["unit"]
    foreign = set(codes) - set(units)
    if not foreign:
        return
    names = dict(Unit.objects.filter(code__in=foreign).values_list("code", "short_name"))
    for position, code in enumerate(codes):
        if code in foreign:
            yield Fault(
                position,
                "unit",
                f"这是{names[code]}的案件，不在您的管辖范围",
                f"请由{names[code]}或上级单位导入；如单位写错，请改正",
            )


def _rows_that_do_not_fit(ledger: Ledger) -> Iterator[Fault]:
    """Texts longer than their column, and the one character databases do not take. Nothing is ever cut off."""
    columns = ledger.rows.columns
    for name in _BOUNDED:
        column = Case._meta.get_field(_COLUMN.get(name, name))
        if max(map(len, columns[name]), default=0) <= column.max_length:
            continue
        for position, text in enumerate(columns[name]):
            if len(text) > column.max_length:
                yield Fault(
                    position,
                    name,
                    f"{ledger_table.title_of(column.name)}有{len(text)}个字，最多{column.max_length}个字",
                    "请缩短，其余内容写入备注",
                )
    for name in _TEXTS:
        mark = "\\u0000" if name == "extra" else "\x00"
        if mark not in "".join(columns[name]):
            continue
        for position, text in enumerate(columns[name]):
            if mark in text:
                yield Fault(position, name, "含有看不见的控制字符（NUL），存不下", "请清空这一格后重新输入")


def _rows_of_the_future(ledger: Ledger, on: date) -> Iterator[Fault]:
    """Rows that state what has not happened yet on the day of the import."""
    columns = ledger.rows.columns
    for name in ("filed_on", "decided_on", "served_on", "closed_on"):
        if max(filter(None, columns[name]), default=on) <= on:
            continue
        for position, day in enumerate(columns[name]):
            if day and day > on:
                yield Fault(
                    position,
                    name,
                    f"{ledger_table.title_of(name)}{day}在导入之日{on}以后",
                    "请按原始文书改正年月日",
                )


# ---- taking over


def _wait_for_other_imports() -> None:
    """Two imports of one ledger must see each other's rows. On SQLite the IMMEDIATE transaction is the lock."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])


def _take_over(
    actor: Person,
    ledger: Ledger,
    units: Mapping[str, Unit],
    source: _Source,
    on: date,
    *,
    dry_run: bool,
) -> Result:
    _hand_back(ledger, matching.worked_here(ledger))
    matched = _found(ledger)
    unit_ids = {code: unit.pk for code, unit in units.items()}
    columns = ledger_table.table_columns(ledger.rows, unit_ids)
    digests = columns["ledger_digest"]
    new = [i for i, found in enumerate(matched) if found is None]
    changed = [i for i, found in enumerate(matched) if found is not None and found[1] != digests[i]]
    ids = [matched[i][0] for i in changed]
    changed_columns = ledger_table.over_what_is_there(
        _picked(columns, changed), _picked(ledger.rows.columns, changed), ids
    )
    result = Result(
        imported=len(new),
        changed=len(changed),
        unchanged=len(matched) - len(new) - len(changed),
        ledger=ledger,
        dry_run=dry_run,
        changes=[
            Change(pk, title, place, values)
            for pk, title, place, values in zip(
                ids,
                changed_columns["title"],
                changed_columns["ledger_place"],
                ledger_table.differences(changed_columns, ids),
                strict=True,
            )
        ],
        rejects=_rejects(ledger, source) if ledger.rejected else b"",
    )
    ledger.sheets.clear()
    if dry_run:
        return result
    file = source.path.read_bytes()
    codes = set(ledger.rows.columns["unit"])
    record = LedgerImport.objects.create(
        unit=units[codes.pop()] if len(codes) == 1 else actor.unit,
        made_by=actor,
        on=on,
        file_name=source.file_name[-200:],
        file_digest=audit.digest(file),
        rows=result.rows,
        imported=result.imported,
        changed=result.changed,
        unchanged=result.unchanged,
        rejected=result.rejected_rows,
        rejects_digest=audit.digest(result.rejects) if result.rejects else "",
        remarks=[str(remark) for remark in ledger.remarks[:_REMARKS_KEPT]],
    )
    given_up = [*seals.given_up(ids, changed_columns["ledger_key"])]
    new_columns = columns if len(new) == len(matched) else _picked(columns, new)
    ledger_table.insert(new_columns, record.pk)
    ledger_table.update(changed_columns, ids, record.pk)
    stated = zip(columns["ledger_key"], ledger.rows.columns["status"], strict=True)
    decisions.take_over(record, {key: status for key, status in stated if status})
    seal = "".join([*given_up, *_sealed(ledger, record, new, new_columns, ids)]).encode()
    sealed = audit.digest(seal)
    _record(actor, on, record, result, sealed)
    # Last: what is kept in the store outlives a transaction rolled back.
    documents.store(seal, sealed)
    documents.store(file, record.file_digest)
    if result.rejects:
        documents.store(result.rejects, record.rejects_digest)
    result.record = record
    return result


def _sealed(
    ledger: Ledger, record: LedgerImport, new: list[int], columns: ledger_table.Columns, ids: list[int]
) -> Iterator[str]:
    """The seal's lines: cases that were there, and decisions taken back, as they now stand; new rows as they were written."""
    statuses = ledger.rows.columns["status"]
    plain = [place for place, i in enumerate(new) if statuses[i] not in decisions.TAKEN_BACK]
    read_back = {
        columns["ledger_key"][place] for place, i in enumerate(new) if statuses[i] in decisions.TAKEN_BACK
    }
    mine = Case.objects.filter(ledger=record)
    for names, wanted in (("pk__in", ids), ("ledger_key__in", sorted(read_back))):
        for start in range(0, len(wanted), 10_000):
            yield from seals.lines(mine.filter(**{names: wanted[start : start + 10_000]}))
    yield from seals.lines_of_new(columns if len(plain) == len(new) else _picked(columns, plain))


def _found(ledger: Ledger) -> matching.Matched:
    """The cases that the rows are; rows of which that cannot be said go back, and decisions counted already go out."""
    units = {unit.code: unit for unit in Unit.objects.all()}
    found = matching.matched(ledger)
    faults, again = matching.of_other_units(ledger, found, units)
    faults += [*matching.of_decided_cases(ledger, found), *matching.collisions(ledger, found)]
    gone = {fault.position for fault in faults}.union(again)
    if gone:
        found = [case for position, case in enumerate(found) if position not in gone]
        _hand_back(ledger, faults, also=again)
        ledger.repeated += len(again)
    matching.tell_prefixes(ledger, units)
    return found


def _picked(columns: ledger_table.Columns, which: list[int]) -> ledger_table.Columns:
    return {name: [values[i] for i in which] for name, values in columns.items()}


def _rejects(ledger: Ledger, source: _Source) -> bytes:
    """The workbook of rejected rows. Rows that only the records here spoke against are fetched from the file once more."""
    places = {(item.sheet, item.row) for item in ledger.rejected}
    there = {(sheet.name, p + sheet.first_row) for sheet, layout in ledger.sheets for p in layout.data}
    if not places <= there:
        ledger.sheets = source.read(returned=places).sheets
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rejects.xlsx"
        write_rejects(path, ledger)
        return path.read_bytes()


def _record(
    actor: Person,
    on: date,
    record: LedgerImport,
    result: Result,
    sealed: str,
) -> None:
    """One entry for the import, fixing what every row states by the digest of its seal, and one in the history of every
    case it changed."""
    for change in result.changes:
        if change.values:
            audit.record(
                actor=actor,
                on=on,
                action="按台账更正",
                subject=Case(pk=change.case_id),
                name=change.title,
                data={"import": record.pk, "values": change.values},
            )
    audit.record(
        actor=actor,
        on=on,
        action="导入台账",
        subject=record,
        name=record.file_name,
        data={
            "file": record.file_digest,
            "rows": result.rows,
            "imported": result.imported,
            "changed": result.changed,
            "unchanged": result.unchanged,
            "rejected": result.rejected_rows,
            "rejects": record.rejects_digest,
            "unit": record.unit_id,
            "seal": sealed,
        },
    )
