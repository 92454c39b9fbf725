"""What must hold between the answers of a step of an enforcement case: amounts that fit each other and the record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from zhiheng.law import LawError, cite, current_book
from zhiheng.matters import goods
from zhiheng.matters.facts import Situation
from zhiheng.numbers import read_money
from zhiheng.refusal import Reason
from zhiheng.ui.templatetags.zh import yuan

from .acts import measured
from .decisions import by_line, in_force, meant, new_shares
from .money import Bearer, accounts, bearer, bearers, still_to_pay


def total(rows: Iterable[Any], column: str) -> int:
    """What the amounts of a column come to, in fen; empty cells are nothing, and what is no row is passed over."""
    return sum(int(row.get(column) or 0) for row in rows if isinstance(row, Mapping))


def _rows(s: Situation, field: str) -> list[dict[str, Any]]:
    """The rows of a table among the answers; what is no row is passed over."""
    return [row for row in s.data.get(field) or () if isinstance(row, dict)]


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
    if how == "changed" and not stated and "changed_fine" in s.step.fields:
        yield Reason(
            "没有填写变更后的数额",
            way_out="变更后不再罚没的，请填0；撤销的，情形请选“撤销”",
            field="changed_fine",
        )
    result = data.get("remedy_result")
    if stated and result and result not in ("changed", "settled"):
        titles = s.procedure.fields["remedy_result"].choices
        yield Reason(
            f"结果是“{titles.get(result, result)}”，却填写了“{_title(s, stated[0])}”",
            "行政复议法第63条、行政诉讼法第77条",
            "变更、调解书减少数额的，请改选该结果；否则请清空",
            field=stated[0],
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
    standing = in_force(s.record)
    numbers = "、".join(decision.number_printed for decision in standing)
    named = s.data.get("changed_decision")
    wanted = meant(s.record, s.data, s.standing, s.line)
    if named and wanted is None:
        yield Reason(
            f"本案没有文号为“{named}”的有效决定", way_out=f"有效的决定：{numbers}", field="changed_decision"
        )
    elif wanted is not None and named and (s.step.acts_on or s.step.to) and len(standing) > 1:
        # The step moves clocks or the case itself, of one decision alone.
        mine = by_line(s.record, s.standing).get(s.line)
        if mine != wanted:
            yield Reason(
                f"“{s.step.title}”办理的是{mine.number_printed if mine else '已经失效'}的决定，写的却是“{named}”",
                way_out="主决定和另行作出的决定各用各的步骤登记",
                field="changed_decision",
            )
    elif not named and not s.line and len(standing) > 1:
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
    return still_to_pay(s.record, s.standing, s.line) or None


def forfeit_owed(s: Situation) -> Any:
    """What is demanded of fine and gains, of the principal party what it bears itself: the surcharge is asked beside it, not within it
    (行政强制法 35). What is demanded of a further party waits for its name."""
    if "addressee" in s.step.asks:
        return None
    mine = [one for one in bearers(s.record, s.standing, s.line) if s.line or one.principal]
    return max(0, sum(one.fine + one.gains - one.paid for one in mine)) or None


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
            yield Reason(
                f"处罚种类有“{titles[kind]}”，没有填写“{_title(s, field)}”",
                "行政处罚法第44条、第59条",
                f"请填写；不给予该处罚的，从“{_title(s, 'penalty_kinds')}”中去掉",
                field=field,
            )
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


# Words of a penalty's text that name a kind, from the field's own titles; the text is what the party is told and bound by.
_STATED = {
    "fine": ("罚款", "fine"),
    "confiscated_gains": ("没收违法所得", "gains"),
}
_SUM = r"(?:合计|共计|共)?((?:人民币)?[^，。；、（(\s]{1,30}?[元圆](?:[^，。；、（(\s]{0,8}[角分整])?)"


def _stated(kind: str, text: str) -> list[int]:
    """The amounts of a kind of penalty that its text writes, in digits or in words, in fen."""
    read = map(read_money, re.findall(kind + _SUM, text))
    return [money.fen for money in read if money and money.fen]


def text_says_no_more(s: Situation) -> Iterator[Reason]:
    """The text of the penalty, which the papers print, orders no kind and no fine that the fields do not: those are what the law is held
    against (行政处罚法 59)."""
    lines = s.data.get("proposed_penalty")
    if not lines or "penalty_kinds" not in s.step.fields:
        return
    text = "；".join(line if isinstance(line, str) else str(line) for line in lines)
    titles = s.procedure.fields["penalty_kinds"].choices
    chosen = set(s.data.get("penalty_kinds") or ())
    heavy = {
        code: title for code, title in titles.items() if code not in ("warning", "fine") and title in text
    }
    heavy = {code: t for code, t in heavy.items() if code not in chosen and not code.startswith("confiscate")}
    rows = _rows(s, "sanctions")
    others = {row.get("other") for row in rows}
    if unsaid := [title for code, title in heavy.items() if code not in others]:
        yield Reason(
            f"处罚内容写有“{'、'.join(unsaid)}”，处罚种类没有选择",
            "行政处罚法第59条",
            "请使两者一致",
            field="proposed_penalty",
        )
    for field, (kind, column) in _STATED.items():
        own = s.data.get(field) or 0
        allowed = own + total(rows, column)
        known = {own, allowed, *(row.get(column) or 0 for row in (*rows, *_rows(s, "acts")))}
        if strange := [amount for amount in _stated(kind, text) if amount not in known]:
            yield Reason(
                f"处罚内容写有{kind}{yuan(max(strange))}元，“{_title(s, field)}”填写{yuan(allowed)}元",
                "行政处罚法第59条",
                "请使两者一致；处罚内容不填的，按处罚种类和数额写成",
                field="proposed_penalty",
            )


def lifted_for_a_reason_that_stands(s: Situation) -> Iterator[Reason]:
    """What was held is not given back because there was no breach, while a penalty for it is in force (行政强制法 28)."""
    if s.data.get("lift_ground") == "no_violation" and any(
        decision.forfeit_fen is not None for decision in in_force(s.record)
    ):
        yield Reason(
            f"处罚决定在，不能以“{s.procedure.fields['lift_ground'].choices['no_violation']}”解除",
            "行政强制法第28条",
            "已作出处理决定的选该项；处罚决定错误的，先变更或者撤销",
            field="lift_ground",
        )


def goods_worth_what_the_ledger_says(s: Situation) -> Iterator[Reason]:
    """All goods of the case are not worth less than their ledger says: their value decides who is heard (听证办法 5)."""
    stated = s.data.get("confiscated_goods_value")
    if stated is None or s.data.get("items") or "confiscate_goods" not in (s.data.get("penalty_kinds") or ()):
        return
    known = goods.value_of(goods.concerned(goods.ledger_of(s.standing), "confiscate"))
    if known is not None and stated < known:
        yield Reason(
            f"没收非法财物的价值写{yuan(stated)}元，物品台账合计{yuan(known)}元",
            "听证办法第5条",
            "请核对单价和数量；只没收其中一部分的，在物品清单中列明",
            field="confiscated_goods_value",
        )


def infringing_goods_destroyed(s: Situation) -> Iterator[Reason]:
    """What the rule has destroyed is not sold (行政处罚法 74(1), 行政强制法 27)."""
    way = s.data.get("goods_disposal")
    if way not in ("auction", "donate") or s.standing is None:
        return
    procedure = s.standing.procedure
    decided = next(
        (
            e
            for e in reversed(s.standing.events)
            if getattr(procedure.steps.get(e.step), "decides", "") == "penalty"
        ),
        None,
    )
    if decided is None:
        return
    then = replace(s, step=procedure.steps[decided.step], data=decided.data, on=decided.on)
    for one in measured(then):
        rule = one.outcome.applicable.rule if one.outcome else None
        if rule is not None and rule.destroy:
            yield Reason(
                f"{one.outcome.applicable.article}的侵权商品、工具应当销毁，不能"
                f"{s.procedure.fields['goods_disposal'].choices[way]}",
                "行政处罚法第74条",
                "请选择销毁，或者移交有权处理的机关",
                field="goods_disposal",
            )
            return


def nothing_left_unsaid(s: Situation) -> Iterator[Reason]:
    """Goods of the case that are held are not said to be sold or gone: the rule has them confiscated (商标法 60(2))."""
    ground = s.data.get("nothing_to_confiscate")
    if ground not in ("service", "sold", "gone"):
        return
    held = goods.concerned(goods.ledger_of(s.standing), "confiscate")
    if held:
        titles = s.procedure.fields["nothing_to_confiscate"].choices
        shown = "、".join(map(str, held[:3]))
        yield Reason(
            f"写明“{titles[ground]}”，物品台账中还有在案的“{shown}”",
            "行政处罚法第40条",
            "应当没收的，请选择没收非法财物；与违法行为无关的，先解除登记保存或者查封、扣押",
            field="nothing_to_confiscate",
        )


def _title(s: Situation, field: str) -> str:
    return current_book().fields[field].title


# What came in by a bank is recorded as it came, and paid back (行政处罚法 67; 程序规定 77: no case is closed on it).
_TOO_MUCH = "勾选“确实多缴”登记，再用“退还款项”退还"


def payment_is_owed(s: Situation) -> Iterator[Reason]:
    """加处罚款 is what late payment comes to and never more (行政处罚法 72, 73); nobody pays more than they owe or gets back more than
    was paid too much."""
    case, data = s.record, s.data
    parties = bearers(case, s.standing, s.line)
    owing = still_to_pay(case, s.standing, s.line)
    surcharge = data.get("surcharge")
    if surcharge:
        yield from _surcharge(s, surcharge, parties)
    reduced, stands = data.get("reduced_surcharge"), sum(one.surcharge for one in parties)
    if reduced is not None and reduced >= stands:
        yield Reason(
            f"减免后的加处罚款{yuan(reduced)}元，不少于现有的{yuan(stands)}元",
            "行政强制法第42条",
            "执行协议只能减免加处的罚款，不能增加；没有加处罚款的无须减免",
            field="reduced_surcharge",
        )
    paid = data.get("paid")
    if paid == 0:
        yield Reason("缴款金额不能为零", field="paid")
    elif paid is not None and paid > owing and not data.get("paid_too_much"):
        yield Reason(
            f"缴款{yuan(paid)}元，超过尚欠的{yuan(max(0, owing))}元",
            "行政处罚法第67条",
            f"请核对票据；票据确实多于应缴数额的，{_TOO_MUCH}",
            field="paid",
        )
    if data.get("paid_off") == "all" and (left := owing - (paid or 0)) > 0:
        yield Reason(
            f"写明已全部缴清，登记后尚欠{yuan(left)}元",
            "行政处罚法第67条",
            "请核对；不选的，由系统按尚欠的数额确定",
            field="paid_off",
        )
    if paid is not None and (data.get("paid_gains") or 0) > paid:
        yield Reason("其中没收违法所得多于缴款金额", way_out="请核对", field="paid_gains")
    refunded = data.get("refunded")
    payer = bearer(case, s.standing, data.get("payer") or "", s.line)
    over = max(0, -payer.owed) if payer else 0
    if refunded is not None and refunded > over:
        yield Reason(
            f"退还{yuan(refunded)}元，超过多收的{yuan(over)}元",
            "行政复议法第72条",
            "决定被撤销、变更的，请先登记；只退还多收的部分",
            field="refunded",
        )
    unpaid = data.get("unpaid")
    # On the main line each party is called for what it bears; a further decision is called for as a whole.
    called = None if s.line else bearer(case, s.standing, data.get("addressee") or "", s.line)
    owes = max(0, owing if s.line else called.owed if called else 0)
    if unpaid is not None and unpaid > owes:
        whose = str(called.name if called else data.get("addressee") or "") if len(parties) > 1 else ""
        yield Reason(
            f"未缴金额写{yuan(unpaid)}元，{whose}尚欠{yuan(owes)}元",
            "行政强制法第35条、第54条",
            "请按尚欠的金额填写"
            + (
                "；各当事人各自承担，其他当事人的用“催告其他当事人履行”“申请人民法院强制执行其他当事人”"
                if whose
                else ""
            ),
            field="unpaid",
        )


def _surcharge(s: Situation, surcharge: int, parties: Sequence[Bearer]) -> Iterator[Reason]:
    """Each party's surcharge is what its own late payment comes to, and never more than its own fine."""
    rows = _rows(s, "surcharge_of")
    if len(parties) > 1 and "surcharge_of" in s.step.fields and not rows:
        yield Reason(
            "有几个当事人被罚款，没有写明各人的加处罚款",
            "行政处罚法第72条",
            f"请在“各当事人的加处罚款”逐人填写：{'、'.join(one.name for one in parties)}",
            field="surcharge_of",
        )
        return
    if rows and total(rows, "amount") != surcharge:
        yield Reason(
            f"各当事人的加处罚款合计{yuan(total(rows, 'amount'))}元，“加处罚款”写{yuan(surcharge)}元",
            "行政处罚法第72条",
            "请使两者相等",
            field="surcharge",
        )
        return
    known = accounts(s.record, s.standing, s.line)
    said = [(bearer(s.record, s.standing, row["party"], s.line), row["party"], row["amount"]) for row in rows]
    whole = len(parties) > 1 and not rows  # a paper that states the sum alone
    for one, name, amount in said or [(None if whole else parties[0], parties[0].name, surcharge)]:
        if one is None and not whole:
            yield Reason(f"“{name}”没有被罚款", "行政处罚法第72条", "请核对", field="surcharge_of")
            continue
        mine = parties if one is None else (one,)
        fine = sum(p.fine for p in mine)
        if amount > fine:
            yield Reason(
                f"加处罚款{yuan(amount)}元，超过罚款{yuan(fine)}元",
                "行政处罚法第72条",
                "加处罚款的数额不得超出罚款的数额",
                field="surcharge",
            )
            continue
        begun = [known[p.name] for p in mine if p.name in known and known[p.name].began(s.on)]
        most = max(sum(account.surcharge(s.on) for account in begun), sum(p.surcharge for p in mine))
        if begun and amount > most:
            yield Reason(
                f"加处罚款{yuan(amount)}元，按逾期未缴的部分逐日计算至今为{yuan(most)}元",
                "行政处罚法第72条、第73条",
                "请按计算的数额填写；复议、诉讼期间不计，已缴的部分不计",
                field="surcharge",
            )


