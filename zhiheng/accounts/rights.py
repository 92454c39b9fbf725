"""Roles and rights as constants.

A right is bound to stable things, a role held in a unit, never to a version of a procedure. Role codes are those the
law book's `roles.yaml` uses in `by:` and `approve:`.
"""

from django.db import models


class Role(models.TextChoices):
    HANDLER = "handler", "承办人"
    UNIT_HEAD = "unit_head", "办案机构负责人"
    CASE_REVIEWER = "case_reviewer", "案件审核人员"
    LEGALITY_REVIEWER = "legality_reviewer", "法制审核人员"
    LEADER = "leader", "机关负责人"
    CHIEF = "chief", "机关正职负责人"
    COLLECTIVE = "collective", "集体讨论召集人"
    HEARING_CHAIR = "hearing_chair", "听证主持人"
    PLANNER = "planner", "计划统计人员"
    AUDITOR = "auditor", "监督审计人员"
    UNIT_ADMIN = "unit_admin", "本单位管理员"
    ADMIN = "admin", "系统管理员"


class Right(models.TextChoices):
    WORK_CASE = "work_case", "办理案件"
    IMPORT_LEDGER = "import_ledger", "导入台账"
    PUBLISH_REPORT = "publish_report", "发布年度报告"
    READ_AUDIT = "read_audit", "查阅留痕账"
    MANAGE_PEOPLE = "manage_people", "管理人员与执法证"
    KEEP_PUBLICITY = "keep_publicity", "登记普法活动"
    KEEP_STUDY = "keep_study", "登记学法"
    NAME_BASE = "name_base", "命名、复核和撤销教育基地"


# Acting on a case is checked step by step against the roles the law names; WORK_CASE only opens the door.
ROLES_WITH: dict[Right, frozenset[Role]] = {
    Right.WORK_CASE: frozenset(
        {
            Role.HANDLER,
            Role.UNIT_HEAD,
            Role.CASE_REVIEWER,
            Role.LEGALITY_REVIEWER,
            Role.LEADER,
            Role.CHIEF,
            Role.COLLECTIVE,
            Role.HEARING_CHAIR,
        }
    ),
    Right.IMPORT_LEDGER: frozenset({Role.PLANNER, Role.UNIT_HEAD, Role.UNIT_ADMIN, Role.ADMIN}),
    Right.PUBLISH_REPORT: frozenset({Role.PLANNER, Role.LEADER, Role.CHIEF}),
    Right.READ_AUDIT: frozenset({Role.AUDITOR, Role.CHIEF, Role.ADMIN}),
    Right.MANAGE_PEOPLE: frozenset({Role.UNIT_ADMIN, Role.ADMIN}),
    Right.KEEP_PUBLICITY: frozenset({Role.HANDLER, Role.PLANNER, Role.UNIT_HEAD, Role.LEADER}),
    Right.KEEP_STUDY: frozenset({Role.HANDLER, Role.PLANNER, Role.UNIT_HEAD}),
    Right.NAME_BASE: frozenset({Role.PLANNER, Role.UNIT_HEAD, Role.LEADER}),
}

# Rights that the office holds over the records of all units, and no district over its own: what only the office decides.
# Every other right is held over the records of one's own unit.
OF_THE_OFFICE: frozenset[Right] = frozenset({Right.NAME_BASE})
