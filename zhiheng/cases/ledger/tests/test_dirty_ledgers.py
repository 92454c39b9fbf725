"""Dirty ledgers are read as the clerk who wrote down the gold reads them, asked about, or handed back: never otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhiheng.cases.ledger import AMOUNT_FIELDS, DATE_FIELDS, Rejection, read_ledger, write_rejects
from zhiheng.cases.ledger.tests.dirtier_ledgers import MORE
from zhiheng.cases.ledger.tests.dirtiest_ledgers import THIRD
from zhiheng.cases.ledger.tests.dirty_ledgers import LEDGERS, Dirty
from zhiheng.cases.ledger.tests.dirty_ledgers_fifth_lot import FIFTH
from zhiheng.cases.ledger.tests.ledger_files import UNITS
from zhiheng.cases.ledger.tests.other_offices_ledgers import FOURTH

ALL = [*LEDGERS, *MORE, *THIRD, *FOURTH, *FIFTH]
_YUAN = {"case_value", "turnover", "gains", "fine", "confiscated_gains", "forfeit", "paid"}


def stated(row, name: str):
    if name in _YUAN:
        fen = getattr(row, f"{name}_fen")
        return None if fen is None else fen / 100
    return getattr(row, name)


def faults(dirty: Dirty, path: Path) -> list[str]:
    """Everything in which the reading of the file differs from the gold, in words."""
    ledger = read_ledger(path, units=UNITS, default_unit="500101")
    found = []
    asked = {ask.column for ask in ledger.asks}
    if asked != dirty.asks:
        found.append(f"asked about {asked}, gold {dirty.asks}")
    back = {item.row for item in ledger.rejected}
    if back != dirty.back:
        found.append(f"handed back {sorted(map(str, ledger.rejected))}, gold rows {sorted(dirty.back)}")
    if len(ledger.rows) != len(dirty.gold):
        found.append(f"{len(ledger.rows)} rows {[row.doc_no for row in ledger.rows]}, gold {len(dirty.gold)}")
    for row, gold in zip(ledger.rows, dirty.gold, strict=False):
        for name, true in gold.items():
            if (value := stated(row, name)) != true:
                found.append(f"WRONG row {row.source_row} {name}: {value!r}, gold {true!r}")
    words = " ".join([*ledger.notes, *(remark.message for remark in ledger.remarks)])
    found += [f"not told: {word}" for word in dirty.told if word not in words]
    for one in ledger.sums:
        if one.agrees is False and "各行相加" not in dirty.told:
            found.append(f"sum {one}")
    return found


@pytest.mark.parametrize("dirty", ALL, ids=lambda dirty: dirty.name)
def test_a_dirty_ledger_is_read_as_a_careful_clerk_reads_it(dirty, tmp_path):
    assert faults(dirty, dirty.write(tmp_path)) == []


@pytest.mark.parametrize("dirty", [one for one in ALL if one.gold], ids=lambda dirty: dirty.name)
def test_what_is_handed_back_says_what_the_ledger_said(dirty, tmp_path):
    """Every row sent back, and the rejects file read in its turn: the same cases, though titles, sections and 同上 are gone."""
    ledger = read_ledger(dirty.write(tmp_path), units=UNITS, default_unit="500101")
    if any(layout.joined for _, layout in ledger.sheets) or ledger.repeated:
        return  # rows of one case go back together or not at all
    ledger.rejected = [Rejection(row.source_sheet, row.source_row, "", "", "试", "试") for row in ledger.rows]
    write_rejects(tmp_path / "退回.xlsx", ledger)
    again = read_ledger(tmp_path / "退回.xlsx", units=UNITS, default_unit="500240")
    assert (again.asks, [str(item) for item in again.rejected]) == ([], [])
    for before, after in zip(ledger.rows, again.rows, strict=True):
        for name in (
            *DATE_FIELDS,
            *AMOUNT_FIELDS,
            "doc_no",
            "party_name",
            "party_id",
            "cause",
            "status",
            "approx",
        ):
            assert getattr(after, name) == getattr(before, name), name
        if any(layout.unit != "500101" or layout.column("unit") for _, layout in ledger.sheets):
            assert after.unit == before.unit
    assert not any("批注" in remark.message for remark in again.remarks)


@pytest.mark.parametrize(
    "dirty",
    [one for one in ALL if not any(sheet.formulas for sheet in one.sheets)],
    ids=lambda dirty: dirty.name,
)
def test_in_the_old_format_it_is_read_just_so(dirty, tmp_path):
    assert faults(dirty, dirty.write_xls(tmp_path)) == []


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("gb18030", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("utf-8", "|"), ("utf-16-be", ","), ("gb18030", "\t"), ("utf-16-le", "\t")]
)  # fmt: skip
def test_as_text_it_is_read_just_so(encoding, delimiter, tmp_path):
    wrong = {}
    for dirty in ALL:
        if (text := dirty.as_csv(delimiter)) is not None:
            path = tmp_path / f"{dirty.name}.csv"
            path.write_bytes(text.encode(encoding))
            if found := faults(dirty, path):
                wrong[dirty.name] = found
    assert not wrong
