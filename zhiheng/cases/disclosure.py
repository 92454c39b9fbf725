"""Whether a penalty decision is published, for how long, and what becomes of that when it falls (信息公示规定, 行政处罚法 48)."""

from __future__ import annotations

from datetime import timedelta

from zhiheng.law import Event, Fact
from zhiheng.matters.facts import Situation, of_the_step, provides
from zhiheng.ui.templatetags.zh import yuan

from .money import still_to_pay
from .powers import is_market_regulator


@provides
def publication_over(s: Situation) -> bool | Fact:
    """公示规定 13: what is published stays its time, unless credit was repaired."""
    if s.data is None or s.data.get("publication_end_ground") != "expired":
        return True
    ends = s.last_days("retention", "retention_short", running=True)
    day = s.data.get("ended_on") or s.on
    late = [end for end in ends if day <= end - timedelta(1)]
    return Fact(False, until=max(late)) if late else True


_NEVER_EARLY = {"stop_business", "restrict", "bar", "downgrade", "revoke_licence"}


@provides
def repair_allowed(s: Situation) -> bool | Fact:
    """公示规定 14: shown no longer before its time only of who performed, and never of the heavier penalties."""
    if s.data is None or s.data.get("publication_end_ground") != "repaired":
        return True
    made = _decided_by(s)
    titles = s.procedure.fields["penalty_kinds"].choices
    heavy = [titles[k] for k in (made.data.get("penalty_kinds") or () if made else ()) if k in _NEVER_EARLY]
    if heavy:
        return Fact(False, why=f"受到{'、'.join(heavy)}的，不得提前停止公示")
    owed = still_to_pay(s.record, s.standing, s.line)
    return Fact(False, why=f"罚没款尚欠{yuan(owed)}元，没有履行决定") if owed else True


def _decided_by(s: Situation) -> Event | None:
    """The step that made the penalty decision of the line that the situation is about."""
    for seq in range(len(s.standing.events), 0, -1):
        if s.standing.step_at(seq).decides == "penalty" and s.standing.line_of(seq) == s.line:
            return s.standing.events[seq - 1]
    return None


_RETENTION = ("retention_further", "retention_short_further")


def _shown_still(s: Situation) -> bool:
    """Whether the decision of the step's line is published and was not taken back."""
    ordinal = s.line[len("further") :] if s.line else ""
    kept = [s.standing.run.clocks.get(code + ordinal) for code in _RETENTION]
    return any(one is not None and one.running for one in kept)


@of_the_step
def decision_published(s: Situation) -> bool:
    return _shown_still(s)


@of_the_step
def further_withdrawn(s: Situation) -> bool | Fact:
    """行政处罚法 48(2): what was published and did not stand is withdrawn, before the file of it is shut."""
    if not _shown_still(s):
        return True
    told = [
        event.data.get("remedy_result")
        for seq, event in enumerate(s.standing.events, start=1)
        if s.standing.line_of(seq) == s.line
    ]
    how = next((one for one in reversed(told) if one in _FALLEN), "")
    return Fact(False, how=s.procedure.fields["remedy_result"].choices[how]) if how else True


_FALLEN = ("changed", "revoked", "unlawful", "invalid")


@of_the_step
def nondisclosure_true(s: Situation) -> bool | Fact:
    """公示规定 2: only a decision of nothing but a warning is not published for that; one that was served was not 'never served'. The rule
    binds market regulators; others publish what has some effect on society (行政处罚法 48)."""
    if s.data is None:
        return True
    ground = s.data.get("nondisclosure_ground")
    made = _decided_by(s)
    kinds = set(made.data.get("penalty_kinds") or ()) if made else set()
    if ground == "warning" and kinds and kinds != {"warning"}:
        titles = s.procedure.fields["penalty_kinds"].choices
        others = "、".join(titles[kind] for kind in titles if kind in kinds - {"warning"})
        return Fact(False, why=f"处罚种类有“{others}”，不是仅受到警告")
    if ground == "not_bound" and is_market_regulator(s):
        return Fact(False, why=f"{s.record.unit.name}是市场监督管理部门，适用信息公示规定")
    served = s.standing.value("served_on", "serve_further", line=s.line) if s.line else s.record.served_on
    if ground == "never_served" and served and s.record.outcome != "withdrawn":
        return Fact(False, why=f"决定已于{served}送达")
    return True


@of_the_step
def short_retention_true(s: Situation) -> bool | Fact:
    """公示规定 13: three months only for 通报批评 and lesser fines; any other kind stays three years."""
    made = _decided_by(s)
    if s.data is None or not s.data.get("short_retention") or made is None:
        return True
    titles = s.procedure.fields["penalty_kinds"].choices
    lesser = ("warning", "criticism", "fine")
    others = [titles[kind] for kind in made.data.get("penalty_kinds") or () if kind not in lesser]
    return Fact(False, others="、".join(others)) if others else True
