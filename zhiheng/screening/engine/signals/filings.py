"""Signals from who filed what, when and from where: bursts, inventors, shared identity, capacity, splitting."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import numpy as np

from ..pairs import Pairs
from ..similarity import LENGTH_A, LENGTH_B, SAME
from .dates import day_of
from .signal import Evidence, Limits, Signal

_PARTIES = {
    "applicant": "申请人",
    "inventor": "发明人",
    "agency": "代理机构",
    "address": "地址",
    "phone": "电话",
}
_BETWEEN = re.compile(r"[;；、,，|\n]+")
_CLASS = re.compile(r"[A-H]\d{2}")
_NUMERALS = str.maketrans("〇零一二三四五六七八九", "00123456789")

Fields = Mapping[str, Sequence[str]]


def filing_signals(fields: Fields, pairs: Pairs, limits: Limits) -> list[Signal]:
    """All signals that need no text. Columns the list lacks simply give none."""
    days = [day_of(cell) for cell in fields["filed_on"]]
    return [
        *_bursts(fields, days, limits),
        *_inventors(fields, days, limits),
        *_shared(fields, limits),
        *_capacity(fields, days, limits),
        *_splitting(fields, days, pairs, limits),
    ]


def people(cell: str) -> list[str]:
    """Names in a cell, each once."""
    return list(
        dict.fromkeys(
            filter(None, (unicodedata.normalize("NFKC", name).strip() for name in _BETWEEN.split(cell)))
        )
    )


def same_address(cell: str) -> str:
    """An address without what is written in many ways: width, spaces, punctuation, postcode, numerals, 号/室 and the like."""
    text = unicodedata.normalize("NFKC", cell).translate(_NUMERALS)
    text = re.sub(r"\W|(?<!\d)\d{6}(?!\d)", "", text)
    return re.sub(r"(中国|省|市|特别行政区|自治区|号|室|房|幢|栋|座|层|楼|单元)", "", text).casefold()


def same_phone(cell: str) -> str:
    """Digits without country code and trunk zeros; masked or short numbers are no identity."""
    if "*" in cell:
        return ""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", cell))
    digits = re.sub(r"^(0086|86)(?=1\d{10}$|0?\d{9,11}$)", "", digits)
    return digits.lstrip("0") if len(digits) >= 7 else ""


def _grouped(fields: Fields, kind: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    fold = {"address": lambda cell: [same_address(cell)], "phone": lambda cell: [same_phone(cell)]}.get(
        kind, people
    )
    for number, cell in enumerate(fields[kind]):
        if cell:
            for name in fold(cell):
                if name:
                    found[name].append(number)
    return found


def _bursts(fields: Fields, days: list[date | None], limits: Limits) -> Iterator[Signal]:
    """Many filings in a few days by someone who otherwise files few."""
    for kind, title in _PARTIES.items():
        for name, numbers in sorted(_grouped(fields, kind).items()):
            dated = sorted((days[number], number) for number in numbers if days[number])
            if len(dated) < limits.burst_filings:
                continue
            low = best_low = best = 0
            for high in range(len(dated)):
                while (dated[high][0] - dated[low][0]).days >= limits.burst_days:
                    low += 1
                if high - low + 1 > best:
                    best, best_low = high - low + 1, low
            first, last = dated[best_low][0], dated[best_low + best - 1][0]
            span = (dated[-1][0] - dated[0][0]).days + 1
            others = len(dated) - best
            usual = others * limits.burst_days / max(1, span - limits.burst_days)
            if best < limits.burst_filings or (others and best < limits.burst_ratio * usual):
                continue
            history = (
                f"其余{others}件，平均每{limits.burst_days}日{usual:.1f}件"
                if others
                else "名单内没有其他时间的申请可比"
            )
            shown = fields[kind][dated[0][1]] if kind in ("address", "phone") else name
            yield Signal(
                "burst", f"集中提交（{title}）", [number for _, number in dated[best_low : best_low + best]], (6,),
                [
                    Evidence("短期件数", f"{first}至{last}提交{best}件", best, limits.burst_filings, min(40, best)),
                    Evidence("与自身以往相比", history, round(usual, 2), limits.burst_ratio, 20 if others else 0),
                ],
                subject=shown,
            )  # fmt: skip


def _inventors(fields: Fields, days: list[date | None], limits: Limits) -> Iterator[Signal]:
    """One inventor in several distant classes within days."""
    for name, numbers in sorted(_grouped(fields, "inventor").items()):
        found = sorted(
            (days[number], number, code.group())
            for number in numbers
            if days[number] and (code := _CLASS.search(fields["ipc"][number].upper()))
        )
        best: list[tuple[date, int, str]] = []
        low = 0
        for high in range(len(found)):
            while (found[high][0] - found[low][0]).days >= limits.inventor_days:
                low += 1
            window = found[low : high + 1]
            if len({code[0] for _, _, code in window}) > len({code[0] for _, _, code in best}):
                best = window
        sections = sorted({code for _, _, code in best})
        if len({code[0] for code in sections}) >= limits.inventor_classes:
            yield Signal(
                "inventor", "发明人领域跨度异常", [number for _, number, _ in best], (5, 7),
                [
                    Evidence("分类相距远", f"{best[0][0]}至{best[-1][0]}涉及{'、'.join(sections)}", len({c[0] for c in sections}), limits.inventor_classes, 10 * len({c[0] for c in sections})),
                    Evidence("件数", f"{len(best)}件申请", len(best), None, min(20, len(best))),
                ],
                subject=name,
            )  # fmt: skip


def _shared(fields: Fields, limits: Limits) -> Iterator[Signal]:
    """Several applicants behind one address, phone or mailbox."""
    for kind, title in (("address", "地址"), ("phone", "电话"), ("email", "邮箱")):
        found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        fold = {"address": same_address, "phone": same_phone}.get(kind, lambda cell: cell.strip().casefold())
        for number, (cell, applicant) in enumerate(zip(fields[kind], fields["applicant"], strict=True)):
            if cell and applicant and (key := fold(cell)):
                found[key][people(applicant)[0] if people(applicant) else applicant].append(number)
        for _, applicants in sorted(found.items()):
            if len(applicants) < limits.shared_applicants:
                continue
            numbers = sorted(number for group in applicants.values() for number in group)
            yield Signal(
                "identity", f"共用{title}", numbers, (6,),
                [
                    Evidence("申请人数", f"{len(applicants)}个申请人共用：{'、'.join(list(applicants)[:5])}", len(applicants), limits.shared_applicants, min(40, 8 * len(applicants))),
                    Evidence("件数", f"共{len(numbers)}件申请", len(numbers), None, min(20, len(numbers))),
                ],
                subject=fields[kind][numbers[0]],
            )  # fmt: skip


def _capacity(fields: Fields, days: list[date | None], limits: Limits) -> Iterator[Signal]:
    """More filings within a year than the stated staff or capital make plausible."""
    for name, numbers in sorted(_grouped(fields, "applicant").items()):
        dated = sorted(filter(None, (days[number] for number in numbers)))
        filings = (
            max((sum(0 <= (day - start).days < 365 for day in dated) for start in dated), default=0)
            if len(dated) < 3000
            else len(dated)
        )
        filings = filings or len(numbers)
        if filings < limits.capacity_filings:
            continue
        evidence = []
        staff = _amount(fields["staff"], numbers)
        if staff is not None and filings > limits.filings_per_head * max(1, staff):
            evidence.append(
                Evidence(
                    "与人数不符",
                    f"一年内{filings}件，登记人数{staff:g}人",
                    round(filings / max(1, staff), 2),
                    limits.filings_per_head,
                    25,
                )
            )
        capital = _amount(fields["capital"], numbers)
        if capital is not None and filings > limits.filings_per_million_yuan * max(0.01, capital / 100):
            evidence.append(
                Evidence(
                    "与资本不符",
                    f"一年内{filings}件，注册资本{capital:g}万元",
                    round(filings / max(0.01, capital / 100), 2),
                    limits.filings_per_million_yuan,
                    15,
                )
            )
        if evidence:
            yield Signal("capacity", "申请量与能力不符", numbers, (5,), evidence, subject=name)


def _amount(cells: Sequence[str], numbers: list[int]) -> float | None:
    """The largest figure stated for these documents; 亿 is read, 元 without 万 is turned into 万元."""
    found = []
    for number in numbers:
        cell = unicodedata.normalize("NFKC", cells[number]).replace(",", "")
        if match := re.search(r"\d+(?:\.\d+)?", cell):
            value = float(match.group())
            if "亿" in cell:
                value *= 10_000
            elif "元" in cell and "万" not in cell:
                value /= 10_000
            found.append(value)
    return max(found, default=None)


def _splitting(fields: Fields, days: list[date | None], pairs: Pairs, limits: Limits) -> Iterator[Signal]:
    """One applicant's filings of a few days that share passages word for word without being alike: one solution in slices."""
    neighbours: dict[int, set[int]] = defaultdict(set)
    cells = fields["applicant"]
    own = len(cells)
    length = np.maximum(1, pairs.compared[:, LENGTH_A] + pairs.compared[:, LENGTH_B])
    verbatim = pairs.compared[:, SAME] / length >= limits.splitting_same
    shared = pairs.where((pairs.second < own) & (pairs.similarity < limits.splitting_most) & verbatim)
    for first, second in zip(shared.first.tolist(), shared.second.tolist(), strict=True):
        if not {*people(cells[first])} & {*people(cells[second])}:
            continue
        if days[first] and days[second] and abs((days[first] - days[second]).days) <= limits.splitting_days:
            neighbours[first].add(second)
            neighbours[second].add(first)
    seen: set[int] = set()
    for start in sorted(neighbours):
        if start in seen:
            continue
        group, open_ = {start}, [start]
        while open_:
            for other in neighbours[open_.pop()] - group:
                group.add(other)
                open_.append(other)
        seen |= group
        if len(group) >= limits.splitting_filings:
            numbers = sorted(group)
            yield Signal(
                "splitting", "疑似拆分申请", numbers, (6,),
                [
                    Evidence("部分相同", f"{len(numbers)}件彼此相连，相连的两件有{limits.splitting_same:.0%}以上的文字逐句相同，其余不同", len(numbers), limits.splitting_filings, min(30, 6 * len(numbers))),
                    Evidence("同一申请人短期提交", f"相隔不超过{limits.splitting_days}日", limits.splitting_days, limits.splitting_days, 10),
                ],
                subject="、".join(people(cells[start])),
            )  # fmt: skip
