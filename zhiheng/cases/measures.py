"""What the law asks of evidence and of measures of coercion: who was told of which rights, which seizure a test suspends and how long,
what was taken before. One function a guard; see :mod:`zhiheng.cases.guards`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from zhiheng.documents.selectors import evidence_in
from zhiheng.law import Fact, cite, ref_of
from zhiheng.matters import goods
from zhiheng.matters.delivery import announced
from zhiheng.matters.facts import ATTESTED, Situation, of_the_step, or_attested, provides, weighs_tick
from zhiheng.refusal import Reason
from zhiheng.ui.templatetags.zh import yuan

# ---------------------------------------------------------------- evidence


@of_the_step
@or_attested
def rights_told_first(s: Situation) -> bool | Fact:
    """程序规定 21(2): whoever is the first to collect evidence from the party tells it its rights, by whatever step. What others hand over,
    and what is taken in the party's absence, tells it nothing."""
    if s.data.get("serve_later"):
        return True
    if any({"rights_told", "rights_told_first"} & set(e.data.get(ATTESTED, ())) for e in s.standing.events):
        return True
    source = s.data.get("evidence_source")
    if source is None:
        return False
    return not any(word and word in source for word in ("当事人", s.record.party_name))


def evidence_is_on_file(s: Situation) -> Iterator[Reason]:
    """What is cited as evidence was collected and lies in the file (行政处罚法 40, 46; 程序规定 23). A name may be cited shorter than it is
    registered."""
    if s.procedure is None or not s.record.matter_id:
        return
    cited = {
        str(row.get("name") or "").strip(): code
        for code, field in s.procedure.fields.items()
        if field.registered and code in s.step.fields
        for row in s.data.get(code) or ()
        if isinstance(row, Mapping)
    }
    if not cited:
        return
    held = list(evidence_in(s.record.matter.folder, usable_only=True).values_list("name", flat=True))
    strange = [name for name in cited if name and not any(name in one or one in name for one in held)]
    if strange:
        yield Reason(
            f"案卷中没有证据“{'”“'.join(strange)}”",
            "行政处罚法第40条、第46条",
            f"请先“提取证据”登记，或者改选案卷中的证据：{'、'.join(held[:8]) or '无'}",
            field=cited[strange[0]],
        )


# ---------------------------------------------------------------- tests


@of_the_step
def tests_running_seizure(s: Situation) -> bool | Fact:
    """行政强制法 25(3): testing is left out of the time of the seizure of the goods tested, while that still runs."""
    if s.data is None or not s.data.get("tests_seized"):
        return True
    run = s.standing.run
    open_now = [m.ref for m in run.open_measures("seize")]
    if not open_now or (s.ref and s.ref not in open_now):
        return Fact(False, why="没有正在进行的查封、扣押")
    if len(open_now) > 1 and not s.ref:
        named = goods.tested_by_name(s.standing, open_now, s.data)
        if s.data.get(goods.TESTED_OF) or set(named) != set(open_now):
            return Fact(False, why=f"有{len(open_now)}项查封、扣押，没有写明检测的是哪一项的物品")
    about = {s.ref} if s.ref else set(open_now)
    ends = [
        s.procedure.due(c, run).due for c in run.running("seize") if ref_of(c.key, "seize", "seize") in about
    ]
    over = [end for end in ends if end is not None and s.on > end]
    return Fact(False, why=f"查封、扣押期限已于{max(over)}届满") if over and len(over) == len(ends) else True


@of_the_step
def test_period_stated(s: Situation) -> bool | Fact:
    """行政强制法 25(3), 程序规定 38(3): the period of a test of seized goods is definite and told to the party; what was not told does not
    make the seizure longer."""
    if s.data is None or not (s.data.get("tests_seized") or s.step.acts_on):
        return True
    until = s.data.get("test_expected_on")
    if until is None:
        return Fact(False, why="没有写明预计完成日期")
    return True if until >= s.on else Fact(False, why=f"预计完成日期{until}已经过去")


# ---------------------------------------------------------------- goods

