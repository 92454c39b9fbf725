"""A ledger's rows as rows of the case table: turned column by column, held against what is there, written in bulk.

The insert is the database's own fastest kind, because a year of a province is a hundred thousand rows and an officer
waits for it. Nothing here decides who may do what; `importing` does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cache
from itertools import islice
from typing import Any

from django.db import connection

from zhiheng.accounts.words import title_of as title_of_word
from zhiheng.law import current_book

from .ledger import AMOUNT_FIELDS, DATE_FIELDS, Rows
from .models import UNSTATED, USUAL_KIND, Case, kind_of

# Status a ledger states → (state of the case row, outcome). A state of the procedure only where the ledger says as much:
# a ledger's 已处罚 does not say whether the decision is still to be served.
_STATES: dict[str, tuple[str, str]] = {
    "lead": ("lead", ""),
    "filed": ("investigating", ""),
    "investigating": ("investigating", ""),
    "investigated": ("investigated", ""),
    "reviewing": ("reviewing", ""),
    "noticed": ("noticed", ""),
    "hearing": ("hearing", ""),
    "suspended": ("suspended", ""),
    "penalised": ("ledger_decided", "penalty"),
    "closed": ("ledger_closed", ""),
    "archived": ("archived", ""),
    "not_filed": ("not_filed", "not_filed"),
    "no_penalty": ("ledger_closed", "no_penalty"),
    "transferred": ("transferred", "transferred"),
    "transferred_police": ("transferred", "criminal"),
    "withdrawn": ("ledger_closed", "withdrawn"),
    "revoked": ("ledger_closed", "withdrawn"),
}
# States that end a case without a decision to punish or not to punish: there the ledger's 决定日期 is the day of something
# else. A decision that was taken back was one, and is kept as such (`decisions`).
UNDECIDED = frozenset({"not_filed", "transferred", "transferred_police", "withdrawn"})
_TITLE_LENGTH = Case._meta.get_field("title").max_length
_PLACE_LENGTH = Case._meta.get_field("ledger_place").max_length
# Where a row came from, as against what it states.
_ORIGIN = frozenset({"ledger_id", "ledger_key", "ledger_digest", "ledger_place"})
_BATCH = 10_000

# The empty values as SQLite's syntax has them.
_LITERALS = {None: "NULL", "": "''"}

Columns = dict[str, list[Any]]


def table_columns(rows: Rows, unit_ids: Mapping[str, int]) -> Columns:
    """The rows as columns of the case table: attribute name → its values, in the order of the rows."""
    c = rows.columns
    known: dict[tuple, tuple[str, str]] = {}  # what follows from a status and from which days there are
    states = [
        known.get(row) or known.setdefault(row, _state(*row))
        for row in zip(
            c["status"],
            map(bool, c["closed_on"]),
            map(bool, c["decided_on"]),
            map(bool, c["filed_on"]),
            strict=True,
        )
    ]
    decided, values = decided_days(c), _case_values(c)
    return {
        "unit_id": [unit_ids[code] for code in c["unit"]],
        "kind": [_kind(cause or UNSTATED) for cause in c["cause"]],
        "cause": [cause or UNSTATED for cause in c["cause"]],
        "title": [
            title or _title(party, text, cause)
            for title, party, text, cause in zip(
                c["title"], c["party_name"], c["cause_text"], c["cause"], strict=True
            )
        ],
        **{name: c[name] for name in ("lead_no", "case_no", "doc_no", "doc_no_printed")},
        "source": [source or UNSTATED for source in c["source"]],
        **{name: c[name] for name in ("party_name", "party_type", "party_id")},
        "legal_rep": c["party_operator"],
        "goods": c["goods"],
        **{name: c[name] for name in DATE_FIELDS},
        "decided_on": decided,
        **{name: c[name] for name in AMOUNT_FIELDS},
        "case_value_fen": values,
        "value_approx": [
            ("case_value_fen" if stated is not None else "turnover_fen") in approx and value is not None
            for approx, stated, value in zip(c["approx"], c["case_value_fen"], values, strict=True)
        ],
        "value_method": ["无法计算" if "case_value_fen" in which else "" for which in c["not_computable"]],
        "state": [state for state, _ in states],
        "outcome": [
            outcome or ("penalty" if amount is not None and decided else "")
            for (_, outcome), amount, decided in zip(states, c["forfeit_fen"], c["decided_on"], strict=True)
        ],
        "note": c["note"],
        "extra": _extra(c),
        "ledger_key": c["key"],
        "ledger_digest": c["digest"],
        "ledger_place": [
            f"{sheet}第{row}行"[-_PLACE_LENGTH:]
            for sheet, row in zip(c["source_sheet"], c["source_row"], strict=True)
        ],
    }


def _case_values(c: Mapping[str, list[Any]]) -> list[int | None]:
    """What each case is worth: as stated, else the illegal turnover where that is what the fine is measured by (商标案件的案值为违法
    经营额); none where the ledger says it cannot be computed."""
    rows = zip(c["case_value_fen"], c["turnover_fen"], c["cause"], c["not_computable"], strict=True)
    return [
        turnover if value is None and turnover is not None and not beyond and _by_turnover(cause) else value
        for value, turnover, cause, beyond in rows
    ]


@cache
def _by_turnover(cause: str) -> bool:
    """Whether every fine of the cause that is measured at all is measured by turnover."""
    book = current_book()
    if cause not in book.causes:
        return False
    bases = {book.fine_versions[rule][-1].base for rule in book.rules_for_cause(cause)} - {""}
    return bases == {"turnover"}


def decided_days(c: Mapping[str, list[Any]]) -> list[date | None]:
    """The day of the decision; none for a penalty case that ended without one.

    Figures count a case by that day (按作出处罚或不予处罚决定之日计入). A dispute also ends by being withdrawn.
    """
    if UNDECIDED.isdisjoint(c["status"]):
        return c["decided_on"]
    rows = zip(c["decided_on"], c["status"], c["cause"], strict=True)
    return [
        None if status in UNDECIDED and _kind(cause or UNSTATED) == USUAL_KIND else day
        for day, status, cause in rows
    ]


@cache
def _kind(cause: str) -> str:
    return kind_of(cause)


@cache
def _cause_title(cause: str) -> str:
    return title_of_word("causes", cause) if cause else ""


def _state(status: str, closed: object, decided: object, filed: object) -> tuple[str, str]:
    """State and outcome of a row: the status it states, else what its dates say."""
    stated = _STATES.get(status)
    if stated is None:
        open_state = "ledger_open" if filed else "lead"
        return ("ledger_closed" if closed else "ledger_decided" if decided else open_state), ""
    if closed and stated[0] == "ledger_decided":
        return "ledger_closed", stated[1]
    return stated


def _title(party: str, text: str, cause: str) -> str:
    """A name for a case whose ledger gives none; the party always fits, the wording of the cause mostly."""
    title = f"{party}{text}案" if text else ""
    return title if 0 < len(title) <= _TITLE_LENGTH else f"{party}{_cause_title(cause)}案"


def _extra(c: Mapping[str, list[Any]]) -> list[str]:
    """JSON of what the ledger says beyond the table's columns: its unknown columns, and wordings a code cannot carry."""
    names = {
        "处罚内容": c["penalty_text"],
        "承办人": c["handlers"],
        "案由原文": c["cause_text"],
        "来源原文": c["source_text"],
        "状态原文": c["status_text"],
        "未计入的决定日期": [
            day.isoformat() if day and not counted else ""
            for day, counted in zip(c["decided_on"], decided_days(c), strict=True)
        ],
    }
    names = {name: values for name, values in names.items() if any(values)}
    memo: dict[tuple, str] = {}
    texts = []
    for row in zip(c["extra"], c["approx"], c["not_computable"], *names.values(), strict=True):
        text = memo.get(row)
        if text is None:
            unknown, approx, not_computable, *wordings = row
            kept = {name: value for name, value in zip(names, wordings, strict=True) if value}
            if approx := _titles(approx):
                kept["约数"] = approx
            if not_computable := _titles(not_computable):
                kept["无法计算"] = not_computable
            # The ledger's own columns go last: what a district calls 承办人 is not overwritten.
            kept |= json.loads(unknown) if unknown else {}
            text = memo[row] = json.dumps(kept, ensure_ascii=False, sort_keys=True)
        texts.append(text)
    return texts


