"""What looks odd in a draft: sums, parts, units, outliers. Everything is asked, nothing is ever corrected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import yaml

from zhiheng.figures.registry import find, printed
from zhiheng.figures.selectors import Value

from .annual import BOOK, Report
from .readings import reading_of
from .received import told_for


@dataclass(frozen=True)
class Question:
    """`kind`: 分项, 单位, 突变, 文中; `asked` in words, with the arithmetic."""

    kind: str
    asked: str


@cache
def checks() -> dict[str, Any]:
    """checks.yaml; every figure it names exists."""
    told = yaml.safe_load((BOOK / "checks.yaml").read_text(encoding="utf-8"))
    named = {one["whole"] for one in told["sums"]} | {part for one in told["sums"] for part in one["parts"]}
    named |= {one[end] for one in told["averages"] for end in ("amount", "of")}
    if unknown := sorted(name for name in named if find(name) is None):
        raise ValueError(f"checks.yaml 里的 {'、'.join(unknown)} 不是指标；请改成已登记的指标编号")
    return told


def questions(report: Report) -> list[Question]:
    """All that should be looked at before the draft goes up."""
    return [*_sums(report), *_units(report), *_outliers(report), *_in_the_text(report)]


def _said(value: Value) -> str:
    return f"{value.figure.title}{value.grouped}{value.figure.unit}"


def _sums(report: Report) -> Iterator[Question]:
    for one in checks()["sums"]:
        whole = told_for(one["whole"], report.figures)
        parts = [value for name in one["parts"] if (value := told_for(name, report.figures))]
        if whole is None or not parts:
            continue
        added = sum((value.value for value in parts), Decimal(0))
        if added > whole.value:
            shown = printed(added, whole.figure.unit, grouped=True)
            told = "，".join(_said(value) for value in parts)
            total = f"，合计{shown}{whole.figure.unit}" if len(parts) > 1 else ""
            yield Question("分项", f"{one['why']}：{told}{total}；{_said(whole)}")


def _units(report: Report) -> Iterator[Question]:
    times = checks()["outliers"]["average_times"]
    for one in checks()["averages"]:
        now, then = (_average(one, values) for values in (report.figures, report.before))
        if now and then and (now >= then * times or then >= now * times):
            amount, of = find(one["amount"]), find(one["of"])
            each = [f"{printed(value, amount.unit, grouped=True)}{amount.unit}" for value in (now, then)]
            yield Question(
                "单位",
                f"{amount.title}平均每{of.unit}{each[0]}，上年同期{each[1]}，相差{times}倍以上，请核对金额单位是元还是万元",
            )


def _average(one: dict[str, str], values: dict[str, Value]) -> Decimal | None:
    amount, of = values.get(one["amount"]), values.get(one["of"])
    return amount.value / of.value if amount and of and of.value and amount.value else None


def _outliers(report: Report) -> Iterator[Question]:
    """Figures of the text that are many times, or a fraction of, what they were the year before, counted the same way."""
    limits = checks()["outliers"]
    told = {
        piece.value.figure.id: piece.value
        for _, pieces in report.pieces()
        for piece in pieces
        if piece.value is not None
    }
    for key, now in told.items():
        then = report.before.get(key)
        if then is None or not then.rows or not then.value:
            continue
        high, low = max(now.value, then.value), min(now.value, then.value)
        if high >= limits["least"] and high >= low * limits["times"]:
            yield Question("突变", f"{_said(now)}，上年同期{then.grouped}{then.figure.unit}，请核实")


def _in_the_text(report: Report) -> Iterator[Question]:
    """What the reader of claims finds odd in the words: parts that do not add up, a rate that does not follow, a unit left out."""
    reading = reading_of(report.text, report.period.year)
    for claim in reading.claims:
        for flag in claim.flags:
            yield Question("文中", f"“{claim.said}”：{flag['words']}")
    for one in reading.vague:
        yield Question("文中", f"“{one.text.strip()}”没有写明数目")
