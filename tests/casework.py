"""A case worked through the services, step by step, for tests that need one in some state."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

from tests.prepared import prepared
from zhiheng.cases.models import Case
from zhiheng.law import current_book
from zhiheng.matters import services
from zhiheng.matters.engine import procedure_of
from zhiheng.matters.facts import ATTESTED, attested_guards
from zhiheng.matters.models import Proposal, StepTaken

ORDINARY, SIMPLE = "penalty.ordinary", "penalty.simple"

FACTS = "当事人自2024年1月起在其店内销售标有“示例牌”注册商标的商品120件，经权利人辨认均为侵权商品，违法经营额32000元。"

ANSWERS: dict[str, object] = {
    "source": "right_holder",
    "title": "示例区某某商行涉嫌销售侵犯注册商标专用权商品案",
    "cause": "trademark_infringement",
    "lead_content": "权利人投诉：某某商行销售侵犯“示例牌”注册商标专用权的商品。",
    "party_name": "示例区某某商行",
    "party_type": "individual_business",
    "party_id_no": "92500112MA0000000N",
    "party_legal_rep": "李示例",
    "party_address": "重庆市渝北区测试大道88号",
    "party_phone": "023-11110000",
    "act_on": date(2024, 1, 5),
    "act_end_on": date(2024, 3, 1),
    "law_breached": "商标法第五十七条第三项",
    "law_basis": "商标法第六十条第二款",
    "verification_result": "现场发现标有“示例牌”商标的商品120件，当事人不能提供合法来源。",
    "place": "重庆市渝北区测试大道88号",
    "findings": "货架上陈列标有“示例牌”商标的商品120件，标价均为每件280元。",
    "person_questioned": "李示例",
    "relation_to_case": "当事人",
    "qa": [{"q": "商品从何处购进？", "a": "从上门推销人员处购进，没有票据。"}],
    "facts": FACTS,
    "evidence": [{"name": "现场笔录", "source": "本局制作", "proves": "侵权商品的数量和标价"}],
    "discretion": "当事人初次违法，积极配合调查，违法经营额不满五万元，按一般情节处罚。",
    "proposal": "责令立即停止侵权行为，没收侵权商品，罚款。",
    "case_value": 32_000_00,
    "turnover": 32_000_00,
    "value_method": "marked",
    "review_kind": "case",
    "review_opinion": "事实清楚，证据确凿，适用法律正确，程序合法，裁量适当，同意。",
    "penalty_kinds": ["fine", "confiscate_goods"],
    "proposed_penalty": ["没收侵犯“示例牌”注册商标专用权的商品120件", "罚款"],
    "fine": 9_000_00,
    "confiscated_goods": "侵犯“示例牌”注册商标专用权的商品30件",
    "confiscated_goods_value": 8_400_00,
    "hearing_right": False,
    "distinct_act": "各案查处的商品、时间不同",
    "service_method": "direct",
    "receiver": "李示例",
    "served_place": "重庆市渝北区测试大道88号",
    "defence": "进货时不知道是侵权商品，请求从轻处罚。",
    "defence_opinion": "当事人不能说明提供者，陈述申辩不予采纳。",
    "published_at": "国家企业信用信息公示系统",
    "paid": 9_000_00,
    "refunded": 100_00,
    "receipt_no": "00012345",
    "payment_channel": "bank",
    "goods_disposal": "destroy",
    "items": [{"name": "侵权商品", "model": "示例牌", "quantity": "120", "unit": "件", "place": "本局库房", "note": ""}],
    "closing_ground": "performed",
    "volume_no": "20240001",
    "keep_years": "thirty",
    "reason": "案情需要，依法办理。",
    "transfer_to": "重庆市渝中区市场监督管理局",
    "correction_mode": "at_once",
    "correction_content": "立即停止销售侵权商品",
    "keeping_place": "本局库房",
    "seizure_kind": "detain",
    "lift_ground": "decided",
    "preserve_outcome": "lift",
    "right_holder": "示例权利人公司",
    "identification_items": "标有“示例牌”商标的商品120件",
    "identification_result": "均为侵犯注册商标专用权的商品。",
    "test_body": "示例检测机构",
    "test_items": "样品3件",
    "test_question": "材质是否与标注一致",
    "test_report_no": "SL2024-001",
    "test_result": "与标注不一致",
    "evidence_name": "销售票据",
    "evidence_source": "当事人提供",
    "evidence_proves": "销售的数量和价格",
    "extraction_method": "copy",
    "no_penalty_ground": "slight",
    "education": "当面教育当事人遵守商标法律法规。",
    "outcome_proposed": "no_penalty",
    "hearing_request": "当事人要求听证。",
    "refusal_ground": "not_met",
    "suspension_ground": "other_case",
    "termination_ground": "person_dead",
    "present": "何以正、尤若谷",
    "chair_of_meeting": "何以正",
    "minutes": "与会人员一致同意承办机构意见。",
    "conclusion": "同意。",
    "extension_days": 20,
    "informant": "匿名",
    "informant_phone": "023-11112222",
    "verification_plan": "由两名承办人现场核查。",
    "other_body": "重庆市渝中区市场监督管理局",
    "superior_body": "重庆市知识产权局",
    "jurisdiction_result": "由本局管辖。",
    "report_up_ground": "industry",
    "named_informant": False,
    "inform_method": "电话告知",
    "onsite_person": "李示例",
    "recording_note": "执法记录仪全程录像",
    "correction_result": "侵权商品已全部下架。",
    "urgent": False,
    "tests_seized": False,
    "assisting_body": "重庆市渝中区市场监督管理局",
    "assistance_question": "请协助核实上家经营地址。",
    "assistance_result": "该地址无此经营者。",
    "recusal_of": "朱文渊",
    "recusal_granted": False,
    "review_materials": "调查终结报告及案卷",
    "hearing_chair_name": "吕平章",
    "hearing_public": True,
    "hearing_clerk": "秦子衿",
    "hearing_present": "当事人李示例；承办人朱文渊、秦子衿",
    "hearing_record": "当事人陈述意见，承办人出示证据并质证。",
    "hearing_report": "事实清楚，建议维持拟处罚意见。",
    "material_change": "查明另有侵权商品80件。",
    "warning_only": False,
    "registered_elsewhere": False,
    "suspected_crime": "销售假冒注册商标的商品罪（刑法第二百一十四条）",
    "redactions": "自然人住址、联系方式",
    "short_retention": False,
    "changed_by": "测试府复〔2024〕1号行政复议决定书",
    "change_result": "撤销原处罚决定。",
    "change_kind": "revoked",
    "publication_end_ground": "repaired",
    "surcharge": 270_00,
    "remedy_kind": "review",
    "remedy_body": "重庆市渝北区人民政府",
    "remedy_result": "upheld",
    "unpaid": 9_000_00,
    "court_name": "重庆市测试人民法院",
    "court_ruling": "（2024）测试行审1号终结执行裁定",
    "police_doc_no": "测试公立字〔2024〕1号",
    "closing_note": "无",
    "illegal_gains": None,
    "confiscated_gains": None,
    "service_address": "重庆市渝北区测试大道88号",
    "tried_method": "direct",
    "end_ground": "dead",
    "error_found": "“罚款九仟元”误作“罚款九千元”",
    "corrected_text": "罚款九仟元",
    "nondisclosure_ground": "secret",
    "early_ground": "perishable",
    "owner_consent": "agreed",
    "unclaimed_disposal": "hand_up",
    "refund_amount": 100_00,
    "refund_result": "已经退还。",
    "sampling_method": "随机抽取",
    "sealed_as": "封条三张，备样一件",
    "demand_reply": "经营困难，请求宽限。",
    "demand_reply_opinion": "不符合延期条件，不予采纳。",
    "copy_of": "review",
    "reduced_surcharge": 100_00,
    "court_refusal": "not_accepted",
    "succession_ground": "renamed",
    "further_result": "已经缴清。",
    "succession_after_ground": "renamed",
    "stay_ground": "hardship",
    "wellknown_mark": "示例牌，第25类",
    "wellknown_result": "予以认定。",
    "procuratorate": "重庆市渝北区人民检察院",
    # mediation of patent disputes
    "claimant_name": "示例科技有限公司",
    "claimant_type": "organisation",
    "claimant_address": "重庆市测试路1号",
    "relief": "确认专利权归请求人所有。",
    "patent_no": "ZL201910000000.1",
    "patent_name": "一种阀门",
    "mediation_answer": "agrees",
    "session_present": "双方当事人",
    "session_record": "双方各自陈述意见。",
    "agreement": "专利权由双方共有。",
    "accepts_enforcement": True,
    "mediation_end": "no_agreement",
    "mediation_refusal": "out_of_scope",
    "helper_name": "示例行业协会",
    "help_matter": "说明市场价格。",
    "certificate_for": "suspend",
    "notary_office": "示例公证处",
    "notarial_no": "（2025）示例证字第1号",
    "confirmation_result": "confirmed",
    "joint_in_mediation": "co_claimant",
    "joined_name": "示例联合公司",
    "joined_type": "organisation",
    "joined_address": "重庆市测试路9号",
    # supervision of agencies
    "check_mode": "targeted",
    "agency_means": ["on_site"],
    "agency_items": ["licence", "attorneys"],
    "breach_found": "found",
    "agency_breaches": ["change"],
    "talk_present": "执行事务合伙人",
    "talk_points": "变更事项未办理手续。",
    "talk_demand": "限期办理。",
    "mend_what": "完善内部管理。",
    "corrected": "part",
    "proposal_ground": "serious",
    "proposed_handling": "revoke",
    "national_result": "suspended",
    "letter_no": "国知函〔2025〕1号",
    "penalty_case_no": "渝北市监处〔2025〕1号",
    "agency_record": "二年内受处罚一次",
    "listing_ground": "unreachable",
    "listed_by": "国家知识产权局",
    "agency_duty": "change",
    "upholding_reason": "事实清楚、证据确凿、适用依据正确。",
    "auction_house": "示例拍卖行",
    "to_bring": "营业执照",
    "material_provider": "示例物流公司",
    "materials_wanted": "2024年1月的运单",
    "materials_received": "运单12份",
    "data_object": "当事人网店后台账户",
    "data_method": "登录后台导出并计算校验值",
    "seal_places": "仓库大门",
    "keeper": "示例仓储公司",
    "consignment": "运单001号纸箱2个",
    "compensation": 500_00,
    "session_of": "review",
    "head_attends": True,
    "result_reported": "警告并罚款二万元",
    "jurisdiction_ground": "place",
}  # fmt: skip
# Dates that follow the day of the step unless a test says otherwise.
_TODAY = ("received_on", "arrived_on", "served_on", "published_on", "paid_on", "performed_on", "disposed_on", "discussed_on", "reported_on",
          "informed_on", "corrected_on", "police_on", "handed_over_on", "handed_in_on", "withdrawn_on", "ended_on", "changed_on", "pushed_on",
          "accepted_on", "assist_received_on", "tried_on", "collected_on", "banked_on", "address_confirmed_on", "confirmed_on", "refunded_on", "submitted_on",
          "ruling_received_on", "stayed_on", "agreed_on", "sent_on", "notarised_on", "applied_on", "talked_on", "listed_on", "delisted_on",
          "barred_from", "duty_on", "done_on", "review_received_on", "sealed_on", "damaged_on", "compensated_on", "attended_on")  # fmt: skip
# Moments of the day of the step, as a program would send them.
_MOMENTS = {
    "inspected_from": "09:30",
    "inspected_to": "11:10",
    "questioned_from": "14:00",
    "questioned_to": "15:20",
    "sampled_at": "16:00",
    "extracted_at": "16:30",
}
# What is answered where a step must have it, and left out where it only may.
_WHERE_ASKED = {"proceeds_returned": 3_000_00, "proceeds": 9_000_00}
# What a step may set right, and what otherwise stays as it was said.
_SAID_BEFORE = {"close_investigation": ("act_on",)}
# Dates that lie ahead: so many days after the step.
_AHEAD = {
    "correction_by": 15,
    "test_expected_on": 10,
    "reply_by": 10,
    "hearing_on": 14,
    "deferred_until": 60,
    "remake_by": 60,
    "refund_by": 15,
    "mediation_on": 5,
    "notice_until": 31,
    "mend_by": 20,
    "barred_until": 200,
    "announced_until": 10,
    "questioning_on": 3,
    "provide_by": 7,
    "session_day": 10,
}


class Worker:
    """Works one case: `step(code)` fills what the step asks from `ANSWERS`, sends it and has it approved."""

    def __init__(self, cast: SimpleNamespace, on: date = date(2024, 3, 4)):
        self.cast, self.on, self.case = cast, on, None
        self.people = {
            "handler": cast.handler,
            "unit_head": cast.unit_head,
            "leader": cast.leader,
            "case_reviewer": getattr(cast, "reviewer", getattr(cast, "case_reviewer", None)),
            "legality_reviewer": getattr(cast, "reviewer", getattr(cast, "legality_reviewer", None)),
            "chief": getattr(cast, "chief", cast.leader),
            "collective": getattr(cast, "chief", cast.leader),
            "hearing_chair": getattr(cast, "hearing_chair", None),
        }
        self.co_handler = getattr(cast, "co_handler", getattr(cast, "second_handler", None))

    def wait(self, days: int) -> Worker:
        self.on += timedelta(days=days)
        return self

    def data(self, step, **given) -> dict:
        known = ANSWERS | dict.fromkeys(_TODAY, self.on)
        known |= {code: self.on + timedelta(days=days) for code, days in _AHEAD.items()}
        known |= {code: f"{self.on}T{at}:00+08:00" for code, at in _MOMENTS.items()}
        data = {c: known[c] for c in (*step.asks, *step.may_ask) if known.get(c) is not None}
        data |= {c: value for c, value in _WHERE_ASKED.items() if c in step.asks}
        for code in _SAID_BEFORE.get(step.code, ()):
            data.pop(code, None)
        if "mediators" in step.asks:
            data["mediators"] = [self.cast.handler.pk]
        if "handlers" in step.asks:
            data["handlers"] = [self.cast.handler.pk, self.co_handler.pk]
        data |= given
        if ticks := attested_guards(step):
            data.setdefault(ATTESTED, ticks)
        return data

    def register(self, procedure: str = ORDINARY, *, kind: str = "penalty", **given) -> Case:
        door = next(d for d in current_book().kind(kind).doors if d.procedure == procedure)
        begins = current_book().procedure(procedure, self.on).steps[door.step]
        self.case = services.open_matter(
            actor=self.cast.handler, on=self.on, kind=kind, door=door.step, data=self.data(begins, **given)
        )
        services.assign_officers(
            actor=self.cast.handler, record=self.case, people=[self.cast.handler, self.co_handler], on=self.on
        )
        return self.case

    def propose(self, code: str, *, ref: str = "", **given) -> StepTaken | Proposal:
        """Take a step as its taker would; where it needs approval, the proposal waits."""
        step = procedure_of(self.case.matter.proceeding.version).steps[code]
        result = services.take_step(
            actor=self.people[step.by[0]],
            record=self.case,
            step=code,
            data=self.data(step, **given),
            on=self.on,
            ref=ref,
        )
        self.case = Case.objects.get(pk=self.case.pk)
        return result

    def agree(self, proposal: Proposal) -> StepTaken | Proposal:
        """The next approver agrees."""
        return services.give_opinion(
            actor=self.people[proposal.next_role or "leader"],
            record=self.case,
            proposal=proposal,
            agrees=True,
            text="同意",
            on=self.on,
        )

    def step(self, code: str, *, ref: str = "", **given) -> StepTaken | Proposal:
        result = self.propose(code, ref=ref, **given)
        while isinstance(result, Proposal) and result.state == "pending":
            result = self.agree(result)
        self.case = Case.objects.get(pk=self.case.pk)
        return result

    @prepared
    def to_filed(self) -> Worker:
        self.register()
        self.step("start_verification")
        self.wait(1).step("record_inspection")
        self.wait(2).step("file_case")
        return self

    @prepared
    def to_noticed(self) -> Worker:
        self.to_filed()
        self.wait(5).step("record_questioning")
        self.wait(20).step("close_investigation")
        self.wait(1).step("submit_review")
        self.wait(3).step("pass_review")
        self.wait(2).step("give_notice")
        self.wait(1).step("serve_notice")
        return self

    @prepared
    def to_decided(self) -> Worker:
        self.to_noticed()
        self.wait(12).step("deliberate")
        self.wait(1).step("decide_penalty")
        return self

    @prepared
    def to_archived(self) -> Worker:
        self.to_decided()
        self.wait(2).step("serve_decision")
        self.wait(3).step("publish_decision")
        self.wait(2).step("record_payment")
        self.step("dispose_goods")
        self.step("complete_performance")
        self.wait(3).step("close_case")
        self.wait(5).step("archive_case")
        return self
