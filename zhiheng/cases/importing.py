"""Taking a district's ledger in: dry run first, every rejected row handed back, a second import changing nothing.

`ledger/` reads the file; here its rows meet the table. The insert is one bulk statement of the database's own fastest
kind, because a year of a province is a hundred thousand rows and an officer waits for it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may, units_visible_to
from zhiheng.audit import services as audit
from zhiheng.documents import services as documents
from zhiheng.refusal import Refused

from .ledger import Ledger, Rejection, Rows, read_ledger
from .ledger import Refused as FileRefused
from .ledger.rejects import write_rejects
from .models import Case, Cause, LedgerImport, Outcome, Source

# Status a ledger states → (state of the case row, outcome).
_STATES: dict[str, tuple[str, str]] = {
    "lead": ("lead", ""),
    "filed": ("investigating", ""),
    "investigating": ("investigating", ""),
    "investigated": ("investigated", ""),
    "reviewing": ("reviewing", ""),
    "noticed": ("noticed", ""),
    "hearing": ("hearing", ""),
    "suspended": ("suspended", ""),
    "penalised": ("decided", Outcome.PENALTY),
    "closed": ("closed", ""),
    "archived": ("archived", ""),
    "not_filed": ("not_filed", Outcome.NOT_FILED),
    "no_penalty": ("closed", Outcome.NO_PENALTY),
    "transferred": ("transferred", Outcome.TRANSFERRED),
    "transferred_police": ("transferred", Outcome.CRIMINAL),
    "withdrawn": ("closed", Outcome.WITHDRAWN),
    "revoked": ("closed", Outcome.WITHDRAWN),
}
_CAUSE_TITLES = dict(Cause.choices)
_REMARKS_KEPT = 500


@dataclass
class Result:
    """What an import did, or would do. `rejected` are the reasons; a row may have several."""

    rows: int
    imported: int
    changed: int
    unchanged: int
    ledger: Ledger
    dry_run: bool
    record: LedgerImport | None = None
    rejects: bytes = field(default=b"", repr=False)

    @property
    def rejected(self) -> list[Rejection]:
        return self.ledger.rejected


def import_ledger(
    *,
    actor: Person,
    path: Path,
    file_name: str,
    on: date,
    unit: Unit | None = None,
    year: int | None = None,
    dry_run: bool = False,
) -> Result:
    """Read a ledger file and take its good rows over as cases.

    `unit`: whose rows they are where the file does not say; by default the actor's own unit unless it has districts.
    Rows of units the actor may not see are rejected. A row already taken over unchanged is left alone; one that states
    other values updates its case, and both sums stay in the ledger of changes. Raises Refused when the file as a whole
    cannot be taken; then nothing was written.
    """
    if not may(actor, Right.IMPORT_LEDGER, on):
        raise Refused.because("您没有导入台账的权限", way_out="请联系本单位管理员授予计划统计人员角色")
    units = {u.code: u for u in units_visible_to(actor)}
    if unit is None and len(units) == 1:
        unit = actor.unit
    if unit is not None and unit.code not in units:
        raise Refused.because(f"{unit.name}不在您的管辖范围", field="unit")
    names = {name: u.code for u in units.values() for name in (u.code, u.name, u.short_name)}
    try:
        ledger = read_ledger(
            path,
            units=names,
            default_unit=unit.code if unit else None,
            year=year,
            size_limit=settings.UPLOAD_LIMIT_BYTES,
        )
    except FileRefused as refused:
        raise Refused.because(str(refused), field="file") from refused
    with transaction.atomic():
        result = _take_over(actor, ledger, units, path, file_name, on, dry_run)
    return result


def keep_for_confirmation(path: Path) -> str:
    """Keep the file of a dry run, so that what is confirmed is exactly what was shown; its digest."""
    return documents.store(path.read_bytes())


def _take_over(
    actor: Person, ledger: Ledger, units: dict[str, Unit], path: Path, file_name: str, on: date, dry_run: bool
) -> Result:
    rows = _without_own_cases(ledger, units)
    keys, digests = rows.columns["key"], rows.columns["digest"]
    known = _known(keys)
    new = [i for i, key in enumerate(keys) if key not in known]
    changed = [i for i, key in enumerate(keys) if key in known and known[key] != digests[i]]
    result = Result(
        rows=len(rows) + ledger.rejected_rows,
        imported=len(new),
        changed=len(changed),
        unchanged=len(rows) - len(new) - len(changed),
        ledger=ledger,
        dry_run=dry_run,
    )
    if ledger.rejected:
        result.rejects = _rejects(ledger)
    if dry_run:
        return result
    unit = next(
        iter({units[code].pk: units[code] for code in set(rows.columns["unit"])}.values()), actor.unit
    )
    record = LedgerImport.objects.create(
        unit=unit if len(set(rows.columns["unit"])) == 1 else actor.unit,
        made_by=actor,
        on=on,
        file_name=file_name[-200:],
        file_digest=documents.store(path.read_bytes()),
        rows=result.rows,
        imported=result.imported,
        changed=result.changed,
        unchanged=result.unchanged,
        rejected=ledger.rejected_rows,
        rejects_digest=documents.store(result.rejects) if result.rejects else "",
        remarks=[str(remark) for remark in ledger.remarks[:_REMARKS_KEPT]],
    )
    columns = _table_columns(rows, {code: u.pk for code, u in units.items()}, record.pk)
    _insert(tuple(columns), _rows(columns, None if len(new) == len(rows) else new))
    _update(tuple(columns), _rows(columns, changed))
    audit.record(
        actor=actor,
        on=on,
        action="导入台账",
        subject=record,
        name=file_name,
        data={
            "file": record.file_digest,
            "rows": result.rows,
            "imported": result.imported,
            "changed": result.changed,
            "unchanged": result.unchanged,
            "rejected": record.rejected,
            # Fixes every row's stated values without an entry a row.
            "content": audit.digest("".join(map("".join, zip(keys, digests, strict=True))).encode()),
        },
    )
    result.record = record
    return result


def _without_own_cases(ledger: Ledger, units: dict[str, Unit]) -> Rows:
    """Rows of cases that are worked in this system are not taken a second time."""
    own = set(
        Case.objects.filter(unit__in=units.values(), proceeding__isnull=False)
        .exclude(doc_no="")
        .values_list("unit__code", "doc_no")
    )
    rows = ledger.rows
    if not own:
        return rows
    columns = rows.columns
    mine = [i for i, pair in enumerate(zip(columns["unit"], columns["doc_no"], strict=True)) if pair in own]
    if not mine:
        return rows
    for i in mine:
        ledger.rejected.append(
            Rejection(
                columns["source_sheet"][i],
                columns["source_row"][i],
                "",
                columns["doc_no_printed"][i],
                "本案已在本系统办理，台账行没有导入",
                "请删去这一行；数字以本系统为准",
            )
        )
    gone = set(mine)
    kept = [i for i in range(len(rows)) if i not in gone]
    ledger.rows = Rows({name: [values[i] for i in kept] for name, values in columns.items()})
    return ledger.rows


def _chunks(items: list, size: int) -> Iterator[list]:
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def _known(keys: list[str]) -> dict[str, str]:
    """Row key → digest of those already taken over."""
    if not Case.objects.filter(ledger_key__isnull=False).exists():
        return {}
    known: dict[str, str] = {}
    for chunk in _chunks(keys, 10_000):
        known.update(Case.objects.filter(ledger_key__in=chunk).values_list("ledger_key", "ledger_digest"))
    return known


def _rejects(ledger: Ledger) -> bytes:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "rejects.xlsx"
        write_rejects(path, ledger)
        return path.read_bytes()


def _table_columns(rows: Rows, unit_ids: dict[str, int], import_id: int) -> dict[str, list]:
    """The ledger's columns turned into the table's, column by column: name of the table's column → its values."""
    c = rows.columns
    n = len(rows)
    iso = connection.vendor == "sqlite"
    states = [
        _STATES.get(status) or _state_by_dates(closed, decided, filed)
        for status, closed, decided, filed in zip(
            c["status"], c["closed_on"], c["decided_on"], c["filed_on"], strict=True
        )
    ]
    forfeits = [
        stated
        if stated is not None
        else None
        if fine is None and gains is None
        else (fine or 0) + (gains or 0)
        for stated, fine, gains in zip(
            c["forfeit_fen"], c["fine_fen"], c["confiscated_gains_fen"], strict=True
        )
    ]
    blank = [""] * n
    false, true = (0, 1) if iso else (False, True)
    return {
        "unit_id": [unit_ids[code] for code in c["unit"]],
        "cause": [cause or "other" for cause in c["cause"]],
        "title": [
            (title or f"{party}{text or _CAUSE_TITLES.get(cause, '')}案")[:200]
            for title, party, text, cause in zip(
                c["title"], c["party_name"], c["cause_text"], c["cause"], strict=True
            )
        ],
        "lead_no": c["lead_no"],
        "case_no": c["case_no"],
        "doc_no": c["doc_no"],
        "doc_no_printed": c["doc_no_printed"],
        "source": [source or Source.OTHER for source in c["source"]],
        "party_name": [name[:120] for name in c["party_name"]],
        "party_type": c["party_type"],
        "party_id": c["party_id"],
        "legal_rep": c["party_operator"],
        "goods": [goods[:200] for goods in c["goods"]],
        **{
            name: _iso(c[name]) if iso else c[name]
            for name in ("lead_on", "filed_on", "decided_on", "served_on", "published_on", "closed_on")
        },
        **{
            name: c[name]
            for name in (
                "case_value_fen",
                "turnover_fen",
                "gains_fen",
                "fine_fen",
                "confiscated_gains_fen",
            )
        },
        "forfeit_fen": forfeits,
        "value_approx": [true if "case_value_fen" in approx else false for approx in c["approx"]],
        "value_method": ["无法计算" if "case_value_fen" in which else "" for which in c["not_computable"]],
        "state": [state for state, _ in states],
        "outcome": [
            outcome or (Outcome.PENALTY.value if amount is not None and decided else "")
            for (_, outcome), amount, decided in zip(states, forfeits, c["decided_on"], strict=True)
        ],
        "note": c["note"],
        "ledger_id": [import_id] * n,
        "ledger_key": c["key"],
        "ledger_digest": c["digest"],
        "ledger_place": [
            f"{sheet}第{row}行"[:80] for sheet, row in zip(c["source_sheet"], c["source_row"], strict=True)
        ],
        "extra": [extra or "{}" for extra in c["extra"]],
        **dict.fromkeys(("lead_text", "informant", "right_holder", "party_address", "party_phone"), blank),
    }


