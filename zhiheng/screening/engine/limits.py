"""The thresholds that make a signal. Light to load: forms are built from them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields


def _limit(value: float, title: str, most: float | None = None):
    """A limit with what an officer calls it; `most`: the largest value that says anything (1 for shares)."""
    return field(default=value, metadata={"title": title, "most": most})


@dataclass(frozen=True)
class Limits:
    """From which figure on something is worth a signal. Each can be set (on the page, or `--limit name=value`) and is recorded with
    every result."""

    burst_days: int = _limit(7, "集中提交：几日之内")
    burst_filings: int = _limit(10, "集中提交：几件起")
    burst_ratio: float = _limit(5.0, "集中提交：为自身平时的几倍起")
    burst_steady: int = _limit(60, "集中提交：其余时间达到几件的，视为常年申请，不列")
    burst_same: float = _limit(0.8, "集中提交：两处重合多少即为同一事实", 1)
    day_filings: int = _limit(8, "单日集中提交：几件起")
    series_days: int = _limit(180, "持续批量提交：几日之内")
    series_filings: int = _limit(30, "持续批量提交：几件起")
    series_alike: float = _limit(0.30, "持续批量提交：其中文字或句式相近的份额", 1)
    inventor_days: int = _limit(14, "发明人领域跨度：几日之内")
    inventor_classes: int = _limit(3, "发明人领域跨度：跨几个部起", 8)
    inventor_share: float = _limit(0.20, "发明人领域跨度：常年申请人的，署名至少占其多少", 1)
    shared_applicants: int = _limit(3, "共用地址、电话、邮箱、发明人：几个申请人起")
    shared_street_applicants: int = _limit(8, "共用地址只到门牌号的：几个申请人起")
    agency_clients: int = _limit(10, "代理机构自己的电话、邮箱：客户几个起")
    agency_share: float = _limit(0.60, "代理机构自己的电话、邮箱：占其申请的份额", 1)
    agency_tie: float = _limit(0.80, "同一代理机构：占一组申请的份额", 1)
    agency_tie_filings: int = _limit(5, "同一代理机构：一组几件起")
    filings_per_head: float = _limit(2.0, "申请量与能力：一年内每名人员几件")
    filings_per_million_yuan: float = _limit(10.0, "申请量与能力：一年内每百万元注册资本几件")
    capacity_filings: int = _limit(10, "申请量与能力：一年内几件起")
    large_staff: int = _limit(300, "有利情况：登记人数几人起为规模较大")
    business_filings: int = _limit(5, "与主营业务不符：几件起")
    business_off: float = _limit(0.80, "与主营业务不符：占其申请的份额", 1)
    splitting_days: int = _limit(30, "疑似拆分：几日之内")
    splitting_filings: int = _limit(3, "疑似拆分：几件起")
    splitting_same: float = _limit(0.20, "疑似拆分：逐句相同的份额", 1)
    splitting_most: float = _limit(0.61, "疑似拆分：重合度在此以下", 1)
    combined_share: float = _limit(0.55, "简单组合：两件合起来盖住的份额", 1)
    combined_each: float = _limit(0.20, "简单组合：每件各占的份额", 1)
    combined_most: float = _limit(0.85, "简单组合：单独一件至多占的份额", 1)
    together_days: int = _limit(30, "内容明显相同：几日之内为申请日集中")
    contained: float = _limit(0.90, "内容明显相同：一件写在另一件里的份额，为整体包含", 1)
    repeated_clauses: int = _limit(6, "语句堆砌：同一分句几次起")
    drawing_bits: int = _limit(31, "附图相近：指纹（256位）至多差几位", 96)

    def to_dict(self) -> dict:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, float]) -> Limits:
        """Limits with these changed. Raises ValueError, in words that name the limit, for a name or a value that is none."""
        known = {one.name: one for one in fields(cls)}
        changed = {}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"没有叫 {name} 的门槛")
            one = known[name]
            whole = type(one.default) is int
            try:
                changed[name] = int(value) if whole else float(value)
                fits = math.isfinite(changed[name]) and changed[name] == float(value)
            except (TypeError, ValueError, OverflowError):
                fits = False
            if not fits:
                raise ValueError(
                    f"门槛 {name} 应写成{'整数' if whole else '数'}，如 {name}={one.default}，不能是“{value}”"
                )
            if changed[name] < int(whole):  # nothing is counted from no filing on, within no day
                raise ValueError(f"门槛 {name} 不能是 {value}，至少为 {int(whole)}")
            most = one.metadata["most"]
            if most is not None and changed[name] > most:
                raise ValueError(f"门槛 {name} 不能是 {value}，至多为 {most}")
        return cls(**changed)