def _titles(fields: str) -> str:
    return "、".join(title_of(name) for name in fields.split(",") if name)


def title_of(column: str) -> str:
    """A table column in the officer's words."""
    name = "unit" if column == "unit_id" else column
    return str(Case._meta.get_field(name).verbose_name).removesuffix("（分）")


def known_rows(keys: list[str]) -> dict[str, tuple[int, str]]:
    """Row key → (case id, digest) of those already taken over."""
    taken = Case.objects.filter(ledger_key__isnull=False)
    if not keys or not taken.exists():
        return {}
    known: dict[str, tuple[int, str]] = {}
    rest = iter(keys)
    while batch := list(islice(rest, _BATCH)):
        found = taken.filter(ledger_key__in=batch).values_list("ledger_key", "pk", "ledger_digest")
        known.update((key, (pk, digest)) for key, pk, digest in found)
    return known


def over_what_is_there(columns: Columns, rows: Mapping[str, list[Any]], ids: list[int]) -> Columns:
    """The columns for cases already there: what the ledger states, and what they hold where it says nothing.

    A quarter's list with fewer columns, or a cell left blank, never empties a case: `rows` are the ledger's own columns,
    which tell what it stated itself from what was derived for it.
    """
    names = [name for name in columns if name not in _ORIGIN]
    present = {
        row["pk"]: row
        for start in range(0, len(ids), _BATCH)
        for row in Case.objects.filter(pk__in=ids[start : start + _BATCH]).values("pk", *names)
    }
    merged = {name: list(values) for name, values in columns.items()}
    for i, pk in enumerate(ids):
        there = present[pk]
        for name in names:
            if merged[name][i] in (None, ""):
                merged[name][i] = there[name]
        if not rows["title"][i]:
            merged["title"][i] = there["title"]
        if not rows["cause"][i] and not rows["cause_text"][i]:
            merged["cause"][i] = there["cause"]
        if not rows["source"][i]:
            merged["source"][i] = there["source"]
        if rows["case_value_fen"][i] is None and not rows["not_computable"][i]:
            if (
                there["case_value_fen"] is not None
            ):  # a stated value is not replaced by what stands in for one
                merged["case_value_fen"][i] = there["case_value_fen"]
            merged["value_approx"][i] = there["value_approx"]
            merged["value_method"][i] = there["value_method"]
        elif rows["not_computable"][i] and "case_value_fen" in rows["not_computable"][i]:
            merged["case_value_fen"][i] = None  # said to be beyond computing: that is a statement
        parts = rows["fine_fen"][i], rows["confiscated_gains_fen"][i]
        if parts != (None, None) and rows["forfeit_fen"][i] == sum(part or 0 for part in parts):
            # The sum follows its parts, of which the case may know one that this ledger does not list.
            merged["forfeit_fen"][i] = sum(
                merged[name][i] or 0 for name in ("fine_fen", "confiscated_gains_fen")
            )
        if rows["decided_on"][i] and columns["decided_on"][i] is None:
            merged["decided_on"][i] = None  # it ended otherwise
        if not rows["status"][i]:
            known = (merged[name][i] for name in ("closed_on", "decided_on", "filed_on"))
            derived = _state("", *known)[0]
            merged["state"][i] = there["state"] if there["state"] == "archived" else derived
        merged["extra"][i] = json.dumps(
            {**there["extra"], **json.loads(columns["extra"][i])}, ensure_ascii=False, sort_keys=True
        )
    return merged


