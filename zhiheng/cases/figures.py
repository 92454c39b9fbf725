"""The year's figures over decisions.

All of them count a decision by its own day, which stands on a paper and never moves, and only while it is in force: a
revoked fine is not counted from the day of its revocation on. The covering index `decision_figures` answers them in one
query. An amount a decision does not state is left out, not taken for zero.
"""

from __future__ import annotations

from django.urls import reverse

from zhiheng.figures.measures import Money
from zhiheng.figures.registry import Figure, Records, register

from .models import Cause, Decision


def _columns():
    from .lists import COUNTED

    return COUNTED


DECISIONS = Records(
    name="案件",
    noun="件",
    rows=Decision.objects.all,
    day="decided_on",
    since="since",
    void="ended_on",
    columns=_columns,
    find=("case__title", "case__party_name", "number"),
    related=("unit", "case"),
    link=lambda decision: reverse("case", args=[decision.case_id]),
    because=lambda decision: decision.fate,
)

_PENALTY_DAY = "一份决定计一件，按作出处罚或不予处罚决定之日计入，已被撤销的不计"
_VALUE = "案值之和，未登记案值的案件不计金额"
_FORFEIT = "决定的罚款与没收违法所得之和，不含未作价的罚没物品"


def _of(*causes: Cause) -> dict:
    return {"of": DECISIONS, "where": {"cause": tuple(cause.value for cause in causes)}}


_TRADEMARK = _of(Cause.TRADEMARK_INFRINGEMENT)
_COUNTERFEIT = _of(Cause.PATENT_COUNTERFEITING)
# Disputes are settled between two parties, and what is only "other" is not known to be about intellectual property.
_ALL = _of(*(cause for cause in Cause if cause not in {Cause.PATENT_DISPUTE, Cause.OTHER}))

register(
    Figure(
        id="enf.tm.n",
        title="商标侵权案件查办数",
        unit="件",
        counts=f"案由为商标侵权的案件；{_PENALTY_DAY}",
        **_TRADEMARK,
    ),
    Figure(
        id="enf.tm.val",
        title="商标侵权案件案值",
        unit="万元",
        counts=f"案由为商标侵权的案件，{_VALUE}；{_PENALTY_DAY}",
        measure=Money("case_value_fen"),
        **_TRADEMARK,
    ),
    Figure(
        id="enf.tm.fine",
        title="商标侵权案件罚没金额",
        unit="万元",
        counts=f"案由为商标侵权的案件，{_FORFEIT}；{_PENALTY_DAY}",
        measure=Money("forfeit_fen"),
        **_TRADEMARK,
    ),
    Figure(
        id="enf.fp.n",
        title="假冒专利查处数",
        unit="件",
        counts=f"案由为假冒专利的案件；{_PENALTY_DAY}",
        **_COUNTERFEIT,
    ),
    Figure(
        id="enf.fp.val",
        title="假冒专利案值",
        unit="万元",
        counts=f"案由为假冒专利的案件，{_VALUE}；{_PENALTY_DAY}",
        measure=Money("case_value_fen"),
        **_COUNTERFEIT,
    ),
    Figure(
        id="enf.fp.fine",
        title="假冒专利罚没金额",
        unit="万元",
        counts=f"案由为假冒专利的案件，{_FORFEIT}；{_PENALTY_DAY}",
        measure=Money("forfeit_fen"),
        **_COUNTERFEIT,
    ),
    Figure(
        id="enf.gi.n",
        title="地理标志案件数",
        unit="件",
        counts=f"案由为地理标志的案件，按商标侵权登记的地理标志案件不重复计入；{_PENALTY_DAY}",
        **_of(Cause.GI),
    ),
    Figure(
        id="enf.special.n",
        title="特殊标志案件数",
        unit="件",
        counts=f"案由为特殊标志（含官方标志、奥林匹克标志）的案件，不并入商标侵权；{_PENALTY_DAY}",
        **_of(Cause.SPECIAL_SIGN),
    ),
    Figure(
        id="enf.ip.total",
        title="知识产权行政处罚案件合计",
        unit="件",
        counts=f"商标侵权、假冒专利、地理标志、特殊标志、其他商标违法和专利、商标代理案件；{_PENALTY_DAY}",
        **_ALL,
    ),
    Figure(
        id="enf.ip.val",
        title="知识产权案件案值合计",
        unit="万元",
        counts=f"合计各类知识产权行政处罚案件，{_VALUE}；{_PENALTY_DAY}",
        measure=Money("case_value_fen"),
        **_ALL,
    ),
    Figure(
        id="enf.ip.fine",
        title="知识产权案件罚没合计",
        unit="万元",
        counts=f"合计各类知识产权行政处罚案件，{_FORFEIT}；{_PENALTY_DAY}",
        measure=Money("forfeit_fen"),
        **_ALL,
    ),
    Figure(
        id="adj.handled",
        title="专利侵权纠纷案件办理数",
        unit="件",
        counts="专利侵权纠纷案件；按作出裁决、调解协议生效或撤案之日计入，已受理未办结的不计",
        **_of(Cause.PATENT_DISPUTE),
    ),
)
