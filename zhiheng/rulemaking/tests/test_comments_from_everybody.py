"""Comments by anybody: until the closing day, in bounds, harmless, grouped, answered once a group, counted."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.drafting import UNTIL, TextWorker
from zhiheng.figures.registry import find as figure
from zhiheng.figures.selectors import compute, year_of
from zhiheng.refusal import Refused
from zhiheng.rulemaking import comments
from zhiheng.rulemaking.models import Comment, CommentGroup

pytestmark = pytest.mark.django_db

ON = date(2024, 9, 10)


@pytest.fixture
def work(world, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    made = TextWorker(world.city)
    made.write()
    made.take("consult", date(2024, 9, 3))
    return made


def page(work) -> str:
    return reverse("public-draft", args=[work.project.pk])


def test_anybody_reads_the_draft_and_comments_without_a_name(work):
    visitor = Client()
    shown = visitor.get(page(work))
    assert "第四条" in shown.content.decode() and shown.status_code == 200
    sent = visitor.post(page(work), {"words": "第四条的期限太短。", "provision": "第四条"})
    assert sent.status_code == 302
    kept = Comment.objects.get()
    assert (kept.provision, kept.name, kept.state) == ("第四条", "", "waiting")
    assert "第四条的期限太短。" not in visitor.get(page(work)).content.decode()  # not before it was looked at


def test_what_is_no_longer_put_to_the_public_is_not_shown(work):
    work.write("# 另一稿\n\n第一条 内部修改，还没有公开。")
    assert "内部修改" not in Client().get(page(work)).content.decode()


def test_a_draft_with_secrets_is_never_shown(world, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    work = TextWorker(world.city, holds_secret="applies")
    work.write()
    work.take("consult", date(2024, 9, 3))
    assert Client().get(page(work)).status_code == 404
    assert work.project.title not in Client().get(reverse("public-drafts")).content.decode()


def test_script_and_signs_are_words_and_nothing_else(work):
    words = "<script>alert(1)</script><img src=x onerror=alert(1)>{{ 7|add:7 }}"
    Client().post(page(work), {"words": words})
    kept = Comment.objects.get()
    assert kept.words == words
    comments.moderate(actor=work.handler, project=work.project, comment=kept, on=ON, state="shown")
    comments.answer(actor=work.handler, project=work.project, on=ON, group=kept.group, answer="full", why="")
    body = Client().get(page(work)).content.decode()
    assert "&lt;script&gt;" in body and "<script>alert" not in body and "onerror=alert(1)&gt;" in body


@pytest.mark.parametrize("words", ["", " \n ", "长" * 4001, "a\0b"])
def test_empty_oversized_and_broken_input_is_refused_in_words(work, words):
    sent = Client().post(page(work), {"words": words})
    assert sent.status_code == 422 and not Comment.objects.exists()


def test_the_page_closes_with_its_day(work, monkeypatch):
    work.comment("截止日当天的意见。", on=UNTIL)
    with pytest.raises(Refused, match="截止"):
        work.comment("晚了一天的意见。", on=date(2024, 10, 9))


def test_one_sender_does_not_flood_the_page(work):
    for n in range(10):
        work.comment(f"第{n}条不同的意见，各有各的说法{n * 7919}。")
    with pytest.raises(Refused, match="过于频繁"):
        work.comment("第十一条意见。")
    work.comment("另一个人的意见。", address="10.0.0.2")
    assert "10.0.0.1" not in {one.sender for one in Comment.objects.all()}


def test_near_equal_comments_are_one_group_and_answered_once(work, world):
    for n, words in enumerate(
        [
            "第四条规定的五个工作日太短，建议改为十个工作日。",
            "第四条规定的五个工作日太短， 建议改为十个工作日",
            "第四条规定的五个工作日太短，建议改为十个工作日！！",
        ]
    ):
        work.comment(words, provision="第四条", address=f"10.1.0.{n}")
    work.comment("名称应当更短。", address="10.2.0.1")
    assert CommentGroup.objects.count() == 2
    group = CommentGroup.objects.get(provision="第四条")
    with pytest.raises(Refused, match="须说明理由"):
        comments.answer(actor=work.handler, project=work.project, on=ON, group=group, answer="none", why=" ")
    comments.answer(
        actor=work.handler, project=work.project, on=ON, group=group, answer="part", why="改为七个工作日。"
    )
    wanted = [figure("leg.comments"), figure("leg.comments.adopted")]
    found = compute(year_of(world.city.unit, 2024), wanted)
    assert [value.value for value in found.values()] == [4, 3]


def test_what_is_hidden_is_kept_and_not_counted(work, world):
    kept = work.comment("某某某身份证号……")
    with pytest.raises(Refused, match="理由"):
        comments.moderate(actor=work.handler, project=work.project, comment=kept, on=ON, state="hidden")
    comments.moderate(
        actor=work.handler,
        project=work.project,
        comment=kept,
        on=ON,
        state="hidden",
        because="含有他人的个人信息",
    )
    assert compute(year_of(world.city.unit, 2024), [figure("leg.comments")])["leg.comments"].value in (
        0,
        None,
    )
    assert Comment.objects.get().words == "某某某身份证号……"


def test_a_consulted_unit_proposes_words(work, signed_in, world):
    made = comments.enter_for_unit(
        actor=work.handler,
        project=work.project,
        on=ON,
        name="重庆市司法局",
        words="建议明确期限。",
        provision="第四条",
        proposed="对符合第三条规定的，应当在七个工作日内立案。",
    )
    body = signed_in(world.city.handler).get(
        reverse("draft-comment-group", args=[work.project.pk, made.group_id])
    )
    assert "<del>五</del><ins>七</ins>" in body.content.decode()


def test_the_table_of_answers_names_every_group(work):
    from zhiheng.files.word import Table, read_docx

    kept = work.comment("第四条的期限太短。", provision="第四条")
    comments.answer(actor=work.handler, project=work.project, on=ON, group=kept.group, answer="full", why="")
    read = read_docx(comments.table_docx(work.project, ON), "表.docx")
    said = repr(read)
    assert "第四条的期限太短" in said and "采纳" in said and Table
