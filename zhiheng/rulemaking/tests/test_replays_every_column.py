"""Whatever column of a draft, its versions, its comments or their groups is changed outside the services, the ledger of acts tells."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from tests.drafting import TextWorker
from tests.site.test_every_column_is_held import other
from tests.world import tell_of
from zhiheng.audit.verification import verify
from zhiheng.registers.declaration import of_model
from zhiheng.registers.services import begin
from zhiheng.reviews.models import Review
from zhiheng.rulemaking import comments, drafting
from zhiheng.rulemaking.models import (
    Comment,
    CommentGroup,
    NormativeDocument,
    PlanItem,
    PlanStage,
    Project,
    TextVersion,
)

pytestmark = pytest.mark.django_db

ON = date(2024, 9, 10)
NOT_SAID = {
    "TextVersion.at": "the moment of writing; its entry has one of its own",
    "Comment.at": "the moment of receiving; its entry has one of its own",
}


@pytest.fixture
def worked(world):
    tell_of(world)
    work = TextWorker(world.city)
    work.write()
    given = {"actor": work.handler, "project": work.project}
    version = drafting.latest(work.project)
    article = drafting.read(version).articles()[1]
    drafting.change_provision(
        **given, on=date(2024, 9, 3), provision=article.id, seen=version.sha, words="市知识产权局办理本市的专利侵权纠纷。",
        why="范围更清楚", source="专利法 65",
    )  # fmt: skip
    work.take("consult", date(2024, 9, 3))
    first = work.comment("第四条的期限太短。", provision="第四条", name="李某", contact="13800000000")
    other_one = work.comment("建议第四条明确起算日。", provision="第四条", address="10.0.0.2")
    hidden = work.comment("含有他人电话的意见，打这个电话。", address="10.0.0.3")
    unit = comments.enter_for_unit(
        **given, on=ON, name="某局", words="改一个字。", provision="第二条", proposed="市局办理。"
    )
    comments.moderate(**given, comment=first, on=ON, state="shown")
    comments.moderate(**given, comment=hidden, on=ON, state="hidden", because="含有他人的个人信息")
    comments.join(**given, on=ON, group=other_one.group, into=first.group)
    stray = work.comment("第四条的期限太短！", provision="第四条", address="10.0.0.7")
    comments.set_apart(**given, on=ON, comment=stray)
    late = work.comment("第二条应当写明级别管辖。", provision="第二条", address="10.0.0.4")
    comments.moderate_all(**given, on=ON, groups=[late.group_id], state="shown")
    comments.answer_all(**given, on=ON, groups=[late.group_id], answer="part", why="另行规定。")
    for group in CommentGroup.objects.filter(answer=""):
        comments.answer(**given, on=ON, group=group, answer="part", why="改为七个工作日。")
    assert unit.group.project_id == work.project.pk
    work.take("end_consulting", date(2024, 10, 9))
    work.take("send_fair")
    comments.enter_for_unit(
        actor=work.people.legality_reviewer, project=work.project, on=date(2024, 10, 15), name="审核人员", words="依据不全。"
    )  # fmt: skip
    work.take("pass_fair")
    plan = of_model(PlanItem)
    item = begin(
        actor=world.city.planner, on=ON, register=plan, act=plan.begin,
        answers={"title": "重庆市商标条例", "kind": "regulation", "plan_class": "research", "plan_year": 2024, "entered_on": ON},
    )  # fmt: skip
    stages = of_model(PlanStage)
    begin(
        actor=world.city.planner, on=ON, register=stages, act=stages.begin, parent=item,
        answers={"stage": "feasibility", "reached_on": ON, "what": "开展研究"},
    )  # fmt: skip
    documents = of_model(NormativeDocument)
    begin(
        actor=work.handler, on=ON, register=documents, act=documents.begin,
        answers={"title": "某办法", "category": "other", "number": "渝知规〔2024〕9号", "issued_on": ON, "effective_on": ON},
    )  # fmt: skip
    return work


def test_a_draft_worked_by_its_services_holds(worked):
    found = verify()
    assert found.faults == () and not [one for one in found.unchecked if "意见" in one or "草案" in one]


@pytest.mark.parametrize(
    "model", [Project, TextVersion, Comment, CommentGroup, Review, PlanItem, PlanStage, NormativeDocument]
)
def test_a_change_of_any_column_is_found_out(worked, model):
    row, missed = model._base_manager.order_by("-pk").first(), []
    for column in model._meta.concrete_fields:
        if column.primary_key or f"{model.__name__}.{column.name}" in NOT_SAID:
            continue
        try:
            with transaction.atomic():
                model._base_manager.filter(pk=row.pk).update(**{column.attname: other(row, column)})
                found = verify().faults
                transaction.set_rollback(True)
        except DatabaseError:
            continue  # the database itself keeps it from being written
        if not found:
            missed.append(column.name)
    assert missed == []


@pytest.mark.parametrize("model", [TextVersion, Comment, CommentGroup])
def test_a_row_that_is_gone_and_a_row_that_nobody_told_of_are_found(worked, model):
    with transaction.atomic():
        if model is CommentGroup:
            Comment.objects.filter(group=model.objects.last()).update(group=model.objects.first())
        model.objects.last().delete()
        assert verify().faults
        transaction.set_rollback(True)
    with transaction.atomic():
        row = model.objects.last()
        row.pk = None
        if model is TextVersion:
            row.seq += 1
        row.save(force_insert=True)
        assert verify().faults
        transaction.set_rollback(True)
