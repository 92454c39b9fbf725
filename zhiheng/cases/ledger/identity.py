"""What makes a row the same case as another: within a file, and at the next import."""

from __future__ import annotations

from hashlib import blake2b
from itertools import compress, repeat
from typing import Any

from zhiheng.canonical import document_number, key, number_key

from .rows import AMOUNT_FIELDS, DATE_FIELDS, FIELDS, Ledger, Rejection, Rows

_PLACE = ("source_sheet", "source_row", "key", "digest")
# How a thing is printed is not what it says: another bracket style must not look like a changed case. A person's word
# that a row goes before what is there says nothing about the case either.
_DIGESTED = [
    name for name in FIELDS
    if name not in (*_PLACE, "doc_no_printed", "cause_text", "source_text", "status_text", "confirmed")
]  # fmt: skip


def row_key(unit: str, doc_no: str) -> str:
    """What identifies a case across imports when it has a decision number (canonical). At most 64 characters."""
    key = f"{unit}|{number_key(doc_no)}"
    return key if len(key) <= 64 else f"{unit}|{blake2b(doc_no.encode(), digest_size=20).hexdigest()}"


def keys(out: dict[str, list[Any]]) -> list[str]:
    """What makes a row the same case at the next import: unit and decision number, else who, what and when filed."""
    if "" not in out["doc_no"]:
        numbers = out["doc_no"]
        if len(max(numbers, key=len, default="")) > 40 or any("字〔" in number for number in numbers):
            return list(map(row_key, map(str, out["unit"]), numbers))
        return [f"{unit}|{number}" for unit, number in zip(out["unit"], numbers, strict=True)]
    found = []
    names = ("unit", "doc_no", "case_no", "lead_no", "party_name", "cause", "filed_on", "decided_on")
    for unit, number, case_no, *rest in zip(*(out[name] for name in names), strict=True):
        if number:
            found.append(row_key(str(unit), number))
        elif case_no:
            found.append(row_key(str(unit), "立案" + document_number(case_no)[0]))
        else:
            lead_no, party, cause, filed_on, decided_on = rest
            day = filed_on or decided_on
            parts = "\x1f".join((lead_no, key(party), cause, "" if day is None else day.isoformat()))
            found.append(f"{unit}|{blake2b(parts.encode(), digest_size=12).hexdigest()}")
    return found


def digests(out: dict[str, list[Any]]) -> list[str]:
    """One short text per row that changes when any value it states changes. Columns that say nothing are not walked."""
    columns = [_as_texts(name, out[name]) for name in _DIGESTED]
    if all(column is None for column in columns):
        return [blake2b(b"", digest_size=16).hexdigest()] * len(out["unit"])
    texts = [repeat("") if column is None else column for column in columns]
    return [blake2b("\x1f".join(row).encode(), digest_size=16).hexdigest() for row in zip(*texts)]  # noqa: B905


def _as_texts(name: str, column: list[Any]) -> list[Any] | None:
    """A column as it goes into digests; None when every row is empty."""
    if name in DATE_FIELDS:
        memo = {value: "" if value is None else value.isoformat() for value in set(column)}
        return None if memo.keys() <= {None} else [memo[value] for value in column]
    if name in AMOUNT_FIELDS:
        if column.count(None) == len(column):
            return None
        return [*map(str, column)] if None not in column else ["" if v is None else str(v) for v in column]
    if name == "unit":
        return [value or "" for value in column]
    return None if column.count("") == len(column) else column


