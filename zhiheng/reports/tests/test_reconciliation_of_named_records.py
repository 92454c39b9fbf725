"""What a sentence says of records it names is borne out only where the records named, and all of them, both bear it out."""

from __future__ import annotations

from datetime import date

import pytest

from zhiheng.outreach.models import Activity
from zhiheng.reports.claims.tests.sentences import TITLE
from zhiheng.reports.reconciliation import hold

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(world):
    """A register of two exhibitions and two works in the media."""

    def held(name, kind, reach, place="", days=None):
        return Activity.objects.create(
            unit=world.city.unit, name=name, kind=kind, held_on=date(2024, 4, 20), ended_on=date(2024, 4, 30),
            place=place, reach=reach, reach_rule="signed", open_days=days,
        )  # fmt: skip

    def of(*rows):
        for row in rows:
            held(*row)
        return world.city.unit

    return of


MAIN = ("知识产权转化运用成果展", "exhibition", 65_237, "重庆科技馆", 10)
FILM, SERIES = ("知识产权公益宣传片", "media", 6_000_000), ("“局长谈”系列微视频", "media", 4_500_000)


def status(unit, said: str):
    [item] = hold(unit, f"{TITLE}{said}", 2024).items
    return item


def test_the_only_exhibition_there_was_bears_out_what_is_said_of_it_by_name(shown):
    item = status(shown(MAIN), "联合重庆科技馆举办知识产权转化运用成果展，每日吸引超6500人次观展。")
    assert item.status == "matches" and "只算前面说到的1场" in item.verdict.words


def test_where_another_one_changes_the_number_a_person_decides(shown):
    other = ("商标品牌展", "exhibition", 100, "", 10)
    item = status(shown(MAIN, other), "联合重庆科技馆举办知识产权转化运用成果展，每日吸引超6500人次观展。")
    assert item.status == "open" and "说的是全部，还是前面说到的" in item.verdict.words


def test_a_reach_is_that_of_the_works_named_only_if_they_alone_come_to_it(shown):
    unit = shown(MAIN, FILM, SERIES)
    both = "发布知识产权公益宣传片、“局长谈”等微视频，覆盖社会公众超过1000万人次。"
    assert status(unit, both).status == "matches"
    one = "发布知识产权公益宣传片，覆盖社会公众超过1000万人次。"
    assert status(unit, one).status == "open"


def test_what_is_wrong_either_way_differs(shown):
    item = status(shown(MAIN), "举办知识产权转化运用成果展，每日吸引超9000人次观展。")
    assert item.status == "differs"
