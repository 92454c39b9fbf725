"""Ledgers that others wrote, kept beside the repository: each is read right, asked about, or handed back, never wrong.

The ledgers are not part of the repository; without them these tests are skipped. What each kind of ledger shows is held by
tests of its own with ledgers made by code.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from zhiheng.cases import importing
from zhiheng.cases.models import Case, Decision

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "findings" / "ledger"
ON = dt.date(2025, 1, 6)
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"the shared ledgers are not here ({FOLDER.name})"
)


class Told:
    """What one import of a file did, in few words."""

    def __init__(self, result):
        self.result = result
        self.rows = {row.source_row: row for row in result.ledger.rows}
        self.back = {item.row for item in result.rejected}
        self.asked = {ask.column for ask in result.asks}
        self.notes = " ".join(result.ledger.notes)
        self.remarked = {remark.row for remark in result.ledger.remarks}

    def values(self, row):
        one = self.rows[row]
        return one.case_value_fen, one.fine_fen


@pytest.fixture
def read(world):
    def take(folder: str, name: str, **options) -> Told:
        path = FOLDER / folder / name
        return Told(
            importing.import_ledger(
                actor=world.city.planner,
                path=path,
                file_name=path.name,
                on=ON,
                unit=world.a.unit,
                year=2024,
                **options,
            )
        )

    return take


USUAL = (120_000, 300_000)


def _dates(read):
    told = read("01-date1904", "in.xlsx")
    assert {str(row.filed_on) for row in told.rows.values()} == {"2024-03-05"}


def _long_numbers(read):
    assert read("03-id18-number", "in.xlsx").back == {2, 3}


def _formats(read):
    told = read("04-numfmt-display", "in.xlsx")
    assert told.back == {4} and len(told.rows) == 7
    told = read("05-wan-display-format", "in.xlsx")
    assert told.asked or not told.rows or told.values(2)[0] == 5_200_000


def _hidden(read):
    told = read("06-hidden-rows", "in.xlsx")
    assert len(told.rows) == 3 and "隐藏" in told.notes


def _blank_rows(read):
    assert len(read("08-blank-rows-above", "in.xlsx").rows) == 2
    told = read("08-blank-rows-above", "in2.xlsx")
    assert told.rows or told.notes


def _merged(read):
    told = read("09-merged-multi-party", "in.xlsx")
    assert len(told.rows) == 2 and Case.objects.count() == 2
    assert "乙副食店" in told.rows[2].party_name and told.values(2) == USUAL


def _multiline(read):
    told = read("10-multiline", "in.xlsx")
    assert told.back == {2}
    assert (told.rows[3].party_name, told.rows[3].party_operator) == ("丙副食店", "陶某")


def _twins(read):
    told = read("11-duplicate-headers", "in.xlsx")
    assert "日期" in told.notes and all(row.filed_on is None for row in told.rows.values())
    assert {"立案日期", "罚款"} <= read("11-duplicate-headers", "in2.xlsx").asked


def _sums(read):
    for name, rows in (("in.xlsx", 3), ("in2.xlsx", 3)):
        told = read("13-subtotals", name)
        assert len(told.rows) == rows and not told.back and "核对" not in told.notes


def _dimensions(read):
    for name in ("in0.xlsx", "in1.xlsx", "in2.xlsx", "in3.xlsx", "in4.xlsx", "in_noref.xlsx"):
        told = read("14-dimension-odd", name)
        assert [told.values(row) for row in told.rows] == [USUAL]
    assert Case.objects.count() == 1


def _csv(read):
    for path in sorted((FOLDER / "18-csv-encodings").glob("*.csv")):
        told = read("18-csv-encodings", path.name, dry_run=True)
        if path.name == "semi.csv":  # its heading and its rows are parted by different signs
            assert told.back and not told.rows
        else:
            assert told.rows and not told.back
            assert {told.values(row) for row in told.rows} == {USUAL}, path.name


def _invisible(read):
    told = read("19-invisible-characters", "in.xlsx")
    assert told.back == {9} and len(told.rows) == 8
    assert {row.cause for row in told.rows.values()} == {"trademark_infringement"}
    for name in ("in2.xlsx", "in3.xlsx"):
        told = read("19-invisible-characters", name)
        assert {told.values(row) for row in told.rows} == {USUAL}
    assert read("19-invisible-characters", "in4.xlsx").asked


def _six_spellings(read):
    for name in ("a", "b_bom", "c_apos", "d_doc", "e_zw", "f_zh"):
        read("20-double-count", f"{name}.xlsx")
    assert Case.objects.count() == 1


def _han_amounts(read):
    told = read("21-han-amounts", "in.xlsx")
    assert told.back == {5}
    assert told.values(2) == (12_000_000_000, 3_200_000)
    assert told.values(3) == (12_000_000_000, 230_000)
    assert told.values(4) == (500_000, 350_000)
    assert told.values(6) == (250_000, 150_000)


def _overflow(read):
    told = read("25-amount-overflow", "in.xlsx")
    assert told.back == {3} and len(told.rows) == 2
    assert read("25-amount-overflow", "in2.xlsx").back == {3}
    assert Case.objects.count() == 3


def _collision(read):
    read("50-collision-update", "first.xlsx")
    told = read("50-collision-update", "second.xlsx")
    assert told.back == {2} and Case.objects.get().party_name == "春风副食店"


def _later_decided(read):
    read("51-two-ledgers-no-docno", "q1.xlsx")
    read("51-two-ledgers-no-docno", "q2.xlsx")
    assert str(Case.objects.get().decided_on) == "2024-05-15"


def _revoked(read):
    read("54-revoked", "a.xlsx")
    assert Decision.objects.in_force().count() == 2
    read("54-revoked", "b.xlsx")
    assert [decision.case.party_name for decision in Decision.objects.in_force()] == ["不罚副食店"]


def _corrections(read):
    read("55-after-publication", "corr.xlsx")
    told = read("55-after-publication", "corr2.xlsx")
    assert (told.result.changed, told.result.imported) == (1, 1)


def _web_pages(read):
    for name in "abcd":
        told = read("56-html-as-xls", f"{name}.xls")
        assert [told.values(row) for row in told.rows] == [USUAL]


def _two_headers(read):
    for name in ("in.xlsx", "in3.xlsx"):
        told = read("59-two-row-header", name)
        assert [told.values(row) for row in told.rows] == [USUAL] and not told.asked


def _units(read):
    for path in sorted((FOLDER / "62-unit-of-money-where").glob("*.xlsx")):
        told = read("62-unit-of-money-where", path.name, dry_run=True)
        if path.name == "n-footer.xlsx":  # no unit is written anywhere in it
            assert told.asked == {"案值", "罚款"} and not told.rows
        else:
            expected = (1_000_000, 300_000) if path.name == "o-yiyuan.xlsx" else USUAL
            assert [told.values(row) for row in told.rows] == [expected], path.name


def _twice(read):
    for name in ("in.xlsx", "nokey.xlsx"):
        first = read("63-double-submit", name).result.imported
        again = read("63-double-submit", name).result
        assert (again.imported, again.unchanged) == (0, first)


def _keywords(read):
    told = read("64-keyword-inside-quoted-name", "in.xlsx")
    assert {row.cause for row in told.rows.values()} == {"trademark_infringement"}
    assert [told.rows[row].status for row in range(2, 7)] == ["closed", "", "investigating", "", "lead"]
    assert not Case.objects.filter(outcome__in=("criminal", "withdrawn")).exists()


def _escapes(read):
    told = read("17-x000d", "in.xlsx")
    assert [told.values(row) for row in told.rows] == [USUAL]


KINDS: dict[str, Callable] = {
    "01-date1904": _dates,
    "03-id18-number": _long_numbers,
    "04 and 05: number formats": _formats,
    "06-hidden-rows": _hidden,
    "08-blank-rows-above": _blank_rows,
    "09-merged-multi-party": _merged,
    "10-multiline": _multiline,
    "11-duplicate-headers": _twins,
    "13-subtotals": _sums,
    "14-dimension-odd": _dimensions,
    "17-x000d": _escapes,
    "18-csv-encodings": _csv,
    "19-invisible-characters": _invisible,
    "20-double-count": _six_spellings,
    "21-han-amounts": _han_amounts,
    "25-amount-overflow": _overflow,
    "50-collision-update": _collision,
    "51-two-ledgers-no-docno": _later_decided,
    "54-revoked": _revoked,
    "55-after-publication": _corrections,
    "56-html-as-xls": _web_pages,
    "59-two-row-header": _two_headers,
    "62-unit-of-money-where": _units,
    "63-double-submit": _twice,
    "64-keyword-inside-quoted-name": _keywords,
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_ledger_that_others_wrote_is_read_right_or_handed_back(read, kind):
    KINDS[kind](read)