def differences(columns: Columns, ids: list[int]) -> Iterator[dict[str, tuple[Any, Any]]]:
    """For each row, in order, and the case it belongs to: column → (as it is, as the ledger now states it)."""
    names = [name for name in columns if name not in _ORIGIN]
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        present = {row["pk"]: row for row in Case.objects.filter(pk__in=batch).values("pk", *names)}
        for position, pk in enumerate(batch, start):
            stated = {name: columns[name][position] for name in names}
            stated["extra"] = json.loads(stated["extra"])
            yield {
                name: (present[pk][name], value)
                for name, value in stated.items()
                if present[pk][name] != value
            }


def insert(columns: Columns, ledger_id: int) -> None:
    """Write all rows as new cases. Keys must be free: the caller holds the lock and has looked."""
    rows = len(columns["ledger_key"])
    if not rows:
        return
    columns = _blanks(rows) | columns | {"ledger_id": [ledger_id] * rows}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, columns)
        else:
            with indexes_built_at_the_end("cases_case", rows):
                _insert(cursor, columns, rows)


def _copy(cursor, columns: Columns) -> None:
    stated = {name: values for name, values in columns.items() if values.count(None) < len(values)}
    with cursor.cursor.copy(f"COPY cases_case ({', '.join(stated)}) FROM STDIN") as copy:
        for row in zip(*stated.values(), strict=True):
            copy.write_row(row)


