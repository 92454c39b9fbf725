"""The drafter's pages: reasons and sources of an article, a unit's suggestion taken up, the amending decision written and followed, the
explanation put together from the record."""

import io
import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx import Document

from tests.drafting import DRAFT, TextWorker
from zhiheng.figures.registry import find as figure
from zhiheng.figures.selectors import compute, year_of
from zhiheng.refusal import Refused
from zhiheng.rulemaking import comments, drafting, pages
from zhiheng.rulemaking.texts import apply_decision, read_bytes

pytestmark = pytest.mark.django_db

ON = date(2024, 9, 10)


@pytest.fixture
def work(world, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    made = TextWorker(world.city)
    made.write()
    return made


def article(work, label: str):
    return next(one for one in drafting.read(drafting.latest(work.project)).articles() if one.label == label)


def change(work, label: str, words: str, **more):
    now = drafting.latest(work.project)
    return drafting.change_provision(
        actor=work.handler, project=work.project, on=ON, provision=article(work, label).id, seen=now.sha, words=words, **more
    )  # fmt: skip


def notes(work) -> dict:
    version = drafting.latest(work.project)
    version.project = work.project
    return drafting.notes_by_place(version)


def words_of(answer) -> str:
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def test_reason_and_source_stay_with_their_article_wherever_it_goes(work):
    change(
        work,
        "第四条",
        "对符合第三条规定的，应当在七个工作日内立案。",
        why="五日来不及。",
        source="某市办法第八条",
    )
    change(work, "第一条", "增加的一条，本规程称办理的含义另行规定。", act="insert")
    assert notes(work) == {"第五条": {"why": "五日来不及。", "source": "某市办法第八条"}}
    change(work, "第五条", "对符合第四条规定的，应当在九个工作日内立案。", why="再放宽。")
    assert notes(work) == {"第五条": {"why": "再放宽。"}}
    # The whole text pasted anew keeps what is said of articles that go on.
    whole = drafting.latest(work.project).words.replace("九个工作日", "十个工作日")
    drafting.write_text(actor=work.handler, project=work.project, on=ON, words=whole)
    assert notes(work) == {"第五条": {"why": "再放宽。"}}
    change(work, "第五条", "", act="delete")
    assert notes(work) == {}
    first = work.project.versions.order_by("seq")[1]
    assert list(first.notes.values()) == [{"why": "五日来不及。", "source": "某市办法第八条"}]


def test_a_whole_text_takes_the_place_of_no_version_that_its_writer_has_not_seen(work, signed_in):
    client = signed_in(work.handler)
    page = reverse("draft-write", args=[work.project.pk])
    opened = client.get(page).context["form"].initial
    change(work, "第四条", "对符合第三条规定的，应当在七个工作日内立案。")
    mine = opened["words"].replace("五个工作日", "十个工作日")
    sent = client.post(page, {"words": mine, "seen": opened["seen"]})
    body = sent.content.decode()
    assert sent.status_code == 422 and "已把草案改为第2稿" in body and "十个工作日" in body
    assert "七个工作日" in drafting.latest(work.project).words
    again = client.post(page, {"words": mine, "seen": sent.context["form"]["seen"].value()})
    assert again.status_code == 302 and "十个工作日" in drafting.latest(work.project).words


def test_a_draft_that_comes_back_is_compared_with_the_one_that_was_reviewed(work, signed_in):
    work.take("consult", date(2024, 9, 3))
    work.take("end_consulting", date(2024, 10, 9))
    work.take("send_fair")
    work.take("pass_fair")
    work.take("send_legality")
    work.take("return_legality", review_opinion="第四条不妥。")
    for words in ("应当在七个工作日内立案。", "应当在八个工作日内立案。"):
        change(work, "第四条", f"对符合第三条规定的，{words}")
    page = (
        signed_in(work.people.legality_reviewer)
        .get(reverse("draft-changes", args=[work.project.pk, 3]))
        .content.decode()
    )
    assert "第1稿与第3稿" in page and re.search(
        r'<option value="1" selected>第1稿（[^）]*合法性审核退回', page
    )
    assert "<del>五</del>" in page and "<ins>八</ins>" in page


def test_a_reason_alone_is_a_new_version_of_the_same_text(work):
    before = drafting.latest(work.project)
    change(work, "第二条", "市知识产权局依法办理本市有重大影响的专利侵权纠纷。", why="与法一致。")
    now = drafting.latest(work.project)
    assert now.sha == before.sha and now.seq == before.seq + 1
    with pytest.raises(Refused, match="相同"):
        change(work, "第二条", "市知识产权局依法办理本市有重大影响的专利侵权纠纷。", why="与法一致。")


def test_of_two_articles_that_say_the_same_the_one_meant_is_deleted(work):
    twice = DRAFT.replace(
        "第四条 对符合第三条规定的，应当在五个工作日内立案。",
        "第四条 市知识产权局依法办理本市有重大影响的专利侵权纠纷。",
    )
    work.write(twice)
    change(work, "第四条", "", act="delete")
    texts = [one.lines[0] for one in drafting.read(drafting.latest(work.project)).articles()]
    assert texts[1].startswith("市知识产权局") and texts[2].startswith("请求人")


def test_the_page_of_an_article_asks_and_shows_reason_and_source(work, signed_in):
    client = signed_in(work.handler)
    page = reverse("draft-provision", args=[work.project.pk, article(work, "第四条").id])
    seen = drafting.latest(work.project).sha
    sent = client.post(
        page, {"seen": seen, "act": "change", "words": "应当在七个工作日内立案。", "why": "五日太短。", "source": "专利法 65"}
    )  # fmt: skip
    assert sent.status_code == 302
    text = client.get(reverse("draft-text", args=[work.project.pk])).content.decode()
    assert "五日太短。" in text and "专利法 65" in text
    again = client.get(reverse("draft-provision", args=[work.project.pk, article(work, "第四条").id]))
    assert again.context["form"]["why"].value() == "五日太短。"
    changes = client.get(reverse("draft-changes", args=[work.project.pk, 2]))
    assert "五日太短。" in changes.content.decode()
    table = client.get(reverse("draft-changes", args=[work.project.pk, 2]) + "?format=docx&base=1")
    assert "五日太短。" in words_of(table)


def test_a_unit_s_suggestion_is_marked_word_by_word_and_taken_up_from_its_comment(work, signed_in):
    work.take("consult", date(2024, 9, 3))
    change(work, "第一条", "新加的一条，对办理的原则作出规定。", act="insert")
    said = comments.enter_for_unit(
        actor=work.handler, project=work.project, on=ON, name="市司法局", words="期限太短。", provision="第四条",
        proposed="第四条 对符合第三条规定的，应当在七个工作日内立案。",
    )  # fmt: skip
    (shown,) = pages.suggestions(work.project, [said])
    assert [(old, new) for tag, old, new in shown.edits if tag == "~"] == [("五", "七")]
    # What was the fourth article when people were asked is the fifth now.
    assert shown.article == article(work, "第五条").id
    client = signed_in(work.handler)
    group = client.get(reverse("draft-comment-group", args=[work.project.pk, said.group_id])).content.decode()
    address = reverse("draft-provision", args=[work.project.pk, shown.article]) + f"?comment={said.pk}"
    assert address in group and "<ins>七</ins>" in group
    form = client.get(address).context["form"]
    assert form["words"].value() == "对符合第三条规定的，应当在七个工作日内立案。"
    assert "市司法局" in form["source"].value() and "须核对" in form["note"].value()
    # Somebody who does not draft is not offered it.
    other = signed_in(work.people.legality_reviewer)
    assert (
        address
        not in other.get(
            reverse("draft-comment-group", args=[work.project.pk, said.group_id])
        ).content.decode()
    )


def test_the_decision_between_two_versions_is_written_read_and_taken_as_word(work, signed_in):
    change(work, "第四条", "对符合第三条规定的，应当在七个工作日内立案。")
    change(work, "第二条", "增加的一条，本规程所称请求人包括利害关系人。", act="insert")
    client = signed_in(work.handler)
    address = reverse("draft-decision", args=[work.project.pk, 3])
    page = client.get(address + "?base=1")
    decision = page.context["decision"]
    old, new = (drafting.read(work.project.versions.get(seq=seq)) for seq in (1, 3))
    assert apply_decision(old, decision).text == new
    assert "增加一条" in page.content.decode()
    word = client.get(address + "?base=1&issuer=重庆市知识产权局&format=docx")
    assert "重庆市知识产权局关于修改" in words_of(word)
    same = client.get(address + "?base=3")
    assert same.status_code == 200 and same.context["decision"] is None and "相同" in same.content.decode()


DECISION = """重庆市知识产权局关于修改《重庆市知识产权局专利行政裁决办理规程》的决定

对《重庆市知识产权局专利行政裁决办理规程》作如下修改：

一、将第四条中的“五个工作日”修改为“七个工作日”。

二、增加一条，作为第五条：“案情复杂的，可以延长五个工作日。”
"""


def test_a_pasted_decision_is_followed_or_refused_whole(work, signed_in):
    client, page = signed_in(work.handler), reverse("draft-follow", args=[work.project.pk])
    assert client.post(page, {"base": "draft", "words": DECISION}).status_code == 302
    articles = drafting.read(drafting.latest(work.project)).articles()
    assert [one.label for one in articles] == [f"第{n}条" for n in "一二三四五六"]
    assert "七个工作日" in articles[3].lines[0] and articles[4].lines[0].startswith("案情复杂")
    again = client.post(
        page, {"base": "draft", "words": DECISION.replace("五个工作日”修改为", "三个工作日”修改为")}
    )
    body = again.content.decode()
    assert again.status_code == 422 and "三个工作日" in body and work.project.versions.count() == 2
    nothing = client.post(page, {"base": "draft", "words": "这里没有任何修改内容。"})
    assert nothing.status_code == 422 and work.project.versions.count() == 2


def test_a_decision_in_a_file_is_followed(work):
    made, broken = drafting.follow_decision(
        actor=work.handler, project=work.project, on=ON, data=DECISION.encode(), name="决定.md"
    )
    assert made.seq == 2 and broken == [] and "七个工作日" in made.words


def test_the_explanation_tells_what_the_record_says(work, signed_in):
    change(
        work,
        "第四条",
        "对符合第三条规定的，应当在七个工作日内立案。",
        why="五日来不及。",
        source="某市办法第八条",
    )
    work.take("consult", date(2024, 9, 10), comment_until=date(2024, 10, 10))
    one = work.comment("请改为五个工作日。", provision="第四条")
    comments.answer(
        actor=work.handler, project=work.project, on=ON, group=one.group, answer="none", why="时间不够。"
    )
    told = words_of(signed_in(work.handler).get(reverse("draft-explanation", args=[work.project.pk])))
    for words in (
        "一、制定的必要性", "统一裁决尺度。", "专利法 65", "2024-09-03，登记起草规范性文件。", "第四条。理由：五日来不及。",
        "某市办法第八条", "共收到意见1条", "未采纳：第四条，请改为五个工作日。（1条）。时间不够。",
    ):  # fmt: skip
        assert words in told, words
    assert "审查审核情况" not in told  # nothing was reviewed yet


def test_the_pages_of_the_drafter_need_no_script_and_every_control_has_its_label(work, signed_in):
    client = signed_in(work.handler)
    for name, args in (
        ("draft-provision", [article(work, "第四条").id]),
        ("draft-follow", []),
        ("draft-write", []),
    ):
        page = client.get(reverse(name, args=[work.project.pk, *args]))
        form = page.context["form"]
        body = page.content.decode()
        assert '<form method="post"' in body and 'class="btn btn-primary"' in body
        for field in form.visible_fields():
            assert f'for="{field.id_for_label}"' in body or "<legend" in body, (name, field.name)
        assert "onclick" not in body and "javascript:" not in body


def test_a_text_reads_back_as_it_was_kept(work):
    version = drafting.latest(work.project)
    assert read_bytes(version.words.encode(), "x.md") == drafting.read(version)


POINTS = """# 重庆市知识产权局关于规范案件办理的通知

各区知识产权局：

一、受理应当及时。

二、有下列情形的，应当回避：

（一）是近亲属的；

（二）有利害关系的。

三、本通知自印发之日起施行。
"""


def test_a_notice_in_points_is_changed_a_point_at_a_time(work, signed_in):
    work.write(POINTS)
    change(work, "一、", "一、受理应当在五日内。\n材料不全的，一次告知。")
    change(work, "一、", "受理以后应当登记。", act="insert")
    texts = [(one.label, one.lines) for one in drafting.read(drafting.latest(work.project)).articles()]
    assert texts == [
        ("一、", ["受理应当在五日内。", "材料不全的，一次告知。"]),
        ("二、", ["受理以后应当登记。"]),
        ("三、", ["有下列情形的，应当回避：", "（一）是近亲属的；", "（二）有利害关系的。"]),
        ("四、", ["本通知自印发之日起施行。"]),
    ]
    note(work, "三、第（二）项", why="与法一致。")
    change(work, "二、", "", act="delete")
    assert notes(work) == {"二、第（二）项": {"why": "与法一致。"}}
    with pytest.raises(Refused, match="不止一条"):
        change(work, "一、", "受理。\n二、又一点。")
    page = reverse("draft-provision", args=[work.project.pk, article(work, "二、").id])
    assert "修改二、" in signed_in(work.handler).get(page).content.decode()


# --- notes on what is inside an article -----------------------------------------------------------------------------------


def note(work, place: str, **said):
    """Write why and whence of a place named as pages name it: 第三条第（一）项."""
    version = drafting.latest(work.project)
    version.project = work.project
    ids = {
        one.name: one.id
        for each in drafting.read(version).articles()
        for one in pages.places_of(version, each)
    }
    return drafting.note(
        actor=work.handler, project=work.project, on=ON, provision=ids[place], seen=version.sha, **said
    )


def test_a_note_on_an_item_or_a_paragraph_stays_with_it_wherever_its_article_goes(work):
    sha = drafting.latest(work.project).sha
    note(work, "第三条第（二）项", why="证据应当随请求提交。", source="专利法 65")
    made = note(work, "第三条第（一）项", source="某市办法第八条第（一）项")
    assert made.sha == sha and made.seq == 3  # the words are the same, what is said of them is not
    change(work, "第一条", "新加的一条，写明办理的原则。", act="insert")
    here = {
        "第四条第（一）项": {"source": "某市办法第八条第（一）项"},
        "第四条第（二）项": {"why": "证据应当随请求提交。", "source": "专利法 65"},
    }
    assert notes(work) == here
    # Another item is put before them: each note stays with its words.
    change(work, "第四条", "请求人应当提交下列材料：\n（一）身份证明；\n（二）请求书；\n（三）证据。")
    assert notes(work) == {
        "第四条第（二）项": here["第四条第（一）项"],
        "第四条第（三）项": here["第四条第（二）项"],
    }
    change(work, "第四条", "请求人应当提交请求书。\n需要证据的，应当一并提交。")
    note(work, "第四条第二款", why="有的案件不需要证据。")
    assert notes(work)["第四条第二款"] == {"why": "有的案件不需要证据。"}
    note(work, "第四条第二款", why=" ", source="")
    assert "第四条第二款" not in notes(work)


def test_a_paragraph_that_becomes_an_article_takes_its_note_along(work):
    change(
        work, "第四条", "应当在五个工作日内立案。\n案情复杂的，经批准可以延长五个工作日，并书面告知请求人。"
    )
    note(work, "第四条第二款", why="有的案件复杂。")
    note(work, "第三条第（一）项", why="须有书面的请求。")
    parted = drafting.latest(work.project).words.replace(
        "\n\n案情复杂的，", "\n\n第五条 案情复杂的，"
    ).replace("第五条 本规程", "第六条 本规程")  # fmt: skip
    drafting.write_text(actor=work.handler, project=work.project, on=ON, words=parted)
    assert notes(work) == {
        "第三条第（一）项": {"why": "须有书面的请求。"},
        "第五条": {"why": "有的案件复杂。"},
    }


def test_a_file_with_numbers_left_out_and_twice_is_told_and_numbered_through_by_the_first_change(work):
    dirty = DRAFT.replace("第三条 请求人", "第 条 请求人").replace("第五条 本规程", "第四条 本规程")
    made = work.write(dirty)
    text = drafting.read(made)
    assert [one.label for one in text.articles()] == ["第一条", "第二条", "第 条", "第四条", "第四条"]
    assert any("没有写条的序号" in one for one in text.doubts) and any("重复" in one for one in text.doubts)
    change(work, "第二条", "市知识产权局办理本市的专利侵权纠纷。")
    now = drafting.read(drafting.latest(work.project))
    assert [one.label for one in now.articles()] == [f"第{n}条" for n in "一二三四五"] and not now.doubts


def test_a_note_says_what_it_is_about_in_the_table_and_in_the_explanation(work, signed_in):
    note(work, "第三条第（二）项", why="证据应当随请求提交。")
    change(work, "第三条", "请求人应当提交下列材料：\n（一）请求书；\n（二）初步证据。", why="减轻负担。")
    client = signed_in(work.handler)
    table = words_of(client.get(reverse("draft-changes", args=[work.project.pk, 3]) + "?format=docx&base=1"))
    assert "减轻负担。" in table and "第（二）项：证据应当随请求提交。" in table
    told = words_of(client.get(reverse("draft-explanation", args=[work.project.pk])))
    assert "第三条第（二）项。理由：证据应当随请求提交。" in told


def test_a_note_is_written_on_its_page_and_one_on_an_older_text_is_refused(work, signed_in):
    client = signed_in(work.handler)
    version = drafting.latest(work.project)
    version.project = work.project
    (first, _) = pages.places_of(version, article(work, "第三条"))
    page = reverse("draft-note", args=[work.project.pk, first.id])
    assert "请求书" in client.get(page).content.decode()
    assert (
        reverse("draft-note", args=[work.project.pk, first.id])
        in client.get(
            reverse("draft-provision", args=[work.project.pk, article(work, "第三条").id])
        ).content.decode()
    )
    assert client.post(page, {"seen": version.sha, "why": "必须有。", "source": ""}).status_code == 302
    assert notes(work) == {"第三条第（一）项": {"why": "必须有。"}}
    change(work, "第二条", "市知识产权局办理本市的专利侵权纠纷。")
    late = client.post(page, {"seen": version.sha, "why": "写晚了。", "source": ""})
    assert late.status_code == 422 and "已由他人修改" in late.content.decode()
    assert client.get(reverse("draft-note", args=[work.project.pk, "nothing"])).status_code == 404


# --- suggestions on the article's page -------------------------------------------------------------------------------------


def proposed(work, label: str, words: str, name: str = "市司法局"):
    return comments.enter_for_unit(
        actor=work.handler, project=work.project, on=ON, name=name, words="建议修改。", provision=label, proposed=words
    )  # fmt: skip


def test_the_page_of_an_article_shows_every_suggestion_for_it_as_tracked_changes(work, signed_in):
    work.take("consult", date(2024, 9, 3))
    proposed(work, "第四条", "对符合第三条规定的，应当在七个工作日内立案。")
    proposed(work, "第四条", "对符合第三条规定的，应当在五个工作日内决定是否立案。", name="市高级法院")
    proposed(work, "第二条", "市知识产权局办理本市的专利侵权纠纷。")
    change(work, "第一条", "新加的一条，写明办理的原则。", act="insert")
    client = signed_in(work.handler)
    page = client.get(reverse("draft-provision", args=[work.project.pk, article(work, "第五条").id]))
    body = page.content.decode()
    assert "市司法局" in body and "市高级法院" in body and "未答复" in body
    assert "<del>五</del><ins>七</ins>" in body and "<del>立案</del><ins>决定是否立案</ins>" in body
    assert "<del>依法</del>" not in body  # what is proposed for the second article
    taken = client.get(page.request["PATH_INFO"] + f"?comment={page.context['said'][1].comment.pk}")
    assert "决定是否立案" in taken.context["form"]["words"].value()
    text = client.get(reverse("draft-text", args=[work.project.pk])).content.decode()
    assert "建议条文 2 条" in text


def test_a_suggestion_follows_its_article_from_the_text_it_was_made_on(work):
    """Consulted twice, with other numbers the second time: what was said of the fourth article then is not said of the fourth now."""
    work.take("consult", date(2024, 9, 3))
    first = proposed(work, "第四条", "对符合第三条规定的，应当在七个工作日内立案。")
    for group in work.project.comment_groups.all():
        comments.answer(actor=work.handler, project=work.project, on=ON, group=group, answer="full", why="")
    work.take("end_consulting", date(2024, 10, 9))
    change(work, "第一条", "新加的一条，写明办理的原则。", act="insert")
    work.take(
        "consult", date(2024, 10, 10), comment_from=date(2024, 10, 10), comment_until=date(2024, 11, 11)
    )
    second = proposed(work, "第四条", "请求人应当提交请求书和证据。")
    told = {one.comment.pk: one for one in pages.suggestions(work.project, [first, second])}
    assert told[first.pk].article == article(work, "第五条").id
    assert told[second.pk].article == article(work, "第四条").id
    assert [(old, new) for tag, old, new in told[first.pk].edits if tag == "~"] == [("五", "七")]


# --- the draft as a consulted unit sends it back ----------------------------------------------------------------------------


def returned(fill) -> bytes:
    document = Document()
    for line in DRAFT.removeprefix("# ").splitlines():
        if line:
            fill(document, line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_a_marked_up_file_becomes_suggestions_and_opinions_article_by_article(work):
    work.take("consult", date(2024, 9, 3))

    def fill(document, line):
        if line.startswith("第二条"):
            return  # struck out altogether
        paragraph = document.add_paragraph(line.replace("五个工作日", "七个工作日"))
        if line.startswith("第三条"):
            document.add_comment(paragraph.runs, "请列明份数", author="王某")
        if line.startswith("第四条"):
            document.add_paragraph("第五条 案情复杂的，经负责人批准可以延长五个工作日，并书面告知请求人。")

    made = comments.enter_file(
        actor=work.handler, project=work.project, on=ON, name="市司法局", data=returned(fill), file_name="反馈.docx"
    )  # fmt: skip
    said = [(one.provision, one.words, one.proposed) for one in made]
    assert said == [
        ("第二条", "建议删去本条。", ""),
        ("第四条", "建议修改本条。", "对符合第三条规定的，应当在七个工作日内立案。"),
        (
            "第四条",
            "建议在第四条后增加一条：案情复杂的，经负责人批准可以延长五个工作日，并书面告知请求人。",
            "",
        ),
        ("第三条", "请列明份数（批注，王某）", ""),
    ]
    assert {one.name for one in made} == {"市司法局"} and all(one.by_unit for one in made)
    assert {one.text_sha for one in made} == {drafting.latest(work.project).sha}


def test_another_text_and_an_unchanged_one_are_refused_and_nothing_is_entered(work, signed_in):
    work.take("consult", date(2024, 9, 3))
    client, page = signed_in(work.handler), reverse("draft-unit-file", args=[work.project.pk])
    letter = "关于征求意见的复函\n\n我局没有意见。\n\n某局\n\n2024年9月8日\n"
    for words, why in ((letter, "不是征求意见稿的修改稿"), (DRAFT, "相同，也没有批注")):
        with pytest.raises(Refused, match=why):
            comments.enter_file(
                actor=work.handler, project=work.project, on=ON, name="某局", data=words.encode(), file_name="复函.md"
            )  # fmt: skip
    assert not work.project.comments.exists()
    body = client.get(page).content.decode()
    assert "第1稿" in body and 'enctype="multipart/form-data"' in body


def test_what_a_word_file_holds_beside_its_text_is_told_when_it_is_taken(work):
    document = Document()
    for line in DRAFT.removeprefix("# ").splitlines():
        if line:
            paragraph = document.add_paragraph(line.replace("五个", "七个"))
            if line.startswith("第四条"):
                document.add_comment(paragraph.runs, "五日太短", author="某局")
                paragraph.runs[0].font.strike = True
    buffer = io.BytesIO()
    document.save(buffer)
    made, told = drafting.take_file(
        actor=work.handler, project=work.project, on=ON, data=buffer.getvalue(), name="草案.docx", note="改稿"
    )
    assert "批注没有读入正文（某局）：五日太短" in told and any("划去的文字" in one for one in told)
    assert made.note == "改稿；文件中有2处没有读入或者须核对"


def consulted(work) -> None:
    work.take("consult", date(2024, 9, 3))
    work.take("end_consulting", date(2024, 10, 9))


# --- a reviewer marks up the text that was sent ------------------------------------------------------------------------------


def test_who_reviews_marks_up_the_text_that_was_sent_and_nobody_else_does(work, signed_in, world):
    consulted(work)
    reviewer = work.people.legality_reviewer
    given = {
        "project": work.project,
        "on": ON,
        "name": f"审核人员{reviewer.name}",
        "words": "期限与上位法不一致。",
    }
    with pytest.raises(Refused, match="承办人"):
        comments.enter_for_unit(actor=reviewer, **given)  # nothing was sent for review yet
    work.take("send_fair")
    marked = comments.enter_for_unit(
        actor=reviewer, provision="第四条", proposed="对符合第三条规定的，应当在七个工作日内立案。", **given
    )  # fmt: skip
    assert marked.by_reviewer and marked.text_sha == drafting.latest(work.project).sha
    with pytest.raises(Refused):
        comments.enter_for_unit(actor=world.b.handler, **given)
    client = signed_in(reviewer)
    text = client.get(reverse("draft-text", args=[work.project.pk])).content.decode()
    assert "标注修改意见" in text and "上传审核修改稿" in text
    form = client.get(reverse("draft-unit-comment", args=[work.project.pk])).context["form"]
    assert reviewer.name in form["name"].value()
    data = DRAFT.replace("证据。", "证据及其来源。").encode()
    (more,) = comments.enter_file(
        actor=reviewer, project=work.project, on=ON, name="审核人员", data=data, file_name="审核.md"
    )
    assert more.by_reviewer and more.provision == "第三条"
    # The drafter finds it at the article, and takes it up; it is no opinion received, and the public does not read it.
    drafter = signed_in(work.handler)
    shown = drafter.get(reverse("draft-provision", args=[work.project.pk, article(work, "第四条").id]))
    assert "<del>五</del><ins>七</ins>" in shown.content.decode() and reviewer.name in shown.content.decode()
    public = Client().get(reverse("public-draft", args=[work.project.pk])).content.decode()
    assert "上位法不一致" not in public
    found = compute(year_of(world.city.unit, 2024), [figure("leg.comments")])
    assert found["leg.comments"].value in (0, None)
    table = words_of(drafter.get(reverse("draft-adoption-table", args=[work.project.pk])))
    assert "上位法不一致" not in table and "共收到意见0条" in table


def test_what_was_sent_is_withdrawn_changed_and_sent_again(work):
    consulted(work)
    work.take("send_fair")
    work.take("withdraw_text", reason="上位法有变动。")
    assert work.project.state == "consulted"
    work.write(DRAFT.replace("五个工作日", "七个工作日"))
    work.take("send_fair")
    work.take("pass_fair")
    work.take("send_legality")
    with pytest.raises(Refused):
        work.take("withdraw_text", actor=work.people.legality_reviewer, reason="不由审核人员撤回。")
    work.take("withdraw_text", reason="补充材料。")
    with pytest.raises(Refused):
        work.take("pass_legality")


def test_what_units_say_is_not_read_by_the_public(work):
    work.take("consult", date(2024, 9, 3))
    made = proposed(work, "第四条", "对符合第三条规定的，应当在七个工作日内立案。")
    comments.answer(
        actor=work.handler, project=work.project, on=ON, group=made.group, answer="full", why="采纳市司法局。"
    )
    body = Client().get(reverse("public-draft", args=[work.project.pk])).content.decode()
    assert "采纳市司法局" not in body and "建议修改。" not in body
