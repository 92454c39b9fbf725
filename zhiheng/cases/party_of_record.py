"""Who the party of a case is and stays, how it is reached, what it is told, and by which step what it gives comes in.

Guards, and checks of a step's answers; see :mod:`zhiheng.cases.guards` and :mod:`zhiheng.cases.checks`.
"""

from __future__ import annotations

from collections.abc import Iterator

from zhiheng import canonical
from zhiheng.law import Fact
from zhiheng.matters.delivery import to_serve
from zhiheng.matters.facts import Situation, provides
from zhiheng.refusal import Reason


@provides
def facts_of_correction(s: Situation) -> bool:
    """行政处罚法 28, 程序规定 62: an order to correct says what was found."""
    return s.data is None or bool(s.value("facts") or s.value("findings"))


@provides
def successor_told(s: Situation) -> bool | Fact:
    """行政处罚法 44: whoever takes the party's place after the notice is told anew; a new name alone makes nobody else."""
    if s.data is None or s.data.get("succession_ground") == "renamed" or not s.taken("give_notice"):
        return True
    return Fact(False, who=s.record.party_name)


def to_be_announced(s: Situation) -> str | None:
    """程序规定 82(5): the announcement names what it serves: everything that has still to reach the party."""
    if s.standing is None:
        return None
    waiting = dict.fromkeys(f"《{p.title}》{p.number}" for p in to_serve(s.record, s.standing))
    return "、".join(waiting) or None


def party_stands(s: Situation) -> Iterator[Reason]:
    """Nobody takes the principal party's place by an answer of a step that is about something else (程序规定 47, 行政处罚法 40)."""
    said, known = s.data.get("party_name"), s.record.party_name
    if not said or not known or s.step.begins or "party_name" in s.step.fields:
        return
    if canonical.key(str(said)) != canonical.key(known):
        yield Reason(
            f"本案当事人是“{known}”，“{s.step.title}”不能改为“{said}”",
            "程序规定第47条、行政处罚法第40条",
            "名称变更，或者合并、分立后由他人承受权利义务的，请用“变更当事人”并上传材料",
            field="party_name",
        )


def consent_names_a_system(s: Situation) -> Iterator[Reason]:
    """程序规定 82(3): what is served by electronic means arrives in a system that the addressee names (行政处罚法 61)."""
    asked = "electronic_address" in s.step.fields
    if asked and s.data.get("agrees_electronic") and not s.data.get("electronic_address"):
        yield Reason(
            "同意电子送达，没有写明接收的号码、邮箱或者账号",
            "程序规定第82条、行政处罚法第61条",
            "请填写“传真号码、电子邮件地址或者移动通信号码”",
            field="electronic_address",
        )


def monitoring_was_reviewed(s: Situation) -> Iterator[Reason]:
    """行政处罚法 41: what a monitoring device recorded proves nothing unless the device was reviewed and its place made known."""
    if s.data.get("extraction_method") == "monitoring" and not s.data.get("monitoring_reviewed"):
        yield Reason(
            "电子技术监控设备没有经过法制和技术审核，或者设置地点没有公布，其记录不得作为证据",
            "行政处罚法第41条",
            "经过审核并已公布的，请勾选；否则以其他方式取证",
            field="monitoring_reviewed",
        )


def channel_has_its_step(s: Situation) -> Iterator[Reason]:
    """Cash is taken by the step that says whether it may be, and what follows from it (行政处罚法 67–71); what a court brought in comes
    after it was asked to."""
    channel = s.data.get("payment_channel")
    if "payment_channel" not in s.step.fields or channel not in ("on_spot", "court"):
        return
    if channel == "on_spot":
        yield Reason(
            "当场收缴的罚款不能按一般缴款登记",
            "行政处罚法第67条至第71条、程序规定第72条、第73条",
            "符合当场收缴条件的，请用“当场收缴罚款”；否则选择指定银行或者电子支付",
            field="payment_channel",
        )
    elif not s.taken("apply_to_court", "apply_to_court_further", "review_organ_enforces"):
        yield Reason(
            "没有申请人民法院强制执行，款项不是法院执行到位的",
            "行政处罚法第72条、行政强制法第53条",
            "请核对缴款途径；申请执行的，先登记“申请人民法院强制执行”",
            field="payment_channel",
        )
