"""A kind of matter that exists only in a local directory of the law book: door, steps, papers, lists, figure, without a line of Python."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from tests.world import tell_of
from zhiheng.audit.verification import verify
from zhiheng.cases.figures import figure_of
from zhiheng.cases.models import Case
from zhiheng.documents import services as documents
from zhiheng.figures import selectors as figures
from zhiheng.figures.registry import _figures, register
from zhiheng.files.word import read_docx
from zhiheng.law import Column
from zhiheng.law.examples import every_example
from zhiheng.law.proof import unreached
from zhiheng.matters.rehearsal import rehearse
from zhiheng.matters.tests.books import PACKAGED, book_of, write
from zhiheng.matters.tests.page_kind import FILES, KIND, REHEARSAL
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db

ON = date(2024, 5, 6)


@pytest.fixture
def local(tmp_path, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    with book_of(write(tmp_path, FILES)) as book:
        declared = [figure_of(figure) for figure in book.kind(KIND).figures]
        register(*declared)
        yield book
        for figure in declared:
            del _figures[figure.id]


@pytest.fixture
def asked(local, world, signed_in):
    """Registered by the form of its door."""
    client = signed_in(world.a.handler)
    answer = client.post(
        reverse("matter-open", args=[KIND, "ask_expert"]),
        {
            "received_on": "2024-05-06",
            "title": "半导体专家",
            "cause": "expert_asked",
            "source": "request",
            "asker_name": "示例中学",
            "asker_phone": "023-1",
            "asked_for": "半导体",
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    return Case.objects.get()


def approve(case, world, signed_in):
    pending = case.matter.proceeding.proposals.get(state="pending")
    address = reverse("case-proposal", args=[case.pk, pending.pk])
    assert signed_in(world.a.leader).post(address, {"verdict": "agree", "text": ""}).status_code == 302


def test_its_door_is_offered_and_asks_only_its_own_causes_and_sources(local, world, signed_in):
    client = signed_in(world.a.handler)
    assert "登记专家推荐申请" in client.get("/").content.decode()
    assert "登记专家推荐申请" in client.get("/cases/").content.decode()
    page = client.get(reverse("matter-open", args=[KIND, "ask_expert"])).content.decode()
    assert "专家推荐" in page and "商标侵权" not in page and "消费者投诉" not in page


def test_it_runs_prints_its_paper_and_counts(asked, local, world, signed_in):
    client = signed_in(world.a.handler)
    page = client.get(f"/cases/{asked.pk}/").content.decode()
    for words in (
        "收到申请",
        "申请单位",
        "示例中学",
        "所需专业",
        "半导体",
        "2024-05-11",
        "申请编号",
        "申请单位联系电话",
    ):
        assert words in page, words
    assert asked.lead_no.endswith("荐申〔2024〕1号")
    step = reverse("case-step", args=[asked.pk, "recommend"])
    form = client.get(step).content.decode()
    assert "拟推荐的专家" in form and "姓名｜专业｜费用" in form
    experts = {"experts": "王五｜半导体\n赵六｜材料｜1,200.50"}
    assert "未确认“拟推荐的专家已经同意”" in client.post(step, experts).content.decode()
    answer = client.post(step, experts | {"attested-expert_agreed": "on"})
    assert answer.status_code == 302, answer.content.decode()
    assert not asked.matter.folder.papers.exists(), "nothing before the leader agrees"
    approve(asked, world, signed_in)
    asked.refresh_from_db()
    paper = asked.matter.folder.papers.get()
    assert asked.doc_no == paper.number and paper.number.endswith("荐〔2024〕1号")
    text = read_docx(documents.read(paper.digest)).text()
    assert "示例中学" in text and "半导体专业的专家" in text and "王五" in text and "1,200.50" in text
    assert (asked.state, asked.outcome, asked.decided_on) == ("recommended", "recommended", ON)
    scope = figures.year_of(world.a.unit, 2024)
    assert str(figures.compute(scope)["local.experts"].value) == "1"
    client.post(reverse("case-step", args=[asked.pk, "file_away"]), {"volume_no": "1"})
    asked.refresh_from_db()
    assert asked.state == "filed" and asked.archived_on == ON
    assert "归档" in client.get("/cases/?kind=expert").content.decode()


def test_the_files_of_the_page_pass_the_check_and_its_rehearsal_runs_to_the_end(tmp_path):
    root = write(tmp_path, FILES)
    with book_of(root) as book:
        assert unreached(book, every_example([PACKAGED, root])) == []
        told = rehearse(REHEARSAL, "演练.yaml")
    assert all(one["taken"] for one in told), [one["refused"] for one in told]
    assert "1,200.50" in told[1]["text"]["EXP-1"]


def test_a_neighbour_meets_nothing_of_it(asked, world, signed_in):
    neighbour = signed_in(world.b.handler)
    for address in (
        f"/cases/{asked.pk}/",
        f"/matters/{asked.matter_id}/",
        reverse("case-step", args=[asked.pk, "recommend"]),
    ):
        assert neighbour.get(address).status_code == 404


def test_a_row_of_its_table_that_lacks_a_cell_is_told_by_its_number(asked, world, signed_in):
    client = signed_in(world.a.handler)
    page = client.post(reverse("case-step", args=[asked.pk, "recommend"]), {"experts": "王五｜半导体\n赵六"})
    assert "第 2 行缺少“专业”" in page.content.decode()
    page = client.post(reverse("case-step", args=[asked.pk, "recommend"]), {"experts": "王五｜半导体｜很多"})
    assert "第 1 行的“费用”" in page.content.decode()


def test_a_service_called_past_the_page_is_told_the_same(asked, world):
    from zhiheng.matters import services

    with pytest.raises(Refused, match="第1行缺少“专业”"):
        services.take_step(
            actor=world.a.handler, record=asked, step="recommend", data={"experts": [{"name": "王五"}]}, on=ON
        )


def test_an_amount_in_a_table_is_whole_fen_whoever_sends_it(asked, world):
    from zhiheng.matters import services

    for fee in (1200.5, "很多", True):
        rows = [{"name": "王五", "field": "半导体", "fee": fee}]
        with pytest.raises(Refused, match=r"第1行的“费用”写的是“.*”，应当是以分计的金额"):
            services.take_step(
                actor=world.a.handler, record=asked, step="recommend", data={"experts": rows}, on=ON
            )


def test_a_table_is_shown_again_as_it_was_typed(local):
    from zhiheng.matters.forms import TableField

    column = local.procedure("expert.recommend", ON).fields["experts"].columns
    field = TableField(columns=column)
    typed = "王五｜半导体｜1200.50\n赵六｜材料"
    assert field.prepare_value(field.clean(typed)) == typed


def test_one_decision_takes_the_place_of_another_and_the_year_counts_the_new_one(
    asked, world, signed_in, monkeypatch
):
    client = signed_in(world.a.handler)
    experts = {"experts": "王五｜半导体", "attested-expert_agreed": "on"}
    assert client.post(reverse("case-step", args=[asked.pk, "recommend"]), experts).status_code == 302
    approve(asked, world, signed_in)
    later = date(2024, 5, 8)
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: later)
    answers = {
        "experts": "赵六｜半导体",
        "change_kind": "revoked",
        "changed_by": "更换函",
        "changed_on": "2024-05-08",
        "change_result": "撤销",
    }
    client = signed_in(world.a.handler)
    answer = client.post(reverse("case-step", args=[asked.pk, "recommend_others"]), answers)
    assert answer.status_code == 302, answer.content.decode()
    asked.refresh_from_db()
    before, now = asked.decisions.order_by("id")
    assert (before.ended_on, before.changed_how, before.changed_by) == (later, "revoked", "更换函")
    assert (now.ended_on, now.replaces, now.decided_on) == (None, before, later)
    assert (asked.doc_no, asked.decided_on, asked.outcome) == (now.number, later, "recommended")
    assert now.number != before.number
    tell_of(world)
    assert not verify().faults
    figure = figures.compute(replace(figures.year_of(world.a.unit, 2024), on=later))["local.experts"]
    assert str(figure.value) == "1"


def test_a_number_that_no_page_of_ours_sent_is_passed_over(asked, world, signed_in):
    client = signed_in(world.a.handler)
    for seen in ("9" * 5000, "9" * 18, "-1", "²", "一"):
        answer = client.post(
            reverse("case-step", args=[asked.pk, "recommend"]), {"experts": "王五", "seen": seen}
        )
        assert answer.status_code == 422, seen
        assert client.get(reverse("opinions"), {"after": seen}).status_code == 302


def test_an_opinion_that_is_neither_yes_nor_no_decides_nothing(asked, world, signed_in):
    client = signed_in(world.a.handler)
    experts = {"experts": "王五｜半导体", "attested-expert_agreed": "on"}
    client.post(reverse("case-step", args=[asked.pk, "recommend"]), experts)
    pending = asked.matter.proceeding.proposals.get()
    address = reverse("case-proposal", args=[asked.pk, pending.pk])
    leader = signed_in(world.a.leader)
    for said in ({"verdict": "nonsense"}, {}):
        answer = leader.post(address, said | {"text": "理由"})
        assert answer.status_code == 422 and "没有选择同意还是退回" in answer.content.decode()
    pending.refresh_from_db()
    assert pending.state == "pending"


def test_a_cell_of_yes_or_no_takes_these_words_alone():
    from zhiheng.matters.forms import TableField

    field = TableField(columns=[Column("name", "姓名"), Column("chair", "组长", type="bool", required=False)])
    assert [row["chair"] for row in field.clean("甲｜是\n乙｜否\n丙")] == [True, False, ""]
    assert field.prepare_value(field.clean("甲｜是\n乙｜否")) == "甲｜是\n乙｜否"
    for word in ("也许", "true", "1", "on", "是的", "不是"):
        with pytest.raises(ValidationError, match=f"第 1 行的“组长”写的是“{word}”，可填：是、否"):
            field.clean(f"甲｜{word}")