def crime_is_no_transfer(s: Situation) -> Iterator[Reason]:
    """What may be a crime goes to the police by its own way: the head decides within three days, and the case stays until the police have
    (移送规定 5, 6; 行政处罚法 27). A letter of transfer to a competent office is none."""
    if "transfer_kind" not in s.step.fields:
        return
    kind, to = s.data.get("transfer_kind"), str(s.data.get("transfer_to") or "")
    police = any(word in to for word in ("公安", "检察", "监察委"))
    if kind == "justice" or (police and kind != "other"):
        yield Reason(
            "涉嫌犯罪的不能用案件移送函移送",
            "移送规定第5条、行政处罚法第27条",
            "请用“报告涉嫌犯罪”；不涉嫌犯罪、属于其职权的其他事项，受移送机关的类别选“其他行政管理部门”",
            field="transfer_kind" if kind == "justice" else "transfer_to",
        )


def party_was_educated(s: Situation) -> Iterator[Reason]:
    """Whoever broke the law and is not punished is educated (行政处罚法 33(3)); where no offence is made out there is nothing to teach."""
    data = s.data
    asked = "education" in s.step.fields and data.get("no_penalty_ground")
    if asked and data["no_penalty_ground"] != "not_established" and not data.get("education"):
        yield Reason(
            "没有填写对当事人的教育情况",
            "行政处罚法第33条",
            f"请填写“{_title(s, 'education')}”",
            field="education",
        )


