"""How an item of the review is answered from the file: a function a check, which yields what is wrong in words.

A `Doubt` among them is no fault: the records point to something that a person has to look at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from zhiheng import canonical
from zhiheng.accounts.selectors import scope_codes
from zhiheng.matters import goods, powers
from zhiheng.matters.delivery import ON_THE_SPOT, Service
from zhiheng.matters.facts import ATTESTED, PROVIDERS

from .opened import OpenedFile

_OBLIGES = ("warn", "block", "lift")  # clocks whose end binds the office
_HOLDER = ("营业执照", "身份证", "主体资格", "登记信息", "信用代码", "登记证", "身份证明")


@dataclass(frozen=True)
class Doubt:
    words: str


Check = Callable[[OpenedFile, Any], Iterator["str | Doubt"]]
CHECKS: dict[str, Check] = {}


def check(function: Check) -> Check:
    CHECKS[function.__name__] = function
    return function


# ---------------------------------------------------------------- any step


@check
def guards(file: OpenedFile, asks: Mapping[str, list[str]]) -> Iterator[str | Doubt]:
    """The conditions of the law, asked again of the step as it was taken, with what the file holds now."""
    for code, names in asks.items():
        for seq in file.taken(code)[-1:]:
            asked = file.at(seq)
            for name in names:
                if name not in asked.step.needs or name not in PROVIDERS:
                    continue
                answer = PROVIDERS[name](asked)
                if not answer and name not in asked.data.get(ATTESTED, ()):
                    yield asked.procedure.refusal_of(name, {name: answer}).reason


@check
def said(file: OpenedFile, asks: Mapping[str, list[str]]) -> Iterator[str]:
    """What a paper must contain was said by the step that makes it. Each thing left out is one fault."""
    for code, fields in asks.items():
        for seq in file.taken(code):
            step, data = file.step(seq), file.events[seq - 1].data
            for field in fields:
                if field in step.fields and data.get(field) in (None, "", []):
                    yield f"{file.events[seq - 1].on}“{step.title}”没有填写“{_titled(file, field)}”"
        if not file.taken(code) and file.closed:
            yield (
                f"没有“{file.standing.procedure.steps[code].title}”"
                if code in file.standing.procedure.steps
                else "没有这一步骤"
            )


def _titled(file: OpenedFile, field: str) -> str:
    known = file.standing.procedure.fields.get(field)
    return known.title if known else field


@check
def blanks(file: OpenedFile, asks) -> Iterator[str]:
    """What a step must be told was told."""
    for seq, event in enumerate(file.events, start=1):
        step = file.step(seq)
        for field in step.asks:
            if event.data.get(field) in (None, "", []):
                yield f"{event.on}“{step.title}”没有填写“{_titled(file, field)}”"


@check
def order(file: OpenedFile, asks: list[list[str]]) -> Iterator[str]:
    """The stages follow each other, by their days and in the run; so do the days that the record keeps of them."""
    kept = [(name, day) for name in _DAYS if (day := getattr(file.case, name)) is not None]
    for (earlier, first), (later, then) in pairwise(kept):
        if then < first:
            yield f"{_column(file, later)}（{then}）早于{_column(file, earlier)}（{first}）"
    before: tuple[date, str] | None = None
    for group in asks:
        here = file.taken(*group)
        if not here:
            continue
        event, title = file.events[here[0] - 1], file.step(here[0]).title
        if before and event.on < before[0]:
            yield f"“{title}”（{event.on}）早于“{before[1]}”（{before[0]}）"
        before = (event.on, title)
    if file.closed and file.case.decided_on:
        for group in asks[1:5]:
            if not file.taken(*group) and (steps := file.standing.procedure.steps) and group[0] in steps:
                yield f"没有“{steps[group[0]].title}”就作出了决定"


# Days of a case in their order (practice of the reviews: filing, decision, service, closing, archive).
_DAYS = ("lead_on", "filed_on", "decided_on", "served_on", "closed_on", "archived_on")


def _column(file: OpenedFile, name: str) -> str:
    return str(file.case._meta.get_field(name).verbose_name)


@check
def certified(file: OpenedFile, asks) -> Iterator[str]:
    """Two who work the case, each with a certificate on the day of every step that officers take."""
    if not file.kind.certified:
        return
    told: set[tuple] = set()
    for seq, event in enumerate(file.events, start=1):
        step = file.step(seq)
        if step.begins or "handler" not in step.by:
            continue
        here = [
            one.person
            for one in file.officers
            if one.since <= event.on and (one.until is None or one.until >= event.on)
        ]
        without = [person.name for person in here if not _holds(file, person.pk, event.on)]
        words = []
        if len(here) < 2:
            words.append(f"承办人只有{len(here)}人")
        if without:
            words.append(f"{'、'.join(without)}没有有效的执法证")
        if words and (key := (event.on, tuple(words))) not in told:
            told.add(key)
            yield f"{event.on}“{step.title}”时" + "，".join(words)


def _holds(file: OpenedFile, person: int, on: date) -> bool:
    return any(
        one.person_id == person
        and one.valid_from <= on <= one.valid_to
        and not (one.revoked_on and one.revoked_on <= on)
        for one in file.certificates
    )


@check
def approved(file: OpenedFile, asks) -> Iterator[str]:
    """A step that the heads approve was agreed to each time it was taken."""
    left = Counter(file.agreed)
    for seq, event in enumerate(file.events, start=1):
        step = file.step(seq)
        if not step.approve:
            continue
        left[event.step] -= 1
        if left[event.step] < 0:
            yield f"{event.on}“{step.title}”没有审批记录"


# ---------------------------------------------------------------- papers


@check
def papers_of_steps(file: OpenedFile, asks) -> Iterator[str]:
    """A step that makes papers made each of them; one that is made only where goods move, only then."""
    for seq, event in enumerate(file.events, start=1):
        step = file.step(seq)
        held = {paper.form for paper in file.made.get(seq, ())}
        if step.issues and not held:
            yield f"{event.on}“{step.title}”没有文书"


@check
def papers_of(file: OpenedFile, asks: Mapping[str, list[str]]) -> Iterator[str]:
    for code, forms in asks.items():
        for seq in file.taken(code):
            held = {paper.form for paper in file.made.get(seq, ())}
            for form in forms:
                if form in file.step(seq).issues and form not in held:
                    yield f"{file.events[seq - 1].on}“{file.step(seq).title}”没有《{_form(file, form)}》"


def _form(file: OpenedFile, code: str) -> str:
    return file.standing.procedure.form(code, file.on, scope_codes(file.case.unit)).title


@check
def complete(file: OpenedFile, asks) -> Iterator[str]:
    """What a full file of this procedure and outcome holds (程序规定 78), once the case is closed."""
    if not file.closed:
        return
    held = {paper.form for paper in file.papers}
    for form in file.kind.complete(file.standing.procedure.code, file.case.outcome):
        if form not in held:
            yield f"缺少《{_form(file, form)}》"


@check
def signed_scans(file: OpenedFile, asks) -> Iterator[str | Doubt]:
    """Whether a paper that went out bears the seal is seen on its signed scan."""
    out = {d.paper.pk: d.paper for d in file.deliveries}
    without = [str(paper) for paper in file.papers if paper.pk in out and not paper.scans.all()]
    if without:
        yield Doubt(f"没有签章扫描件，看不到印章：{'、'.join(dict.fromkeys(without))}")


@check
def served(file: OpenedFile, asks: list[str]) -> Iterator[str | Doubt]:
    """Every paper for a party reached it, with proof where the way of service is one of those that need it."""
    for one in file.deliveries:
        name = f"{one.paper}（{one.addressee}）"
        if one.due:
            yield f"{name}没有送达记录" if file.closed else Doubt(f"{name}尚未送达")
        elif one.service and one.service.method in asks and not _proved(file, one.service):
            yield f"{name}以{_way(file, one.service.method)}方式送达，没有凭证"


def _proved(file: OpenedFile, service: Service) -> bool:
    """By what was handed in with the step, or by the witness, the recording or the number of the post that it names."""
    data = file.events[service.step - 1].data
    return bool(service.proof or any(data.get(field) for field in ("witness", "recording_note", "post_no")))


def _way(file: OpenedFile, method: str) -> str:
    field = file.standing.procedure.fields.get("service_method")
    return field.choices.get(method, method) if field else method


@check
def receipts(file: OpenedFile, asks: str) -> Iterator[str]:
    """程序规定 82: the receipt is signed by who received, or a witness or a recording stands for that; but where it was announced."""
    for one in file.deliveries:
        service = one.service
        if service is None or service.method in (ON_THE_SPOT, asks) or service.receiver:
            continue
        if not _proved(file, service):
            yield f"{one.paper}（{one.addressee}）的送达没有收件人，也没有见证人、录音录像或者邮件号码"


@check
def receipt_names(file: OpenedFile, asks) -> Iterator[str]:
    """A receipt is on file for each service, made by the step that served."""
    receipt = file.kind.filing.receipt if file.kind.filing else ""
    for one in file.deliveries:
        seq = one.service.step if one.service else 0
        if (
            seq
            and receipt in file.step(seq).issues
            and receipt not in {p.form for p in file.made.get(seq, ())}
        ):
            yield f"{one.paper}没有送达回证"


@check
def filed(file: OpenedFile, asks) -> Iterator[str | Doubt]:
    if file.case.archived_on and not file.bound:
        yield "已经归档，没有装订的案卷（封面、目录、页号）"
    elif not file.case.archived_on:
        yield Doubt("已经结案，尚未归档")


# ---------------------------------------------------------------- time


@check
def late(file: OpenedFile, asks: list[str]) -> Iterator[str]:
    yield from _late(file, lambda code: code in asks)


@check
def late_any(file: OpenedFile, asks) -> Iterator[str]:
    """Every time limit of the office that ran out; those that bind the party alone are no fault of the file."""
    yield from _late(file, lambda code: file.standing.procedure.clocks[code].late in _OBLIGES[:2])


def _late(file: OpenedFile, wanted: Callable[[str], bool]) -> Iterator[str]:
    run, procedure = file.standing.run, file.standing.procedure
    for clock in run.clocks.values():
        if clock.clock not in procedure.clocks or not wanted(clock.clock):
            continue
        until = procedure.due(clock, run).due
        if until is None:
            continue
        ended = clock.stopped_on
        if (ended or file.on) > until and not clock.lapsed:
            title = procedure.clocks[clock.clock].title
            yield f"“{title}”至{until}届满，" + (f"{ended}才完成" if ended else "仍未完成")


# ---------------------------------------------------------------- the party


@check
def party(file: OpenedFile, asks) -> Iterator[str | Doubt]:
    case = file.case
    number = canonical.code(case.party_id or "")
    if not case.party_name:
        yield "没有当事人名称"
    elif (
        case.party_type == "individual_business"
        and number
        and canonical.is_credit_code(number)
        and not number.startswith("92")
    ):
        yield f"登记为个体工商户，统一社会信用代码{number}不是个体工商户的（92开头）"
    elif case.party_type == "organisation" and number.startswith("92"):
        yield f"登记为法人或者其他组织，统一社会信用代码{number}是个体工商户的"
    elif case.party_type == "individual_business" and not case.legal_rep:
        yield "个体工商户没有写明经营者"
    elif not number:
        yield Doubt("没有登记统一社会信用代码或者证件号码，不能核对名称")


@check
def identity(file: OpenedFile, asks) -> Iterator[Doubt]:
    """Whether a document is one that proves who the party is, its name on the list of evidence says."""
    names = [one.name for one in file.evidence]
    if not any(word in name for name in names for word in _HOLDER):
        yield Doubt("证据目录中没有名称为营业执照、身份证或者主体资格证明的材料")


@check
def party_complete(file: OpenedFile, asks) -> Iterator[str]:
    case = file.case
    wanted = {"住所（住址）": case.party_address, "证件号码": case.party_id}
    if case.party_type != "person":
        wanted["法定代表人、负责人或者经营者"] = case.legal_rep
    yield from (f"没有登记当事人的{title}" for title, value in wanted.items() if not value)


@check
def address_whole(file: OpenedFile, asks) -> Iterator[Doubt]:
    if file.case.party_address and not re.search(r"\d|号", file.case.party_address):
        yield Doubt(f"当事人地址“{file.case.party_address}”没有门牌号")


@check
def one_name(file: OpenedFile, asks) -> Iterator[str]:
    """The party is called by one name in all papers, but for a succession that is on file."""
    if any(
        file.step(seq).joins or event.step.startswith("succeed")
        for seq, event in enumerate(file.events, start=1)
    ):
        return
    own = canonical.key(file.case.party_name)
    for seq, event in enumerate(file.events, start=1):
        name = str(event.data.get("party_name") or "")
        if name and own and canonical.key(name) != own:
            yield f"{event.on}“{file.step(seq).title}”写作“{name}”，案卷为“{file.case.party_name}”"


# ---------------------------------------------------------------- the decision


@check
def power(file: OpenedFile, asks) -> Iterator[str]:
    day = file.case.decided_on or file.case.filed_on or file.on
    found = powers.power_over(file.case.unit, file.case.cause, day)
    if not found.held:
        yield found.why


@check
def amounts(file: OpenedFile, asks) -> Iterator[str]:
    """Where the rule works on turnover or gains, one of them is determined, or it is said why it cannot be."""
    case = file.case
    if case.turnover_fen is None and case.gains_fen is None and case.case_value_fen is None:
        yield "违法经营额、违法所得、案值都没有登记，也没有写明无法计算的原因"
    elif not case.value_method:
        yield "没有写明案值的计算方法"


@check
def evidence(file: OpenedFile, asks) -> Iterator[str]:
    if not file.evidence:
        yield "案卷没有证据"


@check
def evidence_described(file: OpenedFile, asks) -> Iterator[str]:
    for one in file.evidence:
        lacks = [title for title, value in (("来源", one.source), ("证明内容", one.proves)) if not value]
        if lacks:
            yield f"证据“{one.name}”没有写明{'、'.join(lacks)}"


@check
def right_holder_said(file: OpenedFile, asks: str) -> Iterator[str | Doubt]:
    for seq in file.taken(*_ending(file, asks)):
        if not file.events[seq - 1].data.get("attachments"):
            yield f"{file.events[seq - 1].on}收到的辨认、鉴别意见没有附授权和注册证明"
    yield Doubt("是否告知当事人并给予提出异议的时间")


def _ending(file: OpenedFile, measure: str) -> list[str]:
    """The steps that close a measure."""
    return [code for code, step in file.standing.procedure.steps.items() if step.closes == measure]


@check
def not_a_penalty(file: OpenedFile, asks) -> Iterator[Doubt]:
    for seq in _decisions(file):
        for line in file.events[seq - 1].data.get("proposed_penalty") or ():
            if str(line).startswith("责令"):
                yield Doubt(f"处罚内容中的“{line}”不是行政处罚的种类，请核对决定书的表述")


@check
def cited(file: OpenedFile, asks) -> Iterator[str | Doubt]:
    for seq in _decisions(file):
        for field in ("law_breached", "law_basis"):
            words = str(file.events[seq - 1].data.get(field) or "")
            if words and "条" not in words:
                yield f"“{_titled(file, field)}”没有写到条：{words}"
            elif words and "款" not in words:
                yield Doubt(f"“{_titled(file, field)}”没有写到款：{words}（该条只有一款的除外）")


def _decisions(file: OpenedFile) -> list[int]:
    return [seq for seq in range(1, len(file.events) + 1) if file.step(seq).decides == "penalty"]


@check
def bank(file: OpenedFile, asks) -> Iterator[str]:
    fined = file.case.forfeit_fen
    if fined and not (file.case.unit.bank or any(event.data.get("payment_channel") for event in file.events)):
        yield "单位没有登记代收银行，决定书没有写明缴款方式"


@check
def remedies(file: OpenedFile, asks) -> Iterator[str]:
    unit = file.case.unit
    if not unit.review_organ:
        yield "单位没有登记行政复议机关"
    if not unit.court:
        yield "单位没有登记管辖法院"


@check
def bodies(file: OpenedFile, asks) -> Iterator[str]:
    unit = file.case.unit
    if unit.review_organ and not unit.review_organ.endswith(("政府", "局", "委员会", "厅", "部")):
        yield f"行政复议机关“{unit.review_organ}”不是全称"
    if unit.court and not unit.court.endswith("法院"):
        yield f"管辖法院“{unit.court}”不是全称"


@check
def goods_disposed(file: OpenedFile, asks) -> Iterator[str | Doubt]:
    open_now = [one for one in goods.ledger_of(file.standing) if one.is_open]
    if open_now:
        names = "、".join(dict.fromkeys(one.name for one in open_now))
        words = f"{names}没有处理记录"
        yield words if file.closed else Doubt(words)
