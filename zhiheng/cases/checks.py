"""What must hold between the answers of a step of an enforcement case: amounts that fit each other and the record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from zhiheng.law import LawError, cite, current_book
from zhiheng.matters.facts import Situation
from zhiheng.refusal import Reason
from zhiheng.ui.templatetags.zh import yuan

from .decisions import latest, meant
from .money import account_of, owed, paid_by, surcharge_due
from .rows import day_of, total

_AMOUNT_OF_KIND = {
    "fine": "fine",
    "confiscate_gains": "confiscated_gains",
    "confiscate_goods": "confiscated_goods",
}


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


def change_names_a_decision(s: Situation) -> Iterator[Reason]:
    """Where several decisions are in force, whatever changes or revokes one says which: each has remedies of its own."""
    if not s.step.undoes or not s.data or not s.data.get(s.step.undoes):
        return
    standing = list(s.record.decisions.in_force().order_by("decided_on", "id"))
    numbers = "、".join(decision.number_printed for decision in standing)
    named = s.data.get("changed_decision")
    if named and meant(s.record, s.data) is None:
        yield Reason(
            f"本案没有文号为“{named}”的有效决定", way_out=f"有效的决定：{numbers}", field="changed_decision"
        )
    elif not named and len(standing) > 1:
        yield Reason(
            f"本案有{len(standing)}个决定有效，没有写明是哪一个",
            way_out=f"请填写其文号：{numbers}",
            field="changed_decision",
        )


def only_a_warning(s: Situation) -> Iterator[Reason]:
    """What is said to be no more than a warning is none: only that keeps a decision from being published (信息公示规定 2)."""
    kinds = s.data.get("penalty_kinds")
    if s.data.get("warning_only") and kinds and set(kinds) != {"warning"}:
        titles = s.procedure.fields["penalty_kinds"].choices
        others = "、".join(titles.get(kind, kind) for kind in kinds if kind != "warning")
        yield Reason(
            f"处罚种类有“{others}”，不是仅给予警告，应当公示",
            "信息公示规定第2条",
            "请不勾选“仅给予警告”；确有不予公示情形的，另行“决定不予公示”",
            field="warning_only",
        )


def still_owed(s: Situation) -> Any:
    return owed(s.record) or None


def forfeit_owed(s: Situation) -> Any:
    """What is demanded of fine and gains: the surcharge is asked beside it, not within it (行政强制法 35)."""
    return max(0, (s.record.forfeit_fen or 0) - (s.record.paid_fen or 0)) or None


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
    """加处罚款 is what late payment comes to and never more (行政处罚法 72, 73); nobody pays more than they owe or gets back more than
    was paid too much."""
    case, data = s.record, s.data
    account = account_of(case, s.standing) if s.standing else None
    surcharge = data.get("surcharge")
    if surcharge and surcharge > (case.fine_fen or 0):
        yield Reason(
            f"加处罚款{yuan(surcharge)}元，超过罚款{yuan(case.fine_fen or 0)}元",
            "行政处罚法第72条",
            "加处罚款的数额不得超出罚款的数额",
            field="surcharge",
        )
    elif (
        surcharge
        and account
        and account.began(s.on)
        and surcharge > (most := max(account.surcharge(s.on), case.surcharge_fen or 0))
    ):
        yield Reason(
            f"加处罚款{yuan(surcharge)}元，按逾期未缴的部分逐日计算至今为{yuan(most)}元",
            "行政处罚法第72条、第73条",
            "请按计算的数额填写；复议、诉讼期间不计，已缴的部分不计",
            field="surcharge",
        )
    paid = data.get("paid")
    if paid == 0:
        yield Reason("缴款金额不能为零", field="paid")
    elif paid is not None and paid > owed(case):
        yield Reason(
            f"缴款{yuan(paid)}元，超过尚欠的{yuan(max(0, owed(case)))}元",
            "行政处罚法第67条",
            "请核对票据；多收的应当退还",
            field="paid",
        )
    if paid is not None and (data.get("paid_gains") or 0) > paid:
        yield Reason("其中没收违法所得多于缴款金额", way_out="请核对", field="paid_gains")
    refunded = data.get("refunded")
    if refunded is not None and refunded > max(0, -owed(case)):
        yield Reason(
            f"退还{yuan(refunded)}元，超过多收的{yuan(max(0, -owed(case)))}元",
            "行政复议法第72条",
            "决定被撤销、变更的，请先登记；只退还多收的部分",
            field="refunded",
        )
    unpaid = data.get("unpaid")
    if unpaid is not None and unpaid > max(0, owed(case)):
        yield Reason(
            f"未缴金额写{yuan(unpaid)}元，尚欠{yuan(max(0, owed(case)))}元",
            "行政强制法第54条",
            "请按尚欠的金额填写",
            field="unpaid",
        )


def instalments_add_up(s: Situation) -> Iterator[Reason]:
    """Instalments come one after the other, end by the day of the deferral, and make up the fine that is not paid (行政处罚法 66(2):
    only fines are deferred)."""
    rows = s.data.get("instalments")
    if not rows or not all(isinstance(row, dict) and row.get("due_on") and row.get("amount") for row in rows):
        return
    days = [day_of(row["due_on"]) for row in rows]
    until = s.data.get("deferred_until")
    if days != sorted(set(days)) or (until and days[-1] > until) or days[0] < s.on:
        yield Reason(
            "分期的期限应当自今日起由前到后，最后一期不晚于延期的期限",
            "程序规定第74条",
            "请核对各期期限",
            field="instalments",
        )
    account = account_of(s.record, s.standing) if s.standing else None
    parts = total(rows, "amount")
    if account and parts != (rest := account.unpaid(s.on)):
        yield Reason(
            f"各期合计{yuan(parts)}元，尚未缴纳的罚款为{yuan(rest)}元",
            "行政处罚法第66条",
            "延期、分期只适用于罚款，请使各期合计等于尚未缴纳的罚款",
            field="instalments",
        )


def acts_add_up(s: Situation) -> Iterator[Reason]:
    """Several acts are fined one by one; together they make the fine (分别裁量、合并执行)."""
    rows = s.data.get("acts")
    if not rows or "penalty_kinds" not in s.step.fields:
        return
    fines, fine = total(rows, "fine"), s.data.get("fine") or 0
    if fines != fine:
        yield Reason(
            f"各项违法行为的罚款合计{yuan(fines)}元，“罚款”写{yuan(fine)}元",
            "行政处罚法第29条",
            "分别裁量、合并执行：请使两者相等",
            field="fine",
        )


def deductions_add_up(s: Situation) -> Iterator[Reason]:
    """Illegal gains are what the act brought in less the outlays that may be deducted, each proved; before the rule that allows it nothing
    is deducted (行政处罚法 28(2): money obtained by the act, unless a ministry's rule computes it otherwise)."""
    rows = s.data.get("deductions")
    if not rows:
        return
    try:
        current_book().limit("gains-deduction", s.on, s.scope)
    except LawError:
        yield Reason(
            "办理之日还没有可以扣除支出的规定",
            "行政处罚法第28条",
            "违法所得是实施违法行为所取得的款项，请按全部款项认定",
            field="deductions",
        )
        return
    gross, gains = s.data.get("gross_gains"), s.data.get("illegal_gains")
    outlays = total(rows, "amount")
    if gross is None or (gains or 0) != max(0, gross - outlays):
        yield Reason(
            f"违法所得写{yuan(gains or 0)}元，取得的款项{yuan(gross)}元减去支出{yuan(outlays)}元不等于它",
            "行政处罚法第28条",
            "请填写取得的款项，并使两者相等",
            field="illegal_gains",
        )


def payer_bears_it(s: Situation) -> Iterator[Reason]:
    """Of several parties each pays no more than its own share of the decision in force."""
    paid, who = s.data.get("paid"), s.data.get("payer") or ""
    decision = latest(s.record) if paid and s.record.pk else None
    shares = {share.party_name: share for share in decision.shares.all()} if decision else {}
    if not shares:
        return
    share = shares.get(who) or next((one for one in shares.values() if one.principal and not who), None)
    if share is None:
        known = "、".join(shares)
        yield Reason(
            f"“{who}”没有被处罚", "行政处罚法第67条", way_out=f"缴款人应当是：{known}", field="payer"
        )
        return
    bears = share.fine_fen + share.confiscated_gains_fen + (surcharge_due(s.record) if share.principal else 0)
    before = paid_by(s.standing, "" if share.principal else share.party_name, s.record.party_name)
    if paid > bears - before:
        yield Reason(
            f"{share.party_name}缴款{yuan(paid)}元，超过其尚欠的{yuan(max(0, bears - before))}元",
            "行政处罚法第67条",
            "请核对票据和缴款人",
            field="paid",
        )
