"""Writes ledgers of demonstration cases as districts really keep them: every layout different, with the usual dirt."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

from .year import YEAR, DemoCase, DemoYear, shape, units

_KINDS = {"individual_business": "个体工商户", "organisation": "企业", "person": "自然人"}
_FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


@dataclass(frozen=True, slots=True)
class Dirt:
    """One fault put into a ledger on purpose. `fatal`: the row cannot be read truly and must come back."""

    row: int  # spreadsheet row, from 1
    sheet: str
    kind: str
    fatal: bool


@dataclass(frozen=True, slots=True)
class SampleLedger:
    """A ledger file, the unit that keeps it, the cases it states in order, and the faults in it."""

    path: Path
    unit: str
    cases: tuple[DemoCase, ...]
    dirt: tuple[Dirt, ...]


def write_sample_ledgers(folder: Path, year: DemoYear, *, seed: int = YEAR) -> list[SampleLedger]:
    """Write one ledger per layout into `folder` (which must exist). Equal years and seeds give equal bytes."""
    return [
        layout(
            folder, code, tuple(case for case in year.closed if case.unit == code), Random(f"{seed}/{code}")
        )
        for code, layout in _LAYOUTS.items()
    ]


# ---- dirt


class _Soiler:
    """Makes cells dirty, at the rates at which it happens, and remembers where."""

    def __init__(self, rng: Random):
        self.rng = rng
        self.dirt: list[Dirt] = []
        self.place = ("", 0)

    def at(self, sheet: str, row: int) -> None:
        self.place = (sheet, row)

    def happens(self, rate: float, kind: str, *, fatal: bool = False) -> bool:
        if self.rng.random() >= rate:
            return False
        self.dirt.append(Dirt(self.place[1], self.place[0], kind, fatal))
        return True

    def number(self, text: str) -> str:
        if not text or not self.happens(0.08, "brackets"):
            return text
        body, rest = text.split("〔")
        year, serial = rest.removesuffix("号").split("〕")
        return self.rng.choice(
            (
                f"{body}[{year}]{serial}号",
                f"{body}【{year}】{serial}号",
                f"{body}（{year}）第{serial}号",
                f"{body}〔 {year} 〕{serial} 号",
                f"{body}〔{year}〕{int(serial):04d}号",
                f"{body}〔{year}{serial.rjust(4)}号",
            )
        )

    def date(self, day: dt.date | None, usual: Callable[[dt.date], Any], *, may_break: bool = False) -> Any:
        if day is None:
            return self.rng.choice(("", "", "/", "无"))
        if may_break and self.happens(0.01, "impossible date", fatal=True):
            return f"{day.year}年{day.month}月32日"
        if may_break and self.happens(0.01, "lost separators", fatal=True):
            return (
                f"{day.year}{day.month}{day.day:02d}日"
                if day.month < 10
                else f"{day.year}{day.month}{day.day}.日"
            )
        if self.happens(0.03, "date form"):
            return self.rng.choice(
                (
                    f"{day.year}.{day.month}.{day.day}",
                    f"{day.year} 年 {day.month} 月 {day.day} 日",
                    f"{day.year}/{day.month}/{day.day}",
                    f"{day:%Y%m%d}",
                    f"{day.year}.{day.month}.{day.day}".translate(_FULL_WIDTH),
                )
            )
        return usual(day)

    def party(self, case: DemoCase) -> str:
        if case.party_operator and self.happens(0.05, "party variant"):
            return f"{case.party_name}（{case.party_operator}）"
        return case.party_name

    def amount(self, fen: int | None, unit: int) -> Any:
        if fen is None:
            return "无法计算"
        if fen and self.happens(0.02, "unit slip"):
            return _plain(fen, 1_000_000 if unit == 100 else 100)
        if self.happens(0.03, "unit in the cell"):
            return (
                f"{fen / 100:,.2f}元"
                if self.rng.random() < 0.5
                else f"{fen // 1_000_000}.{fen % 1_000_000:06d}万元"
            )
        return _plain(fen, unit)


def _plain(fen: int, unit: int) -> float | int:
    value = fen / unit
    return int(value) if value == int(value) else value


def _iso(day: dt.date) -> str:
    return day.isoformat()


def _dotted(day: dt.date) -> str:
    return f"{day.year}.{day.month}.{day.day}"


def _chinese(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _serial(day: dt.date) -> int:
    return (day - dt.date(1899, 12, 30)).days


# ---- layouts


def _cause(case: DemoCase, rng: Random) -> str:
    return rng.choice(shape()["causes"][case.cause]["wordings"])


def _short(code: str) -> str:
    return next(unit["short_name"] for unit in units() if unit["code"] == code).removesuffix("局")


def _book(path: Path) -> xlsxwriter.Workbook:
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_numbers": False})
    book.set_properties({"created": dt.datetime(YEAR + 1, 1, 6)})
    return book


def _put(sheet, row: int, values: Sequence[Any]) -> None:
    for column, value in enumerate(values):
        if isinstance(value, str):
            if value:
                sheet.write_string(row, column, value)
        elif value is not None:
            sheet.write_number(row, column, value)


def _title_and_groups(folder: Path, code: str, cases: tuple[DemoCase, ...], rng: Random) -> SampleLedger:
    """A merged title, 万元, a header in two rows, a total, a footer."""
    path, soil, name = folder / f"{_short(code)}2024年知识产权案件台账.xlsx", _Soiler(rng), "台账"
    book = _book(path)
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "align": "center"})
    sheet.merge_range(0, 0, 0, 13, f"{_short(code)}{YEAR}年知识产权行政执法案件台账", bold)
    sheet.write_string(1, 0, f"填报单位：{_short(code)}市场监管局")
    sheet.write_string(1, 12, "金额单位：万元")
    top = [
        "序号",
        "当事人",
        "",
        "案由",
        "案件来源",
        "立案",
        "",
        "处罚决定",
        "",
        "案值",
        "处罚情况",
        "",
        "结案日期",
        "备注",
    ]
    sub = ["", "名称", "类型", "", "", "文号", "日期", "文号", "日期", "", "罚款", "没收违法所得", "", ""]
    for column, text in enumerate(top):
        if sub[column] == "" and text:
            sheet.merge_range(2, column, 3, column, text, bold)
        else:
            sheet.write_string(3, column, sub[column], bold)
            if text:
                sheet.merge_range(2, column, 2, column + 1, text, bold)
    row = 4
    for number, case in enumerate(cases, start=1):
        soil.at(name, row + 1)
        _put(
            sheet,
            row,
            [
                number,
                soil.party(case),
                _KINDS[case.party_type],
                _cause(case, rng),
                case.source_text,
                case.case_no,
                soil.date(case.filed_on, _dotted, may_break=True),
                soil.number(case.doc_no),
                soil.date(case.decided_on, _dotted),
                soil.amount(case.case_value_fen, 1_000_000) if case.orders_money else "",
                "" if case.fine_fen is None else soil.amount(case.fine_fen, 1_000_000),
                "" if not case.confiscated_gains_fen else _plain(case.confiscated_gains_fen, 1_000_000),
                soil.date(case.closed_on, _dotted),
                case.note,
            ],
        )
        row += 1
    fines, values = sum(case.fine_fen or 0 for case in cases), sum(case.case_value_fen or 0 for case in cases)
    _put(sheet, row, ["合 计", f"{len(cases)}件", "", "", "", "", "", "", "", values / 1e6, fines / 1e6])
    _put(sheet, row + 1, ["注：案值无法计算的，填“无法计算”。"])
    _put(sheet, row + 2, ["填报人：冉某禾", "", "", "审核人：向某舟", "", "", "填报日期：2025年1月6日"])
    book.close()
    return SampleLedger(path, code, cases, tuple(soil.dirt))


def _quarters(folder: Path, code: str, cases: tuple[DemoCase, ...], rng: Random) -> SampleLedger:
    """One sheet per quarter, subtotals by month, Excel serial dates, a page of instructions, some rows twice."""
    path, soil = folder / f"{_short(code)}台账（分季度）.xlsx", _Soiler(rng)
    book = _book(path)
    dates = book.add_format({"num_format": "yyyy/m/d"})
    header = ["办案单位", "决定书文号", "被处罚人", "统一社会信用代码", "违法行为", "线索来源", "立案时间", "处罚日期", "公示日期",
              "货值金额（元）", "罚款金额（元）", "罚没款（元）", "涉案商品", "承办人", "红盾系统编号"]  # fmt: skip
    for quarter, name in enumerate(("一季度", "二季度", "三季度", "四季度")):
        sheet = book.add_worksheet(name)
        sheet.set_column(6, 8, 11, dates)
        _put(sheet, 0, [f"{_short(code)}{YEAR}年{name}查处案件情况"])
        _put(sheet, 2, header)
        row, fines = 3, 0
        for case in (item for item in cases if (item.decided_on.month - 1) // 3 == quarter):
            soil.at(name, row + 1)
            cells = [
                f"{_short(code)}局", soil.number(case.doc_no), soil.party(case), case.party_id, _cause(case, rng),
                case.source_text, soil.date(case.filed_on, _serial, may_break=True), soil.date(case.decided_on, _serial),
                soil.date(case.published_on, _serial), soil.amount(case.case_value_fen, 100) if case.orders_money else "",
                "" if case.fine_fen is None else _plain(case.fine_fen, 100),
                "" if case.forfeit_fen is None else _plain(case.forfeit_fen, 100), case.goods, "冉某禾、向某舟", f"HD{rng.randrange(10**6):06d}",
            ]  # fmt: skip
            _put(sheet, row, cells)
            row += 1
            fines += case.fine_fen or 0
            if soil.happens(0.02, "row twice"):
                _put(sheet, row, cells)
                row += 1
        _put(sheet, row, ["小计", "", "", "", "", "", "", "", "", "", fines / 100])
        row += 3
        _put(sheet, row, ["审核人：", "", "", "填表人："])
    _put(book.add_worksheet("填表说明"), 0, ["一、本表按季度填写。"])
    book.close()
    return SampleLedger(path, code, cases, tuple(soil.dirt))


def _comma_file(encoding: str, delimiter: str, form: Callable[[dt.date], Any]):
    """An export in csv: no title, the bureau's old code page, empty cells as / and 无."""

    def write(folder: Path, code: str, cases: tuple[DemoCase, ...], rng: Random) -> SampleLedger:
        path, soil = folder / f"{_short(code)}_case_export.csv", _Soiler(rng)
        buffer = io.StringIO(newline="")
        out = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
        out.writerow(["序号", "处罚机关", "行政处罚决定书文号", "行政相对人名称", "主体类型", "案件名称", "案由", "立案日期",
                      "作出行政处罚决定日期", "送达日期", "案值(元)", "违法所得(元)", "罚没款金额(万元)", "处罚内容", "状态", "备注"])  # fmt: skip
        for number, case in enumerate(cases, start=1):
            soil.at(path.stem, number + 1)
            out.writerow([
                number, f"{_short(code)}市场监督管理局", soil.number(case.doc_no), soil.party(case), _KINDS[case.party_type], case.title,
                _cause(case, rng), soil.date(case.filed_on, form, may_break=True), soil.date(case.decided_on, form),
                soil.date(case.served_on, form), soil.amount(case.case_value_fen, 100) if case.orders_money else "/",
                "无" if case.gains_fen is None else _plain(case.gains_fen, 100),
                "/" if case.forfeit_fen is None else _plain(case.forfeit_fen, 1_000_000), case.penalty_text,
                "已结案" if case.closed_on else "已处罚", case.note or "\\",
            ])  # fmt: skip
        path.write_bytes(buffer.getvalue().encode(encoding))
        return SampleLedger(path, code, cases, tuple(soil.dirt))

    return write


_LAYOUTS: dict[str, Callable[[Path, str, tuple[DemoCase, ...], Random], SampleLedger]] = {
    "500103": _title_and_groups,
    "500101": _quarters,
    "500105": _comma_file("gb18030", ",", _iso),
    "500233": _comma_file("utf-8-sig", "\t", _chinese),
}
