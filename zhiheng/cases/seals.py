"""What a ledger import wrote, row by row, in a form that can be checked later.

The rows of an import are too many to be told in its entry one by one. They are told in a file kept beside the ledger
under its digest, which the entry names: a line `key digest` for every case written, and `-key` for a key that a case
gave up for another. Held against the case table, the lines of all imports in their order say of every imported case
whether it still states what its ledger stated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from hashlib import blake2b
from itertools import repeat
from typing import Any

from django.db.models import QuerySet

from .decisions import kinds_of_decision
from .models import Case, DecidedBy, Decision

# What a row of a ledger states, as columns of the case table, in one order for good: a column added later goes last.
STATED = (
    "unit_id", "cause", "title", "lead_no", "case_no", "doc_no", "doc_no_printed", "source", "party_name", "party_type",
    "party_id", "legal_rep", "goods", "lead_on", "filed_on", "decided_on", "served_on", "closed_on", "published_on",
    "case_value_fen", "turnover_fen", "gains_fen", "fine_fen", "confiscated_gains_fen", "forfeit_fen", "value_approx",
    "value_method", "state", "outcome", "note", "extra", "ledger_digest", "paid_fen",
)  # fmt: skip

DECIDED = (
    "unit_id", "cause", "kind", "number", "number_printed", "decided_on", "since", "case_value_fen", "fine_fen",
    "confiscated_gains_fen", "forfeit_fen", "changed_how", "changed_on", "changed_by", "ended_on",
)  # fmt: skip


_DIGEST = re.compile("[0-9a-f]{32}")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)


def row_digest(values: Iterable[Any]) -> str:
    """32 hex digits over the values of STATED."""
    return blake2b("\x1f".join(map(_text, values)).encode(), digest_size=16).hexdigest()


def rows(cases: QuerySet) -> Iterator[tuple[str, str, int, str]]:
    """Key, title, id and digest of each of these imported cases as it stands, its decisions included."""
    made = _decisions(cases)
    following = next(made, None)
    for pk, key, title, *values in (
        cases.order_by("pk").values_list("pk", "ledger_key", "title", *STATED).iterator(chunk_size=2000)
    ):
        while following is not None and following[0] == pk:
            values.extend(following[1:])
            following = next(made, None)
        yield key, title, pk, row_digest(values)


def _decisions(cases: QuerySet) -> Iterator[tuple]:
    """Case and values of each decision. A delegated power is a value more: rows sealed before there was one keep their digest."""
    mine = Decision.objects.filter(case__in=cases.order_by().values("pk")).order_by("case_id", "id")
    for *row, power in mine.values_list("case_id", *DECIDED, "power").iterator(chunk_size=2000):
        yield (*row, power) if power != DecidedBy.OWN else tuple(row)


def as_written(key: str) -> str:
    """The key as a line holds it. Keys begin with a unit's code; behind it they may hold any sign, and a line is one line."""
    return key.replace("\\", "\\\\").replace("\n", "\\n") if "\n" in key or "\\" in key else key


def read(text: str) -> Iterator[tuple[str, str | None]]:
    """Key as written and digest of every line, in order; no digest where a case gave its key up. Raises ValueError."""
    for number, line in enumerate(text.split("\n"), 1):
        key, _, digest = line.rpartition(" ")
        if line.startswith("-"):
            yield line[1:], None
        elif key and _DIGEST.fullmatch(digest):
            yield key, digest
        elif line:
            raise ValueError(f"第 {number} 行不是逐行摘要")


def lines(cases: QuerySet) -> Iterator[str]:
    """A line for each of these imported cases as it stands."""
    return (f"{as_written(key)} {digest}\n" for key, _, _, digest in rows(cases))


def lines_of_new(columns: Mapping[str, list[Any]]) -> list[str]:
    """The same lines for cases just written from these columns of the case table, without reading them back.

    For rows whose decision, if they state a day of one, was written as they state it and nothing happened to it since:
    then what the tables hold is what the columns say.
    """
    keys = columns["ledger_key"]
    kinds = kinds_of_decision()
    names = {"number": "doc_no", "number_printed": "doc_no_printed"}
    made = {
        **{name: columns[names.get(name, name)] for name in DECIDED if names.get(name, name) in columns},
        "kind": [outcome if outcome in kinds else "" for outcome in columns["outcome"]],
    }
    # The decision's columns are mostly the case's own: each is turned into texts once.
    known: dict[int, list[str]] = {}

    def texts(values: list[Any]) -> list[str]:
        found = known.get(id(values))
        if found is None:
            found = known[id(values)] = _texts(values)
        return found

    stated = [texts(columns[name]) for name in STATED]
    decided = [texts(made[name]) if name in made else [""] * len(keys) for name in DECIDED]
    joined = "".join(keys)
    written = list(map(as_written, keys)) if "\n" in joined or "\\" in joined else keys
    lines = [""] * len(keys)
    for which, parts in ((True, stated + decided), (False, stated)):
        places = [place for place, day in enumerate(columns["decided_on"]) if (day is not None) is which]
        if not places:
            continue
        if len(places) == len(keys):
            return list(map(_line, written, zip(*_runs(parts), strict=True)))
        parts = [[part[place] for place in places] for part in parts]
        for place, row in zip(places, zip(*_runs(parts), strict=True), strict=True):
            lines[place] = _line(written[place], row)
    return lines


def _line(key: str, row: tuple[str, ...]) -> str:
    return f"{key} {blake2b(_JOIN(row).encode(), digest_size=16).hexdigest()}\n"


def _runs(parts: list[list[str]]) -> list[Iterable[str]]:
    """The columns, neighbours that say the same in every row joined beforehand: most columns of a ledger say nothing."""
    runs: list[Iterable[str]] = []
    same: list[str] = []
    for part in parts:
        if part[0] == part[-1] and part.count(part[0]) == len(part):
            same.append(part[0])
            continue
        if same:
            runs.append(repeat(_JOIN(same), len(part)))
            same = []
        runs.append(part)
    if same or not runs:
        runs.append(repeat(_JOIN(same), len(parts[0])))
    return runs


def _texts(values: list[Any]) -> list[str]:
    """`_text` of a column; JSON comes as the text it is already. Most columns of a ledger say the same in every row."""
    if (
        values
        and values[0] == values[len(values) // 2] == values[-1]
        and values.count(values[0]) == len(values)
    ):
        first = values[0]
        return [first if type(first) is str else _text(first)] * len(values)
    kinds = set(map(type, values))
    if kinds <= {str}:
        return values
    if kinds <= {int, type(None)}:
        return ["" if value is None else str(value) for value in values]
    table = {value: value if type(value) is str else _text(value) for value in set(values)}
    return [table[value] for value in values]


_JOIN = "\x1f".join


def given_up(ids: list[int], keys: list[str]) -> Iterator[str]:
    """A line for each of these cases whose key is about to become another one."""
    for start in range(0, len(ids), 10_000):
        part = ids[start : start + 10_000]
        before = dict(Case.objects.filter(pk__in=part).values_list("pk", "ledger_key"))
        for pk, key in zip(part, keys[start : start + 10_000], strict=True):
            if before.get(pk) and before[pk] != key:
                yield f"-{as_written(before[pk])}\n"
