"""The drafter's pages: reasons and sources of an article, a unit's suggestion taken up, the amending decision written and followed, the
explanation put together from the record."""

import io
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document

from tests.drafting import DRAFT, TextWorker
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
    return drafting.notes_by_label(version)


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
    work.take("consult", date(2024, 9, 10))
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
