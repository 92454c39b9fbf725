"""Roles and rights.

Roles are words of the law book (`roles.yaml`; a local book may add some): what a step's `by:` and `approve:` name, and what a
person holds in a unit. `Role` only names those the code itself speaks of. A right is bound to stable things, a role held in a
unit, never to a version of a procedure.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models

from zhiheng.law import current_book


class Role:
    """Codes of roles that rights, set-up and tests speak of; their titles, and all other roles, are in the law book."""

    HANDLER = "handler"
    UNIT_HEAD = "unit_head"
    CASE_REVIEWER = "case_reviewer"
    LEGALITY_REVIEWER = "legality_reviewer"
    LEADER = "leader"
    CHIEF = "chief"
    COLLECTIVE = "collective"
    HEARING_CHAIR = "hearing_chair"
    PLANNER = "planner"
    AUDITOR = "auditor"
    UNIT_ADMIN = "unit_admin"
    ADMIN = "admin"
    OUTSIDE_LAWYER = "outside_lawyer"


# Roles that count for who runs the system: whatever working role they hold beside gives them nothing. They take no step, sign nothing,
# bring nothing in and publish nothing.
OF_THE_SYSTEM = frozenset({Role.ADMIN, Role.UNIT_ADMIN})


class Right(models.TextChoices):
    WORK_CASE = "work_case", "办理案件"
    IMPORT_LEDGER = "import_ledger", "导入台账"
    PUBLISH_REPORT = "publish_report", "起草和发布年度报告"
    REVIEW_REPORT = "review_report", "审查年度报告的合法性"
    SIGN_REPORT = "sign_report", "签发年度报告"
    READ_AUDIT = "read_audit", "查阅留痕账"
    SUPERVISE_READING = "supervise_reading", "查看谁查阅了案件"
    MANAGE_PEOPLE = "manage_people", "管理人员与执法证"
    ADOPT_LAW = "adopt_law", "决定在办事项采用新的程序版本"
    KEEP_PUBLICITY = "keep_publicity", "登记普法活动"
    KEEP_STUDY = "keep_study", "登记学法"
    NAME_BASE = "name_base", "命名、复核和撤销教育基地"
    ENTER_RETURN = "enter_return", "登记外部统计"
    KEEP_HIGHLIGHTS = "keep_highlights", "登记报告亮点"
    KEEP_LAW_TEXTS = "keep_law_texts", "导入法规原文"
    VERIFY_FILINGS = "verify_filings", "核查非正常专利申请"
    KEEP_REVIEWS = "keep_reviews", "登记审查"
    KEEP_DOCUMENTS = "keep_documents", "登记规范性文件"
    PLAN_LEGISLATION = "plan_legislation", "登记立法计划"
    KEEP_LAWYERS = "keep_lawyers", "登记法律顾问和公职律师"
    GIVE_LEGAL_OPINION = "give_legal_opinion", "出具法律意见"
    KEEP_PLANS = "keep_plans", "登记计划、任务和问题"
    SUPERVISE_PLANS = "supervise_plans", "督办计划任务"
    HAND_DOWN = "hand_down", "下达、审核和督办区县分工"
    RETURN_SHARE = "return_share", "报送分工完成情况"
    DEPLOY = "deploy", "部署专项行动到单位"
    KEEP_SERVICES = "keep_services", "登记运用服务"
    SEE_WORKLOAD = "see_workload", "查看人员工作量"
    EXCHANGE = "exchange", "收发协作包"
    KEEP_PARTNERS = "keep_partners", "登记协作对象和公钥"
    KEEP_INSPECTIONS = "keep_inspections", "登记专项行动、检查和典型案例"


_ROLES_WITH: dict[Right, frozenset[str]] = {
    # Who runs the system brings in no cases.
    Right.IMPORT_LEDGER: frozenset({Role.PLANNER, Role.UNIT_HEAD, Role.UNIT_ADMIN}),
    Right.PUBLISH_REPORT: frozenset({Role.PLANNER, Role.LEADER, Role.CHIEF}),
    Right.REVIEW_REPORT: frozenset({Role.LEGALITY_REVIEWER}),
    Right.SIGN_REPORT: frozenset({Role.LEADER, Role.CHIEF}),
    Right.READ_AUDIT: frozenset({Role.AUDITOR, Role.CHIEF, Role.ADMIN}),
    Right.SUPERVISE_READING: frozenset({Role.AUDITOR, Role.UNIT_HEAD, Role.LEADER, Role.CHIEF}),
    Right.MANAGE_PEOPLE: frozenset({Role.UNIT_ADMIN, Role.ADMIN}),
    Right.ADOPT_LAW: frozenset({Role.LEADER, Role.CHIEF}),
    Right.KEEP_PUBLICITY: frozenset({Role.HANDLER, Role.PLANNER, Role.UNIT_HEAD, Role.LEADER}),
    Right.KEEP_STUDY: frozenset({Role.HANDLER, Role.PLANNER, Role.UNIT_HEAD}),
    Right.ENTER_RETURN: frozenset({Role.PLANNER, Role.UNIT_HEAD, Role.LEADER}),
    Right.KEEP_HIGHLIGHTS: frozenset({Role.HANDLER, Role.PLANNER, Role.UNIT_HEAD, Role.LEADER}),
    Right.NAME_BASE: frozenset({Role.PLANNER, Role.UNIT_HEAD, Role.LEADER}),
    Right.VERIFY_FILINGS: frozenset({Role.HANDLER, Role.UNIT_HEAD}),
    Right.KEEP_REVIEWS: frozenset({Role.CASE_REVIEWER, Role.LEGALITY_REVIEWER}),
    Right.KEEP_DOCUMENTS: frozenset({Role.HANDLER, Role.LEGALITY_REVIEWER, Role.PLANNER, Role.UNIT_HEAD}),
    Right.PLAN_LEGISLATION: frozenset({Role.LEGALITY_REVIEWER, Role.PLANNER, Role.UNIT_HEAD}),
    Right.KEEP_LAWYERS: frozenset({Role.LEGALITY_REVIEWER, Role.UNIT_HEAD}),
    # The office enters what came on paper; a lawyer from outside answers what was sent to them.
    Right.GIVE_LEGAL_OPINION: frozenset({Role.LEGALITY_REVIEWER, Role.UNIT_HEAD, Role.OUTSIDE_LAWYER}),
    Right.KEEP_LAW_TEXTS: frozenset({Role.LEGALITY_REVIEWER, Role.PLANNER, Role.LEADER, Role.ADMIN}),
    Right.KEEP_PLANS: frozenset({Role.HANDLER, Role.PLANNER, Role.UNIT_HEAD}),
    Right.SUPERVISE_PLANS: frozenset({Role.UNIT_HEAD, Role.LEADER, Role.CHIEF}),
    Right.HAND_DOWN: frozenset({Role.PLANNER, Role.UNIT_HEAD}),
    Right.DEPLOY: frozenset({Role.PLANNER, Role.UNIT_HEAD}),
    Right.KEEP_SERVICES: frozenset({Role.HANDLER, Role.PLANNER, Role.UNIT_HEAD}),
    Right.KEEP_INSPECTIONS: frozenset({Role.HANDLER, Role.PLANNER, Role.UNIT_HEAD}),
    Right.SEE_WORKLOAD: frozenset({Role.UNIT_HEAD, Role.PLANNER, Role.LEADER, Role.CHIEF}),
    Right.EXCHANGE: frozenset({Role.HANDLER, Role.PLANNER, Role.UNIT_HEAD}),
    # Whom the office believes is for its heads to say.
    Right.KEEP_PARTNERS: frozenset({Role.UNIT_HEAD, Role.LEADER}),
    Right.RETURN_SHARE: frozenset({Role.HANDLER, Role.PLANNER, Role.UNIT_HEAD}),
}

# Rights that the office holds over the records of all units, and no district over its own: what only the office decides.
# Every other right is held over the records of one's own unit.
OF_THE_OFFICE: frozenset[Right] = frozenset(
    {
        Right.NAME_BASE,
        Right.ADOPT_LAW,
        Right.KEEP_LAW_TEXTS,
        Right.HAND_DOWN,
        Right.DEPLOY,
        Right.EXCHANGE,
        Right.KEEP_PARTNERS,
    }
)


def roles_with(right: Right) -> frozenset[str]:
    """Roles that hold the right. Acting on a matter is checked step by step against the roles the law names; `WORK_CASE`,
    which only opens the door, belongs to every role that takes part in matters."""
    if right == Right.WORK_CASE:
        return frozenset(code for code, role in current_book().roles.items() if role.works)
    return _ROLES_WITH[right]


def role_title(code: str) -> str:
    """The role in words; an unknown code, kept from a book that is gone, stands for itself."""
    return current_book().role_title(code)


def role_titles(codes: Iterable[str]) -> str:
    return "、".join(map(role_title, codes))


def role_choices() -> list[tuple[str, str]]:
    return [(code, role.title) for code, role in current_book().roles.items()]
