"""What a signal is."""

from __future__ import annotations

from dataclasses import dataclass, field

# 规范申请专利行为的规定（局令77）art. 3, in short words: item → what it is about.
GROUNDS = {
    1: "多件申请内容明显相同，或由不同特征简单组合而成",
    2: "抄袭、简单替换、拼凑现有技术或设计，或编造、变造内容",
    3: "主要由计算机随机生成",
    4: "明显违背技术常识，故意变劣、堆砌、不必要地限缩",
    5: "无实际研发活动而提交多件且不能合理解释",
    6: "恶意分散、先后或异地提交实质关联的申请",
    7: "不正当转让申请权或虚假变更发明人",
    8: "其他违反诚实信用的行为",
}


def ground(item: int) -> dict:
    """One item of art. 3 as an officer cites it."""
    return {
        "item": item, "article": f"局令第77号第三条第（{'一二三四五六七八'[item - 1]}）项", "about": GROUNDS[item]
    }  # fmt: skip


@dataclass(frozen=True)
class Evidence:
    """One named observation: what was seen, the figure, the threshold it passed (None: none), its points."""

    name: str
    words: str
    value: float | int | str
    threshold: float | int | None
    points: int


@dataclass
class Signal:
    """`documents`: numbers of the list's documents it is about, most telling first; `speaks_for`: facts of the list that speak for
    the applicant, shown beside the suspicion; `cluster`: number of the cluster; `figures`: drawings to be looked at, as (document, name
    of the file)."""

    kind: str
    title: str
    documents: list[int]
    grounds: tuple[int, ...]
    evidence: list[Evidence] = field(default_factory=list)
    speaks_for: list[str] = field(default_factory=list)
    cluster: int | None = None
    subject: str = ""
    figures: list[tuple[int, str]] = field(default_factory=list)

    @property
    def score(self) -> int:
        return sum(one.points for one in self.evidence)

    def waterfall(self) -> list[dict]:
        """The evidence one after the other, each with the sum before and after it."""
        steps, total = [], 0
        for one in self.evidence:
            steps.append({**vars(one), "from": total, "to": total + one.points})
            total += one.points
        return steps
