"""A field that names its legal basis offers the articles of the book for a few words; without script it is typed as before."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.urls import reverse

from tests.casework import Worker
from zhiheng.law import current_book
from zhiheng.workbench.articles import MOST, UNCHECKED, citable

pytestmark = pytest.mark.django_db

ON = date(2024, 9, 2)


def test_an_instrument_and_a_number_find_the_article_as_a_paper_writes_it():
    found = [one.words for one in citable("商标法 57", ON) if one.in_force]
    assert "《中华人民共和国商标法》第五十七条" in found and all("第五十七条" in words for words in found)
    assert [one.words for one in citable("商标法 第五十七条", ON) if one.in_force] == found
    assert citable("商标法 0", ON) == []


def test_an_article_nobody_holds_the_text_of_is_offered_and_said_to_be_unchecked():
    (found,) = [one for one in citable("行政处罚法 86", ON) if one.in_force]
    assert found.words == "《中华人民共和国行政处罚法》第八十六条" and found.excerpt == UNCHECKED


def test_a_cause_finds_the_articles_its_penalties_rest_on():
    assert "《中华人民共和国商标法》第六十条第二款" in [
        one.words for one in citable("商标侵权", ON) if one.in_force
    ]


def test_a_number_is_the_article_s_own_and_no_words_find_nothing():
    assert all("第五条" in one.words for one in citable("行政处罚法 5", ON))
    assert citable("  ", ON) == [] and len(citable("法", ON)) <= MOST


def test_what_is_in_force_on_the_day_comes_first_and_the_rest_says_that_it_is_not():
    found = citable("商标法 57", date(2024, 9, 2))
    flags = [one.in_force for one in found]
    assert flags == sorted(flags, reverse=True)
    later = citable("商标法 57", date(2027, 6, 1))
    assert {one.version for one in later if one.in_force} != {one.version for one in found if one.in_force}


def test_every_word_that_is_offered_is_a_citation_the_book_can_read():
    pattern = re.compile(r"《.+》第[零一二三四五六七八九十百]+条(之[一二三])?(第[^款]+款)?(第[^项]+项)?")
    for query in ("处罚", "强制 25", "专利", "听证"):
        for one in citable(query, ON):
            assert pattern.fullmatch(one.words), one


def test_the_page_s_part_carries_what_is_taken_and_needs_a_sign_in(client, world, signed_in):
    address = reverse("law-articles")
    assert client.get(address).status_code == 302
    page = signed_in(world.a.handler).get(address, {"q": "商标法 57", "on": "2024-09-02"}).content.decode()
    assert 'data-take="《中华人民共和国商标法》第五十七条' in page and "<html" not in page
    assert "没有找到" in signed_in(world.a.handler).get(address, {"q": "无此法规"}).content.decode()


def test_each_field_that_cites_offers_it_on_its_form_and_takes_what_is_typed(world, signed_in):
    cites = {code for code, field in current_book().fields.items() if field.cites}
    assert {"law_breached", "law_basis", "text_basis"} <= cites
    work = Worker(world.a)
    work.to_filed()
    client = signed_in(world.a.handler)
    offered = set()
    for step in current_book().procedure_versions["penalty.ordinary"][-1].steps.values():
        if cites & set(step.fields):
            page = client.get(reverse("case-step", args=[work.case.pk, step.code])).content.decode()
            offered |= set(re.findall(r'name="(\w+)"[^>]*data-lookup=', page))
    assert "law_breached" in offered
