"""Rules where they turn: the same moment, the last character, a step just seen, one's own proposal, a clock held and ended."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.utils.timezone import get_default_timezone

from tests.casework import Worker
from zhiheng.accounts.models import Person, RoleGrant
from zhiheng.accounts.rights import Role
from zhiheng.cases.models import Case
from zhiheng.matters import selectors, services
from zhiheng.matters.engine import procedure_of
from zhiheng.refusal import Refused


@pytest.fixture
def work(world):
    return Worker(world.a)


NINE = datetime(2024, 3, 4, 9, 0, tzinfo=get_default_timezone())
EARLIER = NINE - timedelta(minutes=1)


def test_what_begins_and_ends_at_one_moment_is_in_order_and_what_ends_before_it_is_not(work):
    work.register(act_on=date(2024, 3, 1), act_end_on=date(2024, 3, 1))
    work.step("start_verification")
    with pytest.raises(Refused, match="“检查结束时间”早于“检查开始时间”"):
        work.step("record_inspection", inspected_from=NINE, inspected_to=EARLIER)
    work.step("record_inspection", inspected_from=NINE, inspected_to=NINE)


def test_a_title_of_exactly_the_longest_length_is_taken_and_one_character_more_is_not(work):
    longest = Case._meta.get_field("title").max_length
    with pytest.raises(Refused, match=f"最多{longest}个字"):
        work.register(title="长" * (longest + 1))
    assert work.register(title="长" * longest).title == "长" * longest


def test_a_step_seen_as_taken_may_be_taken_again_and_one_taken_since_may_not(work):
    work.to_filed().step("record_questioning")
    step = procedure_of(work.case.matter.proceeding.version).steps["record_questioning"]
    seen = work.case.matter.proceeding.steps.count()

    def again(seen: int):
        services.take_step(
            actor=work.cast.handler,
            record=work.case,
            step=step.code,
            data=work.data(step),
            on=work.on,
            seen=seen,
        )

    with pytest.raises(Refused, match="这次没有重复办理"):
        again(seen - 1)
    again(seen)
    assert work.case.matter.proceeding.steps.count() == seen + 1


def test_nobody_is_asked_to_approve_what_they_proposed_themselves(work):
    RoleGrant.objects.create(person=work.cast.handler, role=Role.UNIT_HEAD, since=date(2020, 1, 1))
    work.register()
    work.step("start_verification")
    work.step("record_inspection")
    proposal = work.propose("file_case")
    asked = {
        person.name: [
            turn.proposal_id for turn in selectors.opinions_awaited(Person.objects.get(pk=person.pk), work.on)
        ]
        for person in (work.cast.handler, work.cast.unit_head)
    }
    assert proposal.next_role == Role.UNIT_HEAD
    assert asked == {work.cast.handler.name: [], work.cast.unit_head.name: [proposal.pk]}


def test_nor_is_who_proposed_without_working_the_case_themselves(work):
    work.to_filed()
    work.wait(5).step("record_questioning")
    work.wait(20).step("close_investigation")
    work.wait(1).step("submit_review")
    reviewer = work.people["case_reviewer"]
    RoleGrant.objects.create(person=reviewer, role=Role.LEADER, since=date(2020, 1, 1))
    proposal = work.propose("extend_review", extension_days=5, reason="案情复杂")
    assert (proposal.proposed_by, proposal.next_role) == (reviewer, Role.LEADER)
    asked = {
        person.name: [
            turn.proposal_id for turn in selectors.opinions_awaited(Person.objects.get(pk=person.pk), work.on)
        ]
        for person in (reviewer, work.cast.leader)
    }
    assert asked == {reviewer.name: [], work.cast.leader.name: [proposal.pk]}


def test_what_must_hold_between_answers_is_asked_again_when_the_approver_agrees(work):
    work.register()
    work.step("start_verification")
    work.step("record_inspection")
    proposal = work.propose("file_case")
    proposal.data |= {"inspected_from": NINE.isoformat(), "inspected_to": EARLIER.isoformat()}
    proposal.save(update_fields=["data"])
    with pytest.raises(Refused, match="早于"):
        work.agree(proposal)
    proposal.refresh_from_db()
    assert proposal.state == "pending" and work.case.state != "filed"


def test_a_clock_that_has_ended_does_not_stand_still_as_well(work):
    work.register()
    work.step("start_verification")
    work.step("record_inspection")
    asked = work.wait(1).step("start_identification")
    clocks = work.case.matter.proceeding.clocks
    assert clocks.get(key="verify").paused_since == work.on
    filed = work.wait(1).step("file_case")
    verification = clocks.get(key="verify")
    assert (verification.stopped_on, verification.paused_since) == (filed.on, None)
    # Nobody has answered yet: what goes on stands still, but only since it began.
    assert asked.on < filed.on == clocks.get(key="case").started_on


def test_a_number_that_an_imported_case_has_is_not_given_again(work, world):
    unit = world.a.unit
    Case.objects.create(
        unit=unit, cause="other", title="台账案件", party_name="某商行", state="ledger_closed",
        case_no=f"{unit.number_prefix}立〔2024〕1号",
    )  # fmt: skip
    assert work.to_filed().case.case_no == f"{unit.number_prefix}立〔2024〕2号"


def test_what_was_said_last_of_a_field_is_what_it_says(work):
    work.to_filed()
    for name in ("李示例", "王示例"):
        work.wait(1).step("record_questioning", person_questioned=name)
    assert selectors.standing_for(work.case, work.on).value("person_questioned") == "王示例"
