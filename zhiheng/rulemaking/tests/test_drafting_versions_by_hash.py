"""A draft is written in versions: numbers and references follow, an older page overwrites nothing, nobody else writes."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.drafting import CONSULTED, DRAFT, TextWorker
from tests.examples import examples
from zhiheng.refusal import Refused
from zhiheng.rulemaking import drafting
from zhiheng.rulemaking.texts import references

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(world):
    made = TextWorker(world.city)
    made.write()
    return made


def articles(work):
    return drafting.read(drafting.latest(work.project)).articles()


def change(work, place: int, words: str = "", act: str = "change"):
    now = drafting.latest(work.project)
    return drafting.change_provision(
        actor=work.handler,
        project=work.project,
        on=CONSULTED,
        provision=articles(work)[place].id,
        seen=now.sha,
        words=words,
        act=act,
    )


def test_an_inserted_article_takes_its_number_and_references_follow(work):
    change(work, 0, "裁决应当公开、公平、公正。", "insert")
    found = articles(work)
    assert [one.label for one in found] == ["第一条", "第二条", "第三条", "第四条", "第五条", "第六条"]
    assert found[1].lines == ["裁决应当公开、公平、公正。"]
    assert "第四条规定" in found[4].lines[0]


def test_a_deleted_article_that_is_cited_is_told(work):
    _version, broken = change(work, 2, act="delete")
    assert len(articles(work)) == 4
    assert broken and "第三条" in broken[0]


def test_items_stay_items_when_an_article_is_changed(work):
    change(work, 2, "请求人应当提交：\n（一）请求书；\n（二）证据目录；\n（三）身份证明。")
    text = drafting.read(drafting.latest(work.project))
    third = text.articles()[2]
    assert [child.label for child in third.children[0].children] == ["（一）", "（二）", "（三）"] or [
        child.label for child in third.children if child.label
    ] == ["（一）", "（二）", "（三）"]


def test_an_older_page_overwrites_nothing(work):
    seen = drafting.latest(work.project).sha
    provision = articles(work)[0].id
    change(work, 1, "改过的第二条。")
    with pytest.raises(Refused, match="已由他人修改"):
        drafting.change_provision(
            actor=work.handler,
            project=work.project,
            on=CONSULTED,
            provision=provision,
            seen=seen,
            words="旧页面上写的。",
        )


@pytest.mark.parametrize("words", ["", "第二条 另一条。\n第三条 又一条。", "第一章 总则\n第二条 条文"])
def test_one_article_at_a_time(work, words):
    with pytest.raises(Refused):
        change(work, 1, words)


def test_the_same_text_is_no_new_version(work):
    with pytest.raises(Refused, match="与第1稿相同"):
        work.write(DRAFT)


def test_only_the_officers_write(work, world):
    for stranger in (world.city.legality_reviewer, world.b.handler):
        with pytest.raises(Refused, match="承办人修改"):
            drafting.write_text(
                actor=stranger, project=work.project, on=CONSULTED, words=DRAFT + "\n另加一段。"
            )


def test_a_signed_text_is_not_changed(world):
    work = TextWorker(world.city).to_reviewed()
    work.take("deliberate")
    work.take("sign", date(2024, 10, 21))
    with pytest.raises(Refused, match="已经签发"):
        work.write(DRAFT.replace("五个", "六个"))


_WORDS = st.text(alphabet="依法公开公正办理裁决请求人应当提交材料，。", min_size=2, max_size=30).map(
    lambda words: words.strip("，。") or "条文"
)


@settings(
    max_examples=examples(15),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(
    acts=st.lists(st.tuples(st.sampled_from(["insert", "delete"]), st.integers(0, 20), _WORDS), max_size=5)
)
def test_whatever_is_inserted_and_deleted_articles_are_numbered_through(world, acts):
    from django.db import transaction

    with transaction.atomic():
        work = TextWorker(world.city, title=f"规程{len(acts)}{acts!r}"[:60])
        work.write()
        told = []  # references whose article is gone: they stay as they are, and the officer is told
        for act, place, words in acts:
            if len(articles(work)) == 1 and act == "delete":
                continue
            told += change(work, place % len(articles(work)), words, act)[1]
        found = articles(work)
        assert [one.number for one in found] == [(n, 0) for n in range(1, len(found) + 1)]
        text = drafting.read(drafting.latest(work.project))
        own = [] if told else [one for one in references(text) if one.ok and "第" in one.words]
        for reference in own:
            assert any(
                "请求人应当提交下列材料" in line for target in reference.targets for line in target.lines
            )
        transaction.set_rollback(True)
