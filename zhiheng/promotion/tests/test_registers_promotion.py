"""Licences, navigation, indications, service points, guidance abroad: where they stand and what counts."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from tests import records
from zhiheng.figures.registry import find as figure
from zhiheng.figures.selectors import compute, scope_of, year_of
from zhiheng.refusal import Refused
from zhiheng.registers import selectors
from zhiheng.registers.declaration import find

ON = date(2024, 6, 3)


begin = partial(records.begin, on=ON)
take = partial(records.take, on=date(2024, 12, 1))


def values(unit, *figure_ids, until=date(2024, 12, 31)):
    found = compute(scope_of(unit, date(2024, 1, 1), until), [figure(one) for one in figure_ids])
    return [found[one].value for one in figure_ids]


def test_a_withdrawn_declaration_stands_no_longer_but_was_announced(world):
    handler = world.city.handler
    answers = {
        "patent_no": "ZL202310000001.0",
        "title": "一种水杯",
        "holder": "某大学",
        "funded": True,
        "declared_on": ON,
    }
    one = begin(handler, "open-licences", answers)
    begin(handler, "licences", {"licensee": "某公司", "concluded_on": ON, "fee_fen": 300_000_00}, one)
    begin(handler, "licences", {"licensee": "乙公司", "concluded_on": ON}, one)
    take(handler, "open-licences", one, "withdraw", {"withdrawn_on": date(2024, 9, 1)})
    figures = ("svc.open", "svc.open.standing", "svc.open.licences", "svc.open.fees")
    assert values(world.city.unit, *figures) == [1, None, 2, 30]
    assert values(world.city.unit, "svc.open.standing", until=date(2024, 8, 31)) == [1]


def test_a_navigation_project_goes_through_its_stages_and_counts_twice_by_two_days(world):
    handler = world.city.handler
    answers = {
        "title": "轻合金产业导航",
        "kind": "industry",
        "organ": "某研究院",
        "begun_on": date(2023, 3, 1),
        "due_on": date(2024, 5, 31),
    }
    one = begin(handler, "navigation-projects", answers)
    register = find("navigation-projects")
    assert selectors.record_for(handler, register, one.pk, ON).state == "late"
    take(handler, "navigation-projects", one, "move", {"stage": "analysis", "stage_on": ON})
    take(handler, "navigation-projects", one, "accept", {"accepted_on": ON, "results": ["导航报告"]})
    take(handler, "navigation-projects", one, "use", {"used_how": "用于招商决策。"})
    one.refresh_from_db()
    assert one.stage == "use"
    unit = world.city.unit
    assert values(unit, "svc.navigation", "svc.navigation.accepted") == [None, 1]
    assert compute(year_of(unit, 2023), [figure("svc.navigation")])["svc.navigation"].value == 1


def test_an_indication_protected_twice_is_two_items_and_one_name(world):
    handler = world.city.handler
    mark = begin(handler, "indications", {"name": "示例榨菜", "kind": "mark", "granted_on": date(2010, 1, 1)})
    begin(handler, "indications", {"name": "示例榨菜", "kind": "product", "granted_on": date(2012, 1, 1)})
    gone = begin(handler, "indications", {"name": "示例柚", "kind": "mark", "granted_on": date(2011, 1, 1)})
    with pytest.raises(Refused, match="失效原因"):
        take(handler, "indications", gone, "end", {"ended_on": ON})
    take(handler, "indications", gone, "end", {"ended_on": ON, "ended_because": "期满未续展"})
    for firm in ("甲厂", "乙厂"):
        begin(handler, "indication-users", {"firm": firm, "since": ON}, mark)
    figures = ("gi.total", "gi.total.mark", "gi.total.product", "gi.names", "gi.users")
    assert values(world.city.unit, *figures) == [2, 1, 1, 1, 2]


def test_service_points_count_by_what_they_are_while_they_are_open(world):
    handler = world.city.handler
    for name, kind in (
        ("甲站", "overseas"),
        ("乙站", "overseas"),
        ("丙窗口", "window"),
        ("丁调委会", "mediation"),
    ):
        made = begin(handler, "service-points", {"name": name, "kind": kind, "opened_on": date(2020, 1, 1)})
    take(handler, "service-points", made, "close", {"closed_on": ON})
    assert values(world.city.unit, "ovs.site", "svc.window", "med.org") == [2, 1, None]


def test_guidance_abroad_counts_once_given_and_saves_what_the_firm_states(world):
    handler = world.city.handler
    asked = {"firm": "某公司", "country": "美国", "matter": "337调查", "asked_on": date(2024, 2, 1)}
    one = begin(handler, "overseas-cases", asked)
    begin(handler, "overseas-cases", asked | {"firm": "乙公司"})
    unit = world.city.unit
    assert values(unit, "ovs.case") == [None]
    with pytest.raises(Refused, match="现在是“待指导”"):
        take(handler, "overseas-cases", one, "close", {"closed_on": ON})
    take(handler, "overseas-cases", one, "guide", {"guided_on": ON, "guidance": "聘请当地律师应诉。"})
    take(handler, "overseas-cases", one, "close", {"closed_on": ON, "saved_fen": 5_000_000_00})
    assert values(unit, "ovs.case", "ovs.saved") == [1, 500]
