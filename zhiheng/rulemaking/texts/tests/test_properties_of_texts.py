"""What holds for any text and any edit."""

from __future__ import annotations

from collections import Counter

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.planted_edits import leaves_open, plant, suits, told_by
from tests.regulations import edited, numbered, regulations, repeating
from zhiheng.rulemaking.texts import (
    Kind,
    Provision,
    Text,
    apply_decision,
    carry_ids,
    compare,
    parse,
    read_bytes,
    references,
    to_docx,
    to_markdown,
    write_decision,
)
from zhiheng.rulemaking.texts.words import difference


def place_of_the_first(text: Text) -> tuple[list[Provision], int]:
    """The list the first article stands in, and where."""
    for home in [text.body, *(p.children for p in text.body if p.kind is Kind.CHAPTER)]:
        for n, p in enumerate(home):
            if p.kind in (Kind.ARTICLE, Kind.POINT):
                return home, n
    raise AssertionError("no article")


def insert(home: list[Provision], at: int, words: str, text: Text) -> None:
    """An article more, of one sentence; the rest renumbered."""
    kind = text.articles()[0].kind
    one = Provision(
        kind, number=(1, 0), mark=text.articles()[0].mark, children=[Provision(Kind.PARAGRAPH, words)]
    )
    home.insert(at, one)
    numbered(text)


@given(regulations())
@settings(max_examples=examples(40), deadline=None)
def test_a_text_reads_back_from_markdown_and_from_word_as_it_was(text):
    assert read_bytes(to_markdown(text).encode(), "x.md") == text
    assert read_bytes(to_docx(text), "x.docx") == text


@given(st.data())
@settings(max_examples=examples(100), deadline=None)
def test_the_decision_written_for_two_versions_makes_one_into_the_other(data):
    old = data.draw(regulations())
    new = data.draw(edited(old))
    if old == new:
        return
    decision = write_decision(old, new)
    assert apply_decision(old, decision).text == new
    assert read_bytes(to_docx(decision), "决定.docx") == decision


@given(st.data())
@settings(max_examples=examples(25), deadline=None)
def test_a_decision_is_found_for_two_texts_that_have_nothing_to_do_with_each_other(data):
    old, new = data.draw(regulations()), data.draw(regulations())
    if old != new:
        assert apply_decision(old, write_decision(old, new)).text == new


@given(regulations(), st.integers(0, 5))
@settings(max_examples=examples(40), deadline=None)
def test_ids_survive_renumbering(text, at):
    new = text.copy()
    home, first = place_of_the_first(new)
    insert(
        home,
        min(first + at, len(home)) if home is not new.body else first,
        "渡口的灯笼每晚点亮，这一条只说这件事。",
        new,
    )
    before, after = {a.id for a in text.articles()}, {a.id for a in new.articles()}
    assert before <= after and len(after - before) == 1


@given(st.data())
@settings(max_examples=examples(40), deadline=None)
def test_an_amended_text_keeps_the_ids_of_what_it_continues(data):
    old = data.draw(regulations())
    new = data.draw(edited(old))
    if old == new:
        return
    decision = write_decision(old, new)
    result = apply_decision(old, decision).text
    ids = [provision.id for provision in result.walk()]
    assert all(ids) and len(ids) == len(set(ids))
    kept = {article.id: article for article in result.articles()}
    for article in old.articles():
        if article.id in kept and article.children == kept[article.id].children:
            assert [p.id for p in article.walk()] == [p.id for p in kept[article.id].walk()]


@given(
    st.text(alphabet="茶馆水桌，。；应当不得", max_size=60),
    st.text(alphabet="茶馆水桌，。；应当不得", max_size=60),
)
@settings(max_examples=examples(200), deadline=None)
def test_the_two_sides_of_a_difference_are_the_two_texts(old, new):
    edits = difference(old, new)
    assert "".join(was for _, was, _ in edits) == old
    assert "".join(now for _, _, now in edits) == new
    assert all(was == now for tag, was, now in edits if tag == "=")


@given(st.data())
@settings(max_examples=examples(40), deadline=None)
def test_a_comparison_accounts_for_every_article_of_both_texts_once(data):
    old = data.draw(regulations())
    new = data.draw(edited(old))
    changes = [change for change in compare(old, new).changes if not change.part]
    left = [
        id(p) for c in changes if c.kind != "split" for p in c.old if p.kind in (Kind.ARTICLE, Kind.POINT)
    ]
    right = [
        id(p) for c in changes if c.kind != "merged" for p in c.new if p.kind in (Kind.ARTICLE, Kind.POINT)
    ]
    assert sorted(left) == sorted(map(id, old.articles()))
    assert sorted(right) == sorted(map(id, new.articles()))


@given(regulations(least=9, most=20), st.sampled_from([1, 2, 3, 32, 32]), st.randoms(use_true_random=False))
@settings(max_examples=examples(100), deadline=None)
def test_a_comparison_tells_exactly_the_edits_that_were_planted(text, words, rng):
    repeating(text, words)
    assume(suits(text))
    planted = plant(text, rng)
    assume(not leaves_open(text, planted))
    comparison = compare(text, planted.text)
    assert told_by(comparison) == planted.told
    for change in comparison.changes:
        if change.new and change.new[0].label in planted.signs:
            marked = sum(max(len(was), len(now)) for tag, was, now in change.edits if tag == "~")
            assert marked <= planted.signs[change.new[0].label] + 4


@given(regulations(least=9, most=20), st.randoms(use_true_random=False))
@settings(max_examples=examples(40), deadline=None)
def test_what_stands_unchanged_in_an_article_that_goes_on_keeps_its_id(text, rng):
    numbered(text)
    if not suits(text):
        return
    new = read_bytes(to_markdown(plant(text, rng).text).encode(), "x.md")
    old = read_bytes(to_markdown(text).encode(), "x.md")
    carry_ids(old, new)
    ids = [one.id for one in new.walk()]
    assert all(ids) and len(ids) == len(set(ids))
    was = {article.id: article for article in old.articles()}
    for article in new.articles():
        before = was.get(article.id)
        if before is None:
            continue
        said = {one.text: one.id for one in before.walk() if one.text}
        often = Counter(one.text for one in (*before.walk(), *article.walk()))
        for one in article.walk():
            if one.text in said and often[one.text] == 2:
                assert one.id == said[one.text]


@given(regulations(least=3))
@settings(max_examples=examples(40), deadline=None)
def test_references_mean_the_same_provisions_after_an_article_is_put_in_front(text):
    new = text.copy()
    home = new.body[0].children if new.body[0].kind is Kind.CHAPTER else new.body
    home.insert(
        0, Provision(Kind.ARTICLE, number=(1, 0), children=[Provision(Kind.PARAGRAPH, "先说这一句。")])
    )
    numbered(new)
    lines = ["先说这一句。"]

    quoted = "".join(lines)
    decision = parse(
        f"关于修改《{text.title}》的决定\n一、增加一条，作为第一条：“{quoted}”\n二、条文顺序作相应调整。"
    )
    result = apply_decision(text, decision).text
    before = [[t.text or t.lines for t in r.targets] for r in references(text) if r.ok and r.numbers]
    after = (
        [[t.text or t.lines for t in r.targets] for r in references(result) if r.numbers][-len(before) :]
        if before
        else []
    )
    masked = [[_masked(x) for x in row] for row in before]
    assert masked == [[_masked(x) for x in row] for row in after]


def _masked(words):
    from zhiheng.rulemaking.texts.model import fingerprint

    return [fingerprint(line) for line in ([words] if isinstance(words, str) else words)]
