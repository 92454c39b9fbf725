"""The numbers of publicity are their records: what is counted, from when, and what opens behind each."""

from __future__ import annotations

from datetime import date

import pytest

from zhiheng.figures.registry import find as figure
from zhiheng.figures.selectors import compute, rows, scope_of, year_of
from zhiheng.refusal import Refused
from zhiheng.registers import selectors, services
from zhiheng.registers.declaration import find

from .publicity import ON, hold_activity, name_base


def value(unit, figure_id, year=2024):
    return compute(year_of(unit, year), [figure(figure_id)])[figure_id].value


def void(actor, kind, record, on=ON):
    services.void(actor=actor, on=on, register=find(kind), record=record, why="重登")


def test_bases_count_in_the_year_they_were_named_and_stand_until_withdrawn(world):
    city = world.city.unit
    for name, year in (("甲", 2023), ("乙", 2024), ("丙", 2024)):
        name_base(world, f"{name}基地", named_on=date(year, 5, 1))
    gone = name_base(world, "撤销的基地", named_on=date(2024, 3, 1))
    bases = find("bases")
    services.take(
        actor=world.city.planner,
        on=ON,
        register=bases,
        record=gone,
        act=bases.act("withdraw"),
        answers={"withdrawn_on": date(2024, 6, 1), "withdrawn_because": "关闭"},
    )
    assert value(city, "pub.base", 2023) == 1 and value(city, "pub.base", 2024) == 3
    standing = figure("pub.base.standing")

    def on(day):
        scope = scope_of(city, date(2024, 1, 1), day)
        return compute(scope, [standing])[standing.id].value

    assert [on(date(2024, 2, 1)), on(date(2024, 5, 31)), on(date(2024, 6, 1))] == [1, 4, 3]
    assert value(world.b.unit, "pub.base") in (None, 0)


def test_activities_count_once_their_result_is_recorded_media_only_by_their_reach(world):
    handler, unit = world.a.handler, world.a.unit
    hold_activity(handler, "启动仪式", reach=100)
    hold_activity(handler, "还没有结果", reach=None, reach_rule="")
    hold_activity(handler, "短视频", kind="media", reach=5000, reach_rule="platform")
    mistaken = hold_activity(handler, "重登的", reach=7)
    hold_activity(handler, "去年的", held_on=date(2023, 12, 31), ended_on=date(2024, 1, 2), reach=9)
    void(handler, "activities", mistaken)
    assert value(unit, "pub.events") == 1
    assert value(unit, "pub.reach") == 5100
    assert value(unit, "pub.reach", 2023) == 9


def test_visitors_a_day_are_a_rate_over_the_days_the_exhibitions_were_open(world):
    handler, unit = world.a.handler, world.a.unit
    hold_activity(handler, "成果展", kind="exhibition", reach=6000, open_days=6)
    hold_activity(handler, "小展", kind="exhibition", reach=500, open_days=4)
    hold_activity(handler, "没有天数的展览", kind="exhibition", reach=9999)
    hold_activity(handler, "不是展览", reach=9999, open_days=2)
    assert value(unit, "pub.visit") == 650


@pytest.mark.parametrize("figure_id", ["pub.events", "pub.reach", "pub.base", "pub.base.standing"])
def test_a_number_opens_to_its_records_in_the_report(world, signed_in, figure_id):
    hold_activity(world.a.handler, "启动仪式")
    name_base(world, "甲基地")
    page = signed_in(world.city.planner).get(f"/reports/2024/figures/{figure_id}/")
    text = page.content.decode()
    assert page.status_code == 200 and ("启动仪式" if "base" not in figure_id else "甲基地") in text
    assert "/registers/outreach/" in text
    found = figure(figure_id)
    assert rows(found, year_of(world.city.unit, 2024)).count() == 1
    neighbour = signed_in(world.b.handler).get(f"/reports/2024/figures/{figure_id}/").content.decode()
    assert "启动仪式" not in neighbour and "甲基地" not in neighbour


def test_the_report_names_the_three_numbers_of_publicity(world, signed_in):
    hold_activity(world.a.handler, "启动仪式", reach=1234)
    name_base(world, "甲基地")
    page = signed_in(world.city.planner).get("/reports/2024/").content.decode()
    assert "举办普法宣传活动" in page and "命名知识产权文化教育传播基地" in page and "1234" in page


def test_outdoor_screens_are_counted_as_screens_and_are_no_events(world):
    day = {"held_on": date(2024, 4, 26), "ended_on": date(2024, 4, 30)}
    hold_activity(world.city.handler, "户外屏幕投放", kind="screen", screens=35, reach=9000, **day)
    hold_activity(world.city.handler, "发布会", kind="press", reach=60, **day)
    asked = ("pub.screens", "pub.events", "pub.events.press", "pub.reach")
    found = compute(year_of(world.city.unit, 2024), [figure(one) for one in asked])
    assert [one.value for one in found.values()] == [35, 1, 1, 9060]
    with pytest.raises(Refused, match="户外屏幕才填"):
        hold_activity(world.city.handler, "讲座", kind="lecture", screens=3, **day)


def test_the_duty_list_says_what_was_done_of_it(world):
    duties, handler = find("duties"), world.city.handler
    said = {
        "title": "商标法实施条例", "year": 2024, "listed_on": date(2024, 1, 5), "owner": "法规处",
        "due_on": date(2024, 5, 31), "instruments": ["商标法"],
    }  # fmt: skip
    on = date(2024, 6, 3)
    duty = services.begin(actor=handler, on=on, register=duties, act=duties.begin, answers=said)
    assert selectors.record_for(handler, duties, duty.pk, on).state == "late"
    done = {"done_on": on, "done_how": "举办讲座。"}
    services.take(actor=handler, on=on, register=duties, record=duty, act=duties.act("do"), answers=done)
    assert selectors.record_for(handler, duties, duty.pk, on).state == "done"
    found = compute(year_of(world.city.unit, 2024), [figure("pub.duties"), figure("pub.duties.done")])
    assert [one.value for one in found.values()] == [1, 1]
