"""One record of each kind that tells a year, made by the services as officers make them: a plan down to a district's share, a special
action down to what an inspection found, services."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from types import SimpleNamespace

from tests import records
from zhiheng.exchange import packages
from zhiheng.exchange import services as exchange
from zhiheng.exchange.tests.neighbour import AT, KEY, package

ISSUED, ON, END = date(2024, 3, 15), date(2024, 6, 3), date(2024, 12, 31)
SHOPS, OFFICERS = ["甲商行", "乙商行", "丙商行"], ["张检查", "王检查", "李检查"]


begin = partial(records.begin, on=ON)
take = partial(records.take, on=END)


def record_the_year(world, name: str = "示例") -> SimpleNamespace:
    """Everything of the office, with one district taking part; `name` goes into every title, long names among them."""
    planner, handler, district = world.city.planner, world.city.handler, world.a.unit
    said = {
        "title": f"{name}行政保护工作实施方案",
        "kind": "protection",
        "year": 2024,
        "issued_on": ISSUED,
        "ends_on": END,
    }
    plan = begin(planner, "plans", said | {"superior": ["上级方案"], "note": "备注"})
    aspect = begin(planner, "plan-aspects", {"seq": 1, "title": f"{name}加大执法力度"}, plan)
    asked = {"seq": 1, "title": f"{name}检查", "lead": "保护处", "supports": ["法规处"], "rhythm": "once"}
    asked |= {"due_on": ON, "figure": "enf.checked", "target": 1, "due_words": "6月初", "success": "检查记录"}
    task = begin(planner, "plan-tasks", asked, aspect)
    begin(
        planner,
        "plan-progress",
        {"reported_on": ON, "percent": 40, "said": "推进。", "trouble": "人手少"},
        task,
    )
    share = begin(
        planner, "plan-shares", {"unit": district, "asked": "报数据", "handed_on": ISSUED, "due_on": ON}, task
    )
    urged = {"supervised_on": ON + timedelta(1), "supervised_why": "限期", "mend_by": ON + timedelta(9)}
    take(planner, "plan-shares", share, "supervise", urged, on=ON + timedelta(1))
    returned = {"returned_on": ON + timedelta(5), "result": "done", "said": "已完成。"}
    take(world.a.handler, "plan-shares", share, "return", returned, on=ON + timedelta(5))
    found = {
        "title": f"{name}问题",
        "year": 2023,
        "found_on": ISSUED,
        "owner": "法规处",
        "due_on": END,
        "cause": "人少",
    }
    problem = begin(planner, "problems", found)
    begin(planner, "remedies", {"title": f"{name}措施", "set_on": ISSUED, "owner": "法规处"}, problem)
    action = begin(
        planner,
        "special-actions",
        {"name": f"{name}专项行动", "begins_on": ISSUED, "ends_on": END, "cross_region": True},
    )
    part = begin(
        planner, "action-parts", {"unit": district, "assigned_on": ISSUED, "items": ["商标"]}, action
    )
    lists = {"subjects": SHOPS, "many": 2, "officers": OFFICERS, "officers_many": 2}
    draw = begin(world.a.handler, "draws", {"name": "第一批", "drawn_on": ON, **lists}, part)
    visit = begin(
        world.a.handler,
        "inspections",
        {
            "subject": draw.drawn[0],
            "subject_kind": "firm",
            "draw_name": "第一批",
            "visited_on": ON,
            "items": ["商标"],
            "officers": draw.drawn_officers,
            "outcome": "found",
        },
        part,
    )
    fault = {"found_on": ON, "what": f"{name}标注不规范", "disposal": "order", "mend_by": END}
    begin(world.a.handler, "found-faults", fault, visit)
    case = begin(
        handler,
        "typical-cases",
        {"name": f"{name}典型案", "kind": "trademark", "case_year": 2023, "nominated_on": ISSUED},
    )
    take(handler, "typical-cases", case, "clear", {"cleared_on": ON}, on=ON)
    chosen = {"selected_on": ON, "level": "national", "issuer": "国家局", "list_name": "典型案例"}
    take(handler, "typical-cases", case, "select", chosen, on=ON)
    letter = {
        "subject": f"{name}线索",
        "kind": "lead_in",
        "partner": "四川省局",
        "number": "川知函〔2024〕1号",
    }
    begin(handler, "letters", letter | {"sent_on": ON, "reply_by": END})
    sent = letter | {"kind": "lead_out", "number": "渝知函〔2024〕1号", "sent_on": ON}
    _exchanged(world, begin(handler, "letters", sent), name)
    watched = {
        "name": f"{name}督办案",
        "unit": district,
        "level": "city",
        "supervised_on": ISSUED,
        "grounds": "影响大",
    }
    begin(planner, "supervised-cases", watched | {"report_by": END})
    power = {"item": "行政裁决", "unit": district, "delegated_on": ON, "basis": "委托书"}
    begin(planner, "delegations", power)
    account = begin(handler, "channels", {"name": name, "platform": "wechat", "opened_on": ISSUED})
    begin(handler, "works", {"title": f"{name}微视频", "put_on": ON, "readings": 12, "read_on": ON}, account)
    begin(handler, "exams", {"name": f"{name}考试", "held_on": ON, "expected": 10, "sat": 9, "passed": 9})
    duty = {"title": f"{name}法规", "year": 2024, "listed_on": ISSUED, "owner": "法规处", "due_on": END}
    begin(handler, "duties", duty | {"instruments": ["商标法"], "audience": "企业"})
    held = {"person": name, "kind": "legal", "number": "A1", "got_on": ISSUED}
    begin(handler, "qualifications", held)
    post = {"post": f"{name}法制审核岗", "set_on": ISSUED, "required": "legal"}
    begin(handler, "legal-posts", post | {"holder": name, "filled_on": ISSUED})
    _services(handler, name)
    _for_the_report(world, name)
    return SimpleNamespace(plan=plan, task=task, share=share, visit=visit)


def _exchanged(world, letter, name: str) -> None:
    """A package sent to another province, and one that came from it."""
    partner = begin(
        world.city.unit_head,
        "partners",
        {
            "name": f"{name}协作局",
            "address": "https://partner.example",
            "key": packages.public_key(KEY),
            "since": ISSUED,
        },
    )
    said = {"partner": partner, "summary": f"{name}，请核查。", "made_on": ON}
    begin(world.city.handler, "outgoing", said, letter)
    exchange.receive(data=package(subject=f"{name}来函"), at=AT)


def _for_the_report(world, name: str) -> None:
    """What is written into the report beside its figures."""
    planner, year = world.city.planner, {"first": date(2024, 1, 1), "last": ON}
    told = {
        "title": f"{name}亮点",
        "happened_on": ON,
        "part": "行政保护",
        "text": f"{name}。",
        "origin": "通知",
    }
    begin(planner, "highlights", told)
    asked = {
        "title": f"{name}供稿",
        "unit": world.a.unit,
        "year": 2024,
        "part": "行政保护",
        "asked": "写案例",
    }
    asked = begin(planner, "contributions", asked | {"asked_on": ISSUED, "due_on": ON})
    take(world.a.handler, "contributions", asked, "send", {"said": f"{name}供稿。"}, on=ON)
    number = {"title": f"{name}培训", "value": "12", "measure": "场", "stated_by": "人事处", "paper": "台账"}
    begin(planner, "manual-figures", number | year)


def _services(handler, name: str) -> None:
    patent = {
        "patent_no": "ZL202310000001.0",
        "title": f"{name}水杯",
        "holder": "某大学",
        "declared_on": ISSUED,
    }
    declared = begin(handler, "open-licences", patent | {"funded": True})
    begin(handler, "licences", {"licensee": f"{name}公司", "concluded_on": ON, "fee_fen": 100}, declared)
    project = {
        "title": f"{name}导航",
        "kind": "industry",
        "organ": "研究院",
        "begun_on": ISSUED,
        "due_on": END,
    }
    begin(handler, "navigation-projects", project)
    sign = begin(
        handler, "indications", {"name": f"{name}榨菜", "kind": "mark", "granted_on": date(2010, 1, 1)}
    )
    begin(handler, "indication-users", {"firm": f"{name}厂", "since": ISSUED}, sign)
    begin(handler, "service-points", {"name": f"{name}工作站", "kind": "overseas", "opened_on": ISSUED})
    asked = {"firm": f"{name}公司", "country": "美国", "matter": "337调查", "asked_on": ISSUED}
    begin(handler, "overseas-cases", asked)
