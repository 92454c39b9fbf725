"""Comments by anybody: until the closing day, in bounds, harmless, grouped, answered once a group, counted."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.drafting import UNTIL, TextWorker
from zhiheng.audit.verification import verify
from zhiheng.figures.registry import find as figure
from zhiheng.figures.selectors import compute, year_of
from zhiheng.refusal import Refused
from zhiheng.rulemaking import comments, grouping
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


def test_an_article_leads_to_the_form_about_it_and_the_page_says_why_the_draft_is_made(work):
    body = Client().get(page(work)).content.decode()
    assert "为统一尺度，起草本文件" in body and work.project.unit.name in body
    about = re.search(r'href="(\?about=[^"]+)#say" aria-label="对第四条提意见', body)[1]
    form = Client().get(page(work) + about).content.decode()
    assert re.search(r'<option value="第四条" selected>', form)
    assert "selected>第九十九条" not in Client().get(page(work) + "?about=第九十九条").content.decode()
    sent = Client().post(page(work), {"words": "第四条的期限太短。", "provision": "第四条"})
    assert sent.url == f"{page(work)}#main"  # what is told stands above the text


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


def test_a_rule_is_put_to_the_public_with_its_explanation_unless_it_is_secret(world):
    open_ = TextWorker(world.city, "leg-rule")
    open_.write()
    open_.take("enter_plan", date(2024, 9, 3))
    with pytest.raises(Refused, match="没有写随草案公布的说明"):
        open_.take("consult", date(2024, 9, 3), comment_note="")
    open_.take("consult", date(2024, 9, 3))
    secret = TextWorker(world.city, "leg-rule", holds_secret="applies", title="另一规定")
    secret.write()
    secret.take("enter_plan", date(2024, 9, 3))
    secret.take("consult", date(2024, 9, 3), comment_note="")


def test_script_and_signs_are_words_and_nothing_else(work):
    words = "<script>alert(1)</script><img src=x onerror=alert(1)>{{ 7|add:7 }}"
    Client().post(page(work), {"words": words})
    kept = Comment.objects.get()
    assert kept.words == words
    comments.moderate(actor=work.handler, project=work.project, comment=kept, on=ON, state="shown")
    comments.answer(actor=work.handler, project=work.project, on=ON, group=kept.group, answer="full", why="")
    body = Client().get(page(work)).content.decode()
    assert "&lt;script&gt;" in body and "<script>alert" not in body and "onerror=alert(1)&gt;" in body


@pytest.mark.parametrize(("words", "status"), [("", 422), (" \n ", 422), ("长" * 4001, 422), ("a\0b", 400)])
def test_empty_oversized_and_broken_input_is_refused_in_words(work, words, status):
    sent = Client().post(page(work), {"words": words})
    assert sent.status_code == status and sent.content and not Comment.objects.exists()


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


def test_a_group_is_never_named_to_the_public_by_words_that_are_kept_from_it(work):
    """The first comment names its group. When it is hidden, another one names it, or nobody does."""
    first = work.comment("第四条的期限太短，请联系我张某13800000000。", provision="第四条")
    second = work.comment(
        "第四条的期限太短，请联系我张某 13800000000", provision="第四条", address="10.0.0.2"
    )
    assert first.group_id == second.group_id
    given = {"actor": work.handler, "project": work.project, "on": ON}
    for one in (first, second):
        comments.moderate(**given, comment=one, state="hidden", because="含有他人的个人信息")
    third = work.comment(
        "第四条的期限太短，请联系我张某13800000000！", provision="第四条", address="10.0.0.3"
    )
    group = CommentGroup.objects.get()
    assert third.group_id == group.pk and group.gist == comments.UNSAID
    other = Comment.objects.create(
        project=work.project, unit=work.project.unit, group=group, provision="第四条", words="期限太短。", on=ON,
        state="shown",
    )  # fmt: skip
    comments.answer(**given, group=group, answer="full", why="")
    body = Client().get(page(work)).content.decode()
    assert "13800000000" not in body and comments.UNSAID in body
    other.delete()


def test_what_is_shown_can_be_read_before_it_is_answered_and_all_of_it_page_by_page(work):
    given = {"actor": work.handler, "project": work.project, "on": ON}
    labels = ["第一条", "第二条", "第三条", "第四条", "第五条", ""]
    for n in range(60):
        words = f"第{n}号意见，谈的是{'甲乙丙丁戊己庚辛壬癸'[n % 10]}{'子丑寅卯辰巳'[n // 10]}这件事。"
        work.comment(words, provision=labels[n % 6], address=f"10.0.{n}.1")
    groups = list(CommentGroup.objects.values_list("pk", flat=True))
    assert comments.moderate_all(**given, groups=groups, state="shown") == 60
    first, second = (Client().get(page(work) + f"?page={n}").content.decode() for n in (1, 2))
    assert "尚未答复" in first and "下一页" in first and "上一页" in second
    seen = [f"第{n}号意见" in first or f"第{n}号意见" in second for n in range(60)]
    assert all(seen) and sum(f"第{n}号意见" in first for n in range(60)) == 50
    # In the order of the text, not of the signs with which its numbers are written.
    places = [first.find(f"第{n}号意见") for n in (5, 0, 1, 2, 3)]
    assert places == sorted(places)
    for odd in ("0", "-1", "x", "999999999999"):
        assert Client().get(page(work) + f"?page={odd}").status_code == 200


def test_several_groups_are_shown_and_answered_at_once_and_the_ledger_holds(work, signed_in, world):
    for n, words in enumerate(("期限太短。", "名称应当更短，便于记忆。", "请写明由谁负责解释。")):
        work.comment(words, address=f"10.0.0.{n}")
    client, address = signed_in(work.handler), reverse("draft-comments-many", args=[work.project.pk])
    shown = client.get(address)
    assert shown.content.decode().count('type="checkbox"') == 3
    groups = list(CommentGroup.objects.order_by("pk").values_list("pk", flat=True))
    none = client.post(address, {"act": "shown"})
    assert none.status_code == 422 and "没有勾选" in none.content.decode()
    assert client.post(address, {"act": "shown", "looked": groups[:2]}).status_code == 302
    assert [one.state for one in Comment.objects.order_by("pk")] == ["shown", "shown", "waiting"]
    silent = client.post(address, {"act": "answer", "looked": groups[:2], "answer": "none", "why": " "})
    assert silent.status_code == 422 and "须说明理由" in silent.content.decode()
    said = {"act": "answer", "looked": groups, "answer": "part", "why": "修改时一并研究。"}
    assert client.post(address, said).status_code == 302
    assert {(one.answer, one.why) for one in CommentGroup.objects.all()} == {("part", "修改时一并研究。")}
    again = client.post(address, said)
    assert again.status_code == 422 and "都已经答复" in again.content.decode()
    assert [fault for fault in verify().faults if "意见" in fault] == []
    CommentGroup.objects.filter(pk=groups[0]).update(why="另一个理由。")
    assert any("意见分组" in fault for fault in verify().faults)
    with pytest.raises(Refused, match="承办人"):
        comments.moderate_all(
            actor=world.city.planner, project=work.project, groups=groups, on=ON, state="shown"
        )


def test_groups_of_another_project_are_not_worked_from_here(work, world):
    other = TextWorker(world.city, title="另一件办法")
    other.write()
    other.take("consult", date(2024, 9, 3))
    said = other.comment("另一件的意见。")
    given = {"actor": work.handler, "project": work.project, "on": ON, "groups": [said.group_id]}
    with pytest.raises(Refused):
        comments.moderate_all(**given, state="shown")
    with pytest.raises(Refused):
        comments.answer_all(**given, answer="full", why="")
    said.refresh_from_db()
    assert said.state == "waiting" and said.group.answer == ""


@pytest.mark.parametrize(
    ("label", "place"),
    [
        ("", (0, 0)),
        ("第一条", (1, 0)),
        ("第十条之二", (10, 2)),
        ("第一百二十条", (120, 0)),
        ("三、", (3, 0)),
        ("附件1", (10_000, 0)),
    ],
)
def test_provisions_stand_in_the_order_of_the_text(label, place):
    assert comments.place_in_text(label) == place


def test_a_campaign_of_abuse_is_hidden_at_once_with_its_reason(work, signed_in):
    for n in range(4):
        work.comment(f"起草的人都是骗子骗子骗子骗子骗子{'！' * n}", address=f"10.0.0.{n}")
    group = CommentGroup.objects.get()
    client, address = signed_in(work.handler), reverse("draft-comments-many", args=[work.project.pk])
    silent = client.post(address, {"act": "hidden", "looked": [group.pk]})
    assert silent.status_code == 422 and "须写明理由" in silent.content.decode()
    assert (
        client.post(address, {"act": "hidden", "looked": [group.pk], "because": "辱骂他人"}).status_code
        == 302
    )
    assert {(one.state, one.hidden_because) for one in Comment.objects.all()} == {("hidden", "辱骂他人")}
    later = work.comment("起草的人都是骗子骗子骗子骗子骗子", address="10.0.0.9")
    comments.moderate(actor=work.handler, project=work.project, comment=later, on=ON, state="shown")
    assert "骗子" not in Client().get(page(work)).content.decode()
    assert [fault for fault in verify().faults if "意见" in fault] == []


def test_a_group_is_not_named_in_public_by_words_that_nobody_looked_at(work):
    given = {"actor": work.handler, "project": work.project, "on": ON}
    first = work.comment("请打这个电话找我商量第四条。", provision="第四条")
    other = work.comment("第四条的期限太短。", provision="第四条", address="10.0.0.2")
    comments.join(**given, group=other.group, into=first.group)
    other.refresh_from_db()
    comments.moderate(**given, comment=other, state="shown")
    body = Client().get(page(work)).content.decode()
    assert "请打这个电话" not in body and "第四条的期限太短。" in body
    comments.moderate(**given, comment=first, state="shown")
    assert "请打这个电话" in Client().get(page(work)).content.decode()


def test_what_was_grouped_wrongly_is_set_apart_and_stays_apart(work, signed_in):
    first = work.comment("第四条的期限太短。", provision="第四条")
    wrong = work.comment("第四条的期限太短！", provision="第四条", address="10.0.0.2")
    assert wrong.group_id == first.group_id
    client = signed_in(work.handler)
    group = reverse("draft-comment-group", args=[work.project.pk, first.group_id])
    assert client.get(group).content.decode().count(">移出本组<") == 1  # not the one that began it
    sent = client.post(reverse("draft-comment-apart", args=[work.project.pk, wrong.pk]))
    wrong.refresh_from_db()
    assert wrong.group_id != first.group_id and sent.url.endswith(f"/groups/{wrong.group_id}/")
    assert grouping.group_alike(actor=work.handler, project=work.project, on=ON).joined == 0
    assert (
        work.comment("第四条的期限太短？", provision="第四条", address="10.0.0.3").group_id == first.group_id
    )
    refused = client.post(reverse("draft-comment-apart", args=[work.project.pk, first.pk]))
    assert refused.status_code == 422 and "由这条意见开始" in refused.content.decode()
    assert [fault for fault in verify().faults if "意见" in fault] == []