_TAKEN = {"seize": "查封、扣押", "preserve": "登记保存"}


@of_the_step
def not_taken_twice(s: Situation) -> bool | Fact:
    """The same goods are not held twice, and their time does not begin anew once it is used up (行政强制法 25, 程序规定 35, 38): only new
    facts are a reason to take them again."""
    if s.data is None or s.standing is None:
        return True
    measure, lines = s.step.opens, goods.ledger_of(s.standing)
    before = [line for line in lines if line.measure.partition("#")[0] == measure]
    for row in s.data.get("items") or ():
        for line in before if isinstance(row, Mapping) else ():
            if not _one_batch(row, line):
                continue
            place = s.standing.events[line.seq - 1].data.get("place")
            if (
                line.state == goods.HELD
                and place == s.data.get("place")
                and _amount(row) in (None, line.amount)
            ):
                return Fact(False, goods=line, why=f"已经{_TAKEN[measure]}，尚未解除")
            fewer = line.amount is None or _amount(row) is None or _amount(row) <= line.amount
            given_back = line.state in (goods.RETURNED, goods.DUE_BACK)
            if given_back and fewer and _used_up(s, line.measure) and not s.data.get("new_facts"):
                return Fact(
                    False, goods=line, why=f"{_TAKEN[measure]}的期限已经用完，不得再次{_TAKEN[measure]}"
                )
    return True


def _one_batch(row: Mapping[str, Any], line: goods.Goods) -> bool:
    """Whether a row means the goods of a line of the ledger: nothing that it says tells them apart."""
    if str(row.get("name") or "").strip() != line.name:
        return False
    return all(
        str(row[code]).strip() == getattr(line, code)
        for code in ("model", "number", "place", "note")
        if row.get(code) not in (None, "")
    )


def _amount(row: Mapping[str, Any]) -> Decimal | None:
    try:
        return Decimal(str(row.get("quantity") or "").strip())
    except InvalidOperation:
        return None


def _used_up(s: Situation, ref: str) -> bool:
    """Whether a measure ended because its time was over, or on its last day or later."""
    run = s.standing.run
    ended = run.measures.get(ref)
    if ended is None or ended.closed_on is None:
        return False
    code = ref.partition("#")[0]
    clock = run.clocks.get(ref)
    due = s.procedure.due(clock, run).due if clock is not None and clock.clock == code else None
    return ended.lapsed or (due is not None and ended.closed_on >= due)


@provides
def early_disposal_agreed(s: Situation) -> bool | Fact:
    """程序规定 41(3): with the consent or at the request of whoever owns the goods, or after an announcement nobody answered."""
    if s.data is None:
        return True
    consent = s.data.get("owner_consent")
    if consent in ("agreed", "applied"):
        return True
    if consent != "announced":
        return Fact(False, why="没有权利人的同意或者申请")
    until = next(iter(s.last_days("early_notice", running=True)), None)
    if until is None and (found := announced(s.standing)) is not None:
        until = found[1]
    if until is None or s.on <= until:
        when = f"，公告至{until}期满" if until else ""
        return Fact(False, why=f"权利人不明确的，公告期满后才能先行处置{when}")
    return True


@provides
def goods_due_back(s: Situation) -> bool:
    return any(g.state == goods.DUE_BACK for g in goods.ledger_of(s.standing))


@provides
def proceeds_held(s: Situation) -> bool:
    return goods.proceeds_of(goods.ledger_of(s.standing)) > 0


def proceeds_paid_back_whole(s: Situation) -> Iterator[Reason]:
    """What the sale of goods before the decision brought in goes back whole (程序规定 42(2))."""
    back = s.data.get(goods.PAID_BACK)
    if back is None or s.standing is None or s.step.goods == "auction":
        return
    held = goods.proceeds_of(goods.ledger_of(s.standing))
    if back != held:
        yield Reason(
            f"退还{yuan(back)}元，先行处置所得款项为{yuan(held)}元",
            cite(s.step.article),
            "请核对金额；应当没收的部分，由处罚决定没收",
            field=goods.PAID_BACK,
        )


