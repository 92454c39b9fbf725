"""The law library in the browser: contents, words beside data, search, and from a basis to its article."""

from datetime import date
from pathlib import Path

import pytest

from zhiheng.rulemaking import services

SHARED = Path(__file__).resolve().parents[3] / "shared" / "law" / "texts"
TEXT = SHARED / "补充" / "市场监督管理行政处罚程序规定.md"


def test_from_the_library_to_a_rule_and_on_to_its_article(page, world):
    page.sign_in(world.a.handler)
    page.open("/law/")
    page.shot("law")
    page.get_by_role("searchbox", name="查找法规库").fill("缴款 15日")
    page.follow(page.get_by_role("main").get_by_role("button", name="查找"))
    page.shot("law-search")
    page.open("/law/penalties/TM-INF/")
    page.shot("law-rule")
    page.follow(page.get_by_role("link", name="《中华人民共和国商标法》第六十条第二款").last)
    assert page.get_by_role("heading", name="第60条").is_visible()
    page.shot("law-instrument-bare")


@pytest.mark.skipif(not TEXT.is_file(), reason="法规原文不在库内，也不在旁边的目录")
def test_an_article_s_words_stand_beside_the_data(page, phone, world):
    services.take_in_text(
        actor=world.city.planner, on=date(2024, 6, 3), data=TEXT.read_bytes(), name=TEXT.name
    )
    for device, name in ((page, "law-instrument"), (phone, "law-instrument")):
        device.sign_in(world.a.handler)
        device.open("/law/instruments/penalty-procedure-rules/")
        device.shot(name)
        device.get_by_role("link", name="64", exact=True).click()
        assert device.get_by_role("heading", name="第六十四条").is_visible()
    phone.open("/law/")
    phone.shot("law")
    phone.open("/law/search/?q=听证")
    phone.shot("law-search")


def test_the_office_takes_in_texts(page, world):
    page.sign_in(world.city.planner)
    page.open("/law/texts/")
    page.shot("law-texts")
