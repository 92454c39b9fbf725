"""A text worked through the services, step by step, for tests that need one in some state."""

from __future__ import annotations

from datetime import date

from tests.prepared import prepared
from zhiheng.law import current_book
from zhiheng.matters import services
from zhiheng.matters.engine import procedure_of
from zhiheng.matters.facts import ATTESTED, attested_guards
from zhiheng.matters.models import Proposal
from zhiheng.rulemaking import comments, drafting
from zhiheng.rulemaking.models import Project

DRAFT = """# 重庆市知识产权局专利行政裁决办理规程

第一条 为了规范专利行政裁决，根据《中华人民共和国专利法》，制定本规程。

第二条 市知识产权局依法办理本市有重大影响的专利侵权纠纷。

第三条 请求人应当提交下列材料：

（一）请求书；

（二）证据。

第四条 对符合第三条规定的，应当在五个工作日内立案。

第五条 本规程自2024年12月15日起施行。
"""

QUOTE_OF_DRAFT = "请求人应当提交下列材料"

DOOR = {
    "norm-cq": {
        "title": "重庆市知识产权局专利行政裁决办理规程",
        "text_category": "enforcement",
        "text_need": "统一裁决尺度。",
        "text_basis": "专利法 65\n专利纠纷行政裁决和调解办法 20",
        "is_normative": "applies",
        "is_major": "none",
        "touches_business": "applies",
        "is_joint": "none",
        "holds_secret": "none",
    },
    "leg-rule": {
        "title": "重庆市专利促进规定",
        "text_need": "促进专利运用。",
        "text_basis": "专利法",
        "touches_business": "none",
        "holds_secret": "none",
    },
    "norm-answer": {
        "title": "关于专利执法办法第六条的附带审查",
        "inquiry_kind": "reconsideration",
        "inquiry_from": "重庆市人民政府行政复议机构",
        "arrived_on": date(2024, 9, 3),
        "inquired_text": "专利执法办法第六条",
    },
    "leg-reg": {
        "title": "重庆市地理标志条例",
        "text_need": "保护地理标志。",
        "text_basis": "商标法",
        "touches_business": "none",
        "holds_secret": "none",
    },
}

CONSULTED = date(2024, 9, 3)
UNTIL = date(2024, 10, 8)
ENDED = date(2024, 10, 9)
LATER = date(2024, 10, 15)

ANSWERS: dict[str, object] = {
    "comment_from": CONSULTED,
    "comment_until": UNTIL,
    "comment_note": "为统一尺度，起草本文件，主要规定受理和办理的程序。",
    "consulted_units": "重庆市司法局\n重庆市专利代理人协会",
    "consult_result": "收到意见已逐条研究。",
    "heard_business": "听取了专利代理行业协会意见。",
    "fc_effect": "不影响公平竞争。",
    "review_materials": "草案及说明、制定依据、征求意见情况。",
    "review_opinion": "主体、权限、内容、程序合法，同意。",
    "meeting_name": "局长办公会2024年第12次",
    "meeting_on": date(2024, 10, 15),
    "meeting_result": "审议通过。",
    "effective_on": date(2024, 12, 15),
    "case_kinds": 1,
    "made_public_on": date(2024, 11, 1),
    "made_public_at": "重庆市知识产权局网站",
    "interpretation": "《规程》解读。",
    "filing_by": date(2024, 12, 2),
    "filed_with": "重庆市司法局",
    "plan_class": "reserve",
    "plan_year": 2025,
    "hearing_due": "none",
    "opinions_split": "无",
    "reason": "需要修改。",
    "review_verdict": "correct",
    "inquiry_result": "lawful",
    "inquiry_answer": "第六条依专利法第六十五条制定。",
    "stated_on": date(2024, 9, 6),
    "stated_what": "说明了制定的依据。",
}


@prepared
def _opened(people, kind: str, on: date, **answers) -> Project:
    return services.open_matter(actor=people.handler, on=on, kind=kind, data={**DOOR[kind], **answers})


class TextWorker:
    """Takes the steps of a text's procedure with the cast of one unit."""

    def __init__(self, people, kind: str = "norm-cq", on: date = CONSULTED, **answers) -> None:
        self.people = people
        self.by_role = {
            "handler": people.handler,
            "unit_head": people.unit_head,
            "legality_reviewer": getattr(people, "legality_reviewer", None) or people.reviewer,
            "leader": people.leader,
            "collective": getattr(people, "chief", None) or people.leader,
        }
        self.project: Project = _opened(people, kind, on, **answers)

    @property
    def handler(self):
        return self.people.handler

    @prepared
    def write(self, words: str = DRAFT, on: date = CONSULTED):
        version = drafting.write_text(actor=self.handler, project=self.project, on=on, words=words)
        self.project.refresh_from_db()
        return version

    def take(self, step: str, on: date = LATER, *, actor=None, **answers):
        procedure = procedure_of(self.project.matter.proceeding.version)
        wanted = procedure.steps[step]
        known = {code: ANSWERS[code] for code in (*wanted.asks, "comment_note") if code in ANSWERS}
        if "comment_note" not in wanted.may_ask:
            del known["comment_note"]
        known |= {code: "clear" for code in wanted.asks if code.startswith("fc_") and code not in known}
        if "text_sha" in wanted.asks:
            now = drafting.latest(self.project)
            known["text_sha"] = now.sha if now else "0" * 64
        if ticks := attested_guards(wanted):
            known[ATTESTED] = ticks
        result = services.take_step(
            actor=actor or self.by_role[wanted.by[0]],
            record=self.project,
            step=step,
            data={**known, **answers},
            on=on,
        )
        while isinstance(result, Proposal):
            result = services.give_opinion(
                actor=self.by_role[result.next_role],
                record=self.project,
                proposal=result,
                agrees=True,
                text="同意",
                on=on,
            )
        self.project.refresh_from_db()
        return result

    @prepared
    def to_consulted(self) -> TextWorker:
        self.write()
        self.take("consult", CONSULTED)
        self.take("end_consulting", ENDED)
        return self

    @prepared
    def to_fair(self) -> TextWorker:
        self.to_consulted()
        self.take("send_fair")
        self.take("pass_fair")
        return self

    @prepared
    def to_reviewed(self) -> TextWorker:
        self.to_fair()
        self.take("send_legality")
        self.take("pass_legality")
        return self

    @prepared
    def to_published(self) -> TextWorker:
        self.to_reviewed()
        self.take("deliberate")
        self.take("sign", date(2024, 10, 21), case_kinds=1)
        self.take("publish", date(2024, 11, 1))
        return self

    def comment(self, words: str, on: date = date(2024, 9, 10), **more):
        from django.utils import timezone

        return comments.comment(
            project=self.project,
            on=on,
            at=timezone.now(),
            address=more.pop("address", "10.0.0.1"),
            words=words,
            **more,
        )


def kinds() -> list[str]:
    return [kind.code for kind in current_book().kinds_of("text")]
