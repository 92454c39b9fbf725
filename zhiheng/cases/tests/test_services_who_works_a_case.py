"""Who names the officers of a case, who may be named, and what becomes of those who are not any more."""

import pytest

from tests.casework import Worker
from tests.world import make_person
from zhiheng.accounts.rights import Role
from zhiheng.audit.models import Entry
from zhiheng.matters import services
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(world):
    work = Worker(world.a)
    work.register()
    return work


def assign(work, *people, by=None) -> None:
    services.assign_officers(actor=by or work.cast.unit_head, record=work.case, people=people, on=work.on)


def officers(work) -> list[tuple[str, bool]]:
    return list(
        work.case.matter.officers.filter(until__isnull=True)
        .order_by("-lead", "id")
        .values_list("person__name", "lead")
    )


def test_one_officer_is_not_enough_and_neither_is_the_same_one_twice(work):
    before = officers(work)
    for people in ([work.cast.handler], [work.cast.handler, work.cast.handler]):
        with pytest.raises(Refused, match="不得少于两人"):
            assign(work, *people)
    assert officers(work) == before


@pytest.mark.parametrize("who", ["leader", "reviewer", "admin"])
def test_only_the_unit_s_head_of_section_and_who_is_in_charge_name_officers(work, who):
    with pytest.raises(Refused, match="须由办案机构负责人办理"):
        assign(work, work.cast.handler, work.cast.co_handler, by=getattr(work.cast, who))


def test_nobody_of_another_unit_names_officers_or_is_named(work, world):
    for by in (world.b.unit_head, world.city.unit_head):
        with pytest.raises(Refused, match="须由办案机构负责人办理"):
            assign(work, work.cast.handler, work.cast.co_handler, by=by)
    with pytest.raises(Refused, match=r"不是.*的人员"):
        assign(work, work.cast.handler, world.b.handler)


def test_only_handlers_are_named(work):
    with pytest.raises(Refused, match="没有承办人角色"):
        assign(work, work.cast.handler, work.cast.leader)


def test_those_not_named_any_more_are_ended_on_the_day_and_all_of_it_is_on_the_record(work, world):
    third = make_person(world.a.unit, "jia-disan", "第三人", Role.HANDLER)
    work.wait(3)
    assign(work, third, work.cast.handler)
    assert officers(work) == [("第三人", True), (work.cast.handler.name, False)]
    ended = work.case.matter.officers.get(person=work.cast.co_handler)
    assert (ended.until, ended.lead) == (work.on, False)
    entry = Entry.objects.filter(action="指派承办人").last()
    assert entry.on == work.on and entry.actor_id == work.cast.unit_head.pk
    assert sorted(entry.data["before"]) == sorted([work.cast.handler.name, work.cast.co_handler.name])
    assert entry.data["after"] == ["第三人", work.cast.handler.name]


def test_a_step_is_taken_by_the_officers_of_the_case_and_not_by_other_handlers_of_the_unit(work, world):
    other = make_person(world.a.unit, "jia-pangren", "旁人", Role.HANDLER)
    step = {"step": "start_verification", "data": {}, "on": work.on, "record": work.case}
    with pytest.raises(Refused, match="须由本案承办人办理"):
        services.take_step(actor=other, **step)
    with pytest.raises(Refused, match="证据须由本案承办人登记"):
        services.add_evidence(
            actor=other, record=work.case, on=work.on, file=None, file_name="", name="单据", kind="documentary",
            source="当事人", proves="数量", collected_on=work.on,
        )  # fmt: skip
    assert work.case.matter.proceeding.steps.count() == 1