def _rows(columns: dict[str, list], which: list[int] | None) -> Iterable[tuple]:
    """All rows, or those of the given numbers, as tuples for the database."""
    if which is None:
        return zip(*columns.values(), strict=True)
    return [tuple(column[i] for column in columns.values()) for i in which]


def _state_by_dates(closed: date | None, decided: date | None, filed: date | None) -> tuple[str, str]:
    return ("closed" if closed else "decided" if decided else "investigating" if filed else "lead"), ""


def _iso(days: list[date | None]) -> list[str | None]:
    text = {day: day.isoformat() if day else None for day in set(days)}
    return [text[day] for day in days]


def _insert(names: tuple[str, ...], rows: Iterable[tuple]) -> None:
    columns = ", ".join(names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY cases_case ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["?"] * len(names))
            # The driver's own executemany: Django's would rewrite the placeholders of every row.
            cursor.cursor.connection.executemany(f"INSERT INTO cases_case ({columns}) VALUES ({marks})", rows)


def _update(names: tuple[str, ...], rows: Iterable[tuple]) -> None:
    key = names.index("ledger_key")
    sets = ", ".join(f"{name} = %s" for name in names)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE cases_case SET {sets} WHERE ledger_key = %s", [(*row, row[key]) for row in rows]
        )