def _insert(cursor, columns: Columns, rows: int) -> None:
    # Nothing and numbers that are the same in every row are said once, in the statement, instead of bound a hundred
    # thousand times. Words are always bound.
    same = {
        name: _LITERALS.get(values[0], values[0])
        for name, values in columns.items()
        if (not values[0] or isinstance(values[0], int)) and values.count(values[0]) == rows
    }
    bound = [_plain(name, values) for name, values in columns.items() if name not in same]
    names = ", ".join([*(name for name in columns if name not in same), *same])
    marks = ", ".join(["?"] * len(bound) + [str(int(v)) if isinstance(v, int) else v for v in same.values()])
    # The driver's own executemany: Django's would rewrite the placeholders of every row.
    cursor.cursor.connection.executemany(
        f"INSERT INTO cases_case ({names}) VALUES ({marks})", zip(*bound, strict=True)
    )


@contextmanager
def indexes_built_at_the_end(table: str, rows: int) -> Iterator[None]:
    """On SQLite: when most of a table comes in at once, its indexes are built by sorting, not row by row.

    All of it happens in the transaction of the import, which holds the only write lock: whatever goes wrong, the indexes
    are there again. Unique ones that leave most rows out, and those that the insert itself asks, stay.
    """
    if connection.vendor != "sqlite" or rows < _BATCH or not connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT %s)", [rows])
        if cursor.fetchone()[0] >= rows:
            yield
            return
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL",
            [table],
        )
        indexes = [(name, sql) for name, sql in cursor.fetchall() if not _STAYS.search(sql)]
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        with _room_to_sort(cursor):
            yield
            for _, sql in indexes:
                cursor.execute(sql)


@contextmanager
def _room_to_sort(cursor) -> Iterator[None]:
    """Each index is made by walking the whole table and sorting: both stay in memory, and no page is written twice."""
    cursor.execute("PRAGMA cache_size")
    usual = cursor.fetchone()[0]
    cursor.execute(f"PRAGMA cache_size={_ROOM}")
    try:
        yield
    finally:
        cursor.execute(f"PRAGMA cache_size={usual}")


_ROOM = -262_144  # a quarter of a gigabyte, in kibibytes as SQLite counts them below zero
_STAYS = re.compile(r'WHERE "(?:matter_id|replaces_id)" IS NOT NULL|\("case_id"\)$', re.IGNORECASE)


def update(columns: Columns, ids: list[int], ledger_id: int) -> None:
    """Give the cases what the ledger now states; columns that ledgers do not have stay as they are."""
    if not ids:
        return
    columns = columns | {"ledger_id": [ledger_id] * len(ids)}
    sets = ", ".join(f"{name} = %s" for name in columns)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE cases_case SET {sets} WHERE id = %s",
            zip(*map(_plain, columns, columns.values()), ids, strict=True),
        )


def _blanks(rows: int) -> Columns:
    """The table's other text columns, which may not be NULL."""
    return {name: [""] * rows for name in ("lead_text", "right_holder", "party_address", "party_phone")}


def _plain(name: str, values: list[Any]) -> list[Any]:
    """A column as the driver takes it: for SQLite, which has no dates, those as texts."""
    if name not in DATE_FIELDS or connection.vendor != "sqlite":
        return values
    text = {day: day.isoformat() if day else None for day in set(values)}
    return [text[day] for day in values]