def without_repetitions(ledger: Ledger, columns: dict[str, list[Any]]) -> Rows:
    """Take a case stated twice once; hand back a second row with the same number but other content."""
    every = columns["key"]
    if len(set(every)) == len(every):
        return Rows(columns)
    seen: dict[str, int] = {}
    changed: set[int] = set()
    keep = [True] * len(every)
    headers = {column.sheet: column.printed for column in ledger.header if column.field == "doc_no"}
    for position, name in enumerate(every):
        first = seen.setdefault(name, position)
        if first == position:
            continue
        keep[position] = False
        where = f"工作表“{columns['source_sheet'][first]}”第{columns['source_row'][first]}行"
        sheet, row = columns["source_sheet"][position], columns["source_row"][position]
        if columns["digest"][first] == columns["digest"][position]:
            ledger.repeated += 1
            ledger.notes.append(f"工作表“{sheet}”第{row}行与{where}完全相同，只取一次")
        elif _takes_up(columns, first, position):
            ledger.repeated += 1
            ledger.notes.append(f"工作表“{sheet}”第{row}行与{where}是同一案件，两行所写合为一案")
            changed.add(first)
        elif columns["doc_no"][position] and _another_party(columns, first, position):
            reason = f"文号与{where}相同，当事人不同：看不出是一份决定的几个当事人，还是文号写错"
            printed = columns["doc_no_printed"][position]
            ledger.rejected.append(Rejection(sheet, row, headers.get(sheet, ""), printed, reason, _PARTIES))
        elif columns["doc_no"][position]:
            reason, remedy = (
                f"文号与{where}相同，内容却不同",
                "请对照决定书改正其中一个文号；若是同一案件请删去一行",
            )
            printed = columns["doc_no_printed"][position]
            ledger.rejected.append(Rejection(sheet, row, headers.get(sheet, ""), printed, reason, remedy))
        else:
            reason = f"没有文号，无法与{where}区分"
            ledger.rejected.append(
                Rejection(sheet, row, headers.get(sheet, ""), "", reason, "请填写决定书文号或立案号")
            )
    if changed:
        columns["digest"] = digests(columns)
    order = {sheet.name: place for place, (sheet, _) in enumerate(ledger.sheets)}
    ledger.rejected.sort(key=lambda item: (order[item.sheet], item.row))
    return Rows({name: list(compress(values, keep)) for name, values in columns.items()})


_PARTIES = "文号写错的请改正；一份决定有几个当事人的，请在退回表里写明全部当事人和合计金额，加一列“以本行为准”，填“是”"


def _another_party(columns: dict[str, list[Any]], first: int, later: int) -> bool:
    """Whether two rows of one number could be one decision on two parties: the same cause and day."""
    same = all(columns[name][first] == columns[name][later] for name in ("unit", "cause", "decided_on"))
    return same and key(columns["party_name"][first]) != key(columns["party_name"][later])


_MAY_MOVE_ON = ("status", "status_text", "note", "extra", "closed_on", "title", "doc_no_printed", *_PLACE)


def _takes_up(columns: dict[str, list[Any]], first: int, later: int) -> bool:
    """Whether the later row tells the same case further, as a quarter's sheet does; the first row then holds both.

    It does when every value that both state is the same. A further party of the same decision is one when its row repeats
    no amount: then it is listed beside the first. A state may move on.
    """
    another_party = False
    for name in FIELDS:
        here, there = columns[name][first], columns[name][later]
        if name in _MAY_MOVE_ON or name in (
            "approx",
            "not_computable",
            "cause_text",
            "source_text",
            "confirmed",
        ):
            continue
        if name in ("party_name", "party_operator", "party_id", "party_type"):
            another_party = another_party or bool(there and here and key(here) != key(there))
        elif there not in (None, "") and here not in (None, "") and here != there:
            return False
    if another_party:
        stated = any(columns[name][later] is not None for name in AMOUNT_FIELDS)
        if (
            stated
            or not columns["doc_no"][later]
            or columns["party_name"][first] == columns["party_name"][later]
        ):
            return False
    for name in FIELDS:
        here, there = columns[name][first], columns[name][later]
        if name in _PLACE or there in (None, ""):
            continue
        if another_party and name in ("party_name", "party_operator", "party_id") and here and here != there:
            columns[name][first] = f"{here}、{there}"
        elif here in (None, "") or name in ("status", "status_text", "closed_on"):
            columns[name][first] = there
    return True
