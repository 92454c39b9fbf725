"""Special actions, draws, inspections, what they found, typical cases: what holds between them, and what counts."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest

from tests import records
from tests.world import sign_in
from zhiheng.audit.verification import verify
from zhiheng.drawing import draw as drawn_of
from zhiheng.figures.registry import find as figure
from zhiheng.figures.selectors import compute, rows, year_of
from zhiheng.refusal import Refused
from zhiheng.registers import selectors, services
from zhiheng.registers.declaration import find

ON = date(2024, 6, 3)
LATER = date(2024, 12, 1)
SHOPS = [f"第{n}商行" for n in range(8)]
OFFICERS = ["甲员", "乙员", "丙员", "丁员"]


begin = partial(records.begin, on=LATER)
take = partial(records.take, on=LATER)


def value(unit, figure_id, year=2024):
    return compute(year_of(unit, year), [figure(figure_id)])[figure_id].value


def action(world, **answers):
    given = {
        "name": "川渝地标专项行动",
        "begins_on": ON,
        "ends_on": ON + timedelta(120),
        "cross_region": True,
    }
    return begin(world.city.planner, "special-actions", {**given, **answers})


def test_a_box_that_is_not_ticked_is_an_answer(world):
    given = {"name": "本市专项行动", "begins_on": ON, "ends_on": ON + timedelta(120)}
    assert begin(world.city.planner, "special-actions", given).cross_region is False


@pytest.fixture
def part(world):
    return begin(world.city.planner, "action-parts", {"unit": world.a.unit, "assigned_on": ON}, action(world))


def draw(world, part, **answers):
    given = {
        "name": "第一批",
        "drawn_on": ON,
        "subjects": SHOPS,
        "many": 3,
        "officers": OFFICERS,
        "officers_many": 2,
    }
    return begin(world.a.handler, "draws", {**given, **answers}, part)


def visit(world, part, subject=SHOPS[0], on=ON, **answers):
    given = {
        "subject": subject,
        "subject_kind": "firm",
        "visited_on": on,
        "items": ["商标使用", "专利标注"],
        "officers": OFFICERS[:2],
        "outcome": "clean",
    }
    return begin(world.a.handler, "inspections", {**given, **answers}, part)


def test_a_part_ends_with_its_action_and_belongs_to_its_district(world, part):
    assert part.due_on == ON + timedelta(120)
    assert selectors.record_for(world.a.handler, find("action-parts"), part.pk, ON).state == "open"
    with pytest.raises(Refused):
        begin(world.b.handler, "inspections", {"subject": "某店"}, part)


def test_a_draw_is_made_by_the_system_and_can_be_repeated(world, part):
    made = draw(world, part)
    assert made.drawn == drawn_of(SHOPS, 3, made.seed, "对象") and len(made.seed) == 32
    assert made.drawn_officers == drawn_of(OFFICERS, 2, made.seed, "人员")
    assert made.seed != draw(world, part, name="第二批").seed


def test_lists_cannot_be_changed_after_the_draw(world, part):
    made = draw(world, part)
    kept = [name for name in SHOPS if name not in made.drawn[:1]]
    with pytest.raises(Refused, match="与抽取结果不符"):
        services.correct(
            actor=world.a.handler, on=LATER, register=find("draws"), record=made, answers={"subjects": kept}, why="换名录"
        )  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"many": 9}, "抽不出9家"),
        ({"officers_many": 5}, "抽不出5人"),
        ({"officers_many": 1}, "不得少于两人"),
        ({"subjects": [*SHOPS, SHOPS[0]]}, "有重复的"),
    ],
)
def test_a_draw_that_cannot_be_is_refused(world, part, answers, words):
    with pytest.raises(Refused, match=words):
        draw(world, part, **answers)


def test_who_was_not_drawn_is_not_inspected_under_the_draw(world, part):
    made = draw(world, part)
    other = next(name for name in SHOPS if name not in made.drawn)
    visit(world, part, made.drawn[0], draw_name="第一批")
    with pytest.raises(Refused, match="不在第一批抽中的对象里"):
        visit(world, part, other, draw_name="第一批")
    with pytest.raises(Refused, match="没有“第九批”这一批抽取"):
        visit(world, part, other, draw_name="第九批")


def test_one_visit_of_a_day_holds_all_that_is_checked(world, part):
    visit(world, part)
    with pytest.raises(Refused, match="各检查事项请写在一条里"):
        visit(world, part)
    other = begin(
        world.city.planner,
        "action-parts",
        {"unit": world.a.unit, "assigned_on": ON},
        action(world, name="另一行动"),
    )
    with pytest.raises(Refused, match="已在“川渝地标专项行动”里检查过这家"):
        visit(world, other)
    with pytest.raises(Refused, match="不得少于两人"):
        visit(world, part, SHOPS[1], officers=["甲员"])


def test_people_and_visits_count_each_time_and_firms_once(world, part):
    visit(world, part)
    again = visit(world, part, on=ON + timedelta(30), officers=OFFICERS[:3])
    visit(world, part, SHOPS[1])
    visit(world, part, "某代理公司", subject_kind="agency")
    assert again.nth == 2
    unit = world.city.unit
    counted = {
        one: value(unit, one)
        for one in ("enf.people", "enf.checked", "enf.checked.firms", "agt.check", "enf.visits")
    }
    assert counted == {
        "enf.people": 9,
        "enf.checked": 3,
        "enf.checked.firms": 2,
        "agt.check": 1,
        "enf.visits": 4,
    }
    assert rows(figure("enf.people"), year_of(unit, 2024)).count() == 4
    assert value(world.b.unit, "enf.people") is None


def test_a_correction_of_who_went_corrects_how_many_and_the_ledger_says_both(world, part):
    made = visit(world, part)
    services.correct(
        actor=world.a.handler, on=LATER, register=find("inspections"), record=made, answers={"officers": OFFICERS}, why="漏写两人"
    )  # fmt: skip
    assert value(world.a.unit, "enf.people") == 4
    made.refresh_from_db()
    entry = selectors.history(made)[0]
    assert entry.data["officers_sent"] == {"from": 2, "to": 4}
    assert not [fault for fault in verify().faults if "检查" in fault]


def test_what_was_found_becomes_an_order_a_lead_or_a_case(world, part):
    clean = visit(world, part)
    with pytest.raises(Refused, match="没有发现问题"):
        begin(
            world.a.handler,
            "found-faults",
            {"found_on": ON, "what": "标注不规范", "disposal": "on_the_spot"},
            clean,
        )
    bad = visit(world, part, SHOPS[1], outcome="found")
    with pytest.raises(Refused, match="改正期限"):
        begin(
            world.a.handler, "found-faults", {"found_on": ON, "what": "标注不规范", "disposal": "order"}, bad
        )
    lead = begin(
        world.a.handler, "found-faults", {"found_on": ON, "what": "假冒专利", "disposal": "lead"}, bad
    )
    faults = find("found-faults")
    assert selectors.record_for(world.a.handler, faults, lead.pk, ON).state == "lead"
    take(world.a.handler, "found-faults", lead, "lead", {"lead_no": "渝北市监立〔2024〕1号"})
    assert selectors.record_for(world.a.handler, faults, lead.pk, ON).state == "case"
    assert (value(world.city.unit, "enf.leads"), value(world.city.unit, "agt.penalty")) == (1, None)


def test_agencies_dealt_with_count_once_each(world, part):
    one = visit(world, part, "某代理公司", subject_kind="agency", outcome="found")
    for what, disposal in (("档案不全", "talk"), ("没有合同", "order"), ("场所不符", "on_the_spot")):
        answers = {"found_on": ON, "what": what, "disposal": disposal}
        begin(
            world.a.handler,
            "found-faults",
            answers | ({"mend_by": LATER} if disposal == "order" else {}),
            one,
        )
    assert (value(world.city.unit, "agt.penalty"), value(world.city.unit, "enf.faults")) == (1, 3)


def test_actions_count_by_name_and_joint_ones_apart(world):
    action(world)
    action(world, name="重点商品检查", cross_region=False)
    action(world, name="去年的行动", begins_on=date(2023, 5, 1), ends_on=date(2023, 6, 1))
    assert (value(world.city.unit, "enf.actions"), value(world.city.unit, "xr.action")) == (2, 1)


def test_a_typical_case_counts_by_the_day_it_was_selected_and_is_cleared_before_it_is_published(world):
    handler, unit = world.a.handler, world.city.unit
    nominate = {
        "name": "某商标案",
        "kind": "trademark",
        "case_year": 2023,
        "nominated_on": date(2023, 12, 20),
    }
    case = begin(handler, "typical-cases", nominate)
    with pytest.raises(Refused, match="现在是“待审查”"):
        take(handler, "typical-cases", case, "publish", {"published_on": ON, "published_at": "官网"})
    take(handler, "typical-cases", case, "clear", {"cleared_on": date(2024, 1, 5)})
    assert value(unit, "enf.typical") is None
    selected = {
        "selected_on": date(2024, 4, 26),
        "level": "national",
        "issuer": "国家局",
        "list_name": "2023年度典型案例",
    }
    take(handler, "typical-cases", case, "select", selected)
    assert (value(unit, "enf.typical"), value(unit, "enf.nominated", 2023), value(unit, "enf.nominated")) == (
        1,
        1,
        None,
    )
    assert rows(figure("enf.typical"), year_of(unit, 2024)).get() == case
    take(handler, "typical-cases", case, "publish", {"published_on": ON, "published_at": "官网"})


def test_letters_count_by_their_kind_and_wait_for_a_reply(world):
    handler = world.city.handler
    answers = {
        "partner": "四川省知识产权服务促进中心",
        "number": "川知函〔2024〕1号",
        "sent_on": ON,
        "reply_by": ON + timedelta(15),
    }
    one = begin(handler, "letters", answers | {"subject": "商标侵权线索", "kind": "lead_in"})
    begin(
        handler,
        "letters",
        answers | {"subject": "协助取证", "kind": "assist_out", "number": "渝知函〔2024〕2号"},
    )
    letters = find("letters")
    assert selectors.record_for(handler, letters, one.pk, ON + timedelta(16)).state == "late"
    take(handler, "letters", one, "reply", {"replied_on": ON + timedelta(20), "reply": "已立案。"})
    assert selectors.record_for(handler, letters, one.pk, LATER).state == "replied"
    unit = world.city.unit
    assert (value(unit, "xr.transfer"), value(unit, "xr.transfer.lead_in")) == (2, 1)


def test_a_power_given_to_two_districts_is_one_item_and_two_units(world):
    for unit in (world.a.unit, world.b.unit):
        given = {"item": "专利侵权纠纷行政裁决", "unit": unit, "delegated_on": ON, "basis": "委托书"}
        begin(world.city.planner, "delegations", given)
    found = (value(world.city.unit, "enf.delegated"), value(world.city.unit, "enf.delegated.units"))
    assert found == (1, 2)
    with pytest.raises(Refused):
        begin(
            world.a.handler,
            "delegations",
            {"item": "某权限", "unit": world.a.unit, "delegated_on": ON, "basis": "自行"},
        )


def test_a_power_that_the_law_leaves_to_the_province_is_not_delegated(world):
    """专利代理条例 25: refused at the field with the article; without the cause it is a record and gives no power."""
    given = {"item": "专利代理检查", "unit": world.a.unit, "delegated_on": ON, "basis": "委托书"}
    with pytest.raises(Refused) as refused:
        begin(world.city.planner, "delegations", given | {"cause": "patent_agency_check"})
    reason = refused.value.reasons[0]
    assert (reason.field, reason.article) == ("cause", "专利代理条例25") and "不能下放" in reason.text
    begin(world.city.planner, "delegations", given)


def test_lists_of_what_lies_three_records_deep_ask_no_more_for_many_rows(
    world, part, client, django_assert_max_num_queries
):
    draw(world, part)
    for number in range(6):
        one = visit(world, part, f"第{number}店", outcome="found")
        begin(
            world.a.handler, "found-faults", {"found_on": ON, "what": "标注", "disposal": "on_the_spot"}, one
        )
        draw(world, part, name=f"另{number}批")
    sign_in(client, world.city.planner)
    for address in (
        "/registers/enforcement/draws/",
        "/registers/enforcement/inspections/",
        "/registers/enforcement/found-faults/",
        "/reports/2024/figures/enf.people/",
        "/reports/2024/figures/enf.faults/",
    ):
        client.get(address)
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200
