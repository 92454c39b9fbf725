"""The law library: an article's words beside the data that lean on it, contents, search, and links from every basis."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.casework import Worker
from zhiheng.law import current_book
from zhiheng.matters.templatetags.law import law_links
from zhiheng.rulemaking import services
from zhiheng.rulemaking.tests.test_services_texts_taken_in import NAME, TEXT
from zhiheng.workbench import library

BOOK = current_book()
LAW = BOOK.instrument("行政处罚法")
PAGE = f"/law/instruments/{LAW.code}/"


@pytest.fixture
def client(world, signed_in):
    return signed_in(world.a.handler)


@pytest.fixture
def taken_in(world):
    whole = TEXT.replace(
        "第三条 ".encode(),
        "第二十八条 责令改正，没收违法所得。\n第六十七条 甲。\n乙。\n十五日内缴款。\n第八十六条 ".encode(),
    )
    return services.take_in_text(actor=world.city.planner, on=date(2024, 6, 3), data=whole, name=NAME)


@pytest.mark.parametrize(
    "instrument", [i for versions in BOOK.instruments.values() for i in versions], ids=str
)
def test_every_version_of_every_instrument_has_its_page_without_any_text(client, instrument):
    answer = client.get(f"/law/instruments/{instrument.code}/?version={instrument.effective}")
    assert answer.status_code == 200
    assert instrument.title in answer.content.decode()


def test_without_the_text_the_page_lists_what_leans_on_each_article(client):
    page = client.get(PAGE).content.decode()
    assert "本局尚未导入" in page
    assert 'id="a67"' in page and "行政处罚普通程序·缴款" in page


def test_with_the_text_the_words_stand_beside_the_data(client, taken_in):
    page = client.get(PAGE).content.decode()
    article = page[page.index('id="a67"') : page.index('id="a86"')]
    assert "十五日内缴款。" in article and "行政处罚普通程序·缴款" in article and "<b>15日</b>" in article
    assert 'href="#a67"' in page  # contents


def test_an_article_of_the_book_that_the_text_lacks_is_shown_apart(client, taken_in):
    page = client.get(PAGE).content.decode()
    assert "法规库引用而原文没有的条文" in page


def test_every_place_of_the_book_is_shown_with_a_title_of_its_own():
    for versions in BOOK.instruments.values():
        for instrument in versions:
            for uses in library.uses_of(BOOK, instrument).values():
                assert all(use.title and use.title != "其他" for use in uses)
                assert not [u for u in uses if ".yaml" in u.title]


@pytest.mark.parametrize(
    ("query", "kind", "words"),
    [
        ("缴款", "期限", "缴款"),
        ("SAMR-37", "文书", "行政处罚告知书"),
        ("驰名商标", "罚则", "驰名商标"),
        ("行政强制法", "法规", "行政强制法"),
        ("听证 标准", "标准", "听证标准"),
    ],
)
def test_search_finds_in_the_book(client, query, kind, words):
    answer = client.get("/law/search/", {"q": query})
    assert [h for h in answer.context["found"] if h.kind == kind and words in h.title], query


def test_search_finds_the_words_of_articles_only_once_they_are_taken_in(client, world):
    assert not client.get("/law/search/", {"q": "十五日内缴款"}).context["found"]
    whole = TEXT.replace("第三条 ".encode(), "第六十七条 十五日内缴款。\n第八十六条 ".encode())
    services.take_in_text(actor=world.city.planner, on=date(2024, 6, 3), data=whole, name=NAME)
    (hit,) = client.get("/law/search/", {"q": "行政处罚法 十五日内缴款"}).context["found"]
    assert hit.url.endswith(f"version={LAW.effective}#a67")


def test_nothing_asked_and_nothing_found_are_answered_in_words(client):
    assert client.get("/law/search/").status_code == 200
    assert "没有找到" in client.get("/law/search/", {"q": "阿拉伯数字之外的东西"}).content.decode()


@pytest.mark.parametrize(
    ("words", "links"),
    [
        (
            "程序规定57、行政处罚法64(1)(5)",
            ["penalty-procedure-rules/#a57", "administrative-penalty-law/#a64"],
        ),
        ("依《中华人民共和国商标法》第六十条第二款", ["trademark-law/#a60"]),
        ("没有条文的话", []),
    ],
)
def test_articles_in_words_become_links_and_the_words_stay(words, links):
    made = law_links(words)
    assert all(f"/law/instruments/{link}" in made for link in links)
    assert made.count("<a ") == len(links)
    from django.utils.html import strip_tags

    assert strip_tags(made) == words


def test_words_around_an_article_are_escaped():
    assert "<script>" not in law_links("<script>程序规定57</script>")


def test_a_citation_leads_to_its_own_version():
    rule = BOOK.fine_versions["TM-INF"][1]
    assert "?version=2019-11-01#a60" in law_links(rule.article)


def test_the_office_takes_in_a_text_on_the_page_and_lands_on_the_law(signed_in, world):
    client = signed_in(world.city.planner)
    answer = client.post("/law/texts/", {"file": SimpleUploadedFile(NAME, TEXT)}, follow=True)
    assert answer.redirect_chain[-1][0] == f"{PAGE}?version={LAW.effective}"
    assert "已导入" in answer.content.decode()


def test_a_district_is_told_who_takes_in_texts(client):
    assert "市局" in client.get("/law/texts/").content.decode()
    answer = client.post("/law/texts/", {"file": SimpleUploadedFile(NAME, TEXT)})
    assert answer.status_code == 422 and "法规原文由市局导入" in answer.content.decode()


def test_the_basis_of_a_step_of_a_clock_and_of_a_refusal_lead_to_their_articles(client, world):
    worker = Worker(world.a)
    worker.register()
    page = client.get(f"/cases/{worker.case.pk}/").content.decode()
    link = f"/law/instruments/penalty-procedure-rules/?version={BOOK.instrument('程序规定').effective}#a"
    assert f'href="{link}18"' in page  # the step 开始核查
    step = client.get(f"/cases/{worker.case.pk}/steps/file_case/").content.decode()
    assert f'href="{link}19"' in step
    asked = client.get(f"/cases/{worker.case.pk}/steps/start_verification/").content.decode()
    assert "/law/instruments/administrative-penalty-law/#a22" in asked  # a condition to be confirmed
    clocks = client.get("/clocks/").content.decode()
    assert "/law/instruments/penalty-procedure-rules/#a18" in clocks
