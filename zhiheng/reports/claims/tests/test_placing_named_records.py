"""A number behind the name of a record may be of that record alone: the names come from the records, the rest is read as ever."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.reports.claims import Placer, called, load_indicators, match, read
from zhiheng.reports.claims.placing.named import take_names
from zhiheng.reports.claims.tests.placed import HOUSE
from zhiheng.reports.claims.tests.sentences import TITLE

KEPT = [
    i for i in load_indicators() if i.id in ("pub.visit", "pub.reach", "enf.tm.n", "rev.files", "rev.cases")
]
SHOWN = [
    called("pub.visit", 1, "知识产权转化运用成果展", ["重庆科技馆"]),
    called("pub.reach", 1, "知识产权转化运用成果展", ["重庆科技馆"]),
    called("pub.reach", 2, "“山城知识产权茶社”多媒体品牌", ["微信、视频号、电台"]),
    called("pub.reach", 3, "市区两级“局长谈”系列微视频"),
    called("pub.reach", 4, "知识产权公益宣传片"),
]


def placed(said: str, number: str, records=SHOWN):
    reading = read(TITLE + said, year=2024)
    match(reading.claims)
    of = lambda indicator_id: [one for one in records if one.indicator == indicator_id]  # noqa: E731
    placer = Placer(reading, HOUSE, 2024, KEPT, (), of)
    [claim] = [claim for claim in reading.claims if number in claim.text]
    return placer.place(claim)


@pytest.mark.parametrize(
    ("said", "number", "keys"),
    [
        ("联合重庆科技馆首次举办知识产权转化运用成果展，每日吸引超6500人次观展。", "6500", (1,)),
        ("举办知识产权转化运用成果展，日均吸引6500人次观展。", "6500", (1,)),
        (
            "打造“山城知识产权茶社”多媒体品牌，发布知识产权公益宣传片、市区两级“局长谈”等微视频，覆盖社会公众超过1000万人次。",
            "1000",
            (2, 3, 4),
        ),
    ],
)
def test_a_number_behind_names_of_records_is_placed_and_tells_which_they_are(said, number, keys):
    found = placed(said, number)
    assert found.placed and sorted(found.named) == sorted(keys)


@pytest.mark.parametrize(
    "said",
    [
        "联合四川省图书馆首次举办知识产权转化运用成果展，每日吸引超6500人次观展。",  # with somebody the record does not know
        "在某市举办知识产权转化运用成果展，每日吸引超6500人次观展。",
        "承办全国知识产权博览会，每日吸引超6500人次观展。",  # no record of that name
        "举办知识产权转化运用成果展和商标节，每日吸引超6500人次观展。",  # one more than the record
        "拟举办知识产权转化运用成果展，每日吸引超6500人次观展。",
        "某省举办知识产权转化运用成果展，每日吸引超6500人次观展。",
    ],
)
def test_what_the_records_do_not_know_beside_a_name_still_stands_in_the_way(said):
    assert not placed(said, "6500").placed


def test_a_name_of_other_records_is_no_name_for_a_number_of_cases():
    said = "联合重庆科技馆举办知识产权转化运用成果展，每日吸引超6500人次观展，查办商标侵权案件610件。"
    assert "前面说到“知识产权转化运用成果展”" in placed(said, "610").unplaced


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("进一步加强文件合法性、公平性竞争审查和案件内部监督审查力度，共审查文件17件，审查案件7件。", "17件"),
        (
            "进一步加强文件合法性、公平性竞争审查和案件内部监督审查力度，共审查文件17件，审查案件7件。",
            "案件7件",
        ),
        ("强化公平竞争审查，审查文件17件。", "17件"),
    ],
)
def test_a_clause_on_the_work_that_is_counted_does_not_stand_in_the_way(said, number):
    assert placed(said, number).placed


@pytest.mark.parametrize("whose", ["上级机关报送", "兄弟省市", "某县", "外商投资", "去年以来下级"])
def test_a_clause_on_such_work_of_others_does(whose):
    assert not placed(f"加强{whose}文件合法性审查力度，共审查文件17件。", "17件").placed


@settings(max_examples=examples(200), deadline=None)
@given(
    before=st.text("联合举办在甲乙丙，", max_size=8),
    behind=st.text("等多场丁戊", max_size=8),
    records=st.lists(st.sampled_from(SHOWN), max_size=4, unique_by=id),
    said=st.sampled_from([one.names[0] for one in SHOWN]),
)
def test_nothing_but_names_is_taken_out_and_every_name_is(before, behind, records, said):
    clause = f"{before}{said}{behind}"
    rest, found = take_names(clause, records)
    assert {name for name, _ in found} <= {name for one in records for name in one.names if name in clause}
    assert all(name not in rest for name, _ in found)
    if not found:
        assert rest == clause
    kept = rest.replace("等", "")
    it = iter(clause)
    assert all(sign in it for sign in kept)  # in the order of the clause
