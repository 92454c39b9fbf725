"""What must hold between the answers of a step of an enforcement case: amounts that fit each other and the record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from zhiheng.law import cite, current_book
from zhiheng.matters.facts import Situation
from zhiheng.refusal import Reason
from zhiheng.ui.templatetags.zh import yuan

from .models import Case

_AMOUNT_OF_KIND = {
    "fine": "fine",
    "confiscate_gains": "confiscated_gains",
    "confiscate_goods": "confiscated_goods",
}


def owed(case: Case) -> int:
    """What the party still has to pay, in fen: fines and confiscated gains, the surcharge imposed last, less what came in."""
    return (case.forfeit_fen or 0) + (case.surcharge_fen or 0) - (case.paid_fen or 0)


def change_adds_up(s: Situation) -> Iterator[Reason]:
    """A changed decision orders other amounts; one that is revoked orders none."""
    data = s.data
    stated = [f for f in ("changed_fine", "changed_confiscated_gains") if data.get(f) not in (None, "")]
    how = data.get("change_kind")
    if how == "changed" and not stated:
        yield Reason(
            "没有填写变更后的数额",
            way_out="变更后不再罚没的，请填0；撤销的，情形请选“撤销”",
            field="changed_fine",
        )
    if how and how != "changed":
        for field in stated:
            yield Reason(
                f"情形不是变更，却填写了“{_title(s, field)}”", way_out="请清空，或改选“变更”", field=field
            )


def still_owed(s: Situation) -> Any:
    return owed(s.record) or None


def penalty_adds_up(s: Situation) -> Iterator[Reason]:
    """Each kind of penalty with an amount has one, and no amount stands without its kind (行政处罚法 9)."""
    step, data = s.step, s.data
    if "penalty_kinds" not in step.asks:
        return
    titles = s.procedure.fields["penalty_kinds"].choices
    kinds = data.get("penalty_kinds") or ()
    asked = {*step.asks, *step.may_ask}
    for kind, field in _AMOUNT_OF_KIND.items():
        if kind in kinds and field in asked and not data.get(field):
            yield Reason(f"处罚种类有“{titles[kind]}”，没有填写“{_title(s, field)}”", field=field)
        elif kind in kinds and field not in asked:
            yield Reason(
                f"“{step.title}”不能{titles[kind]}", cite(step.article), "请转普通程序", field="penalty_kinds"
            )
        elif data.get(field) and kind not in kinds:
            yield Reason(
                f"填写了“{_title(s, field)}”，处罚种类没有选“{titles[kind]}”",
                way_out="请核对",
                field="penalty_kinds",
            )


def _title(s: Situation, field: str) -> str:
    return current_book().fields[field].title


def payment_is_owed(s: Situation) -> Iterator[Reason]:
    """加处罚款 never exceeds the fine (行政处罚法 72), and nobody pays more than they owe."""
    case, data = s.record, s.data
    surcharge = data.get("surcharge")
    if surcharge and surcharge > (case.fine_fen or 0):
        yield Reason(
            f"加处罚款{yuan(surcharge)}元，超过罚款{yuan(case.fine_fen or 0)}元",
            "行政处罚法第72条",
            "加处罚款的数额不得超出罚款的数额",
            field="surcharge",
        )
    paid = data.get("paid")
    if paid is None:
        return
    if paid == 0:
        yield Reason("缴款金额不能为零", field="paid")
    elif paid > owed(case):
        yield Reason(
            f"缴款{yuan(paid)}元，超过尚欠的{yuan(owed(case))}元",
            way_out="请核对票据；多收的应当退还",
            field="paid",
        )
