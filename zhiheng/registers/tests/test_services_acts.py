"""Acts on records: who may, when, what is written down, and what two people at once come to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest

from zhiheng.accounts.rights import Right
from zhiheng.audit.models import Entry
from zhiheng.audit.services import verify
from zhiheng.outreach.models import Activity, BaseReview, EducationBase
from zhiheng.outreach.tests.publicity import ON, hold_activity, name_base, review_base
from zhiheng.refusal import Refused
from zhiheng.registers import selectors, services
from zhiheng.registers.declaration import find
from zhiheng.registers.services import Changed

WITHDRAWN = {"withdrawn_on": date(2024, 6, 1), "withdrawn_because": "不再开放"}


def take(world, base, answers=WITHDRAWN, *, actor=None, on=ON, seen=None):
    bases = find("bases")
    return services.take(
        actor=actor or world.city.planner,
        on=on,
        register=bases,
        record=base,
        act=bases.act("withdraw"),
        answers=answers,
        seen=seen,
    )


def standing(world, base, on=ON):
    return selectors.record_for(world.city.planner, find("bases"), base.pk, on).state


def correct(world, base, *, why="文件核对", seen=None, actor=None, **answers):
    return services.correct(
        actor=actor or world.city.planner,
        on=ON,
        register=find("bases"),
        record=base,
        answers=answers,
        why=why,
        seen=seen,
    )


def reasons_of(call) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return str(refused.value)


def test_a_base_is_named_withdrawn_and_each_act_is_in_the_ledger(world):
    base = name_base(world)
    assert standing(world, base) == "in_force"
    take(world, base)
    assert standing(world, base) == "withdrawn"
    acts = list(
        Entry.objects.filter(subject_kind="outreach.educationbase").values_list("action", "actor_name")
    )
    assert acts == [("命名基地", "沈计然"), ("撤销命名", "沈计然")]
    begun = Entry.objects.get(action="命名基地").data
    assert begun["name"] == base.name and begun["unit"] == world.a.unit.name and begun["batch"] == 1
    assert "address" not in begun, "what was left empty is not said"
    withdrawn = Entry.objects.get(action="撤销命名").data
    assert withdrawn == {"withdrawn_on": "2024-06-01", "withdrawn_because": "不再开放", "version": 2}
    assert not verify().broken


def test_an_act_outside_its_state_is_refused_with_state_and_reason(world):
    base = name_base(world)
    take(world, base)
    said = reasons_of(lambda: take(world, base))
    assert "现在是“已撤销”" in said and "“撤销命名”只用于“在册”" in said
    assert EducationBase.objects.get().version == 2


def test_only_the_office_names_bases_and_a_refusal_says_who_may(world):
    bases = find("bases")
    answers = {
        "name": "甲",
        "unit": world.a.unit,
        "kind": "park",
        "organ": "甲园",
        "batch": 1,
        "named_on": ON,
    }
    for actor in (world.a.unit_head, world.a.leader, world.city.handler):
        said = reasons_of(
            lambda actor=actor: services.begin(
                actor=actor, on=ON, register=bases, act=bases.begin, answers=answers
            )
        )
        assert "您不能命名基地：由市局的办案机构负责人、机关负责人、计划统计人员办理" in said
    assert not EducationBase.objects.exists() and not Entry.objects.exists()


def test_activities_are_kept_by_the_unit_that_holds_them(world):
    held = hold_activity(world.a.handler)
    assert held.unit == world.a.unit
    activities = find("activities")
    for stranger in (world.city.planner, world.b.handler):
        with pytest.raises(Refused):
            services.void(actor=stranger, on=ON, register=activities, record=held, why="试试")
    assert Activity.objects.get().voided_on is None


def test_a_required_answer_that_is_missing_is_named_at_its_field(world):
    with pytest.raises(Refused) as refused:
        name_base(world, organ="", batch=None)
    assert {(r.field, r.text) for r in refused.value.reasons} == {
        ("organ", "请填写“依托单位”"),
        ("batch", "请填写“第几批”"),
    }


def test_the_kinds_own_check_and_the_constraints_speak_chinese_at_the_field(world):
    with pytest.raises(Refused) as refused:
        hold_activity(world.a.handler, ended_on=date(2024, 4, 19))
    assert [(r.field, r.text) for r in refused.value.reasons] == [("ended_on", "结束日期早于开始日期")]
    with pytest.raises(Refused) as refused:
        hold_activity(world.a.handler, open_days=8)
    assert refused.value.reasons[0].field == "open_days"
    with pytest.raises(Refused) as refused:
        hold_activity(world.a.handler, kind="party")
    assert refused.value.reasons[0].field == "kind"
    hold_activity(world.a.handler)
    assert "这个单位同一天已有同名的活动" in reasons_of(lambda: hold_activity(world.a.handler))
    assert hold_activity(world.b.handler).unit == world.b.unit, "another unit may hold one of the same name"


def test_a_correction_keeps_the_old_value_with_who_when_and_why(world):
    base = name_base(world, batch=2)
    correct(world, base, batch=1, why="命名文件写的是首批")
    assert EducationBase.objects.get().batch == 1
    entries = selectors.history(base)
    assert entries[0].data == {"batch": {"from": 2, "to": 1}, "why": "命名文件写的是首批", "version": 2}
    (kept,) = selectors.corrections(find("bases"), entries)["batch"]
    assert (kept.was, kept.by, kept.on, kept.why) == ("2", "沈计然", ON, "命名文件写的是首批")


def test_a_correction_without_reason_or_change_is_refused(world):
    base = name_base(world)
    assert "请写明更正理由" in reasons_of(lambda: correct(world, base, batch=3, why="  "))
    assert "没有改动任何一项" in reasons_of(lambda: correct(world, base, batch=1))
    assert EducationBase.objects.get().version == 1


def test_a_correction_does_no_act(world):
    base = name_base(world)
    said = reasons_of(lambda: correct(world, base, **WITHDRAWN))
    assert "“撤销日期”还没有登记过，不能更正。请用“撤销命名”登记" in said
    take(world, base)
    correct(world, base, withdrawn_on=date(2024, 5, 31))
    assert EducationBase.objects.get().withdrawn_on == date(2024, 5, 31)


def test_a_record_is_not_corrected_into_a_unit_over_whose_records_one_has_no_right(world):
    """Of a kind whose units keep their own records: bases, were they such a kind."""
    base = name_base(world, unit=world.city.unit)
    own = replace(find("bases"), right=Right.KEEP_PUBLICITY)

    def move(unit):
        services.correct(
            actor=world.city.planner, on=ON, register=own, record=base, answers={"unit": unit}, why="归属有误"
        )

    assert "您不能更正" in reasons_of(lambda: move(world.a.unit))
    assert EducationBase.objects.get().unit == world.city.unit


def test_a_file_is_set_aside_at_the_record_it_belongs_to_and_at_no_other(world):
    activities = find("activities")
    one, other = (hold_activity(world.a.handler, name) for name in ("甲活动", "乙活动"))
    asked = {"actor": world.a.handler, "on": ON, "register": activities}
    (kept,) = services.attach(**asked, record=one, label="签到表", files=[("签到.txt", BytesIO(b"x"))])
    with pytest.raises(Refused, match="不属于这条记录"):
        services.set_aside(**asked, record=other, attachment=kept, why="放错了")
    assert services.set_aside(**asked, record=one, attachment=kept, why="放错了").set_aside_on == ON


def test_a_form_opened_before_somebody_elses_act_is_told_what_changed(world):
    base = name_base(world)
    seen = base.version
    correct(world, base, organ="明月湖小学")
    with pytest.raises(Changed) as changed:
        correct(world, base, organ="明月湖大学", seen=seen)
    assert changed.value.version == 2
    assert "2024-06-03 沈计然 更正（依托单位：明月湖中学 → 明月湖小学" in str(changed.value)
    correct(world, base, organ="明月湖大学", seen=changed.value.version)
    assert EducationBase.objects.get().organ == "明月湖大学"


def test_a_voided_record_counts_nowhere_and_frees_its_key(world):
    base = name_base(world)
    services.void(actor=world.city.planner, on=ON, register=find("bases"), record=base, why="重复登记")
    assert standing(world, base) == "voided"
    assert not EducationBase.objects.standing().exists()
    again = name_base(world)
    assert again.pk != base.pk
    for call in (lambda: take(world, base), lambda: correct(world, base, batch=3)):
        assert "作废" in reasons_of(call)


def test_a_record_with_records_below_it_is_not_voided_from_over_them(world):
    base = name_base(world)
    review = review_base(world, base)
    call = lambda: services.void(  # noqa: E731
        actor=world.city.planner, on=ON, register=find("bases"), record=base, why="重复登记"
    )
    assert "下面还有 1 次基地复核" in reasons_of(call)
    services.void(actor=world.city.planner, on=ON, register=find("base-reviews"), record=review, why="录错")
    call()
    assert standing(world, base) == "voided"


def test_a_record_below_takes_the_unit_of_the_one_above(world):
    review = review_base(world, name_base(world))
    assert review.unit == world.a.unit
    assert "这个基地当年已有复核" in reasons_of(lambda: review_base(world, review.base))
    assert "整改期限" in reasons_of(lambda: review_base(world, review.base, year=2025, result="mend"))


def test_nothing_begins_below_a_record_that_is_voided_or_not_ones_own_to_see(world):
    base = name_base(world)
    services.void(actor=world.city.planner, on=ON, register=find("bases"), record=base, why="重登")
    assert "上级记录已于 2024-06-03 作废，不能登记复核" in reasons_of(lambda: review_base(world, base))
    reviews = find("base-reviews")
    answers = {"year": 2024, "reviewed_on": ON, "result": "passed"}
    begin = {
        "on": ON,
        "register": reviews,
        "act": reviews.begin,
        "answers": answers,
        "parent": name_base(world),
    }
    assert "不属于您的单位" in reasons_of(lambda: services.begin(actor=world.b.leader, **begin))
    assert not BaseReview.objects.exists()


def test_where_a_record_stands_follows_the_day(world):
    activities = find("activities")
    planned = hold_activity(
        world.a.handler, held_on=date(2024, 7, 1), ended_on=date(2024, 7, 1), reach=None, reach_rule=""
    )

    def state(on):
        return selectors.record_for(world.a.handler, activities, planned.pk, on).state

    assert [state(ON), state(date(2024, 7, 1))] == ["planned", "open"]
    answers = {"reach": 80, "reach_rule": "signed"}
    report = {"actor": world.a.handler, "register": activities, "record": planned, "answers": answers}
    report["act"] = activities.act("report")
    assert "现在是“未举行”" in reasons_of(lambda: services.take(on=ON, **report))
    services.take(on=date(2024, 7, 2), **report)
    assert state(date(2024, 7, 2)) == "done"


def test_what_the_database_refuses_is_told_in_words_and_leaves_nothing(world, monkeypatch):
    """Two people name the same base at once: each saw no other, the database lets one in."""
    name_base(world)
    entries = Entry.objects.count()
    assert "已有同名的教育基地" in reasons_of(lambda: name_base(world))
    monkeypatch.setattr(services, "_broken_constraints", lambda register, record: [])
    assert "与数据库里已有的内容冲突，没有写入" in reasons_of(lambda: name_base(world)), (
        "gone again meanwhile"
    )
    assert EducationBase.objects.count() == 1 and Entry.objects.count() == entries


def test_who_may_not_act_is_told_so_before_what_changed(world):
    base = name_base(world)
    for call in (
        lambda: take(world, base, actor=world.a.leader, seen=-1),
        lambda: correct(world, base, actor=world.a.leader, seen=-1, organ="别的"),
    ):
        with pytest.raises(Refused) as refused:
            call()
        assert not isinstance(refused.value, Changed), refused.value
