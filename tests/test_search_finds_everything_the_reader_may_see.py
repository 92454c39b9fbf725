"""The search at the top of every page finds matters of each kind, applications and records of each register, and nothing of a neighbour."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.casework import Worker
from tests.drafting import TextWorker
from zhiheng.matters.family import families
from zhiheng.outreach.tests.publicity import hold_activity
from zhiheng.registers.declaration import registered
from zhiheng.workbench import finding
from zhiheng.workbench.finding import SHOWN, find

pytestmark = pytest.mark.django_db

ON = date(2024, 9, 2)
WORD = "示例牌"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)


@pytest.fixture
def house(world):
    work = Worker(world.a, on=ON)
    work.register(title=f"{WORD}侵权案")
    TextWorker(world.city, title=f"{WORD}保护办法")
    hold_activity(world.a.handler, f"{WORD}宣传周")
    return world


def titles(actor, typed: str = WORD) -> dict[str, list[str]]:
    return {one.title: [hit.title for hit in one.hits] for one in find(actor, typed, ON)}


def test_each_kind_that_holds_the_words_is_listed_with_its_records(house):
    seen = titles(house.city.planner)
    assert f"{WORD}侵权案" in seen["案件"] and f"{WORD}保护办法" in seen["立法与文件"]
    assert any(f"{WORD}宣传周" in found for found in seen.values())


def test_a_neighbour_and_who_runs_the_system_find_nothing_of_it(house):
    assert not titles(house.b.handler)
    assert "案件" not in titles(house.city.admin) and "立法与文件" not in titles(house.city.admin)


def test_no_words_find_nothing_and_every_hit_opens(house, signed_in):
    assert find(house.city.planner, "  ", ON) == []
    client = signed_in(house.city.planner)
    page = client.get("/search/", {"q": WORD}).content.decode()
    for one in find(house.city.planner, WORD, ON):
        assert client.get(one.url).status_code == 200, one.title
        for hit in one.hits:
            assert f'href="{hit.url}"' in page and client.get(hit.url).status_code == 200, hit
    assert "没有找到" in client.get("/search/", {"q": "无此名称"}).content.decode()
    assert 'action="/search/"' in client.get("/").content.decode()


def test_every_kind_is_asked_and_the_registers_in_one_statement(house):
    """A family or a register that is added is found, too: what one is looked for by exists."""
    for family in families():
        assert family.finds, family.code
    find(house.city.planner, WORD, ON)  # brings the indexes up to date with what was just written
    with CaptureQueriesContext(connection) as asked:
        find(house.city.planner, WORD, ON)
    tables = {one.model._meta.db_table for one in registered()}
    together = [
        q["sql"] for q in asked if "UNION ALL" in q["sql"] and all(f'"{t}"' in q["sql"] for t in tables)
    ]
    assert len(together) == 1 and len(asked) <= 12


def test_more_than_are_shown_lead_to_the_list(house):
    for number in range(SHOWN + 1):
        hold_activity(house.a.handler, f"{WORD}讲座{number}")
    (activities,) = find(house.city.planner, f"{WORD}讲座", ON)
    assert activities.more and len(activities.hits) == SHOWN


def test_the_statement_about_registers_is_put_together_once_for_the_office_and_for_a_bureau(
    house, monkeypatch
):
    """Asked anew it only costs the database, whoever of an office or of a bureau asks and whatever they look for."""
    for actor in (house.city.planner, house.a.handler):
        find(actor, "别的字", ON)
    made: list = []
    monkeypatch.setattr(finding, "_part", lambda *asked: made.append(asked))
    for actor in (house.city.planner, house.city.leader, house.a.handler, house.b.handler):
        find(actor, WORD, ON)
    assert not made and any(f"{WORD}宣传周" in found for found in titles(house.a.handler).values())
    assert not any(f"{WORD}宣传周" in found for found in titles(house.b.handler).values())