def instalments_add_up(s: Situation) -> Iterator[Reason]:
    """Instalments come one after the other, end by the day of the deferral, and make up the fine that is not paid (行政处罚法 66(2):
    only fines are deferred)."""
    rows = s.data.get("instalments")
    if not rows or not all(isinstance(row, dict) and row.get("due_on") and row.get("amount") for row in rows):
        return
    whose = [(str(row.get("payer") or ""), row["due_on"]) for row in rows]
    days = [day for _, day in whose]
    each = [[day for payer, day in whose if payer == one] for one in dict(whose)]
    until = s.data.get("deferred_until")
    in_order = all(mine == sorted(set(mine)) for mine in each)
    if not in_order or (until and max(days) > until) or min(days) < s.on:
        yield Reason(
            "分期的期限应当自今日起由前到后，最后一期不晚于延期的期限",
            "程序规定第74条",
            "请核对各期期限",
            field="instalments",
        )
    known = accounts(s.record, s.standing, s.line)
    named = s.data.get("payer") or s.data.get("addressee") or ""
    of: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        of.setdefault(row.get("payer") or named or s.record.party_name, []).append(row)
    for name, mine in of.items():
        account, parts = known.get(name), total(mine, "amount")
        if known and account is None:
            yield Reason(
                f"“{name}”没有被罚款",
                "行政处罚法第66条",
                f"被罚款的：{'、'.join(known)}",
                field="instalments",
            )
        elif account and parts != (rest := account.unpaid(s.on)):
            yield Reason(
                f"各期合计{yuan(parts)}元，{name if len(known) > 1 else ''}尚未缴纳的罚款为{yuan(rest)}元",
                "行政处罚法第66条",
                "延期、分期只适用于罚款，请使各期合计等于尚未缴纳的罚款；有几个当事人的，逐期写明缴款人",
                field="instalments",
            )


