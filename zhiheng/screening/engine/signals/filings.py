"""Signals from who filed what, when and from where: bursts, series, inventors, shared identity, capacity, splitting.

One fact is said once: a week of filings that is at once an applicant's, an inventor's and an address's is one signal that
names them all.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from zhiheng import canonical

from ..addresses import address_of
from ..limits import Limits
from ..pairs import Pairs
from ..settings import Settings
from ..similarity import LENGTH_A, LENGTH_B, SAME
from .facts import Facts
from .parties import capital, names
from .signal import Evidence, Signal

_CLASS = re.compile(r"[A-H]\d{2}")


def filing_signals(facts: Facts, pairs: Pairs, settings: Settings, limits: Limits) -> list[Signal]:
    """All signals that come from columns. Columns the list lacks simply give none."""
    return [
        *_bursts(facts, limits),
        *_single_days(facts, limits),
        *_series(facts, pairs, settings, limits),
        *_inventors(facts, limits),
        *_shared(facts, limits),
        *_shared_inventors(facts, limits),
        *_capacity(facts, limits),
        *_off_the_line(facts, limits),
        *_splitting(facts, pairs, limits),
    ]


def _parties(facts: Facts) -> Iterator[tuple[str, str, list[int]]]:
    """(kind, name as shown, filings) of whoever may file in bursts, the most telling kind first."""
    for name, numbers in facts.by_applicant.items():
        yield "申请人", _as_written(facts, "applicant", name, numbers), numbers
    for numbers in facts.by_address.values():
        yield "地址", facts.shown("address", numbers[0]), numbers
    for numbers in facts.by_phone.values():
        yield "电话", facts.shown("phone", numbers[0]), numbers
    for name, numbers in facts.by_agency.items():
        yield "代理机构", _as_written(facts, "agency", name, numbers), numbers
    for (name, _), numbers in facts.by_inventor.items():
        yield "发明人", name, numbers


def _as_written(facts: Facts, kind: str, key: str, numbers: Sequence[int]) -> str:
    for name in names(facts.fields[kind][numbers[0]]):
        if canonical.key(name) == key:
            return name
    return facts.shown(kind, numbers[0])


def _bursts(facts: Facts, limits: Limits) -> Iterator[Signal]:
    """Many filings in a few days by someone who otherwise files few."""
    found: list[tuple[list[int], Signal, list[str]]] = []
    for kind, name, numbers in _parties(facts):
        dated = sorted((facts.days[number], number) for number in numbers if facts.days[number])
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
        if others >= limits.burst_steady:  # a peak of somebody who files all year
            continue
        members = [number for _, number in dated[best_low : best_low + best]]
        if kind == "代理机构" and facts.unrelated(members) >= limits.agency_clients:
            continue  # an agency's week is its clients' affair
        same = next((one for one in found if _overlap(one[0], members) >= limits.burst_same), None)
        if same is not None:
            same[2].append(f"{kind}{name}")
            continue
        history = (
            f"其余{others}件，平均每{limits.burst_days}日{usual:.1f}件"
            if others
            else "名单内没有其他时间的申请可比"
        )
        signal = Signal(
            "burst", f"集中提交（{kind}）", members, (6,),
            [
                Evidence("短期件数", f"{first}至{last}提交{best}件", best, limits.burst_filings, min(40, best)),
                Evidence("与自身以往相比", history, round(usual, 2), limits.burst_ratio, 20 if others else 0),
            ],
            facts.speaking_for(members), subject=name,
        )  # fmt: skip
        found.append((members, signal, []))
    for _, signal, also in found:
        if also:
            signal.evidence.append(Evidence("同一事实", f"这些申请同时也属于：{'、'.join(also[:6])}", len(also), None, min(15, 5 * len(also))))  # fmt: skip
        yield signal


def _overlap(one: Sequence[int], other: Sequence[int]) -> float:
    mine, theirs = set(one), set(other)
    return len(mine & theirs) / len(mine | theirs)


def _single_days(facts: Facts, limits: Limits) -> Iterator[Signal]:
    """Many filings of one applicant on one day, far from their usual day, where no week of theirs is a burst already."""
    for name, numbers in facts.by_applicant.items():
        days = Counter(facts.days[number] for number in numbers if facts.days[number])
        if not days:
            continue
        day, count = min(days.items(), key=lambda item: (-item[1], item[0]))
        week = sum(n for other, n in days.items() if abs((other - day).days) < limits.burst_days)
        if count < limits.day_filings or week >= limits.burst_filings:
            continue
        usual = (sum(days.values()) - count) / max(1, len(days) - 1)
        if count < limits.burst_ratio * usual:
            continue
        members = [number for number in numbers if facts.days[number] == day]
        yield Signal(
            "burst", "单日集中提交（申请人）", members, (6,),
            [
                Evidence("单日件数", f"{day}一日提交{count}件", count, limits.day_filings, min(20, count)),
                Evidence("与自身以往相比", f"其余有申请的日子平均{usual:.1f}件", round(usual, 2), limits.burst_ratio, 10 if usual else 0),
            ],
            facts.speaking_for(members), subject=_as_written(facts, "applicant", name, numbers),
        )  # fmt: skip


def _series(facts: Facts, pairs: Pairs, settings: Settings, limits: Limits) -> Iterator[Signal]:
    """Many filings over months whose texts or frames are largely alike: slow, but a series nonetheless."""
    strong = pairs.where((pairs.similarity >= settings.similar) | pairs.framed_alike(settings))
    own = len(facts)
    kin: dict[int, set[int]] = defaultdict(set)
    for one, other in zip(strong.first.tolist(), strong.second.tolist(), strict=True):
        if one < own and other < own and not facts.explained(one, other):
            kin[one].add(other)
            kin[other].add(one)
    for name, numbers in facts.by_applicant.items():
        dated = sorted((facts.days[number], number) for number in numbers if facts.days[number])
        if len(dated) < limits.series_filings:
            continue
        low = best_low = best = 0
        for high in range(len(dated)):
            while (dated[high][0] - dated[low][0]).days >= limits.series_days:
                low += 1
            if high - low + 1 > best:
                best, best_low = high - low + 1, low
        members = [number for _, number in dated[best_low : best_low + best]]
        within = set(members)
        alike = [number for number in members if kin[number] & within]
        if best < limits.series_filings or len(alike) < limits.series_alike * best:
            continue
        first, last = dated[best_low][0], dated[best_low + best - 1][0]
        if (last - first).days < limits.burst_days:
            continue  # a burst, said there
        yield Signal(
            "series", "持续批量提交", alike, (1, 5),
            [
                Evidence("一段时间内件数", f"{first}至{last}提交{best}件", best, limits.series_filings, min(20, best // 2)),
                Evidence("其中文字或句式相近", f"{len(alike)}件与同批另一件文字或句式骨架相近", round(len(alike) / best, 3), limits.series_alike, 15),
            ],
            facts.speaking_for(members), subject=_as_written(facts, "applicant", name, numbers),
        )  # fmt: skip


def _inventors(facts: Facts, limits: Limits) -> Iterator[Signal]:
    """One inventor of one applicant in several distant classes within days."""
    busy = Counter(applicant for group in facts.applicants for applicant in group)
    for (name, applicant), numbers in facts.by_inventor.items():
        found = sorted(
            (facts.days[number], number, code.group())
            for number in numbers
            if facts.days[number] and (code := _CLASS.search(facts.fields["ipc"][number].upper()))
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
        letters = {code[0] for code in sections}
        if len(letters) < limits.inventor_classes:
            continue
        # With an applicant of many people a name may be two people; then the name must carry most of the filings.
        if busy[applicant] > limits.burst_steady and len(numbers) < limits.inventor_share * busy[applicant]:
            continue
        members = [number for _, number, _ in best]
        yield Signal(
            "inventor", "发明人领域跨度异常", members, (5, 7),
            [
                Evidence("分类相距远", f"{best[0][0]}至{best[-1][0]}涉及{'、'.join(sections)}", len(letters), limits.inventor_classes, 10 * len(letters)),
                Evidence("件数", f"{len(best)}件申请", len(best), None, min(20, len(best))),
            ],
            facts.speaking_for(members), subject=name,
        )  # fmt: skip


def _shared(facts: Facts, limits: Limits) -> Iterator[Signal]:
    """Several unrelated applicants behind one address, phone or mailbox."""
    for kind, title, groups in (
        ("address", "地址", facts.by_address), ("phone", "电话", facts.by_phone), ("email", "邮箱", facts.by_email),
    ):  # fmt: skip
        for numbers in groups.values():
            numbers = [number for number in numbers if facts.applicants[number]]
            count = facts.unrelated(numbers)
            least, speaks = limits.shared_applicants, facts.speaking_for(numbers)
            if kind == "address" and not any(
                address_of(facts.fields["address"][number]).exact for number in numbers
            ):
                least = limits.shared_street_applicants
                speaks.append("地址只到门牌号，可能是写字楼、园区或市场的共用地址")
            if count < least:
                continue
            listed = facts.named_applicants(numbers)
            yield Signal(
                "identity", f"共用{title}", numbers, (6,),
                [
                    Evidence("申请人数", f"{count}个互不共同申请的申请人共用：{'、'.join(listed[:5])}", count, least, min(40, 8 * count)),
                    Evidence("件数", f"共{len(numbers)}件申请", len(numbers), None, min(20, len(numbers))),
                ],
                speaks, subject=facts.shown(kind, numbers[0]),
            )  # fmt: skip


def _shared_inventors(facts: Facts, limits: Limits) -> Iterator[Signal]:
    """One inventor's name with several unrelated applicants who also share a place, a phone or a mailbox: a name alone is
    common, a name and a phone are one person."""
    links: dict[int, set[str]] = defaultdict(set)
    for kind, groups in (("地址", facts.by_address), ("电话", facts.by_phone), ("邮箱", facts.by_email)):
        for key, numbers in groups.items():
            for number in numbers:
                links[number].add(f"{kind}{key}")
    people: dict[tuple[str, str], list[int]] = defaultdict(list)
    for (name, _), numbers in facts.by_inventor.items():
        for number in numbers:
            for link in links[number]:
                people[name, link].append(number)
    found: dict[str, set[int]] = defaultdict(set)
    for (name, _), numbers in people.items():
        if facts.unrelated(numbers) >= limits.shared_applicants:
            found[name] |= set(numbers)
    for name, members in sorted(found.items()):
        numbers = sorted(members)
        count = facts.unrelated(numbers)
        yield Signal(
            "identity", "共用发明人", numbers, (5, 6),
            [
                Evidence("申请人数", f"{count}个互不共同申请的申请人由同一发明人署名，并共用地址、电话或邮箱：{'、'.join(facts.named_applicants(numbers)[:5])}", count, limits.shared_applicants, min(40, 8 * count)),
                Evidence("件数", f"共{len(numbers)}件申请", len(numbers), None, min(20, len(numbers))),
            ],
            facts.speaking_for(numbers), subject=name,
        )  # fmt: skip


def _capacity(facts: Facts, limits: Limits) -> Iterator[Signal]:
    """More filings within a year than the stated staff or capital make plausible."""
    for name, numbers in facts.by_applicant.items():
        dated = sorted(filter(None, (facts.days[number] for number in numbers)))
        filings = low = 0
        for high in range(len(dated)):
            while (dated[high] - dated[low]).days >= 365:
                low += 1
            filings = max(filings, high - low + 1)
        filings = filings or len(numbers)
        if filings < limits.capacity_filings:
            continue
        evidence, speaks = [], []
        staff = facts.staff(numbers)
        if staff is not None and filings > limits.filings_per_head * max(1, staff):
            evidence.append(Evidence("与人数不符", f"一年内{filings}件，登记人数{staff:g}人（填写范围的取上限）", round(filings / max(1, staff), 2), limits.filings_per_head, 25))  # fmt: skip
        elif staff is not None:
            speaks.append(f"登记人数{staff:g}人，与件数相称")
        stated = [found for number in numbers if (found := capital(facts.fields["capital"][number]))]
        if stated:
            money, currency = max(stated)
            turned = f"（按{currency}折算，取高）" if currency else ""
            if filings > limits.filings_per_million_yuan * max(0.01, money / 100):
                evidence.append(Evidence("与资本不符", f"一年内{filings}件，注册资本{money:g}万元{turned}", round(filings / max(0.01, money / 100), 2), limits.filings_per_million_yuan, 15))  # fmt: skip
            else:
                speaks.append(f"注册资本{money:g}万元{turned}，与件数相称")
        if any(one.name == "与人数不符" for one in evidence) or len(evidence) > len(speaks):
            shown = _as_written(facts, "applicant", name, numbers)
            yield Signal("capacity", "申请量与能力不符", numbers, (5,), evidence, [*speaks, *facts.speaking_for(numbers)], subject=shown)  # fmt: skip


# What a line of business files in; sections of the international classification beside single classes.
_LINES = {
    "餐饮|饭店|酒店|食品|酒类": "A21 A22 A23 A47 B65 C12 F24 F25 G06", "服装|服饰|纺织|鞋": "A41 A42 A43 A44 B65 C14 D",
    "建筑|装饰|工程施工|园林": "A01 B28 B66 E C04 F24 G01 G06 H02", "医院|诊所|医药|医疗|药品": "A61 C07 C12 G01 G06 G16",
    "软件|信息技术|网络|计算机": "G H04 H03 H05 A63", "农业|种植|养殖|畜牧|农产品": "A01 A23 C05 C12 A22 G06 G01",
    "化工|涂料|化学": "B01 B05 B09 B29 C D06 G01", "家具|木材": "A47 B27 B32 E04 E05", "印刷|包装": "B31 B41 B42 B65 B32 D21",
    "运输|物流|仓储": "B60 B61 B62 B65 B66 G01 G06 G08", "教育|培训|文化|广告|传媒": "A63 G06 G09 H04 B43",
}  # fmt: skip


def _off_the_line(facts: Facts, limits: Limits) -> Iterator[Signal]:
    """Filings far from what the stated business does. Only a stated business counts; a company's name proves nothing."""
    for name, numbers in facts.by_applicant.items():
        stated = "；".join(sorted({facts.fields["business"][number] for number in numbers} - {""}))
        lines = [classes for words, classes in _LINES.items() if re.search(words, stated)]
        if not lines:
            continue
        known = tuple(" ".join(lines).split())
        coded = [
            (number, code.group())
            for number in numbers
            if (code := _CLASS.search(facts.fields["ipc"][number].upper()))
        ]
        off = [(number, code) for number, code in coded if not code.startswith(known)]
        if len(off) < limits.business_filings or len(off) < limits.business_off * len(coded):
            continue
        classes = "、".join(sorted({code for _, code in off})[:8])
        members = [number for number, _ in off]
        yield Signal(
            "business", "与主营业务不符", members, (5,),
            [Evidence("分类与经营范围不符", f"经营范围为“{stated[:40]}”，{len(off)}件涉及{classes}", round(len(off) / len(coded), 3), limits.business_off, 15)],
            facts.speaking_for(members), subject=_as_written(facts, "applicant", name, numbers),
        )  # fmt: skip


def _splitting(facts: Facts, pairs: Pairs, limits: Limits) -> Iterator[Signal]:
    """One applicant's filings of a few days that share passages word for word without being alike: one solution in slices."""
    neighbours: dict[int, set[int]] = defaultdict(set)
    own, days = len(facts), facts.days
    length = np.maximum(1, pairs.compared[:, LENGTH_A] + pairs.compared[:, LENGTH_B])
    verbatim = pairs.compared[:, SAME] / length >= limits.splitting_same
    shared = pairs.where((pairs.second < own) & (pairs.similarity < limits.splitting_most) & verbatim)
    for first, second in zip(shared.first.tolist(), shared.second.tolist(), strict=True):
        if not facts.applicants[first] & facts.applicants[second] or facts.explained(first, second):
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
                facts.speaking_for(numbers), subject="、".join(names(facts.fields["applicant"][start])),
            )  # fmt: skip