@provides
def correction_day_set(s: Situation) -> bool:
    return s.data is None or s.data.get("correction_mode") != "by_date" or bool(s.data.get("correction_by"))


# ---------------------------------------------------------------- evidence from abroad, sampling, seals, losses


def foreign_evidence_is_formal(s: Situation) -> Iterator[Reason]:
    """程序规定 27: what official documents, evidence of personal status and evidence from Hong Kong, Macao and Taiwan need before they count,
    and a translation of what is in another language. Other private evidence from abroad needs no certificate."""
    where, formal = s.data.get("evidence_from"), str(s.data.get("evidence_formalities") or "")
    wanted = {
        "official": "外国的公文书证应当经所在国公证机关证明，或者履行条约规定的证明手续",
        "identity": "涉及身份关系的证据应当经所在国公证机关证明，并经我国使领馆认证，或者履行条约规定的证明手续",
        "hmt": "香港、澳门、台湾形成的证据应当履行相关的证明手续",
    }.get(where, "")
    if wanted and (not formal or (where == "identity" and "认证" not in formal and "条约" not in formal)):
        yield Reason(wanted, "程序规定第27条", "请填写“公证、认证等证明手续”", field="evidence_formalities")
    if s.data.get("evidence_translated") == "none":
        yield Reason(
            "外文证据没有中文译本",
            "程序规定第27条",
            "请附由翻译机构盖章或者翻译人员签名的准确译本",
            field="evidence_translated",
        )


@or_attested
def posting_recorded(s: Situation) -> bool:
    """程序规定 82(5): a notice that was put up on a board is filmed while it is put up; one that was printed or stands on a site is not."""
    return not any(word in s.said("published_at") for word in ("公告栏", "张贴", "住所"))


@or_attested
def cannot_sample(s: Situation) -> bool:
    """专利行政执法办法 40: in cases of counterfeit patents evidence is registered and kept only where it cannot be sampled."""
    return s.record.cause != "patent_counterfeiting"


@or_attested
def seals_attached(s: Situation) -> bool:
    """程序规定 41(2): what is sealed bears the office's seals; what is detained is carried away."""
    return s.data.get("seizure_kind") == "detain"


@provides
def supplement_agreed(s: Situation) -> bool:
    """行政复议法 46(2), 行政诉讼法 36(2): shown by the paper, or in the words that say who agreed."""
    if s.data is None or s.data.get("attachments"):
        return True
    return any(word in s.said("reason") for word in ("同意", "准许"))


@provides
def loss_on_file(s: Situation) -> bool:
    """行政处罚法 80, 程序规定 42(2): what was damaged or lost, or sold before the decision to the party's disadvantage."""
    return any(g.state in (goods.DAMAGED, goods.SOLD) or g.sale for g in goods.ledger_of(s.standing))


@weighs_tick
def refund_told(s: Situation) -> bool | Fact:
    """程序规定 57(1): what will be ordered to be paid back was told with the notice."""
    amount = s.data.get("refund_amount") if s.data is not None else None
    if amount is None:
        return True
    notice = s.last("give_notice")
    told = notice.data.get("refund_amount") if notice else None
    if told is None and s.ticked("refund_told"):
        return True
    if told and amount <= told:
        return True
    why = f"告知的是{yuan(told)}元" if told else "没有在告知书中一并告知"
    return Fact(False, amount=f"{yuan(amount)}元", why=why)


def sale_brings_money(s: Situation) -> Iterator[Reason]:
    """程序规定 41(3): what is sold before the decision brings in money that is kept with the case; what is destroyed brings in none."""
    way, proceeds = s.data.get("early_way"), s.data.get("proceeds")
    if s.step.goods != "sell" or not way:
        return
    if way in ("auction", "sale") and not proceeds:
        yield Reason(
            "拍卖、变卖的没有填写所得款项", "程序规定第41条", "请填写所得款项和票据号", field="proceeds"
        )
    if way in ("destroy", "donate") and proceeds:
        yield Reason("销毁、捐赠的没有所得款项", "程序规定第41条", "请核对处置的方式和款项", field="proceeds")