def acts_add_up(s: Situation) -> Iterator[Reason]:
    """Several acts are fined one by one; together they make the fine (分别裁量、合并执行)."""
    if "penalty_kinds" not in s.step.fields:
        return
    # What was found of the acts before holds too where the step does not say it again; a further decision has acts of its own.
    said = s.data.get("acts")
    rows = said or (s.value("acts") if not s.step.opens else None) or ()
    fines, fine = total(rows, "fine"), s.data.get("fine") or 0
    if fines != fine if said else 0 < fines < fine:
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
    """Of several parties each pays no more than what it bears of the decisions in force."""
    paid, who = s.data.get("paid"), s.data.get("payer") or ""
    parties = bearers(s.record, s.standing, s.line) if paid and s.record.pk else ()
    if len(parties) < 2:
        return
    one = bearer(s.record, s.standing, who, s.line)
    if one is None:
        known = "、".join(party.name for party in parties)
        yield Reason(f"“{who}”没有被处罚", "行政处罚法第67条", f"缴款人应当是：{known}", field="payer")
    elif paid > one.owed and not s.data.get("paid_too_much"):
        yield Reason(
            f"{one.name}缴款{yuan(paid)}元，超过其尚欠的{yuan(max(0, one.owed))}元",
            "行政处罚法第67条",
            f"请核对票据和缴款人；确实多缴的，{_TOO_MUCH}",
            field="paid",
        )


def changed_shares_add_up(s: Situation) -> Iterator[Reason]:
    """A changed decision on several parties says what each bears now; who is not named bears what it bore. Together they make the
    changed amounts."""
    data = s.data
    if "changed_shares" not in s.step.fields or s.record.pk is None:
        return
    decision = meant(s.record, data, s.standing, s.line)
    rows = _rows(s, "changed_shares")
    shares = list(decision.shares.all()) if decision else []
    if not shares:
        if rows:
            yield Reason("该决定只处罚一个当事人", way_out="请只填变更后的数额", field="changed_shares")
        return
    stated = {name: data.get(f"changed_{name}") for name in ("fine", "confiscated_gains")}
    if all(amount is None for amount in stated.values()):
        return
    names = {share.party_name for share in shares}
    if strange := [row["party"] for row in rows if row.get("party") not in names]:
        yield Reason(
            f"“{'”“'.join(strange)}”不在该决定处罚的当事人之中",
            "行政处罚法第59条",
            f"该决定处罚的：{'、'.join(names)}",
            field="changed_shares",
        )
        return
    if not rows and len(shares) == 1:
        return
    if not rows:
        yield Reason(
            f"该决定处罚{len(shares)}个当事人，没有写明变更后各人的数额",
            "行政处罚法第59条",
            f"请在“变更后各当事人的数额”填写有变更的人；其他人照原数额：{'、'.join(names)}",
            field="changed_shares",
        )
        return
    new = new_shares(shares, rows)
    for name, column in (("fine", "fine_fen"), ("confiscated_gains", "confiscated_gains_fen")):
        whole = sum(getattr(share, column) for share in new)
        if whole != (stated[name] or 0):
            yield Reason(
                f"各当事人合计{yuan(whole)}元，“{_title(s, f'changed_{name}')}”写{yuan(stated[name] or 0)}元",
                "行政处罚法第59条",
                "请使两者相等",
                field=f"changed_{name}",
            )
